"""Two mixtures in the plane, made round, and what decides whether ∫ p^a q^{1-a} is finite there.

A divergence does not change under x = μ + C y.  With C the Cholesky factor of the covariance of (p+q)/2,
very elongated mixtures become round, and squares fit them.
"""

from dataclasses import dataclass
from functools import cached_property, partial

import numpy as np

from theory import _gaussians as ga
from theory._cubature import Squares, cover
from theory._inputs import Array
from theory._law import Law

DIRECTIONS = np.pi * np.arange(3600) / 3600


@dataclass(frozen=True)
class Round:
    """A mixture in round coordinates: weights (K,), means (K, 2), covs (K, 2, 2)."""

    weights: Array
    means: Array
    covs: Array

    @cached_property
    def packed(self) -> ga.Gaussians:
        """The components packed for evaluation."""
        return ga.correlated(self.weights, self.means, self.covs)


def rounded(*mixtures: Law) -> tuple[list[Round], float]:
    """The mixtures in coordinates y = C⁻¹(x - μ) that make their even mixture round, and ln |det C|."""
    weights = np.concatenate([m.weights for m in mixtures])
    means = np.concatenate([m.means for m in mixtures])
    weights, covs = weights / weights.sum(), np.concatenate([m.covs for m in mixtures])
    C = np.linalg.cholesky(ga.covariance(weights, means, covs))
    inverse = np.linalg.inv(C)
    shapes = [inverse @ m.covs @ inverse.T for m in mixtures]
    moved = [
        Round(m.weights / m.weights.sum(), (m.means - weights @ means) @ inverse.T, 0.5 * (s + s.transpose(0, 2, 1)))
        for m, s in zip(mixtures, shapes, strict=True)
    ]
    return moved, float(np.log(np.diag(C)).sum())


def squares(p: Round, q: Round, a: float) -> Squares:
    """Squares for both mixtures, and for a < 0 for every p_i^a q_k^{1-a} that is a Gaussian."""
    means, covs = np.concatenate([p.means, q.means]), np.concatenate([p.covs, q.covs])
    if a < 0:
        P, Q = a * np.linalg.inv(p.covs)[:, None], (1 - a) * np.linalg.inv(q.covs)[None]
        pull = np.einsum("pqij,pj->pqi", P + 0 * Q, p.means) + np.einsum("pqij,qj->pqi", Q + 0 * P, q.means)
        precision = (P + Q).reshape(-1, 2, 2)
        proper = np.linalg.eigvalsh(precision)[:, 0] > 0
        tilted = np.linalg.inv(precision[proper])
        means = np.concatenate([means, np.einsum("nij,nj->ni", tilted, pull.reshape(-1, 2)[proper])])
        covs = np.concatenate([covs, 0.5 * (tilted + tilted.transpose(0, 2, 1))])
    return cover(means, covs)


def log_density(p: Round, x: Array) -> Array:
    """ln p at the columns of x (2, n)."""
    return ga.chunked(partial(ga.log_density, p.packed), x, len(p.weights))


def converges(p: Round, q: Round, a: float) -> bool:
    """Whether ∫ p^a q^{1-a} < ∞ for a < 0, ties counted as infinite.

    Along a direction u a mixture falls like its slowest component, ln p ≈ -½ r² min_k uᵀΣ_k⁻¹u: the
    integral is finite if a min_k uᵀP_k u + (1-a) min_k uᵀQ_k u > 0 for every u.
    """
    u = np.stack([np.cos(DIRECTIONS), np.sin(DIRECTIONS)])
    slowest = [np.einsum("in,kij,jn->kn", u, np.linalg.inv(m.covs), u).min(axis=0) for m in (p, q)]
    return bool((a * slowest[0] + (1 - a) * slowest[1] > 1e-12 * slowest[1]).all())
