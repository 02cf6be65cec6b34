"""Samples seen from their modes: whose they are, how far from it, in a tube between two, at a mean.

Every row is a sample of its own law, whichever: one mixture for all (`against`), or a mixture for each x (`given`). All
that follows, the counting and the judging, knows rows only.
"""

from dataclasses import dataclass

import numpy as np
from scipy.special import gammaincinv

from theory.diagnosis.modes import Modes, Point
from theory.validation.inputs import Array
from theory.validation.unchanging import Unchanging

CHUNK = 16_384  # rows at once, so that memory is theirs and not that of rows × modes


@dataclass(frozen=True)
class Rows(Unchanging):
    """n rows in D dimensions, each nearest to one of K components, in G groups.

    mode: (n,) component. group: (n,). z: (n, D), whitened about the component (the group's mean and covariance where it
    has more). distance: (n,) to the component, in its deviations; median and reach: (n,) what half, and all but `TAIL`,
    of right samples have. single: (G,). room: (G,). expected: (G,) how many of the n samples the law puts into a group.
    even: (G,) whether a component is no Gaussian but a uniform piece, which ends at its reach.
    """

    mode: np.ndarray
    group: np.ndarray
    z: Array
    distance: Array
    median: Array
    reach: Array
    single: np.ndarray
    room: Array
    expected: Array
    even: np.ndarray


def against(x: Array, modes: Modes) -> Rows:
    """Rows of samples (n, D) of one law."""
    mode, distance = np.zeros(len(x), dtype=int), np.full(len(x), np.inf)
    for start in range(0, len(x), CHUNK):
        part = slice(start, start + CHUNK)
        for k, (mean, root) in enumerate(zip(modes.means, modes.roots, strict=True)):
            d = np.linalg.norm((x[part] - mean) @ root, axis=1)
            nearer = d < distance[part]
            mode[part][nearer] = k
            distance[part][nearer] = d[nearer]
    group, z = modes.group[mode], np.empty_like(x)
    for g in range(modes.groups):
        members = np.flatnonzero(modes.group == g)
        w = modes.weights[members] / modes.weights[members].sum()
        mean = w @ modes.means[members]
        offset = modes.means[members] - mean
        cov = np.tensordot(w, modes.covs[members] + offset[:, :, None] * offset[:, None, :], 1)
        values, vectors = np.linalg.eigh(cov)
        here = group == g
        z[here] = (x[here] - mean) @ ((vectors / np.sqrt(values)) @ vectors.T)
    full = np.ones(len(x))
    median = float(np.sqrt(2 * gammaincinv(x.shape[1] / 2, 0.5)))
    return Rows(
        mode,
        group,
        z,
        distance,
        median * full,
        modes.radius * full,
        modes.single,
        modes.room,
        len(x) * modes.shares,
        np.zeros(modes.groups, dtype=bool),
    )


def tubes(x: Array, modes: Modes) -> tuple[np.ndarray, np.ndarray]:
    """Of points (n, D), which lie in the tube of some pair, and which in none but in the rind around one, of equal volume.

    A tube has the radius of modes, in the mean metric of the two. On the line it is the segment, and has no rind.
    """
    r, dim = modes.radius, x.shape[1]
    outer = r * 2 ** (1 / (dim - 1)) if dim > 1 else r
    best = np.full(len(x), np.inf)
    for i, j in modes.pairs:
        metric = np.linalg.inv(0.5 * (modes.covs[i] + modes.covs[j]))
        along = modes.means[j] - modes.means[i]
        length = along @ metric @ along
        offset = x - modes.means[i]
        at = offset @ (metric @ along) / length
        square = np.einsum("nd,de,ne->n", offset, metric, offset) - at**2 * length
        between = (at > 0) & (at < 1)
        best[between] = np.minimum(best[between], np.maximum(square[between], 0))
    return best <= r**2, (best > r**2) & (best <= outer**2)


def around(x: Array, point: Point) -> tuple[np.ndarray, np.ndarray]:
    """Which points (n, D) lie in the ball around a mean, and which in the shell of twice its radius."""
    offset = x - point.centre
    square = np.einsum("nd,de,ne->n", offset, point.metric, offset)
    ball = square <= point.radius**2
    return ball, ~ball & (square <= 4 * point.radius**2)
