"""Precision-recall curves: closed forms against sums over cells, and the symmetry between p and q."""

import numpy as np
import pytest

from theory import prd

SLOPES = prd.slopes(41)


def test_slopes_are_tangents_of_equal_angles():
    """The grid is symmetric under λ → 1/λ and has λ = 1 in its middle."""
    assert SLOPES[20] == pytest.approx(1)
    np.testing.assert_allclose(SLOPES * SLOPES[::-1], 1, rtol=1e-12)
    np.testing.assert_allclose(np.diff(np.arctan(SLOPES)), np.pi / 84, rtol=1e-10)


def test_curve_by_loops():
    """α = Σ min(λp, q), β = Σ min(p, q/λ)."""
    p, q = np.array([0.2, 0.5, 0.3]), np.array([0.6, 0.0, 0.4])
    precision, recall = prd.curve(p, q, SLOPES)
    for i, s in enumerate(SLOPES):
        assert precision[i] == pytest.approx(sum(min(s * a, b) for a, b in zip(p, q, strict=True)))
        assert recall[i] == pytest.approx(sum(min(a, b / s) for a, b in zip(p, q, strict=True)))


def test_swapping_laws_swaps_precision_and_recall():
    """The curve of (q, p) at 1/λ is the mirrored curve of (p, q) at λ."""
    p, q = np.random.default_rng(0).dirichlet(np.ones(7), size=2)
    precision, recall = prd.curve(p, q, SLOPES)
    swapped = prd.curve(q, p, 1 / SLOPES)
    np.testing.assert_allclose(swapped, (recall, precision), rtol=1e-12)


@pytest.mark.parametrize("w", [0.1, 0.6])
def test_drop_and_invent_on_cells(w):
    """Dropping the first cell, or inventing it, gives the closed curves."""
    rest = np.array([0.0, 0.3, 0.7])
    mixed = np.append(w, (1 - w) * rest[1:])
    np.testing.assert_allclose(prd.drop(w, SLOPES), prd.curve(mixed, rest, SLOPES), rtol=1e-12)
    np.testing.assert_allclose(prd.invent(w, SLOPES), prd.curve(rest, mixed, SLOPES), rtol=1e-12)


def test_extremes_of_drop_and_invent():
    """Dropping keeps precision 1 up to recall 1-w; inventing recall 1 up to precision 1-w."""
    precision, recall = prd.drop(0.3, SLOPES)
    assert (precision.max(), recall.max()) == pytest.approx((1, 0.7))
    precision, recall = prd.invent(0.3, SLOPES)
    assert (precision.max(), recall.max()) == pytest.approx((0.7, 1))


@pytest.mark.parametrize("factor", [1.2, 4.0])
def test_blur_by_fine_cells(factor):
    """A Gaussian against its blur on 20001 cells, wherever the centre."""
    x = np.linspace(-30, 30, 20001)
    p, q = np.exp(-(x**2) / 2), np.exp(-((x / factor) ** 2) / 2)
    np.testing.assert_allclose(
        prd.gaussian_blur(factor, np.log(SLOPES)), prd.curve(p / p.sum(), q / q.sum(), SLOPES), rtol=1e-5
    )


@pytest.mark.parametrize("factor", [1.2, 4.0])
def test_planar_blur_by_rings(factor):
    """A Gaussian of the plane against its blur, on 20001 rings about its mean."""
    r = np.linspace(0, 30, 20001) + 7.5e-4
    p, q = r * np.exp(-(r**2) / 2), r * np.exp(-((r / factor) ** 2) / 2)
    np.testing.assert_allclose(
        prd.planar_blur(factor, np.log(SLOPES)), prd.curve(p / p.sum(), q / q.sum(), SLOPES), rtol=1e-5
    )


def test_f_scores():
    """F_{1/8} weighs precision, F_8 recall; the mean of equal numbers is that number."""
    precision, recall = prd.drop(0.3, prd.slopes(1001))
    by_precision, by_recall = prd.f_scores(precision, recall)
    assert by_precision == pytest.approx(65 / 64 * 0.7 / (1 / 64 + 0.7), rel=1e-3, abs=0)
    assert by_recall == pytest.approx(65 * 0.7 / (64 + 0.7), rel=1e-3, abs=0)
    assert prd.f_scores([0.4], [0.4], 3.0) == pytest.approx((0.4, 0.4))
    assert prd.f_scores([0.0], [0.0]) == (0, 0)


BAD = [
    (lambda: prd.slopes(0), "count"),
    (lambda: prd.curve([0.5, 0.6], [0.5, 0.5], 1.0), "p"),
    (lambda: prd.curve([0.5, 0.5], [1.0], 1.0), "q"),
    (lambda: prd.curve([1.0], [1.0], 0.0), "slope"),
    (lambda: prd.drop(0.0, 1.0), "w"),
    (lambda: prd.invent(1.0, 1.0), "w"),
    (lambda: prd.gaussian_blur(1.0, 1.0), "factor"),
    (lambda: prd.gaussian_blur(2.0, np.nan), "log_slope"),
    (lambda: prd.planar_blur(1.0, 1.0), "factor"),
    (lambda: prd.f_scores([np.nan], [0.5]), "precision"),
    (lambda: prd.f_scores([0.5], [0.5], 0.0), "weight"),
]


@pytest.mark.parametrize(("call", "named"), BAD)
def test_bad_input_is_named(call, named):
    """Laws, shares and slopes out of range are refused by name."""
    with pytest.raises(ValueError, match=f"^{named}: "):
        call()
