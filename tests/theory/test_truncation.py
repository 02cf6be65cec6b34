"""Shares of a law after its latent is cut."""

import numpy as np
import pytest
from mpmath import mp
from scipy.special import erf, ndtri

from theory import GaussianMixture, flow, truncation

P = GaussianMixture([0.6, 0.3, 0.1], [-2.0, 1.0, 3.5], stds=[0.5, 0.3, 0.8])


def test_parts_add_up():
    """Bands that share their ends have the share of their union, and all levels have one."""
    assert truncation.share(-np.inf, np.inf, 0.7) == pytest.approx(1.0, rel=1e-12, abs=0)
    parts = truncation.share([-np.inf, -0.5, -0.1], [-0.5, -0.1, np.inf], 0.7)
    assert parts.sum() == pytest.approx(1.0, rel=1e-12, abs=0)


def test_the_middle_is_a_band():
    """The central share is that of the band between the levels (1-g)/2 and (1+g)/2."""
    g = np.array([0.05, 0.4, 0.95])
    np.testing.assert_allclose(
        truncation.central_share(g, 0.8), truncation.share(ndtri((1 - g) / 2), ndtri((1 + g) / 2), 0.8), rtol=1e-12
    )


def test_a_minority_goes_wholly():
    """Beyond c nothing is left, and a wide cut leaves everything where it was."""
    assert truncation.share(1.0, np.inf, 1.0) == 0
    assert truncation.share(ndtri(0.2), ndtri(0.7), 40.0) == pytest.approx(0.5, rel=1e-12, abs=0)


@pytest.mark.parametrize("u", [-3.0, -0.2, 0.999, 2.999])
@pytest.mark.parametrize("wide", [1e-9, 0.01, 0.9, 1.1, 4.0])
def test_narrow_and_far_bands_keep_their_digits(u, wide):
    """Against 40 digits, at c = 3 and wherever the band lies."""
    v = min(u + wide, 3.0)
    with mp.workdps(40):
        exact = (mp.ncdf(v) - mp.ncdf(u)) / mp.erf(3 / mp.sqrt(2))
    assert truncation.share(u, v, 3.0) == pytest.approx(float(exact), rel=1e-12, abs=0)


def test_slope_by_differences():
    """The slope is that of the share, and none where the middle is all there is."""
    h = 1e-6
    seen = (truncation.central_share(0.1, 0.9 + h) - truncation.central_share(0.1, 0.9 - h)) / (2 * h)
    assert truncation.central_slope(0.1, 0.9) == pytest.approx(seen, rel=1e-8, abs=0)
    assert truncation.central_slope(0.9, 0.2) == 0


def test_small_cuts_keep_their_digits():
    """As c → 0 a mass g = εc√(2/π) has the share ε."""
    assert truncation.central_share(0.25 * erf(1e-8 / np.sqrt(2)), 1e-8) == pytest.approx(0.25, rel=1e-12, abs=0)


def test_shares_by_simulation():
    """So it is for 200,000 redrawn latents, to five standard errors."""
    z = np.random.default_rng(3).standard_normal(400_000)
    y = flow.exact_map(P, z[np.abs(z) < 1.1][:200_000])
    share = np.mean((y > -1.0) & (y < 1.0))
    exact = truncation.share(ndtri(P.cdf(-1.0)), ndtri(P.cdf(1.0)), 1.1)
    assert share == pytest.approx(exact, abs=5 * np.sqrt(exact * (1 - exact) / 200_000))
