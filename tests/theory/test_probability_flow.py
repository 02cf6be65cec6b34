"""Denoiser and probability flow: Tweedie by integration, the ODE integrated to high order, and its fixed start error."""

import numpy as np
import pytest
from scipy.integrate import quad, solve_ivp
from scipy.optimize import brentq
from scipy.special import ndtr
from scipy.stats import norm

from theory import probability_flow as pf
from theory.mixture import GaussianMixture

P = GaussianMixture([0.6, 0.3, 0.1], [-2.0, 1.0, 3.5], stds=[0.5, 0.3, 0.8])
PLANE = GaussianMixture([0.7, 0.3], [[1.0, -2.0], [-1.0, 0.5]], stds=[0.4, 0.7])
X = np.array([-3.0, -0.4, 0.8, 4.0])


@pytest.mark.parametrize("std", [0.3, 1.0, 4.0])
def test_tweedie_is_the_posterior_mean(std):
    """E[X | X+σN = x] by integration over X, by the score, and by the mixture's own denoiser."""
    for x in X:
        weight = lambda y, x=x: P.pdf(y) * np.exp(-((x - y) ** 2) / (2 * std**2))  # noqa: E731
        integral = lambda f, w=weight: sum(quad(lambda y: f(y) * w(y), a, a + 1, epsabs=1e-15)[0] for a in range(-7, 9))  # noqa: E731
        assert pf.tweedie(P, x, std) == pytest.approx(integral(lambda y: y) / integral(lambda y: 1.0), rel=1e-8, abs=0)
    np.testing.assert_allclose(pf.tweedie(P, X, std), P.denoise(X, std), rtol=1e-11)
    points = np.array([[0.3, -1.0], [2.0, 2.0]])
    np.testing.assert_allclose(pf.tweedie(PLANE, points, std), PLANE.denoise(points, std), rtol=1e-11)


def test_denoiser_forgets_everything_at_large_noise():
    """D → EX as σ → ∞: the one-step denoiser is the mean."""
    np.testing.assert_allclose(pf.tweedie(P, X, 1e4), P.mean, atol=1e-5)


def test_drift_moves_against_the_noise():
    """dx/dσ = -σ ∇ln p_σ, in one dimension and in two."""
    np.testing.assert_allclose(pf.drift(P, X, 0.7), -0.7 * P.smooth(0.7).score(X), rtol=1e-10)
    points = np.array([[0.3, -1.0], [2.0, 2.0]])
    np.testing.assert_allclose(pf.drift(PLANE, points, 0.7), -0.7 * PLANE.smooth(0.7).score(points), rtol=1e-10)


def test_one_euler_step_is_the_denoiser():
    """A single step to σ = 0 is D itself: one-shot regression."""
    np.testing.assert_allclose(pf.euler(P, X, [2.5, 0.0]), P.denoise(X, 2.5), rtol=1e-13)


def test_two_euler_steps_by_hand():
    """Each step uses the drift at its own start."""
    half = X - 1.0 * pf.drift(P, X, 2.0)
    np.testing.assert_allclose(pf.euler(P, X, [2.0, 1.0, 0.4]), half - 0.6 * pf.drift(P, half, 1.0), rtol=1e-14)


@pytest.mark.parametrize(("start", "end"), [(3.0, 0.05), (0.5, 2.0)])
def test_exact_map_is_the_flow(start, end):
    """Integrating the ODE to high order, down or up in noise, ends on the quantile map."""
    ode = solve_ivp(lambda s, x: pf.drift(P, x, s), (start, end), X, rtol=1e-10, atol=1e-11)
    np.testing.assert_allclose(pf.exact_map(P, X, start, end), ode.y[:, -1], atol=1e-7)


def test_exact_map_carries_the_noisy_law_onto_p():
    """F_p(map(x)) = F_{p_σ}(x), relatively in both tails, and it inverts itself."""
    noisy = P.smooth(3.0)
    x = np.array([-25.0, -1.0, 0.3, 20.0])
    y = pf.exact_map(P, x, 3.0)
    np.testing.assert_allclose(P.cdf(y[:3]), noisy.cdf(x[:3]), rtol=1e-10)
    np.testing.assert_allclose(P.sf(y[2:]), noisy.sf(x[2:]), rtol=1e-10)
    np.testing.assert_allclose(pf.exact_map(P, y, 0.0, 3.0), x, rtol=1e-9)


def test_euler_converges_to_the_exact_map():
    """On geometric levels the error halves with the step."""
    error = []
    for n in (200, 400):
        levels = np.append(np.geomspace(5.0, 1e-3, n), 0.0)
        error.append(np.abs(pf.euler(P, X, levels) - pf.exact_map(P, X, 5.0)).max())
    assert error[0] < 0.1
    assert error[0] / error[1] == pytest.approx(2, rel=0.15, abs=0)


def test_start_error_remains():
    """Started from N(0, σ²), the law on arrival differs from p by the stated distance, of order EX/√(2π)σ."""
    std = 20.0
    n = std * np.linspace(-8, 8, 40001)
    arrived = ndtr(n / std)  # cdf of the arrivals at their own positions
    assert pf.start_error(P, std) == pytest.approx(
        np.abs(arrived - P.cdf(pf.exact_map(P, n, std))).max(), rel=1e-5, abs=0
    )
    # At the largest difference the two densities are equal.
    noisy = P.smooth(std)
    x = brentq(lambda t: noisy.pdf(t) - norm.pdf(t, scale=std), -15.0, 15.0, xtol=1e-13)
    assert pf.start_error(P, std) == pytest.approx(abs(ndtr(x / std) - noisy.cdf(x)), rel=1e-12, abs=0)
    shifted = P.affine(1, 3)
    assert pf.start_error(shifted, 1e3) == pytest.approx(shifted.mean / (np.sqrt(2 * np.pi) * 1e3), rel=0.01, abs=0)


BAD = [
    (lambda: pf.tweedie(P, 0.0, 0.0), "std"),
    (lambda: pf.drift(P, 0.0, 0.0), "std"),
    (lambda: pf.euler(P, X, [1.0, 1.0]), "stds"),
    (lambda: pf.euler(P, X, [1.0, -0.1]), "stds"),
    (lambda: pf.exact_map(PLANE, 0.0, 1.0), "p"),
    (lambda: pf.exact_map(P, np.nan, 1.0), "x"),
    (lambda: pf.exact_map(P, 0.0, -1.0), "start_std"),
    (lambda: pf.exact_map(P, 0.0, 1.0, -1.0), "end_std"),
    (lambda: pf.start_error(PLANE, 1.0), "p"),
    (lambda: pf.start_error(P, 0.0), "std"),
]


@pytest.mark.parametrize(("call", "named"), BAD)
def test_bad_input_is_named(call, named):
    """Noise levels that do not fall and laws in the plane are refused by name."""
    with pytest.raises(ValueError, match=f"^{named}: "):
        call()


def test_the_exact_map_keeps_its_digits_where_tails_underflow():
    """Towards one Gaussian it is a straight line, however far out; of a mixture the widest mode leads there."""
    z = np.array([-1e6, -200.0, -39.0, 39.0, 200.0, 1e6])
    one = GaussianMixture([1.0], [0.3], stds=[0.5])
    np.testing.assert_allclose(pf.exact_map(one, 0.3 + z * np.hypot(0.5, 2.0), 2.0), 0.3 + 0.5 * z, rtol=1e-14)
    two = GaussianMixture([0.4, 0.6], [-1.0, 2.0], stds=[0.5, 0.7])
    there = pf.exact_map(two, z * 3.0, 2.0)
    np.testing.assert_allclose(pf.exact_map(two, there, 0.0, 2.0), z * 3.0, rtol=1e-13)
