"""Where guided scores lead: limits, orders, and the constants of strong guidance against another integration."""

from itertools import pairwise

import numpy as np
import pytest
from scipy.integrate import solve_ivp

from theory import guidance

RATIOS, GAMMAS = np.geomspace(1e-4, 1e4, 9)[:, None], np.linspace(-3.0, 8.0, 23)


@pytest.mark.parametrize("law", [guidance.ode_variance, guidance.sde_variance, guidance.tilted_variance])
@pytest.mark.parametrize("gamma", [0.0, 1.0])
def test_without_guidance_all_three_are_the_model(law, gamma):
    """γ = 1 gives the class, γ = 0 all data."""
    assert law(0.7, RATIOS, gamma) == pytest.approx(0.7 * RATIOS ** (1 - gamma), rel=1e-12)


def test_the_sde_by_its_textbook_formula():
    """Away from γ = ½ and ρ = 1 the stable form is the plain one; at γ = ½ it is s²ρ ln ρ/(ρ-1)."""
    k, g = np.meshgrid([0.1, 0.9, 1.1, 7.0], [-3.0, 0.3, 2.0, 6.0])
    plain = k ** (2 - 2 * g) * (k ** (2 * g - 1) - 1) / ((2 * g - 1) * (k - 1))
    assert guidance.sde_variance(1.0, k, g) == pytest.approx(plain, rel=1e-11)
    assert guidance.sde_variance(1.0, 4.0, 0.5) == pytest.approx(4 * np.log(4) / 3, rel=1e-14)
    assert np.isfinite(guidance.sde_variance(1e75, RATIOS, [-20.0, 20.0])).all()


def test_beyond_one_the_ode_is_the_narrowest():
    """For γ > 1 and wider data: ODE below SDE and below the tilted law, and all below the class."""
    k, g = np.geomspace(1.01, 1e4, 40)[:, None], np.linspace(1.01, 19.0, 40)
    ode, others = guidance.ode_variance(1.0, k, g), (guidance.sde_variance, guidance.tilted_variance)
    assert all(((ode < law(1.0, k, g)) & (law(1.0, k, g) < 1)).all() for law in others)


def by_runge_kutta(weight):
    """k and κ by a Runge-Kutta pair of order 8."""
    c = np.log(weight / (1 - weight)) / 2

    def rates(t, y):
        tanh = np.tanh(y[0] * t + c)
        return 1 - tanh, t * (1 - tanh**2)

    k, spread = solve_ivp(rates, (0, 80), (0.0, 0.0), method="DOP853", rtol=1e-12, atol=1e-13).y[:, -1]
    return k, np.exp(-spread)


@pytest.mark.parametrize("weight", [0.1, 0.5, 0.8])
def test_constants_of_strong_guidance(weight):
    """The balls contain what another integrator finds to ten digits."""
    for ball, seen in zip((guidance.strong_shift, guidance.strong_width), by_runge_kutta(weight), strict=True):
        assert abs(ball(weight).value - seen) <= ball(weight).error + 1e-10
        assert ball(weight).error < 1e-10
        assert ball(weight).kind == "enclosed"


def test_published_constants():
    """k and κ of equal shares to ten digits, and the median at r = 4, γ = 8."""
    assert guidance.strong_shift().value == pytest.approx(0.93329475101, abs=5e-12)
    assert guidance.strong_width().value == pytest.approx(0.38871592333, abs=5e-12)
    assert guidance.quantile(0.0, 4.0, 8.0) == pytest.approx(6.2080, abs=5e-5)
    assert guidance.quantile(0.0, 4.0, 8.0, start_std=80.0) == pytest.approx(6.0420, abs=5e-5)


def test_strong_guidance_approaches_its_law():
    """(x - a)/s - k√(γ-1) falls like 1/√(γ-1), and quantiles come to κ of their distance."""
    k, width, r = guidance.strong_shift().value, guidance.strong_width().value, 3.0
    off = [guidance.quantile(0.0, r, g) - r - k * np.sqrt(g - 1) for g in (100.0, 400.0, 1600.0)]
    assert off[0] / off[1] == pytest.approx(2.0, rel=0.03)
    assert off[1] / off[2] == pytest.approx(2.0, rel=0.03)
    gap = guidance.quantile(0.5, r, 1e4) - guidance.quantile(-0.5, r, 1e4)
    assert gap == pytest.approx(width, rel=1e-2)


@pytest.mark.parametrize("weight", [0.0, 0.3, 0.9])
def test_stronger_guidance_goes_farther_and_closes_up(weight):
    """Medians rise with γ; gaps between quantiles fall, but of a class without a share, which moves as a whole."""
    ends = np.array([[guidance.quantile(z, 2.0, g, weight) for g in (1.0, 1.5, 3.0, 8.0)] for z in (-1.0, 0.0, 1.0)])
    assert (np.diff(ends, axis=1) > 0).all()
    closing = np.diff(np.diff(ends, axis=0), axis=1)
    assert (closing < 0).all() if weight else closing == pytest.approx(0, abs=1e-12)


def test_guided_samples_have_these_variances():
    """Euler-Maruyama and Euler steps over 4000 levels from σ = 200, 40,000 paths: within 4 %."""
    rng, k, gamma = np.random.default_rng(0), 4.0, 2.5
    t = np.geomspace(4e4, 1e-4, 4000)
    sde = ode = 200 * rng.standard_normal(40_000)
    for high, low in pairwise(t):
        pull, h = gamma / (1 + high) + (1 - gamma) / (k + high), high - low
        sde = sde * (1 - h * pull) + np.sqrt(h) * rng.standard_normal(len(sde))
        ode = ode * (1 - h * pull / 2)
    assert sde.var() == pytest.approx(guidance.sde_variance(1.0, k, gamma), rel=0.04)
    assert ode.var() == pytest.approx(guidance.ode_variance(1.0, k, gamma), rel=0.04)


def test_guidance_by_a_worse_version_is_the_ode():
    """ln(Var/s²) by the variance that the ODE ends with, and 0 at the exact strength."""
    good, bad = np.array([0.3, 1.7, 1e-70])[:, None], np.array([0.2, 5.0, 1e70])
    for gamma in (1.0, 1.5, 3.0):
        error = np.log(guidance.ode_variance(good[:2], bad[:2] / good[:2], gamma) / 0.9)
        assert guidance.log_error(0.9, good[:2], bad[:2], gamma) == pytest.approx(error, rel=1e-12)
    best = guidance.exact_strength(0.9, 1.7, 2.5)
    assert guidance.log_error(0.9, 1.7, 2.5, best) == pytest.approx(0, abs=1e-14)
    assert guidance.log_error(0.9, 1.7, 2.5, 2 * best - 1) == pytest.approx(-np.log(1.7 / 0.9), rel=1e-12)
