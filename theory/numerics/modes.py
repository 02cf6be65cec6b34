"""The modes of a Gaussian mixture: on the line all of them, certified; in D dimensions those that ascents
reach.

On the line.  Critical points lie between the least and the greatest mean.  Over a cell [a, b], with z =
(x-μ_k)/s_k,

    p'(x) = Σ_k (w_k/s_k²) φ₁(z),   φ₁ = -z e^{-z²/2}/√2π;      p''(x) = Σ_k (w_k/s_k³) φ₂(z),   φ₂ = (z²-1)
    e^{-z²/2}/√2π

are bounded by the exact range of every term (each has at most three turning points).  A cell in which p'
cannot vanish is dropped, one in which p'' cannot vanish holds at most one critical point, any other is
halved.  What remains is a few isolating intervals, each with a mode iff p' falls through zero in it.
Critical points that are degenerate, or closer than 2⁻³⁰ standard deviations, are not told apart and count
as one.

In D dimensions modes may outnumber components.  Mean-shift (a fixed-point ascent; Carreira-Perpiñán 2000)
starts from every component, from the lowest point of the ridge between every two that overlap, from the centre of every
three that do, and from the mean; Newton's method finishes, and points that are no strict maxima are discarded.
"""

import numpy as np

from theory.numerics import gaussians as ga
from theory.validation.inputs import Array, reject

ROUNDS = 80
CELLS, MOST = 1024, 1 << 20  # to begin with; numbers in a temporary array
FINEST = 2.0**-30  # in the narrowest standard deviations
SLACK = 1e-13  # rounding of a sum of terms, relative to their sizes
SHIFTS = 1000  # mean-shift steps
OVERLAP = 9.0  # deviations: farther apart two components make no mode together
MOST_STARTS = 40_000
RIDGE = np.linspace(0, 1, 41)


def modes_on_line(w: Array, means: Array, stds: Array) -> Array:
    """All modes of Σ w_k N(μ_k, s_k²), sorted, shape (M,)."""
    reach = np.ptp(means) + stds.min()
    # An edge that is no round number: a critical point then does not fall on an edge by symmetry.
    edges = np.linspace(means.min() - 0.1234567 * reach, means.max() + 0.1345678 * reach, min(4 * len(w), CELLS) + 1)
    cells, settled = np.stack([edges[:-1], edges[1:]], axis=1), []
    for _ in range(ROUNDS):
        slope = _bounds(w, means, stds, cells, _FIRST, 2)
        cells = cells[(slope[0] <= 0) & (slope[1] >= 0)]
        bend = _bounds(w, means, stds, cells, _SECOND, 3)
        done = (bend[0] > 0) | (bend[1] < 0) | (cells[:, 1] - cells[:, 0] < FINEST * stds.min())
        settled.append(cells[done])
        left, right = cells[~done].T
        middle = 0.5 * (left + right)
        cells = np.concatenate([np.stack([left, middle], axis=1), np.stack([middle, right], axis=1)])
        if not len(cells):
            break
    clusters = _merged(np.concatenate([*settled, cells]))
    low, high = clusters[(_slope(w, means, stds, clusters[:, 0]) > 0) & (_slope(w, means, stds, clusters[:, 1]) < 0)].T
    for _ in range(ROUNDS):
        middle = 0.5 * (low + high)
        rising = _slope(w, means, stds, middle) > 0
        low, high = np.where(rising, middle, low), np.where(rising, high, middle)
    return 0.5 * (low + high)


# Of f(z) = polynomial · e^{-z²/2}: the polynomial, lowest power first, and the turning points of f.
_FIRST = np.array([0.0, -1.0]), np.array([-1.0, 1.0])
_SECOND = np.array([-1.0, 0.0, 1.0]), np.array([-np.sqrt(3), 0.0, np.sqrt(3)])


def _bounds(
    w: Array, means: Array, stds: Array, cells: Array, term: tuple[Array, Array], power: int
) -> tuple[Array, Array]:
    """Lower and upper bounds of Σ_k w_k s_k^{-power} f((x-μ_k)/s_k) over the cells, up to a positive factor each."""
    step = max(MOST // len(w), 1)
    if len(cells) > step:
        parts = [_bounds(w, means, stds, cells[i : i + step], term, power) for i in range(0, len(cells), step)]
        low, high = zip(*parts, strict=True)
        return np.concatenate(low), np.concatenate(high)
    z = (cells[:, :, None] - means) / stds  # (C, 2, K)
    polynomial, turns = term
    nearest = np.where(z[:, 0] * z[:, 1] <= 0, 0, np.minimum(np.abs(z[:, 0]), np.abs(z[:, 1])))
    logs = np.log(w) - power * np.log(stds)
    top = (logs - 0.5 * nearest**2).max(axis=1)
    at = np.clip(turns[:, None, None], z[:, 0], z[:, 1])  # a turning point outside the cell moves to its end
    at = np.concatenate([z.transpose(1, 0, 2), at])
    values = np.polynomial.polynomial.polyval(at, polynomial) * np.exp(logs - top[:, None] - 0.5 * at**2)
    least, greatest = values.min(axis=0), values.max(axis=0)
    slack = SLACK * np.maximum(np.abs(least), np.abs(greatest)).sum(axis=1)
    return least.sum(axis=1) - slack, greatest.sum(axis=1) + slack


def _slope(w: Array, means: Array, stds: Array, x: Array) -> Array:
    """p'(x)/p(x), of which only the sign is used."""
    z = (x[:, None] - means) / stds
    e = np.log(w / stds) - 0.5 * z**2
    share = np.exp(e - e.max(axis=1, keepdims=True))
    return -(share * z / stds).sum(axis=1)


def _merged(cells: Array) -> Array:
    """Cells that touch, joined; (C, 2) -> (M, 2), sorted."""
    cells = cells[np.argsort(cells[:, 0])]
    first = np.append(True, cells[1:, 0] > cells[:-1, 1])
    last = np.append(first[1:], True)
    return np.stack([cells[first, 0], cells[last, 1]], axis=1)


def modes_in_space(g: ga.Gaussians, covs: Array) -> Array:
    """The modes (M, D) that the ascents reach, sorted by their coordinates."""
    precisions = np.linalg.inv(covs).astype(np.float64)
    starts = _starts(g, precisions, covs)
    step = max(MOST // len(g.means), 1)
    x = np.concatenate([_climbed(g, precisions, starts[i : i + step]) for i in range(0, len(starts), step)])
    size = np.sqrt(np.diagonal(covs, axis1=1, axis2=2).min())
    gradient, hessian = _derivatives(g, precisions, x)
    top = (np.linalg.eigvalsh(hessian)[:, -1] < 0) & (np.abs(gradient).max(axis=1) * size < 1e-8)
    kept: list[Array] = []
    for point in x[top]:
        if all(np.abs(point - other).max() > 1e-6 * size for other in kept):
            kept.append(point)
    found = np.array(kept)
    return found[np.lexsort(np.round(found / size, 6).T[::-1])]


def _climbed(g: ga.Gaussians, precisions: Array, x: Array) -> Array:
    """Where mean-shift and Newton's method lead from x (N, D)."""
    x = _shift(g, precisions, x)
    for _ in range(8):
        gradient, hessian = _derivatives(g, precisions, x)
        x = x - np.linalg.solve(hessian, gradient[:, :, None])[:, :, 0]
    return x


def _starts(g: ga.Gaussians, precisions: Array, covs: Array) -> Array:
    """Components, lowest points of the ridges between two that overlap, centres of three that do, and the mean of all means.

    Raises ValueError where more than 40,000 would be made.
    """
    d = g.means[:, None] - g.means
    apart = np.einsum("kli,kli->kl", d, np.linalg.solve(covs[:, None] + covs, d[..., None])[..., 0])
    near = apart < OVERLAP**2
    pairs = np.argwhere(np.triu(near, 1))
    # Of every pair the third, after both: triples in order.
    thirds = np.triu(near, 1)[pairs[:, 0]] & np.triu(near, 1)[pairs[:, 1]]
    if len(pairs) + thirds.sum() > MOST_STARTS:
        reject("mixture", f"at most {MOST_STARTS:,} pairs and triples that overlap", f"{len(pairs) + thirds.sum():,}")
    starts = [g.means, g.means.mean(axis=0, keepdims=True)]
    for i, j in pairs:
        P = (1 - RIDGE)[:, None, None] * precisions[i] + RIDGE[:, None, None] * precisions[j]
        pull = np.outer(1 - RIDGE, precisions[i] @ g.means[i]) + np.outer(RIDGE, precisions[j] @ g.means[j])
        ridge = np.linalg.solve(P, pull[:, :, None])[:, :, 0].astype(np.float64)
        starts.append(ridge[[np.argmin(ga.log_density(g, ridge.T))]])
    row, third = np.nonzero(thirds)
    starts.append((g.means[pairs[row, 0]] + g.means[pairs[row, 1]] + g.means[third]) / 3)
    return np.concatenate(starts)


def _shift(g: ga.Gaussians, precisions: Array, x: Array) -> Array:
    """Mean-shift: x ← (Σ r_k P_k)⁻¹ Σ r_k P_k μ_k until nothing moves."""
    pulls = np.einsum("kij,kj->ki", precisions, g.means)
    for _ in range(SHIFTS):
        _, share = ga.softmax(ga.exponents(g, x.T))
        new = np.linalg.solve(np.einsum("kn,kij->nij", share, precisions), (share.T @ pulls)[:, :, None])[:, :, 0]
        moved, x = np.abs(new - x).max(), new
        if moved < 1e-9 * np.abs(x).max():
            break
    return x


def _derivatives(g: ga.Gaussians, precisions: Array, x: Array) -> tuple[Array, Array]:
    """Gradient (N, D) and Hessian (N, D, D) of ln p at x (N, D)."""
    _, share = ga.softmax(ga.exponents(g, x.T))
    slopes = np.einsum("kij,nkj->nki", precisions, g.means - x[:, None])
    gradient = np.einsum("kn,nki->ni", share, slopes)
    hessian = np.einsum("kn,nki,nkj->nij", share, slopes, slopes) - np.einsum("kn,kij->nij", share, precisions)
    return gradient, hessian - gradient[:, :, None] * gradient[:, None, :]
