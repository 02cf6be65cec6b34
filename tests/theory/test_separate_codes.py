"""Costs of codes that are kept apart, against sums and the closed forms of two modes."""

import numpy as np
import pytest

from theory import encoder_noise, separate_codes


@pytest.mark.parametrize(("spacing", "modes"), [(0.7, 2), (3.0, 5), (6.5, 12)])
def test_line_rate_is_the_mean_divergence_at_the_line_scale(spacing, modes):
    """No other scale is cheaper, and that of unit variance attains it."""
    means = spacing * (np.arange(modes) - (modes - 1) / 2)
    rate = lambda s: np.mean(encoder_noise.rate(means * s, s**2))  # noqa: E731
    s = float(separate_codes.line_scale(spacing, modes))
    assert rate(s) == pytest.approx(float(separate_codes.line_rate(spacing, modes)), rel=1e-13, abs=0)
    assert min(rate(0.99 * s), rate(1.01 * s)) > rate(s)


def test_overhead_is_what_many_codes_cost_beyond_ln_k():
    """It is approached like 1/K²."""
    gap = separate_codes.line_rate(7.3, 10**5) - np.log(10**5)
    assert separate_codes.line_overhead(7.3) == pytest.approx(gap, rel=0, abs=1e-9)


@pytest.mark.parametrize("u", [3.0, 20.0, 1e4])
def test_bounds_on_two_modes(u):
    """At γ = 2 ln u the cost is below its bound; at the best γ the coupling and the blur obey theirs."""
    gamma = np.linspace(0.01, 60, 200_001)
    cost = u / 2 * encoder_noise.error(1.0, gamma) + np.log1p(gamma) / 2
    best = gamma[cost.argmin()]
    assert np.interp(2 * np.log(u), gamma, cost) < separate_codes.apart_cost_at(np.log(u))
    assert cost.min() < separate_codes.merging_cost(u)
    assert separate_codes.least_coupling(best) < u
    assert best < 1.3 or u < separate_codes.largest_coupling(best)
    assert u * encoder_noise.error(1.0, best) < separate_codes.largest_blur(best)


def test_bounds_are_tight():
    """To 1 % at γ = 100, where E sech³ is nearly its limit."""
    gamma, h = 100.0, 1e-3
    fall = (encoder_noise.error(1.0, gamma - h) - encoder_noise.error(1.0, gamma + h)) / (2 * h)
    assert separate_codes.least_coupling(gamma) * (1 + gamma) * fall == pytest.approx(1, rel=0.01)
    assert separate_codes.largest_coupling(gamma) * (1 + gamma) * fall == pytest.approx(1, rel=0.02)
    ratio = encoder_noise.error(1.0, gamma) / ((1 + gamma) * fall)
    assert separate_codes.largest_blur(gamma) == pytest.approx(ratio, rel=0.02)
