"""The energy distance of samples from a law, from its definition, and its distribution under the law.

    E² = 2 E‖x - Y‖ - E‖x - x'‖ - E‖Y - Y'‖,   Y, Y' ~ p,   x, x' among the n samples

For a mixture the expectations over Y are integrals on the line: Y - x has components N(b, C), and

    E √Q = (1/√π) ∫₀^∞ (1 - E e^{-s²Q}) ds/s²,   E e^{-tQ} = Π_i (1 + 2tλ_i)^{-1/2} exp(-t b_i²/(1 + 2tλ_i))

with λ_i the eigenvalues of C and b along its eigenvectors. Under the law n E² is distributed as Σ_j λ_j χ²_1, λ_j the eigenvalues
of the centred kernel -‖y - y'‖ over the law, which are those of a matrix of seeded draws (Gretton et al. 2009).
Source: Székely and Rizzo (2013).
"""

from functools import lru_cache

import numpy as np
from scipy.spatial.distance import cdist
from scipy.stats import pearson3

from theory.mixture import GaussianMixture
from theory.validation.inputs import Array

MOST = 1_000  # samples of which the distance is taken
DRAWN = 400  # of the law, for the eigenvalues
ROUND = 1e-12
STEPS, ENDS = 40, (-7.0, 7.0)  # of the logarithm of s, around the inverse root of the mean square


def statistic(x: Array, p: GaussianMixture) -> float:
    """n E² of samples (n, D) from a mixture."""
    means, covs = p.means.reshape(len(p), p.dim), p.covs
    cross = sum(w * _mean_norms(x - m, c[None]).mean() for w, m, c in zip(p.weights, means, covs, strict=True))
    return float(len(x) * (2 * cross - cdist(x, x).mean() - _within(p)))


@lru_cache(32)
def _within(p: GaussianMixture) -> float:
    """E‖Y - Y'‖."""
    means, covs = p.means.reshape(len(p), p.dim), p.covs
    i, j = np.triu_indices(len(p))
    twice = np.where(i == j, 1, 2) * p.weights[i] * p.weights[j]
    return float(twice @ _mean_norms(means[i] - means[j], covs[i] + covs[j]))


@lru_cache(32)
def weights(p: GaussianMixture, seed: int) -> Array:
    """λ_j, the positive eigenvalues of the centred kernel over seeded draws of the law, with the sum E‖Y - Y'‖ that they must have.

    Of each component as many are drawn as its weight says, so that the largest, which are those of the weights, are not by chance.
    """
    k = np.searchsorted(np.cumsum(p.weights), (np.arange(DRAWN) + 0.5) / DRAWN)
    noise = np.random.default_rng(seed).standard_normal((DRAWN, p.dim))
    y = p.means.reshape(len(p), p.dim)[k] + np.einsum("nij,nj->ni", np.linalg.cholesky(p.covs)[k], noise)
    kernel = -cdist(y, y)
    centred = kernel - kernel.mean(axis=0) - kernel.mean(axis=1)[:, None] + kernel.mean()
    values = np.maximum(np.linalg.eigvalsh(centred), 0)
    return values * (_within(p) / values.sum())


def tail(value: float, weights: Array) -> float:
    """P(Σ λ_j χ²_1 > value), by a Pearson III law of the same mean, variance and skewness."""
    mean, std, skew = _moments(weights)
    return float(pearson3.sf((value - mean) / std, skew)) if std > 0 else float(value <= mean)


def band(weights: Array, share: float) -> tuple[float, float]:
    """Between which Σ λ_j χ²_1 lies with that probability."""
    mean, std, skew = _moments(weights)
    low, high = pearson3.ppf([(1 - share) / 2, (1 + share) / 2], skew)
    return max(mean + std * float(low), 0.0), mean + std * float(high)


def _moments(weights: Array) -> tuple[float, float, float]:
    square = float((weights**2).sum())
    skew = 8 * float((weights**3).sum()) / (2 * square) ** 1.5 if square > 0 else 0.0
    return float(weights.sum()), float(np.sqrt(2 * square)), skew


def _mean_norms(offset: Array, cov: Array) -> Array:
    """E‖offset + N(0, cov)‖ for offsets (n, D) and covariances (n, D, D), or one for all."""
    values, vectors = np.linalg.eigh(cov)
    b = np.einsum("nd,nde->ne", offset, np.broadcast_to(vectors, (len(offset), *vectors.shape[1:]))) ** 2
    square = b.sum(axis=1) + values.sum(axis=1)
    steps = np.linspace(*ENDS, STEPS + 1)
    # Below the first step 1 - φ is s²EQ, beyond the last it is 1; and the ends of the rule by Euler and Maclaurin.
    ends = (np.exp(ENDS[0]) + np.exp(-ENDS[1])) * (1 + (steps[1] - steps[0]) ** 2 / 12)
    total, alike = np.full(len(b), ends), 1
    if (np.ptp(values, axis=1) <= ROUND * values[:, -1]).all():  # as wide in every direction: one λ is all that matters
        values, b, alike = values[:, -1:], b.sum(axis=1, keepdims=True), values.shape[1]
    for u in steps:
        t = np.exp(2 * u) / square
        scale = 1 + 2 * t[:, None] * values
        exponent = -0.5 * alike * np.log(scale.prod(axis=1)) - t * (b / scale).sum(axis=1)
        weight = 0.5 if u in (steps[0], steps[-1]) else 1.0
        total -= (weight * (steps[1] - steps[0]) * np.exp(-u)) * np.expm1(exponent)
    return total * np.sqrt(square / np.pi)
