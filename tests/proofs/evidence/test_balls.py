"""Balls contain their numbers: every function that expressions may hold, against SymPy at more digits."""

from fractions import Fraction

import pytest
import sympy as sp
from flint import arb, ctx

from proofs.evidence import balls

x, y = sp.symbols("x y", positive=True)
POINTS = ({"x": Fraction(3, 10), "y": Fraction(7, 5)}, {"x": Fraction(13, 16), "y": Fraction(5, 2)})
TWO = {sp.uppergamma: (y, x), sp.RisingFactorial: (x, y), sp.polygamma: (sp.S(0), x)}
EXPRESSIONS = [
    *(function(*TWO.get(function, (x,))) for function in balls._FUNCTIONS),
    sp.pi * x - sp.E + sp.EulerGamma * y,
    sp.sqrt(x) / sp.sqrt(y) + x**-3 + x**y,
    sp.Abs(x - y) + sp.Max(x, y) * sp.Min(x, y, 1),
    sp.Piecewise((x, x > y), (y**2, True)),
    sp.Integral(sp.exp(-x * sp.Symbol("t") ** 2), (sp.Symbol("t"), 0, y)),
    sp.Sum(x ** sp.Symbol("k"), (sp.Symbol("k"), 1, 5)),
    sp.polygamma(2, y) - sp.polygamma(1, x),
    sp.Product(1 - x / (sp.Symbol("k") + 1) ** 2, (sp.Symbol("k"), 1, 40)),
]


@pytest.mark.parametrize("expression", EXPRESSIONS, ids=lambda e: type(e).__name__)
def test_a_ball_contains_its_number(expression: sp.Expr) -> None:
    """At two points: the number at 70 digits lies inside, and the ball is narrow."""
    for point in POINTS:
        ball = balls.evaluate(expression, point)
        exact = {s: sp.Rational(point[s.name].numerator, point[s.name].denominator) for s in (x, y)}
        assert ball.real.rad() < 1e-40 * (1 + abs(ball.real.mid()))
        with ctx.workdps(70):
            assert abs(arb(str(sp.N(expression.subs(exact).doit(), 65))) - ball.real).lower() < 1e-60


@pytest.mark.parametrize(
    ("expression", "reason"),
    [
        (sp.Symbol("z"), "no value for z"),
        (sp.Float(0.5) * x, "an inexact number"),
        (sp.zeta(x + 2), "no ball evaluation for zeta"),
        (sp.Integral(sp.exp(-y * x), (y, 0, sp.oo)), "unbounded range"),
        (sp.Product(1 + x, (sp.Symbol("k"), 1, 1002)), "none of at most 1000 factors"),
        (sp.Product(1 + x, (sp.Symbol("k"), 1, y)), "none of at most 1000 factors"),
    ],
)
def test_what_has_no_ball_says_so(expression: sp.Expr, reason: str) -> None:
    """Never a number without a bound."""
    with pytest.raises(balls.NoBall, match=reason):
        balls.evaluate(expression, POINTS[0])


def test_only_a_ball_away_from_zero_proves_anything() -> None:
    """1e-60 is told from zero at 200 digits; an exact zero never is."""
    small = sp.sqrt(2) * sp.sqrt(3) - sp.sqrt(6 + sp.Rational(1, 10**60))
    assert not balls.excludes_zero(balls.evaluate(small, {}, 50))
    assert balls.excludes_zero(balls.evaluate(small, {}, 200))
    assert not balls.excludes_zero(balls.evaluate(sp.sqrt(2) * sp.sqrt(3) - sp.sqrt(6), {}, 1000))
    assert balls.magnitude(balls.evaluate(small, {}, 200)) == pytest.approx(1e-60 / 2 / 6**0.5, rel=1e-9)
    with pytest.raises(balls.NoBall, match="too few digits"):
        balls.as_float(balls.evaluate(small, {}, 50))
