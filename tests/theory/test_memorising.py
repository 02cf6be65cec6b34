"""The optimal denoiser of a few points, its flow and its bandwidth, against simulation and integration."""

import numpy as np
import pytest
from scipy.integrate import quad, solve_ivp

from theory import memorising
from theory.mixture import GaussianMixture

POINTS = np.array([-1.2, 0.3, 2.0, 2.1])
P = GaussianMixture([0.3, 0.7], [-1.0, 2.0], stds=[0.5, 1.0])


def test_denoiser_is_a_conditional_mean():
    """Of a million noisy points those near x, to five standard errors and what their window blurs."""
    rng = np.random.default_rng(7)
    clean = rng.choice(POINTS, 10**6)
    near = clean[np.abs(clean + 0.8 * rng.normal(size=10**6) - 0.9) < 0.01]
    error = 5 * near.std() / np.sqrt(len(near)) + 1e-3
    assert memorising.denoise(POINTS, 0.9, 0.8) == pytest.approx(near.mean(), abs=error)


def test_denoiser_far_out_and_at_little_noise():
    """The nearest point, without a warning; x - D over σ keeps its digits at a point."""
    assert memorising.denoise(POINTS, [1e6, -1e6, 0.4], 1e-3) == pytest.approx([2.1, -1.2, 0.3])
    assert memorising.velocity([0.5], 0.5 + 1e-12, 1e-9) == pytest.approx(1e-3, rel=1e-3)
    assert memorising.velocity(POINTS, 0.9, 0.8) == pytest.approx((0.9 - memorising.denoise(POINTS, 0.9, 0.8)) / 0.8)


def test_flow_ends_at_the_kernel_estimate():
    """Integrated from σ = 5 to 0.3, the ODE carries quantiles of one kernel estimate to those of the other."""
    levels = np.array([0.05, 0.3, 0.6, 0.95])
    start = memorising.kernel_estimate(POINTS, 5.0).ppf(levels)
    path = solve_ivp(lambda s, x: memorising.velocity(POINTS, x, s), (5.0, 0.3), start, rtol=1e-10, atol=1e-12)
    assert path.y[:, -1] == pytest.approx(memorising.kernel_estimate(POINTS, 0.3).ppf(levels), abs=1e-7)


def test_copy_error_bounds_the_distance():
    """|D - nearest| lies below it, and it vanishes with the noise."""
    for x in np.linspace(-3, 4, 50):
        nearest = POINTS[np.abs(x - POINTS).argmin()]
        away, gaps = np.abs(POINTS - nearest), np.maximum((x - POINTS) ** 2 - (x - nearest) ** 2, 0)
        for std in (2.0, 0.5, 0.1):
            off = abs(memorising.denoise(POINTS, x, std) - nearest)
            assert off <= memorising.copy_error(away, gaps, std) + 1e-12
    assert memorising.copy_error([1.0, 2.0], [0.3, 0.0], 0.01) == pytest.approx(2.0)


@pytest.mark.parametrize("std", [0.05, 0.4, 20.0])
def test_held_out_bound_by_integration(std):
    """Below the loss; the integral of the distance to the nearest point by quadrature."""
    estimate = memorising.kernel_estimate(POINTS, std)
    loss = quad(lambda x: -P.pdf(x) * estimate.logpdf(x), -9, 12, limit=400, epsabs=1e-9)[0]
    near = quad(lambda x: P.pdf(x) * np.min((x - POINTS) ** 2), -9, 12, limit=400, points=[-0.45, 1.15, 2.05])[0]
    bound = memorising.held_out_bound(P, POINTS, std)
    assert bound == pytest.approx(np.log(std * np.sqrt(2 * np.pi)) + near / (2 * std**2), rel=1e-8)
    assert bound <= loss <= bound + np.log(4) + 1e-9 + 10 / std**2


def test_one_point():
    """Least at √(1+x²), where it is ln √(1+x²)."""
    best = memorising.one_point_bandwidth([0.0, 1.5, -3.0])
    at = memorising.one_point_divergence([0.0, 1.5, -3.0], best)
    assert at == pytest.approx(np.log(best), abs=1e-14)
    assert (memorising.one_point_divergence([0.0, 1.5, -3.0], best * 1.01) > at).all()


BAD = [
    (lambda: memorising.kernel_estimate([[1.0]], 1.0), "points"),
    (lambda: memorising.denoise(POINTS, 0.1, 0.0), "std"),
    (lambda: memorising.velocity([], 0.1, 1.0), "points"),
    (lambda: memorising.copy_error([1.0], [0.1, 0.2], 1.0), "gaps"),
    (lambda: memorising.held_out_bound(P, POINTS, -1.0), "std"),
    (lambda: memorising.one_point_divergence(0.1, 0.0), "std"),
    (lambda: memorising.one_point_bandwidth(np.inf), "x"),
]


@pytest.mark.parametrize(("call", "named"), BAD)
def test_bad_input_is_named(call, named):
    """Points and noises out of range are refused by name."""
    with pytest.raises(ValueError, match=f"^{named}: "):
        call()
