"""A Gaussian moved along the pair: slopes and curvatures against differences of the divergences, minima against descents."""

import numpy as np
import pytest

from theory import GaussianMixture, divergence, projection, symmetric_pair, translation

H = 2e-3


def value(name, r, mean, weight=None):
    """D(p, q) for a moved Gaussian, or for a pair of other weights."""
    q = GaussianMixture([1.0], [mean], stds=[1.0]) if weight is None else symmetric_pair(r, 1.0, weight)
    return getattr(divergence, name)(symmetric_pair(r, 1.0), q).value


@pytest.mark.parametrize("name", translation.NAMES)
@pytest.mark.parametrize(("r", "mean"), [(0.7, 0.3), (2.1, 0.0), (2.1, 2.1), (3.0, -1.2), (3.0, 4.0)])
def test_slope_and_curvature_are_differences(name, r, mean):
    """Of the divergence itself, by central differences of fourth order."""
    f = [value(name, r, mean + k * H) for k in (-2, -1, 0, 1, 2)]
    slope = (f[0] - 8 * f[1] + 8 * f[3] - f[4]) / (12 * H)
    curvature = (-f[0] + 16 * f[1] - 30 * f[2] + 16 * f[3] - f[4]) / (12 * H**2)
    assert translation.slope(name, r, mean) == pytest.approx(slope, rel=1e-8, abs=1e-10)
    assert translation.curvature(name, r, mean) == pytest.approx(curvature, rel=1e-6, abs=1e-8)


def test_slopes_are_odd_and_curvatures_even():
    """Mirroring the pair changes nothing but the sign of the mean."""
    for name in translation.NAMES:
        assert translation.slope(name, 2.3, -0.8) == pytest.approx(-translation.slope(name, 2.3, 0.8), rel=1e-12)
        assert translation.curvature(name, 2.3, -0.8) == pytest.approx(translation.curvature(name, 2.3, 0.8), rel=1e-12)


@pytest.mark.parametrize("r", [1.7, 2.0, 3.0, 4.0])
def test_the_offset_is_where_a_descent_ends(r):
    """The minimum of fixed width that `projection` finds from the mode."""
    fit = projection.best_gaussian(symmetric_pair(r, 1.0), "js", std=1.0, starts=[(r, 1.0)])
    assert r - translation.offset(r) == pytest.approx(fit.mean, rel=1e-7)


def test_far_away_the_limits_are_reached():
    """Slope, offset and pull of the weight at r = 12, where no divergence could be subtracted."""
    r = 12.0
    assert translation.slope_floor(r) < translation.slope("js", r, r) < translation.far_slope(r)
    assert translation.offset(r) == pytest.approx(6 * translation.slope("js", r, r), rel=1e-12)
    assert translation.far_offset(r) == pytest.approx(translation.offset(r), rel=0.01)
    assert translation.share_slope(r) == pytest.approx(translation.far_share_slope(r), rel=1e-12)


def test_share_slope_is_a_difference():
    """Of JS as the other mode gets a little weight; r small, for the slope holds up to weights of e^{-2r²}."""
    r, h = 0.8, 1e-5
    at = [value("js", r, 0.0, k * h if k else 1e-300) for k in (0, 1, 2)]
    assert translation.share_slope(r) == pytest.approx((4 * at[1] - 3 * at[0] - at[2]) / (2 * h), rel=1e-4)


@pytest.mark.parametrize("name", ["js", "reverse_kl", "nonsaturating"])
def test_the_curvature_changes_sign_at_the_pitchfork(name):
    """Positive before, negative behind; and only from there on JS has a minimum off the centre."""
    r = translation.pitchfork(name)
    assert translation.curvature(name, r * (1 - 1e-9), 0.0) > 0 > translation.curvature(name, r * (1 + 1e-9), 0.0)
    if name == "js":
        assert 0 < r * 1.001 - translation.offset(r * 1.001) < 0.2
        with pytest.raises(ValueError, match=r"^r: expected a separation above 1.62624"):
            translation.offset(r * 0.999)


def test_maximum_likelihood_has_no_pitchfork():
    """KL(p‖q) is a parabola in the mean."""
    with pytest.raises(ValueError, match=r"^name: "):
        translation.pitchfork("kl")
    np.testing.assert_allclose([translation.curvature("kl", r, 0.0) for r in (0.5, 3.0)], 1.0, rtol=0)
