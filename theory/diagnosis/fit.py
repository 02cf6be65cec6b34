"""A mixture fitted to samples, so that one can speak of modes where no law is known: k-means, then expectation and maximisation."""

import numpy as np
from scipy.cluster.vq import kmeans2
from scipy.special import logsumexp

from theory.mixture import GaussianMixture
from theory.validation.inputs import Array, reject

STARTS, ROUNDS = 8, 100
RIDGE = 1e-6  # of the variance of all samples, added to each component's
SETTLED = 1e-6  # nats a sample, by which a round must improve


def fitted(x: Array, modes: int, rng: np.random.Generator) -> GaussianMixture:
    """The likeliest of eight local maxima with so many components, full covariances.

    Raises ValueError unless there are more distinct samples (n, D) than ten to a component and dimension.
    """
    if len(np.unique(x, axis=0)) < 10 * modes * x.shape[1]:
        reject("modes", f"so few that each has ten of the {len(x)} samples of a half a dimension", modes)
    best: tuple[float, Array, Array, Array] | None = None
    for _ in range(STARTS):
        label = kmeans2(x, modes, minit="++", rng=rng, missing="warn")[1]
        found = _climbed(x, np.eye(modes)[label])
        if best is None or found[0] > best[0]:
            best = found
    assert best is not None
    _, w, means, covs = best
    return _mixture(w, means, covs)


def _climbed(x: Array, shares: Array) -> tuple[float, Array, Array, Array]:
    """Log likelihood a sample, weights, means and covariances where it no longer improves."""
    ridge = RIDGE * float(np.trace(np.atleast_2d(np.cov(x.T)))) / x.shape[1] * np.eye(x.shape[1])
    last, now = -np.inf, -np.inf
    w = means = covs = np.empty(0)
    for _ in range(ROUNDS):
        total = shares.sum(axis=0) + 1e-12
        w, means = total / total.sum(), shares.T @ x / total[:, None]
        offsets = x[None] - means[:, None]
        covs = np.einsum("nk,kni,knj->kij", shares, offsets, offsets, optimize=True) / total[:, None, None] + ridge
        factors = np.linalg.cholesky(covs)
        z = np.linalg.solve(factors, offsets.transpose(0, 2, 1))
        logs = np.log(w)[:, None] - 0.5 * (z**2).sum(axis=1)
        logs -= np.log(np.diagonal(factors, axis1=1, axis2=2)).sum(axis=1)[:, None]
        each = np.asarray(logsumexp(logs, axis=0))
        shares, now = np.exp(logs - each).T, float(each.mean())
        if now - last < SETTLED:
            break
        last = now
    return now, w, means, covs


def _mixture(w: Array, means: Array, covs: Array) -> GaussianMixture:
    order = np.lexsort(means.T[::-1])
    w, means, covs = w[order], means[order], covs[order]
    if means.shape[1] == 1:
        return GaussianMixture(w / w.sum(), means[:, 0], stds=np.sqrt(covs[:, 0, 0]))
    return GaussianMixture(w / w.sum(), means, covs=0.5 * (covs + covs.transpose(0, 2, 1)))
