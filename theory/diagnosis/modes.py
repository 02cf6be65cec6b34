"""A law's modes as a diagnosis sees them: components, joined where they overlap, and neighbours.

Components whose radii (all but `TAIL` of their mass) meet cannot be told apart sample by sample. They are one *group*:
of its mass everything can be said, of its shape nothing but that it is as it should be. Neighbours are pairs of
different groups with no third component in the ball that has their means as poles (Gabriel's graph): only between
these is there a gap to bridge.
"""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from scipy.sparse.csgraph import connected_components
from scipy.spatial import KDTree
from scipy.special import gammaincinv, ndtr

from theory.diagnosis.words import OVERLAP, TAIL
from theory.mixture import GaussianMixture
from theory.validation.inputs import Array
from theory.validation.unchanging import Unchanging

TIE = 1e-9  # a third mean on the rim of the ball counts as in it, whatever the rounding
TENTHS = np.linspace(0.05, 0.95, 19)  # shares of the way at which two ellipsoids are tried for a plane between them
SIZES = (1.0, 0.75, 0.5, 0.35, 0.25, 0.15)  # of the ball around a mean, in radii of a mode


@dataclass(frozen=True)
class Point(Unchanging):
    """A mean at which samples may collapse: metric (D, D), radius, and the law's share within it at most, ∞ if untold."""

    name: str
    centre: Array
    metric: Array
    radius: float
    due: float


@dataclass(frozen=True)
class Modes(Unchanging):
    """weights (K,), means (K, D), covs and roots (K, D, D), the latter Σ^(-1/2); group (K,) of G, pairs (P, 2) of components."""

    weights: Array
    means: Array
    covs: Array
    roots: Array
    group: np.ndarray
    pairs: np.ndarray
    radius: float

    @property
    def groups(self) -> int:
        """G, the number of groups."""
        return int(self.group.max()) + 1

    @property
    def shares(self) -> Array:
        """(G,) weights of the groups."""
        return np.bincount(self.group, self.weights).astype(float)

    @property
    def single(self) -> np.ndarray:
        """(G,) whether a group is one component."""
        return np.bincount(self.group) == 1

    @cached_property
    def room(self) -> Array:
        """(G,) distance in deviations to where another group's component is as near, on the segment between; ∞ for one group."""
        room = np.full(self.groups, np.inf)
        for k, root in enumerate(self.roots):
            others = np.flatnonzero(self.group != self.group[k])
            offset = self.means[others] - self.means[k]
            here = np.linalg.norm(offset @ root, axis=1)
            there = np.linalg.norm(np.einsum("nd,nde->ne", offset, self.roots[others]), axis=1)
            if len(others):
                room[self.group[k]] = min(room[self.group[k]], float((here * there / (here + there)).min()))
        return room

    @cached_property
    def points(self) -> list[Point]:
        """The mean of all, and that of each pair of neighbours."""
        covs = np.concatenate([[np.tensordot(self.weights, self.covs, 1)], self.covs[self.pairs].mean(axis=1)])
        shares = self.weights[self.pairs] / self.weights[self.pairs].sum(axis=1, keepdims=True)
        pairs = np.einsum("pi,pid->pd", shares, self.means[self.pairs])
        centres = np.concatenate([[self.weights @ self.means], pairs])
        names = ["of all", *(f"of modes {i} and {j}" for i, j in self.pairs)]
        every = [self._point(*each) for each in zip(names, centres, covs, strict=True)]
        return every if self.groups > 1 else []

    def _point(self, name: str, centre: Array, cov: Array) -> Point:
        """The largest ball around a mean that holds little enough of the law.

        Of component k lies in a convex set at most Φ(-b), b the set's distance from μ_k in deviations of k; from the
        ball, of radius ρ in the metric of `cov`, it is at least that of the centre less ρ √λ, λ the largest eigenvalue of
        Σ_k^(-1/2) cov Σ_k^(-1/2).
        """
        distance = np.linalg.norm(np.einsum("kd,kde->ke", centre - self.means, self.roots), axis=1)
        stretch = np.sqrt(np.linalg.eigvalsh(self.roots @ cov @ self.roots)[:, -1])
        metric: Array = np.linalg.inv(cov).astype(float)
        for size in SIZES:
            radius = size * self.radius
            due = float(self.weights @ ndtr(-np.maximum(distance - 2 * radius * stretch, 0)))
            if due <= OVERLAP:
                return Point(name, centre, metric, radius, due)
        return Point(name, centre, metric, self.radius, np.inf)


def radius(dim: int) -> float:
    """The Mahalanobis distance beyond which `TAIL` of a Gaussian in so many dimensions lies."""
    return float(np.sqrt(2 * gammaincinv(dim / 2, 1 - TAIL)))


def modes_of(p: GaussianMixture) -> Modes:
    """The components of a mixture, grouped."""
    means, covs, r = p.means.reshape(len(p), p.dim), p.covs, radius(p.dim)
    values, vectors = np.linalg.eigh(covs)
    roots = (vectors / np.sqrt(values)[:, None]) @ vectors.transpose(0, 2, 1)
    meet = [(i, j) for i in range(len(p)) for j in _near(means, covs, roots, i, r)]
    group = _joined(len(p), np.array(meet, dtype=int).reshape(-1, 2))
    return Modes(p.weights, means, covs, roots, group, _neighbours(means, group), r)


def _near(means: Array, covs: Array, roots: Array, i: int, r: float) -> np.ndarray:
    """Components after i whose ellipsoid of radius r meets that of i.

    Two ellipsoids are apart if and only if for some λ in (0, 1) δᵀ (Σ_i/λ + Σ_j/(1-λ))⁻¹ δ > r², δ between their centres.
    """
    after = np.arange(i + 1, len(means))
    offset = means[after] - means[i]
    wide = np.sqrt(np.linalg.eigvalsh(covs)[:, -1])
    after = after[np.linalg.norm(offset, axis=1) <= r * (wide[i] + wide[after])]
    offset = means[after] - means[i]
    apart = np.zeros(len(after), dtype=bool)
    for share in TENTHS:
        sums = covs[i] / share + covs[after] / (1 - share)
        apart |= np.einsum("nd,nd->n", offset, np.linalg.solve(sums, offset[:, :, None])[:, :, 0]) > r**2
    return after[~apart]


def _joined(count: int, edges: np.ndarray) -> np.ndarray:
    """(count,) numbers of connected components, in the order of their first members."""
    table = np.zeros((count, count), dtype=bool)
    table[edges[:, 0], edges[:, 1]] = True
    return connected_components(table, directed=False)[1]


def _neighbours(means: Array, group: np.ndarray) -> np.ndarray:
    """(P, 2) pairs of Gabriel's graph over means, of different groups."""
    tree, pairs = KDTree(means), list[np.ndarray]()
    for i in range(len(means) - 1):
        after = np.arange(i + 1, len(means))
        middle = 0.5 * (means[after] + means[i])
        half = 0.5 * np.linalg.norm(means[after] - means[i], axis=1)
        third = tree.query(middle, k=3)[0][:, 2]  # infinite where there are only two means
        after = after[(third > half * (1 + TIE)) & (group[after] != group[i])]
        pairs.append(np.stack([np.full(len(after), i), after], axis=1))
    return np.concatenate(pairs) if pairs else np.zeros((0, 2), dtype=int)
