"""The quadratures by themselves: what they integrate exactly, and what they admit when they cannot."""

import numpy as np
import pytest

from theory.numerics import cubature as plane
from theory.numerics import quadrature as line

LEGENDRE = np.polynomial.legendre


@pytest.mark.parametrize(("rule", "tail"), [(line, line.TAIL), (plane, plane.LAST_TWO)])
def test_tails_are_the_last_legendre_coefficients(rule, tail):
    """Applied to samples of a series, the matrix gives back its last coefficients, the highest last."""
    c = np.random.default_rng(0).normal(size=rule.NODES)
    np.testing.assert_allclose(tail @ LEGENDRE.legval(rule.T, c), c[-len(tail) :], rtol=0, atol=1e-13)


def integrate(f, knots):
    """∫ f over the panels between knots, without rounding noise."""
    sample = lambda p: ((y := f(p.centre[:, None] + p.half[:, None] * line.T)), 0 * y)  # noqa: E731
    value, error, panels = line.integrate(sample, line.between(np.array([knots])), 1)
    return value[0], error[0], panels


@pytest.mark.parametrize(
    ("f", "knots", "expected"),
    [
        (lambda x: np.exp(-x * x / 2), [-39.0, 0.0, 39.0], np.sqrt(2 * np.pi)),
        (lambda x: 1 / (1 + 1e4 * x * x), [-1.0, 2.0], (np.arctan(200) + np.arctan(100)) / 100),
        (lambda x: np.cos(40 * x) + 2, [0.0, 3.0], np.sin(120) / 40 + 6),
        (lambda x: np.log1p(np.exp(50 * (x - 0.3))), [-2.0, 3.0], 2.7**2 * 25 + np.pi**2 / 300),
    ],
)
def test_integrals_are_right_within_their_charge(f, knots, expected):
    """Peaks, poles beside the line, oscillations and bends: to 1e-11, and off by no more than what is charged."""
    value, error, panels = integrate(f, knots)
    assert abs(value - expected) <= error + 1e-14 * abs(expected)
    assert error <= 1e-11 * abs(expected)
    assert 2 * panels.half.sum() == pytest.approx(knots[-1] - knots[0], rel=1e-14, abs=0)


def test_a_kink_is_charged():
    """|x - 0.3| has no Legendre series that ends: the charge is above the error, and the error small."""
    value, error, _ = integrate(lambda x: np.abs(x - 0.3), [-1.0, 1.0])
    assert abs(value - (1.3**2 + 0.7**2) / 2) <= error <= 1e-10


@pytest.mark.parametrize("zero", [0.3, -0.999, 0.99999, 1.0 - 1e-7])
def test_zeros_are_found_wherever_they_lie_in_a_panel(zero):
    """Also beyond the last node; one that falls on a knot needs none; noise hides what is below eight of it."""
    panels = line.between(np.array([[-1.0, 1.0, 3.0]]))

    def f(p, grid):
        y = p.centre[:, None] + p.half[:, None] * grid - zero
        return y, np.full_like(y, 1e-15)

    found = line.roots(f, panels, 1)
    assert found.shape == (1, 1)
    assert abs(found[0, 0] - zero) <= 2.0**-26
    assert line.roots(lambda p, grid: (f(p, grid)[0], 1.0 + 0 * f(p, grid)[0]), panels, 1).size == 0


def test_squares_cover_the_gaussians_they_are_made_for():
    """∫ of a narrow, turned Gaussian beside a wide one over the squares: one each."""
    means = np.array([[0.0, 0.0], [3.0, -1.0]])
    covs = np.array([np.eye(2), [[0.02, 0.019], [0.019, 0.02]]])
    inverse = np.linalg.inv(covs)
    for k in range(2):

        def sample(x, k=k):
            d = x - means[k][:, None]
            y = np.exp(-0.5 * np.einsum("in,ij,jn->n", d, inverse[k], d)) / (
                2 * np.pi * np.sqrt(np.linalg.det(covs[k]))
            )
            return y, 1e-16 * y

        value, error = plane.integrate(sample, plane.cover(means, covs))
        assert abs(value - 1) <= error <= 1e-7
