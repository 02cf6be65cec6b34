"""Sums of weighted Gaussians on arrays: the inner loops of `GaussianMixture`.

Every component k is stored as ln w_k, its mean μ_k and the inverse Cholesky factor A_k of its covariance,
so that

    z_k = A_k (x - μ_k),    ln w_k N(x; μ_k, Σ_k) = ln w_k + Σ_i ln A_k[i,i] - (D/2) ln 2π - ½|z_k|².

The difference x - μ_k is formed before anything is multiplied, hence no cancellation when a narrow mode
lies far from the origin.  Points come as columns, shape (D, n), in chunks that fit the cache, shared by a
few threads where there are many: memory stays bounded for any n.
"""

import os
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import TypeVar

import numpy as np

from theory.validation.inputs import Array

Item = TypeVar("Item")
Result = TypeVar("Result")
CHUNK = 1 << 17  # numbers per temporary, K·n: 1 MB each, so that the temporaries of a chunk stay in the cache
MANY = 1 << 21  # numbers, K·n, from which on threads are worth starting
# One where the environment asks for single threads, as in the workers of a run.
THREADS = 1 if os.environ.get("OMP_NUM_THREADS") == "1" else min(os.cpu_count() or 1, 8)
SQRT_HALF = np.sqrt(0.5)
FAR = 2.0**400  # the product of a number that is no larger and an inverse width is a float
NEGLIGIBLE = -700.0  # e^-700 changes no sum that is at least one; below it exp is many times slower


@dataclass(frozen=True)
class Gaussians:
    """K weighted Gaussians: logs ln(w_k |det A_k| (2π)^{-D/2}) (K,), means (K, D), factors (K, D, D)."""

    logs: Array
    means: Array
    factors: Array

    @property
    def entries(self) -> list[tuple[int, int]]:
        """Positions (i, j) at which some factor is not zero: the diagonal, and more for full covariances."""
        return [(int(i), int(j)) for i, j in np.argwhere((self.factors != 0).any(axis=0))]


def gaussians(weights: Array, means: Array, factors: Array) -> Gaussians:
    """Pack positive weights (K,), means (K, D), inverse Cholesky factors (K, D, D)."""
    dim = means.shape[1]
    log_det = np.log(np.diagonal(factors, axis1=1, axis2=2)).sum(axis=1)
    return Gaussians(np.log(weights) + log_det - 0.5 * dim * np.log(2 * np.pi), means, factors)


def correlated(weights: Array, means: Array, covs: Array) -> Gaussians:
    """Pack positive weights (K,), means (K, D), positive definite covariances (K, D, D)."""
    return gaussians(weights, means, np.tril(np.linalg.inv(np.linalg.cholesky(covs))).astype(np.float64))


def covariance(weights: Array, means: Array, covs: Array) -> Array:
    """Σ w_k [Σ_k + (μ_k - μ)(μ_k - μ)ᵀ], μ = Σ w_k μ_k, shape (D, D)."""
    d = means - weights @ means
    return np.einsum("k,kij->ij", weights, covs) + np.einsum("k,ki,kj->ij", weights, d, d)


def whiten(g: Gaussians, x: Array, scale: float = 1.0, unit: Array | None = None) -> list[Array]:
    """The coordinates z_i = Σ_{j≤i} A[i,j] (x_j - μ_j), times `scale`: D arrays of shape (K, n); in units (n,) where given."""
    factors = scale * g.factors
    z = [x[j] - g.means[:, j, None] for j in range(len(x))]
    if unit is not None:
        z = [offset / unit for offset in z]
    for i, j in reversed(g.entries):  # rows from below, each from its diagonal: what is overwritten is not read again
        if i == j:
            z[i] *= factors[:, i, i, None]
        else:
            z[i] += factors[:, i, j, None] * z[j]
    return z


def exponents(g: Gaussians, x: Array) -> Array:
    """ln w_k N_k(x), shape (K, n), at points x (D, n); -∞ below the floats."""
    with np.errstate(over="ignore", invalid="ignore"):
        square, *rest = (np.multiply(z, z, out=z) for z in whiten(g, x, SQRT_HALF))
        for z2 in rest:
            square += z2
        if np.abs(x).max(initial=0) > FAR:  # ∞ - ∞ and 0·∞ are beyond the floats as well
            square[np.isnan(square)] = np.inf
    return np.subtract(g.logs[:, None], square, out=square)


def softmax(e: Array) -> tuple[Array, Array]:
    """ln Σ_k e^{e_k}, shape (n,), and the shares e^{e_k} / Σ_k e^{e_k}, in place of e (K, n)."""
    top = e.max(axis=0)
    top[~np.isfinite(top)] = 0.0  # where every exponent is -∞ the difference below would be NaN
    e -= top
    np.exp(e, out=e)
    total = e.sum(axis=0)
    with np.errstate(divide="ignore", invalid="ignore"):
        e /= total
        return np.log(total) + top, e


def shares(g: Gaussians, x: Array) -> tuple[Array, Array | None]:
    """The share of each component in p(x), (K, n); and if any density is below the floats, units (n,) in which x - μ is none."""
    top, share = softmax(exponents(g, x))
    lost = ~np.isfinite(top)
    if not lost.any():
        return share, None
    far = np.max([np.abs(x[j] - g.means[:, j, None]).max(axis=0) for j in range(len(x))], axis=0)
    unit = np.exp2(np.minimum(np.floor(np.log2(far, where=lost, out=np.zeros_like(far))), 1023))
    square = sum(z * z for z in whiten(g, x[:, lost], 1.0, unit[lost]))
    with np.errstate(over="ignore"):
        behind = 0.5 * unit[lost] * (unit[lost] * (square - np.min(square, axis=0)))
    share[:, lost] = softmax(g.logs[:, None] - behind)[1]
    return share, unit


def log_sum(e: Array) -> Array:
    """ln Σ_k e^{e_k} = M + ln Σ_k e^{e_k - M}, M the greatest exponent, shape (n,); e (K, n) is used up."""
    top = e.max(axis=0)
    e -= np.where(np.isfinite(top), top, 0.0)
    np.exp(np.maximum(e, NEGLIGIBLE, out=e), out=e)
    return np.log(e.sum(axis=0)) + top


def log_density(g: Gaussians, x: Array) -> Array:
    """ln p(x), shape (n,)."""
    return log_sum(exponents(g, x))


def score(g: Gaussians, x: Array) -> Array:
    """∇ ln p(x) = -Σ_k r_k A_kᵀ z_k with r_k the share of component k; shape (D, n)."""
    share, unit = shares(g, x)
    z = whiten(g, x, unit=unit)
    out = np.zeros_like(x)
    for i, j in g.entries:
        out[j] -= np.einsum("kn,k,kn->n", share, g.factors[:, i, j], z[i])
    return out if unit is None else out * unit


def regress(g: Gaussians, gains: Array, targets: Array, x: Array) -> Array:
    """Σ_k r_k [m_k + G_k (x - μ_k)], linear regressions mixed: gains G (K, D, D), targets m (K, D)."""
    share, _ = shares(g, x)
    out = targets.T @ share
    for j in range(len(x)):
        weighted = share * (x[j] - g.means[:, j, None])
        out += gains[:, :, j].T @ weighted
    return out


def chunked(function: Callable[[Array], Array], x: Array, rows: int, like: int | None = None) -> Array:
    """`function` over columns of x (D, n), CHUNK/rows at a time; shape (n,) or (like, n)."""
    n = x.shape[1]
    out = np.empty(n if like is None else (like, n))
    step = max(CHUNK // rows, 64)

    def fill(start: int) -> None:
        out[..., start : start + step] = function(np.ascontiguousarray(x[:, start : start + step]))

    side_by_side(fill, range(0, n, step), THREADS if rows * n >= MANY else 1)
    return out


def side_by_side(work: Callable[[Item], Result], items: Iterable[Item], threads: int = THREADS) -> list[Result]:
    """`work` done on every item by a few threads: numpy lets go of the lock inside its loops."""
    if threads == 1:
        return [work(item) for item in items]
    with ThreadPoolExecutor(threads) as pool:
        return list(pool.map(work, items))
