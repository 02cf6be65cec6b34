"""Gaussian fits to a mixture by trapezoidal sums and Newton's steps: the observed side, apart from `theory.projection`.

m is an arithmetic (proofs.words.arithmetic); a divergence goes by its name in proofs.words.divergences, "alpha 0.3" for α = 0.3.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from proofs.words.arithmetic import DOUBLE
from proofs.words.divergences import DIVERGENCES, Divergence, alpha
from theory import GaussianMixture


def named(name: str) -> Divergence:
    """A divergence by name; "alpha 0.3" is the α-divergence at 0.3."""
    return alpha(float(name.split()[1])) if name.startswith("alpha") else DIVERGENCES[name]


def pair(r: float) -> GaussianMixture:
    """The symmetric pair, s = 1."""
    return GaussianMixture([0.5, 0.5], [-r, r], stds=[1.0, 1.0])


def value(m: Any, name: str, p: GaussianMixture, mean: Any, std: Any) -> Any:
    """D(p, N(mean, std²)) by the trapezoidal rule, fine enough for ln p, which is singular where p vanishes."""
    wide = 8 * max(float(np.max(std)), p.stds.max())
    low, high = min(float(np.min(mean)), p.means.min()) - wide, max(float(np.max(mean)), p.means.max()) + wide
    count = int((high - low) * max(2.0, np.ptp(p.means) / p.stds.min()) / p.stds.min() / 0.75) + 2
    x = m.grid(low, high, count)
    # 37 deviations out, where only a step too far looks
    p_x, q_x = (m.largest(density, m.number(1e-300)) for density in (m.pdf(p, x), m.normal(x, mean, std)))
    return named(name).contribution(m, p_x, q_x).sum(-1) * ((high - low) / (count - 1))


CROSS = 2e-4 * np.array([[0, 0], [1, 0], [-1, 0], [0, 1], [0, -1], [1, 1], [-1, -1]])


def slopes(name: str, p: GaussianMixture, at: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Gradients (n, 2) and Hessians (n, 2, 2) of D at n points (mean, ln std), by differences."""
    h, points = CROSS[1, 0], (at[:, None] + CROSS).reshape(-1, 2, 1)
    here, right, left, up, down, both, neither = value(
        DOUBLE, name, p, points[:, 0], np.exp(points[:, 1])
    ).reshape(-1, 7).T  # fmt: skip
    mixed = (both + neither + 2 * here - right - left - up - down) / 2
    hessian = np.array([[right + left - 2 * here, mixed], [mixed, up + down - 2 * here]]) / h**2
    return np.stack([right - left, up - down], axis=1) / (2 * h), np.moveaxis(hessian, 2, 0)


def descend(name: str, p: GaussianMixture, *starts: tuple[float, float], rounds: int = 9) -> np.ndarray:
    """Newton's steps from each (mean, std), downhill and no longer than half: rows of mean, std and value."""
    at = np.array([(mean, math.log(std)) for mean, std in starts])
    lowest, highest = (
        [p.means.min(), math.log(p.stds.min() / 2)],
        [p.means.max(), math.log(np.ptp(p.means) + p.stds.max())],
    )
    for _ in range(rounds):
        gradient, hessian = slopes(name, p, at)
        sizes, axes = np.linalg.eigh(hessian)
        step = np.einsum("nij,nj,nkj,nk->ni", axes, 1 / np.maximum(np.abs(sizes), 1e-6), axes, gradient)
        at = np.clip(at - np.clip(step, -0.5, 0.5), lowest, highest)
    std = np.exp(at[:, 1:])
    return np.column_stack([at[:, :1], std, value(DOUBLE, name, p, at[:, :1], std)])


def least_curvature(name: str, p: GaussianMixture, wide: float, mean: float, std: float) -> float:
    """The least eigenvalue of ∇²D in m and σ at N(mean, std²), and ∂²D/∂σ² at N(0, wide²), by differences."""
    stds = np.array([wide, std])
    gradient, hessian = slopes(name, p, np.column_stack([[0.0, mean], np.log(stds)]))
    hessian[:, 1, 1] -= gradient[:, 1]  # from ln σ to σ
    hessian[:, 1] /= stds[:, None]
    hessian[:, :, 1] /= stds[:, None]
    return min(float(np.linalg.eigvalsh(hessian[1])[0]), float(hessian[0, 1, 1]))
