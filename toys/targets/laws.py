"""Laws that every target obeys, for our tests and anybody's: `violations(target, rng)` lists those that are broken.

A law compares the sampler with what the target claims: moments, the joint density (a χ² test over cells whose mass is
integrated from the density), the independence of draws within one call (the mean of n draws has covariance Cov/n, so
a sampler that draws one component for a whole batch is caught), and for mixtures distinct modes (the much-copied
ring `linspace(0, 2π, 8)` has seven). Statistical laws are broken at a chance of less than 1e-6 each.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from scipy.special import chdtrc, chdtri

from toys.targets.mixtures import MixtureTarget
from toys.targets.target import Target
from toys.validation import door, positive_integer

CHANCE = 1e-6
_CELLS, _SUB = 12, 20  # cells to an axis, and midpoints to a cell's axis


@door
def violations(target: Target, rng: np.random.Generator, n: int = 20_000) -> list[str]:
    """The broken laws, in words; empty for a good target. `n` draws are looked at, each law once.

    Raises ValueError unless n is an integer ≥ 1.
    """
    positive_integer(n, "n")
    x = target.sample(n, rng)
    return [
        *_shapes(target, x),
        *_modes(target),
        *_moments(target, x),
        *_independence(target, rng),
        *_density(target, x),
    ]


def _shapes(target: Target, x: np.ndarray) -> Iterator[str]:
    if x.ndim != 2 or x.shape[1] != target.dim or x.dtype != np.float64 or not np.isfinite(x).all():
        yield f"samples are not finite float64 rows of {target.dim} columns"
    if target.mean.shape != (target.dim,) or target.cov.shape != (target.dim, target.dim):
        yield "mean or covariance has the wrong shape"


def _modes(target: Target) -> Iterator[str]:
    if isinstance(target, MixtureTarget):
        if abs(target.mixture.weights.sum() - 1) > 1e-12:
            yield "weights do not sum to one"
        if len(target.centres) > 1 and target.separation < 1e-6:
            yield "modes are not pairwise distinct"


def _moments(target: Target, x: np.ndarray) -> Iterator[str]:
    """Means and second moments within six standard errors; 36/n of the range more, for events too rare to estimate."""
    c, n = x - target.mean, len(x)
    for name, found, square, claimed in [
        ("mean", c.mean(0), (c**2).mean(0), np.zeros(target.dim)),
        ("covariance", c.T @ c / n, (c**2).T @ c**2 / n, target.cov),
    ]:
        error = 6 * np.sqrt(np.maximum(square - found**2, 0) / n) + 36 * np.abs(c).max() ** 2 / n + 1e-12
        if (np.abs(found - claimed) > error).any():
            yield f"sample {name} disagrees with the {name} claimed"


def _independence(target: Target, rng: np.random.Generator, batches: int = 400, size: int = 16) -> Iterator[str]:
    """|mean of a batch - EX|² averages tr Cov/size; a shared component would make it up to `size` times larger."""
    means = np.stack([target.sample(size, rng).mean(0) for _ in range(batches)]) - target.mean
    squares = (means**2).sum(1)
    expected = np.trace(target.cov) / size
    if abs(squares.mean() - expected) > 6 * squares.std() / np.sqrt(batches) + 1e-12:
        yield "draws of one call are not independent"


def _density(target: Target, x: np.ndarray) -> Iterator[str]:
    """Counts in cells of the plane, or line, against the integral of the density over each."""
    if target.dim > 2:
        return
    try:
        target.logpdf(x[:1])
    except ValueError:
        return  # no density to compare with
    low: np.ndarray = x.min(0)
    high: np.ndarray = x.max(0)
    edges: list[np.ndarray] = [np.linspace(a, b, _CELLS + 1) for a, b in zip(low, high, strict=True)]
    middles: list[np.ndarray] = [np.linspace(a, b, 2 * _CELLS * _SUB + 1)[1::2] for a, b in zip(low, high, strict=True)]
    points = np.stack(np.meshgrid(*middles, indexing="ij"), -1).reshape(-1, target.dim)
    fine = np.exp(target.logpdf(points)) * np.prod((high - low) / (_CELLS * _SUB))
    mass = fine.reshape([_CELLS, _SUB] * target.dim).sum(tuple(range(1, 2 * target.dim, 2))).ravel()
    if abs(mass.sum() - 1) > 5e-3:  # a box around 20,000 draws leaves out less than 1e-3
        yield f"the density integrates to {mass.sum():.4f}"
        return
    counts = np.histogramdd(x, edges)[0].ravel()
    expected = len(x) * mass
    full = expected > 10
    chi2 = ((counts[full] - expected[full]) ** 2 / expected[full]).sum()
    if chdtrc(full.sum(), chi2) < CHANCE:
        yield f"the sampler disagrees with the density (χ² = {chi2:.0f}, at most {chdtri(full.sum(), CHANCE):.0f})"
