"""What is known of X from gX + σN = x, N ~ N(0, I), by its definition: Bayes' rule point by point, and mode by mode.

`posterior` weighs points of X by the prior and the likelihood; `shared` is the same for two Gaussian modes in symbols.
Denoising has g = 1, flow matching g = t and σ = 1-t.
"""

from __future__ import annotations

from collections.abc import Callable
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
