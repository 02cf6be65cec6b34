"""Gaussian averages as balls, against plain quadrature."""

import mpmath as mp
import pytest
import sympy as sp
from flint import arb, ctx

from proofs.evidence import balls
from proofs.words.gaussian_averages import FUNCTIONS, average, mean_of, sum_over_y, sum_over_z

TWINS = {
    "log_cosh": lambda x: abs(x) + mp.log1p(mp.exp(-2 * abs(x))) - mp.log(2),
    "tanh": mp.tanh,
    "sech": mp.sech,
    "sech2": lambda x: mp.sech(x) ** 2,
    "sech3": lambda x: mp.sech(x) ** 3,
}
POINTS = [
    (0.0, 7.25), (7.75, 2.875), (-0.3125, 0.5), (0.25, 1e-6), (30.0, 1e-3), (0.25, 1.5), (0.25, 1.499), (250.0, 300.0),
    (-1e3, 200.0), (3.0, 1e8), (1e8, 1e8), (1e8, 1.0),
]  # fmt: skip


def by_quadrature(f, power, a, b):
    """In z, with breakpoints where f bends."""
    bends = (-100, -30, -10, -3, -1, 0, 1, 3, 10, 30, 100)
    inside = (z for y in bends if -12 < (z := (mp.mpf(y) - a) / b) < 12)
    return mp.quad(lambda z: mp.npdf(z) * z**power * TWINS[f](a + b * z), sorted({*mp.linspace(-12, 12, 25), *inside}))


@pytest.mark.parametrize("f", FUNCTIONS)
@pytest.mark.parametrize("power", [0, 1, 2])
@pytest.mark.parametrize(("a", "b"), POINTS)
def test_the_ball_holds_the_average_and_is_small(f, power, a, b):
    """The ball of E[Z^j f(a + bZ)] has a radius below 1e-20 and agrees with quadrature to its 1e-14, relative to what f grows to."""
    with mp.workdps(18), ctx.workdps(30):
        exact, size = by_quadrature(f, power, a, b), 1 + abs(a) + b if f == "log_cosh" else 1.0
        ball = average(f, power, arb(a), arb(b))
        assert abs(ball - arb(mp.nstr(exact, 25))) < 1e-14 * size
        assert ball.rad() < 1e-20 * size


@pytest.mark.parametrize("f", FUNCTIONS)
@pytest.mark.parametrize("power", [0, 1, 2])
@pytest.mark.parametrize("a", ["0", "0.3", "-4", "60"])
@pytest.mark.parametrize("b", ["1.5", "8", "300"])
def test_the_sums_over_z_and_over_y_agree(f, power, a, b):
    """Where both rules hold, their balls meet; neither is wider than 1e-24 of what f grows to."""
    with ctx.workdps(50):
        a, b = arb(a), arb(b)
        over_z, over_y = sum_over_z(f, power, a, b, 70), sum_over_y(f, power, a, b, 70)
        assert over_z.overlaps(over_y)
        assert max(over_z.rad(), over_y.rad()) < 1e-24 * (1 + abs(a) + b)


@pytest.mark.parametrize("f", FUNCTIONS)
@pytest.mark.parametrize("power", [0, 1, 2])
@pytest.mark.parametrize(("a", "b"), [("0.5", "1.5"), ("0.5", "9"), ("-7", "30"), ("0", "1e5"), ("1e4", "1e4")])
def test_wide_arguments_give_wide_balls(f, power, a, b):
    """Over intervals of a and b, a hundredth or a fiftieth wide, the ball holds the averages at every corner."""
    with ctx.workdps(30):
        (a, da), (b, db) = ((arb(x), arb(x).max(arb(1)) / 100) for x in (a, b))
        wide = average(f, power, a.union(a + da), b.union(b + db))
        assert all(wide.contains(average(f, power, a + s * da, b + t * db).mid()) for s in (0, 1) for t in (0, 1))
        assert wide.rad() < 0.05 * (1 + abs(a) + b if f == "log_cosh" else 1)


def test_expressions_that_hold_one_have_a_ball():
    """A SymPy expression with an average inside is evaluated like any other."""
    r = sp.Symbol("r")
    expression = r**2 - 2 * mean_of("tanh")(r, 2 * r)
    with ctx.workdps(30):
        ball = balls.evaluate(expression, {"r": 1}).real
        assert ball.overlaps(1 - 2 * average("tanh", 0, arb(1), arb(2)))
