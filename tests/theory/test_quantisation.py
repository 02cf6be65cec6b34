"""Scalar quantisers against published tables, quadrature and brute-force search over levels."""

from itertools import pairwise

import numpy as np
import pytest
from scipy.integrate import quad
from scipy.optimize import minimize

from theory import location, quantisation
from theory.mixture import GaussianMixture

NORMAL = GaussianMixture([1.0], [0.0], stds=[1.0])
P = GaussianMixture([0.5, 0.3, 0.2], [-2.0, 1.5, 4.0], stds=[0.4, 0.8, 0.3])

# Max 1960, table I: N, distortion, outermost level of the unit normal.
MAX_TABLE = [(1, 1.0, 0.0), (2, 0.3634, 0.7980), (3, 0.1902, 1.224), (4, 0.1175, 1.510), (8, 0.03454, 2.152)]
MAX_TABLE += [(16, 0.009497, 2.733), (32, 0.002499, 3.263)]


def distortion_by_quadrature(p, levels):
    """Ey min_j (Y - c_j)², panel by panel."""
    c = np.sort(levels)
    edges = np.concatenate([(c[1:] + c[:-1]) / 2, *(p.means + k * p.stds for k in (-9, -4, 0, 4, 9))])
    edges = np.unique(edges)
    loss = lambda y: np.min((y - c) ** 2) * p.pdf(y)  # noqa: E731
    return sum(quad(loss, a, b, epsabs=1e-14)[0] for a, b in pairwise(edges))


@pytest.mark.parametrize(("count", "distortion", "outermost"), MAX_TABLE)
def test_published_lloyd_max_table(count, distortion, outermost):
    """The unit normal's quantisers are those of Max's table, to within its own slips (0.2 %)."""
    q = quantisation.lloyd_max(NORMAL, count)
    assert q.distortion == pytest.approx(distortion, rel=2.5e-3, abs=0)
    assert q.levels[-1] == pytest.approx(outermost, abs=3e-3)


def test_two_levels_of_a_gaussian():
    """K = 2 leaves (1 - 2/π)σ², at ±√(2/π)σ about the mean."""
    q = quantisation.lloyd_max(GaussianMixture([1.0], [3.0], stds=[0.7]), 2)
    assert q.distortion == pytest.approx((1 - 2 / np.pi) * 0.49, rel=1e-13, abs=0)
    np.testing.assert_allclose(q.levels, 3 + 0.7 * np.sqrt(2 / np.pi) * np.array([-1, 1]), rtol=1e-13)


@pytest.mark.parametrize("count", [1, 2, 3, 4, 7, 20])
def test_lloyd_max_is_stationary(count):
    """Levels are cell means, thresholds halfway, masses sum to one."""
    q = quantisation.lloyd_max(P, count)
    assert len(q.levels) == count
    assert q.stationarity < 1e-11
    np.testing.assert_allclose(q.thresholds, (q.levels[1:] + q.levels[:-1]) / 2, rtol=1e-15)
    assert q.masses.sum() == pytest.approx(1, rel=1e-13, abs=0)
    for a, b, level in zip([-30, *q.thresholds], [*q.thresholds, 30], q.levels, strict=True):
        moment = [quad(lambda y, k=k: y**k * P.pdf(y), a, b, limit=200)[0] for k in (0, 1)]
        assert moment[1] / moment[0] == pytest.approx(level, abs=1e-6)


@pytest.mark.parametrize("count", [2, 3, 4, 5])
def test_lloyd_max_is_not_beaten(count):
    """Descent from random levels never ends below the Lloyd-Max distortion, and its best reaches it."""
    best = quantisation.lloyd_max(P, count).distortion
    rng = np.random.default_rng(count)
    loss = lambda c: quantisation.quantise(P, c).distortion  # noqa: E731
    found = [
        minimize(loss, P.sample(count, rng), method="Nelder-Mead", options={"xatol": 1e-7, "fatol": 1e-12}).fun
        for _ in range(12)
    ]
    assert min(found) >= best * (1 - 1e-10)
    assert min(found) == pytest.approx(best, rel=1e-6, abs=0)


@pytest.mark.parametrize("levels", [[0.0], [-2.2, 0.3, 3.1], [-30.0, 0.0, 40.0]])
def test_distortion_by_quadrature(levels):
    """The distortion of any levels is E min_j (Y - c_j)²."""
    q = quantisation.quantise(P, levels)
    assert q.distortion == pytest.approx(distortion_by_quadrature(P, levels), rel=1e-11, abs=0)
    assert q.stationarity > 0.01


def test_cell_masses_by_the_cdf():
    """Masses are differences of the cdf, to all digits in the far upper tail too."""
    q = quantisation.quantise(NORMAL, [-0.3, 7.0, 9.0])
    expected = [NORMAL.cdf(3.35), NORMAL.sf(3.35) - NORMAL.sf(8.0), NORMAL.sf(8.0)]
    np.testing.assert_allclose(q.masses, expected, rtol=1e-12)


def test_partial_moments_by_quadrature():
    """Mass, first and second moment about any centre over finite and infinite intervals."""
    edges, centres = [-np.inf, -2.1, 1.0, np.inf], [0.4, -1.0, 7.0]
    got = np.array(quantisation.partial_moments(P, edges, centres))
    for i, (a, b, c) in enumerate([(-12, -2.1, 0.4), (-2.1, 1.0, -1.0), (1.0, 12, 7.0)]):
        twin = [quad(lambda y, k=k, c=c: (y - c) ** k * P.pdf(y), a, b, epsabs=1e-13)[0] for k in (0, 1, 2)]
        np.testing.assert_allclose(got[:, i], twin, rtol=1e-9)


def test_one_level_leaves_the_variance():
    """A single level is the mean and leaves the variance; a far one pays the squared distance."""
    q = quantisation.lloyd_max(P, 1)
    assert (q.levels[0], q.distortion) == (pytest.approx(P.mean), pytest.approx(P.var))
    assert quantisation.quantise(P, [9.0]).distortion == pytest.approx(P.var + (9 - P.mean) ** 2)


def test_as_many_levels_as_modes_leave_the_within_mode_variance():
    """With K modes apart, K levels leave just less than Σ w_k s_k²."""
    far = GaussianMixture([0.5, 0.3, 0.2], [-20.0, 1.0, 30.0], stds=[0.4, 0.8, 0.3])
    for p in (P, far):
        at_means = quantisation.quantise(p, p.means).distortion
        assert quantisation.lloyd_max(p, 3).distortion <= at_means <= location.within_mode_var(p)
    assert quantisation.lloyd_max(far, 3).distortion == pytest.approx(location.within_mode_var(far), rel=1e-13, abs=0)


@pytest.mark.parametrize(("scale", "shift"), [(1e-3, 5.0), (-40.0, -7.0)])
def test_lloyd_max_moves_with_the_law(scale, shift):
    """Shifting, scaling and mirroring Y moves the levels too; the distortion scales by the square."""
    q = quantisation.lloyd_max(P, 4)
    moved = P.affine(scale, shift)
    r = quantisation.lloyd_max(moved, 4)
    np.testing.assert_allclose(r.levels, np.sort(shift + scale * q.levels), rtol=1e-11)
    assert r.distortion == pytest.approx(scale**2 * q.distortion, rel=1e-9, abs=0)


def test_uniform_distortion():
    """K equal cells of [0, 1] leave 1/(12K²), by integration over one cell."""
    assert quantisation.uniform_distortion(5) == pytest.approx(5 * quad(lambda y: (y - 0.1) ** 2, 0, 0.2)[0])
    assert quantisation.uniform_distortion(1) == pytest.approx(1 / 12)


def test_panter_dite():
    """A Gaussian gives (√3π/2)σ²/K², a mixture its integral cubed; the quantisers tend to it."""
    scaled = GaussianMixture([1.0], [3.0], stds=[0.7])
    assert quantisation.panter_dite(scaled, 10) == pytest.approx(np.sqrt(3) * np.pi / 2 * 0.49 / 100, rel=1e-12, abs=0)
    integral = sum(quad(lambda y: P.pdf(y) ** (1 / 3), a, b, epsabs=1e-13)[0] for a, b in [(-12, -2), (-2, 2), (2, 18)])
    assert quantisation.panter_dite(P, 7) == pytest.approx(integral**3 / (12 * 49), rel=1e-9, abs=0)
    ratios = [quantisation.lloyd_max(P, k).distortion / quantisation.panter_dite(P, k) for k in (8, 24, 72)]
    assert ratios[-1] == pytest.approx(1, abs=0.03)
    assert abs(ratios[0] - 1) > abs(ratios[1] - 1) > abs(ratios[2] - 1)


FLAT = GaussianMixture([1.0], [[0.0, 1.0]], stds=[1.0])
BAD = [
    (lambda: quantisation.partial_moments(P, [0.0, 1.0], [0.5, 0.6]), "edges"),
    (lambda: quantisation.partial_moments(P, [1.0, 0.0], [0.5]), "edges"),
    (lambda: quantisation.partial_moments(P, [0.0, 1.0], [np.inf]), "c"),
    (lambda: quantisation.partial_moments(FLAT, [0.0, 1.0], [0.5]), "p"),
    (lambda: quantisation.uniform_distortion(0), "levels"),
    (lambda: quantisation.lloyd_max(P, 0), "levels"),
    (lambda: quantisation.lloyd_max(FLAT, 2), "p"),
    (lambda: quantisation.quantise(FLAT, [0.0]), "p"),
    (lambda: quantisation.quantise(P, [1.0, 1.0]), "levels"),
    (lambda: quantisation.quantise(P, [[1.0, 2.0]]), "levels"),
    (lambda: quantisation.panter_dite(P, 0), "levels"),
    (lambda: quantisation.panter_dite(FLAT, 2), "p"),
]


@pytest.mark.parametrize(("call", "named"), BAD)
def test_bad_input_is_named(call, named):
    """No levels, equal levels and laws in the plane are refused by name."""
    with pytest.raises(ValueError, match=f"^{named}: "):
        call()
