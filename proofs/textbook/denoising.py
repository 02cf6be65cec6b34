"""What is known of X from gX + σN = x, N ~ N(0, I), by its definition: Bayes' rule point by point, and mode by mode.

`posterior` weighs points of X by the prior and the likelihood; `shared` is the same for two Gaussian modes in symbols.
Denoising has g = 1, flow matching g = t and σ = 1-t. `denoiser` says in words what `toys.one_pass.denoiser` computes.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from itertools import pairwise
from typing import Any

import numpy as np

from theory import GaussianMixture


def posterior(m: Any, p: GaussianMixture, x: Any, gain: Any, std: Any) -> tuple[np.ndarray, np.ndarray]:
    """Points of X (n, D) and their probabilities (n,) given gX + σN = x, in the arithmetic m.

    Trapezoids about every mode, ±16 of its deviations on the line and ±8 in the plane.
    """
    x, d = np.atleast_1d(np.asarray(x)), p.dim
    nodes = np.linspace(-16, 16, 257) if d == 1 else np.linspace(-8, 8, 53)
    u = np.stack(np.meshgrid(*[nodes] * d, indexing="ij"), -1).reshape(-1, d)
    points, masses = [], []
    for w, mean, cov in zip(p.weights, p.means.reshape(-1, d), p.covs.reshape(-1, d, d), strict=True):
        points.append(mean + u @ np.linalg.cholesky(cov).T)
        residual = (x - gain * points[-1]) / std
        masses.append(w * m.exp(-((u**2).sum(1) + (residual**2).sum(1)) / 2))
    mass = np.concatenate(masses)
    return np.concatenate(points), mass / mass.sum()


def posterior_mean(m: Any, p: GaussianMixture, x: Any, gain: Any, std: Any) -> Any:
    """E[X | gX + σN = x], shaped like x."""
    points, mass = posterior(m, p, x, gain, std)
    return (mass @ points)[0] if p.scalar else mass @ points


def shared(x: Any, of_mode: Callable[[Any, Any], Any], gain: Any, std: Any) -> Any:
    """Σ r_k × what `of_mode(mean, deviation)` says of mode k, for X ~ w N(m, s²) + (1-w) N(n, u²), in symbols."""
    total = first = 0
    for w, m, s in ((x.w, x.m, x.s), (1 - x.w, x.n, x.u)):
        var = std**2 + gain**2 * s**2
        mass = w * x.exp(-((x.x - gain * m) ** 2) / (2 * var)) / x.sqrt(var)
        total, first = total + mass, first + mass * of_mode(m, s)
    return first / total


def denoising_path(p: GaussianMixture, x: float, high: float) -> float:
    """Where dx/dσ = Σ r_k σ (x-μ_k)/(s_k²+σ²) leads from σ = `high` to 0 on the line, by a Runge-Kutta pair of order 8."""
    from scipy.integrate import solve_ivp

    modes = [tuple(map(float, mode)) for mode in zip(p.weights, p.means, p.stds, strict=True)]

    def slope(std: float, at: Any) -> tuple[float]:
        pushed = total = 0.0
        for w, mean, s in modes:
            var = s**2 + std**2
            share = w * math.exp(-((at[0] - mean) ** 2) / (2 * var)) / math.sqrt(var)
            total, pushed = total + share, pushed + share * std * (at[0] - mean) / var
        return (pushed / total,)

    return solve_ivp(slope, (high, 0.0), (x,), method="DOP853", rtol=1e-12, atol=1e-12).y[0, -1]


def denoisers(s: Any) -> Any:
    """What `denoiser` takes, from `proofs.strategies`."""

    def build(drawn: tuple[int, float, float, int]) -> tuple[Any, ...]:
        seed, spread, highest, steps = drawn
        rng = np.random.default_rng(seed)  # one draw, since dozens of numbers would be dear to draw singly
        x, noise, u, weights = rng.uniform(-3, 3, 4), rng.uniform(-3, 3, 4), rng.random(4), rng.uniform(-1, 1, (3, 2))
        return spread, tuple(np.geomspace(highest, 0.2, steps + 1)), x, noise, u, weights, rng.uniform(-1, 1)

    return s.tuples(s.steps(2**31), s.scales(0.5, 4.0), s.reals(1.0, 8.0), s.integers(1, 4)).map(build)


def denoiser(m: Any, c: Any, levels: Any, x: Any, noise: Any, u: Any, weights: Any, bias: Any) -> np.ndarray:
    """A denoiser of small networks on draws x, ε, u: y = x + σε, σ, the loss, and where Heun's method leads from x.

    F(y, σ) = Σ max(0, w·(y/(c√(1+σ²/c²)), ¼ ln σ) + ¼) + bias; x about a mean of -c/5; ln σ at u of its range.
    """
    x, noise, u, levels = (np.array([m.number(v) for v in values]) for values in (x, noise, u, levels))

    def denoised(y: Any, std: Any) -> Any:
        root = m.sqrt(1 + (std / c) ** 2)
        f = sum(np.maximum(0, w[0] * y / (c * root) + w[1] * m.log(std) / 4 + 0.25) for w in weights) + bias
        return y / root**2 + std / root * f

    std = levels[-1] * m.exp(u * m.log(levels[0] / levels[-1]))
    loss = ((denoised(x + std * noise, std) - x) ** 2 * (1 / std**2 + 1 / c**2)).mean()
    shown, at = [*(x + std * noise), *std, loss], x
    for high, low in pairwise(levels):
        slope = (at - denoised(at, high)) / high
        ahead = at + (low - high) * slope
        at = at + (low - high) / 2 * (slope + (ahead - denoised(ahead, low)) / low)
    return np.array([*shown, *(at - c / 5)])
