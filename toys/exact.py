"""The exact members of each family of learners: closed forms that can stand wherever a trained network does.

    denoiser        D(y, σ) = E[x | x + σε = y]
    discriminator   logit D(x) = ln p(x) - ln q(x), so that σ(D) = p/(p+q)
    velocity        v(x, t) = E[x₁ - x₀ | (1-t)x₀ + t x₁ = x], x₀ ~ N(0, I) independent of x₁ ~ target, 0 ≤ t < 1

All take rows (n, dim), the fields also a number σ or t, and go with `toys.ode` like the trained ones. The exact
regressors are `conditional_mean` and `conditional_median` of a target; the exact linear VAE is `theory.water_filling`.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from theory import GaussianMixture
from toys.doors import require
from toys.targets.target import Target

Field = Callable[[np.ndarray, float], np.ndarray]


def denoiser(target: Target) -> Field:
    """The posterior mean of a mixture target under Gaussian noise of deviation σ."""
    mixture = _mixture(target)

    def denoise(y: np.ndarray, std: float) -> np.ndarray:
        return mixture.denoise(y[:, 0] if mixture.scalar else y, std).reshape(y.shape)

    return denoise


def score_flow(target: Target) -> Field:
    """The slope (x - D(x, σ))/σ of the probability-flow ODE dx/dσ."""
    denoise = denoiser(target)
    return lambda x, std: (x - denoise(x, std)) / std


def discriminator(real: Target, fake: Target) -> Callable[[np.ndarray], np.ndarray]:
    """The optimal logit between two laws with densities."""
    return lambda x: real.logpdf(x) - fake.logpdf(x)


def velocity(target: Target) -> Field:
    """The flow-matching field of the independent coupling.

    With m = E[x₁|x_t], which is the posterior mean of x₁ given x₁ + x₀(1-t)/t = x/t: v = (m - x)/(1-t).
    """
    denoise = denoiser(target)

    def v(x: np.ndarray, t: float) -> np.ndarray:
        require(0 <= t < 1, "t", "a number in [0, 1)", t)
        m = denoise(x / t, (1 - t) / t) if t > 0 else target.mean
        return (m - x) / (1 - t)

    return v


def _mixture(target: Target) -> GaussianMixture:
    mixture = getattr(target, "mixture", None)
    if not isinstance(mixture, GaussianMixture):
        raise ValueError(f"target: expected one that is a Gaussian mixture, got {target.name}")
    return mixture
