"""Thin images: boxes that cover them, the event that tells, Hilbert's curve on grids."""

import numpy as np
import pytest
from scipy.special import ndtr, rel_entr

from theory import hilbert, thin_images


def js(p, q):
    """½ Σ p ln p/m + ½ Σ q ln q/m."""
    m = (p + q) / 2
    return float(rel_entr(p, m).sum() + rel_entr(q, m).sum()) / 2


@pytest.mark.parametrize(("latents", "dim"), [(1, 2), (2, 3), (2, 2)])
def test_boxes_of_a_random_map_cover_it(latents, dim):
    """Images of random points of every small cube stay in its box, and the boxes' volumes add up."""
    rng = np.random.default_rng(dim)
    W, n, R = rng.normal(size=(dim, latents)), 5, 1.7
    L = np.abs(W).sum(axis=1).max()
    z = rng.uniform(-R, R, (4000, latents))
    centre = (np.floor((z + R) / (2 * R) * n) + 0.5) * 2 * R / n - R
    assert np.abs(np.abs(z) @ W.T - np.abs(centre) @ W.T).max() <= L * R / n
    assert thin_images.covered_volume(latents, dim, L, R, n) == pytest.approx(
        n**latents * (2 * L * R / n) ** dim, rel=1e-12
    )


def test_boxes_tell_as_coins_do():
    """Their mass under the density against the cube's under the generator."""
    alpha, tau = 0.3 * 16 / 5, 2 * ndtr(-1.0)
    found = thin_images.boxed_js(1, 2, 2.0, 1.0, 0.3, 5)
    assert found == pytest.approx(js(np.array([alpha, 1 - alpha]), np.array([1 - tau, tau])), rel=1e-13)


def test_volume_vanishes_only_with_fewer_latents():
    """Ten times as many cells: a tenth for a curve in the plane, a hundredth in space, no less for a plane in the plane."""
    for dim, ratio in ((2, 10), (3, 100), (1, 1)):
        few, many = (thin_images.covered_volume(1, dim, 2.0, 3.0, n) for n in (7, 70))
        assert few / many == pytest.approx(ratio, rel=1e-12)


def test_escaping_mass_is_that_of_a_cube():
    """1 - (2Φ(R)-1)^k, with digits far out."""
    assert thin_images.escaping(3, 1.3) == pytest.approx(1 - (2 * ndtr(1.3) - 1) ** 3, rel=1e-13)
    assert thin_images.escaping(4, 12.0) == pytest.approx(8 * ndtr(-12.0), rel=1e-12, abs=0)


@pytest.mark.parametrize(
    ("alpha", "tau"), [(0.3, 0.2), (0.0, 0.4), (0.7, 0.3), (1.0, 0.0), (0.0, 0.0), (1.0, 1.0), (1e-9, 1e-12)]
)
def test_event_js_is_that_of_two_coins(alpha, tau):
    """Against the sum over both sides; ln 2 where the event decides, 0 where it says nothing."""
    slow = js(np.array([alpha, 1 - alpha]), np.array([1 - tau, tau]))
    assert thin_images.event_js(alpha, tau) == pytest.approx(slow, rel=1e-12, abs=1e-15)


def test_event_js_survives_rounding():
    """Shares of an event that are each other's complement up to the last digit."""
    a = np.random.default_rng(0).uniform(0, 1, 2000) ** 8
    assert np.isfinite(thin_images.event_js(a, 1 - a * (1 - 1e-16))).all()
    assert np.isfinite(thin_images.event_js(a, 1 - np.roll(a, 1))).all()


@pytest.mark.parametrize(("order", "refinement"), [(1, 1), (3, 1), (1, 3), (2, 5), (3, 3)])
def test_curve_on_grid_counts_its_time(order, refinement):
    """The formula equals JS of the times that a fine walk along the curve spends in the cells."""
    pieces = 400
    t = (np.arange((4**order - 1) * pieces) + 0.5) / ((4**order - 1) * pieces)
    side = refinement * 2**order
    cell = np.floor(hilbert.curve(t, order) * side).astype(int)
    time = np.bincount(cell @ [side, 1], minlength=side**2) / len(t)
    slow = js(np.full(side**2, 1 / side**2), time)
    assert thin_images.curve_on_grid(order, refinement) == pytest.approx(slow, abs=3e-4 if refinement > 1 else 1e-9)


def test_limits_do_not_commute():
    """At its own resolution the curve looks uniform, seen closely it is a line."""
    assert thin_images.curve_on_grid(12) < 1e-8
    assert thin_images.curve_on_grid(2, 100_001) == pytest.approx(np.log(2), abs=1e-4)


BAD = [
    (lambda: thin_images.covered_volume(0, 2, 1.0, 1.0, 3), "latents"),
    (lambda: thin_images.covered_volume(1, 2, 0.0, 1.0, 3), "lipschitz"),
    (lambda: thin_images.covered_volume(1, 2, 1.0, 1.0, 0), "cells"),
    (lambda: thin_images.escaping(1, 0.0), "radius"),
    (lambda: thin_images.event_js(1.1, 0.0), "alpha"),
    (lambda: thin_images.event_js(0.1, -0.1), "tau"),
    (lambda: thin_images.curve_on_grid(0), "order"),
    (lambda: thin_images.curve_on_grid(1, 2), "refinement"),
]


@pytest.mark.parametrize(("call", "named"), BAD)
def test_bad_input_is_named(call, named):
    """Sizes and masses out of range are refused by name."""
    with pytest.raises(ValueError, match=f"^{named}: "):
        call()


def test_the_event_that_hardly_tells_keeps_its_digits():
    """JS of coins at α and 1-τ = α + d is d²/(8α(1-α)) up to a third power of d, which the entropies lose."""
    for d in (1e-6, 1e-9, 1e-12):
        a = 0.3
        t = 1 - (a + d)
        apart = 1 - t - a
        assert thin_images.event_js(a, t) == pytest.approx(apart**2 / (8 * a * (1 - a)), rel=2 * d + 1e-12)
