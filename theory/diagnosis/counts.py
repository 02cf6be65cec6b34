"""What is counted and estimated of rows: members, spreads and centres of groups, samples outside, at means.

A group's members are rows within its reach. The reach is wider for a group that is wider itself, in the directions in which
it is, as long as it keeps to its own half of the way to the next: so a blurred mode's samples are its own, and none of
them is called invented. How wide it is for that is asked of its `CORE` alone, the nearest to its own centre in its own
metric (the concentration steps of Rousseeuw and Van Driessen 1999): so the samples of a bridge that ends in a mode do not
stretch it toward themselves. A spread is estimated of members about their own centre, so a mode that has moved is not wide,
and corrected for what lies beyond the reach.
"""

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from scipy.special import gammainc, gammaincinv

from theory.diagnosis.rows import Rows
from theory.validation.inputs import Array
from theory.validation.unchanging import Unchanging

ROUNDS = 8
CORE = 0.5  # of what is near a mode tells how wide it is: with less the other half could
MOST = 0.9  # the part of the reach of a wide mode that must lie on its own side of the way to the next
LEAST = 0.5  # the share of its due samples without which a group is not called wide
TIE = 1e-9  # the end of a uniform piece belongs to it, whatever the rounding
BEYOND, EVEN = (
    3.0,
    0.8,
)  # deviations up to which a uniform piece is measured; and its variance of squares, over the square
PLENTY = 5  # samples a dimension, from which on a reach follows directions


@dataclass(frozen=True)
class Counts(Unchanging):
    """n rows: (G,) members and centres (G, D), whitened; covs (G, D, D) about them; freedom (G,) of a spread.

    inside: (n,) whether a row is a member. freedom: D(m - 1) for Gaussian samples, less where squared distances vary more.
    """

    n: int
    members: np.ndarray
    expected: Array
    centres: Array
    covs: Array
    freedom: Array
    inside: np.ndarray
    single: np.ndarray

    @property
    def groups(self) -> int:
        """G."""
        return len(self.single)

    @property
    def spreads(self) -> Array:
        """(G,) standard deviations relative to the law's, √(tr S / D)."""
        return np.sqrt(np.trace(self.covs, axis1=1, axis2=2) / self.covs.shape[1])


def counted(rows: Rows) -> Counts:
    """Members, centres and spreads of all groups."""
    (n, dim), groups = rows.z.shape, len(rows.single)
    members, freedom, inside = np.zeros(groups, dtype=int), np.zeros(groups), np.zeros(n, dtype=bool)
    centres, covs = np.zeros((groups, dim)), np.tile(np.eye(dim), (groups, 1, 1))
    order = np.argsort(rows.group, kind="stable")
    ends = np.searchsorted(rows.group[order], np.arange(groups + 1))
    for g in range(groups):
        here = order[ends[g] : ends[g + 1]]
        z, distance, reach = rows.z[here], rows.distance[here], rows.reach[here]
        near = distance <= reach
        if rows.even[g]:
            inside[here], near = _of_piece(z, reach, float(rows.room[g]))
            members[g] = inside[here].sum()
            if near.sum() > 1:
                centres[g], covs[g], freedom[g] = _spread(z[near])
            continue
        if rows.single[g] and len(here):
            near = _members(z, distance / rows.median[here], reach, float(rows.room[g]), float(rows.expected[g]))
        inside[here] = near
        members[g] = near.sum()
        if members[g] < 2:
            continue
        centres[g], covs[g], freedom[g] = _spread(z[near])
        if rows.single[g]:
            covs[g] /= _kept(dim, float(np.median(reach)), covs[g])
    return Counts(n, members, rows.expected, centres, covs, freedom, inside, rows.single)


def _of_piece(z: Array, reach: Array, room: float) -> tuple[np.ndarray, np.ndarray]:
    """Which rows lie in a uniform piece, or beyond its ends by no more than it is surely blurred; and of which it is measured.

    The latter go on beyond the ends, as far as the way to the next allows: noise of deviation a widens the variance by a².
    """
    distance = np.linalg.norm(z, axis=1)
    near = distance <= np.maximum(reach, min(BEYOND, room))
    if near.sum() < 2:
        return distance <= reach, near
    excess = float(_spread(z[near])[1][0, 0]) - 1
    blur = 3 * np.sqrt(excess) if excess > 3 * np.sqrt(EVEN / near.sum()) else 0.0
    return distance <= np.minimum(reach * (1 + TIE) + blur, np.maximum(room, reach * (1 + TIE))), near


def _members(z: Array, ratio: Array, reach: Array, room: float, expected: float) -> np.ndarray:
    """Which rows of a group are within reach of it."""
    dim, r = z.shape[1], float(np.median(reach))
    most = max(room / (MOST * r), 1.0) if np.isfinite(room) else np.inf
    wide = max(float(np.median(ratio)), 1.0)
    base = np.linalg.norm(z, axis=1) <= reach
    if wide > most or (np.linalg.norm(z, axis=1) <= reach * wide).sum() < LEAST * expected:
        return base
    near, own = base | (np.linalg.norm(z, axis=1) <= reach * wide), np.linalg.norm(z, axis=1)
    for _ in range(ROUNDS):
        if near.sum() < 2 + PLENTY * dim:
            return near
        core = near & (own <= np.quantile(own[near], CORE))
        centre, cov, _ = _spread(z[core])
        values, vectors = np.linalg.eigh(cov / _of_core(dim))
        if np.sqrt(values[-1]) > most:
            return near
        turned = (z - centre) @ vectors
        near = base | (np.linalg.norm(turned / np.sqrt(np.maximum(values, 1)), axis=1) <= reach)
        own = np.linalg.norm(turned / np.sqrt(np.maximum(values, np.finfo(float).tiny)), axis=1)
    return near


@lru_cache(64)
def _of_core(dim: int) -> float:
    """The variance of the `CORE` of a unit Gaussian nearest to its centre: F_(D+2)(q)/F_D(q), F_D(q) = `CORE`."""
    q = gammaincinv(dim / 2, CORE)
    return float(gammainc(dim / 2 + 1, q) / CORE)


def _spread(z: Array) -> tuple[Array, Array, float]:
    """Centre, covariance, and the freedom of its trace: 2 mean²/variance of squared distances a sample, at most D."""
    centre = z.mean(axis=0)
    offset = z - centre
    square = (offset**2).sum(axis=1)
    cov = offset.T @ offset / (len(z) - 1)
    variance, dim = float(square.var()), z.shape[1]
    return centre, cov, (len(z) - 1) * min(dim, 2 * float(square.mean()) ** 2 / variance if variance > 0 else dim)


def _kept(dim: int, reach: float, cov: Array) -> float:
    """The variance of a unit Gaussian within a radius, over its own: F_(D+2)(r²)/F_D(r²), r in deviations of the wide mode."""
    spread = np.sqrt(max(np.trace(cov) / dim, 1e-12))
    r = reach * max(1.0, 1 / spread)
    return float(gammainc(dim / 2 + 1, 0.5 * r**2) / gammainc(dim / 2, 0.5 * r**2))
