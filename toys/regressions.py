"""What regressors show, and how far that is off where it is farthest."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np

from toys.learners.regressor import Regressor
from toys.optimisers import Adam
from toys.targets.target import Target
from toys.train import Fitted
from toys.validation import require


def shown(fitted: Fitted, x: np.ndarray) -> np.ndarray:
    """What every member predicts at inputs x (points,): (seeds, points)."""
    return fitted.evaluate(fitted.learner.predict, np.asarray(x)[:, None])[..., 0]  # type: ignore[attr-defined]


def best_constants(
    fit: Callable[..., Fitted], target: Target, powers: Mapping[str, float], rate: float
) -> dict[str, np.ndarray]:
    """By arm of `fit`, what networks without inputs predict under |error|^power, at that learning rate: (seeds, outputs)."""
    rule = Adam(rate, decay="cosine")
    fits = {arm: fit(Regressor(target, (8,), power), rule, arm=arm) for arm, power in powers.items()}
    return {arm: f.evaluate(f.learner.predict, np.ones((1, 1)))[:, 0] for arm, f in fits.items()}  # type: ignore[attr-defined]


def farthest(off: np.ndarray) -> np.ndarray:
    """Of each row (seeds, columns) the entry farthest from 0, with its sign: (seeds,).

    Raises ValueError for anything but a matrix.
    """
    require(np.ndim(off) == 2 and np.size(off) > 0, "off", "a matrix of one row a seed", np.shape(off))
    rows = np.asarray(off)
    return np.take_along_axis(rows, np.abs(rows).argmax(axis=1)[:, None], axis=1)[:, 0]


def nearest(x: np.ndarray, pairs: np.ndarray) -> np.ndarray:
    """Of pairs (x, t) (n, 2), the t of that next above each x: nearly a draw of t given x."""
    ordered = pairs[np.argsort(pairs[:, 0])]
    return ordered[np.searchsorted(ordered[:, 0], x).clip(0, len(pairs) - 1), 1]
