"""What networks that predict or draw y given x show, what that costs, and how far off it is where it is farthest."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np

from theory.validation.inputs import floats, instance
from toys.learners.gan import GAN
from toys.learners.regressor import Regressor
from toys.optimisers import Adam
from toys.targets.target import Target
from toys.train import Fitted
from toys.validation import door, positive, require


@door
def shown(fitted: Fitted, x: np.ndarray) -> np.ndarray:
    """What every member predicts at inputs x (points,): (seeds, points).

    Raises ValueError unless x is a finite vector.
    """
    require(x.ndim == 1, "x", "a vector", x.shape)
    return fitted.evaluate(fitted.learner.predict, x[:, None])[..., 0]  # pyright: ignore[reportAttributeAccessIssue]  only what predicts comes here


@door
def best_constants(
    fit: Callable[..., Fitted], target: Target, powers: Mapping[str, float], rate: float
) -> dict[str, np.ndarray]:
    """By arm of `fit`, what networks without inputs predict under |error|^power, at that learning rate: (seeds, outputs).

    Raises ValueError unless `fit` trains and the rate is positive.
    """
    positive(rate, "rate")
    rule = Adam(rate, decay="cosine")
    fits = {arm: fit(Regressor(target, (8,), power), rule, arm=arm) for arm, power in powers.items()}
    for found in fits.values():
        instance("fit", found, Fitted, "a function that trains")
    return {arm: f.evaluate(f.learner.predict, np.ones((1, 1)))[:, 0] for arm, f in fits.items()}  # pyright: ignore[reportAttributeAccessIssue]  all of them are regressors


def farthest(off: np.ndarray) -> np.ndarray:
    """Of each row (seeds, columns) the entry farthest from 0, with its sign: (seeds,); NaN where a row has one, ±∞ likewise.

    Raises ValueError for anything but a matrix.
    """
    rows = floats("off", off)
    require(rows.ndim == 2 and rows.size > 0, "off", "a matrix of one row a seed", np.shape(off))
    return np.take_along_axis(rows, np.abs(rows).argmax(axis=1)[:, None], axis=1)[:, 0]


@door
def nearest(x: np.ndarray, pairs: np.ndarray) -> np.ndarray:
    """Of pairs (x, t) (n, 2), the t of that next above each x: nearly a draw of t given x.

    Raises ValueError unless pairs are rows (x, t).
    """
    require(pairs.shape[1:] == (2,), "pairs", "rows (x, t)", pairs.shape)
    ordered = pairs[np.argsort(pairs[:, 0])]
    return ordered[np.searchsorted(ordered[:, 0], x).clip(0, len(pairs) - 1), 1]


@door
def population_risk(problem: Target, x: np.ndarray, curves: np.ndarray, y: np.ndarray) -> np.ndarray:
    """E(y-f(x))² over evenly spaced x, of curves (seeds, points), under the problem's density of rows (x, y); y is a fine grid.

    Raises ValueError unless x and y are vectors and curves rows of as many points as x.
    """
    fits = x.ndim == y.ndim == 1 and len(y) > 1 and curves.shape[1:] == x.shape
    require(fits, "x, y, curves", "vectors, and rows of as many points as x", (x.shape, y.shape, curves.shape))
    rows = np.stack(np.broadcast_arrays(x[:, None], y), axis=-1).reshape(-1, 2)
    joint = np.exp(problem.logpdf(rows)).reshape(len(x), len(y))
    each = [((y - curves[:, [k]]) ** 2) @ joint[k] * (y[1] - y[0]) for k in range(len(x))]
    return np.mean(each, axis=0)


@door
def outputs(fitted: Fitted, x: np.ndarray) -> np.ndarray:
    """What each member shows at its own inputs x (seeds, points, 1): a regressor its prediction, a GAN or mixture one draw.

    Of mixtures those of two components in one dimension are drawn from.
    Raises ValueError unless x is an array (seeds, points, 1).
    """
    require(x.ndim == 3, "x", "an array (seeds, points, 1)", x.shape)
    learner, points = fitted.learner, x.shape[1]
    if isinstance(learner, Regressor):
        return fitted.evaluate(learner.predict, own=[x])[..., 0]
    draws = fitted.generators(1)
    if isinstance(learner, GAN):
        z = np.stack([rng.standard_normal((points, learner.latents)) for rng in draws])
        return fitted.evaluate(learner.sample, own=[z, x])[..., -1]
    w, means, stds = np.split(fitted.evaluate(learner.mixture, own=[x]), 3, axis=2)  # pyright: ignore[reportAttributeAccessIssue]  what is neither has a mixture
    first = np.stack([rng.random(points) for rng in draws]) < w[..., 0]
    noise = np.stack([rng.standard_normal(points) for rng in draws])
    return np.where(first, means[..., 0] + stds[..., 0] * noise, means[..., 1] + stds[..., 1] * noise)
