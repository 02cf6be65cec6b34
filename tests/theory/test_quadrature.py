"""The quadratures by themselves: what they integrate exactly, and what they admit when they cannot."""

import mpmath as mp
import numpy as np
import pytest

from theory import GaussianMixture
from theory.numerics import plane
from theory.numerics import quadrature as line

LEGENDRE = np.polynomial.legendre


def test_tails_are_the_last_legendre_coefficients():
    """Applied to samples of a series, the matrix gives back its last coefficients, the highest last."""
    c = np.random.default_rng(0).normal(size=line.NODES)
    tail = line.TAIL @ LEGENDRE.legval(line.T, c)
    np.testing.assert_allclose(tail, c[-len(tail) :], rtol=0, atol=1e-13)


def row(*knots):
    """One row of knots, from the origin."""
    return line.Places(np.zeros((1, len(knots))), np.array([knots]))


def integrate(f, knots):
    """∫ f over the panels between knots, without rounding noise."""
    sample = lambda p: ((y := f(p.centre[:, None] + p.half[:, None] * line.T)), 0 * y)  # noqa: E731
    value, error, panels = line.integrate(sample, line.between(row(*knots)), 1)
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
    panels = line.between(row(-1.0, 1.0, 3.0))

    def f(p, grid):
        y = p.centre[:, None] + p.half[:, None] * grid - zero
        return y, np.full_like(y, 1e-15)

    found = line.roots(f, panels, 1)
    assert found.offset.shape == (1, 1)
    assert abs(found.anchor + found.offset - zero) <= 2.0**-26
    assert line.roots(lambda p, grid: (f(p, grid)[0], 1.0 + 0 * f(p, grid)[0]), panels, 1).offset.size == 0


def test_places_keep_what_one_float_rounds_away():
    """Between knots 1e20 from the origin and three units apart there are panels, told from the mean among them."""
    far = line.Places(np.full((1, 3), 1e20), np.array([[2.0, 0.0, -1.0]]))
    near = line.Places(np.zeros((1, 2)), np.array([[-1.0, 0.0]]))
    panels = line.between(line.joined(near, far))
    assert np.unique(panels.anchor).tolist() == [0.0, 1e20]
    ends = [(c - h, c + h) for c, h in zip(panels.centre, panels.half, strict=True)]
    beside = [end for a, end in zip(panels.anchor, ends, strict=True) if a == 1e20]
    assert sorted(beside)[1:] == [(-1.0, 0.0), (0.0, 2.0)]
    assert 2 * panels.half.sum() == pytest.approx(1e20, rel=1e-15, abs=0)


CROSSED = {
    "flat and round": ([[1e-12, 0.0], [0.0, 1.0]], [[1.0, 0.0], [0.0, 1.0]]),
    "turned": ([[0.02, 0.019], [0.019, 0.02]], [[2.0, -1.9], [-1.9, 2.0]]),
    "stripes that cross": ([[1.0, 0.9999999], [0.9999999, 1.0]], [[1.0, -0.9999999], [-0.9999999, 1.0]]),
}


@pytest.mark.parametrize("case", CROSSED)
def test_lines_resolve_the_gaussians_and_where_they_cross(case):
    """∫∫ √(pq) of two Gaussians, however flat and turned: what it is in closed form, to what is charged."""
    S, T = (np.array(C) for C in CROSSED[case])
    d = np.array([0.3, -0.2])
    p, q = (GaussianMixture([1.0], [m], covs=[C]) for m, C in ((0 * d, S), (d, T)))

    def on_lines(batch):
        def sample(panels):
            lp, lq = batch.log_densities(panels)
            y = np.exp((lp + lq) / 2)
            return y, 1e-15 * y

        value, error, _ = line.integrate(sample, line.between(batch.knots()), len(batch))
        return np.zeros(len(batch)), value, error

    value, error, _ = plane.lines(p, q).integral(on_lines, 0.0)
    with mp.workdps(40):
        A, B, D = (mp.matrix(m.tolist()) for m in (S, T, d))
        M = (A + B) / 2
        apart = (D.T * mp.inverse(M) * D)[0]
        expected = (mp.det(A) * mp.det(B)) ** mp.mpf(0.25) / mp.sqrt(mp.det(M)) * mp.exp(-apart / 8)
        assert abs(value - expected) <= error <= 1e-7 * expected


@pytest.mark.parametrize("a", [-0.5, -1.0])
def test_convergence_in_the_plane_is_that_of_the_precisions(a):
    """∫∫ p^a q^{1-a} of Gaussians is finite if aP + (1-a)Q is positive definite, by a hair or not, turned by any angle."""
    most = (1 - a) / -a
    unit = GaussianMixture([1.0], [[0.0, 0.0]], stds=[1.0])
    for angle in (0.0, 0.3, 1.5):
        R = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
        for change in (-1e-6, 1e-6):
            thin = GaussianMixture([1.0], [[1.0, 2.0]], covs=[R @ np.diag([most * (1 + change), 1e-6]) @ R.T])
            assert plane.converges(unit, thin, a) == (change < 0)
            both = GaussianMixture([0.5, 0.5], [[1.0, 2.0], [0.0, 0.0]], covs=[thin.covs[0], most / 2 * np.eye(2)])
            assert plane.converges(unit, both, a) == (change < 0)
            wide = GaussianMixture([0.5, 0.5], [[1.0, 2.0], [0.0, 0.0]], covs=[np.eye(2), thin.covs[0]])
            assert plane.converges(wide, thin, a)
        assert not plane.converges(unit, GaussianMixture([1.0], [[0.0, 0.0]], stds=[np.sqrt(most)]), a)
