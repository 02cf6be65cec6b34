"""Gaussian averages as balls, against plain quadrature."""

import mpmath as mp
import pytest
import sympy as sp
from flint import arb, ctx

from proofs.evidence import balls
from proofs.words.gaussian_averages import FUNCTIONS, average, mean_of

TWINS = {
    "log_cosh": lambda x: mp.log(mp.cosh(x)),
    "tanh": mp.tanh,
    "sech": mp.sech,
    "sech2": lambda x: mp.sech(x) ** 2,
    "sech3": lambda x: mp.sech(x) ** 3,
}
POINTS = [(0.0, 7.25), (7.75, 2.875), (-0.3125, 0.5), (2.5, 12.0)]


@pytest.mark.parametrize("f", FUNCTIONS)
@pytest.mark.parametrize("power", [0, 1, 2])
@pytest.mark.parametrize(("a", "b"), POINTS)
def test_the_ball_holds_the_average_and_is_small(f, power, a, b):
    """The ball of E[Z^j f(a + bZ)] has a radius below 1e-15 and agrees with quadrature to its 1e-14."""
    with mp.workdps(18), ctx.workdps(30):
        exact = mp.quad(lambda z: mp.npdf(z) * z**power * TWINS[f](a + b * z), mp.linspace(-12, 12, 25))
        ball = average(f, power, arb(a), arb(b))
        assert abs(ball - arb(mp.nstr(exact, 25))) < 1e-14
        assert ball.rad() < 1e-15


def test_wide_arguments_give_wide_balls():
    """Over intervals of a and b the ball holds the averages at every corner."""
    with ctx.workdps(30):
        wide = average("tanh", 1, arb("0.5", 0.01), arb("1.5", 0.01))
        assert all(
            wide.contains(average("tanh", 1, arb(a), arb(b)).mid())
            for a in ("0.4905", "0.5095")
            for b in ("1.4905", "1.5095")
        )
        assert wide.rad() < 0.05


def test_expressions_that_hold_one_have_a_ball():
    """A SymPy expression with an average inside is evaluated like any other."""
    r = sp.Symbol("r")
    expression = r**2 - 2 * mean_of("tanh")(r, 2 * r)
    with ctx.workdps(30):
        ball = balls.evaluate(expression, {"r": 1}).real
        assert ball.overlaps(1 - 2 * average("tanh", 0, arb(1), arb(2)))
