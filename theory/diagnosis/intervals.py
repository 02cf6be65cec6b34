"""Exact intervals of shares and spreads, and the word that follows from an interval and a threshold."""

from functools import lru_cache

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import betaincinv
from scipy.stats import chi2

from theory.validation.inputs import Array


def clopper_pearson(count: ArrayLike, n: ArrayLike, alpha: float) -> tuple[Array, Array]:
    """The exact interval at level 1 - alpha, alpha/2 on each side, of the probability behind `count` successes of n."""
    k, n = np.asarray(count, dtype=float), np.maximum(np.asarray(n, dtype=float), 1)
    low = np.where(k > 0, betaincinv(np.maximum(k, 1), n - k + 1, alpha / 2), 0.0)
    high = np.where(k < n, betaincinv(k + 1, np.maximum(n - k, 1), 1 - alpha / 2), 1.0)
    return low, high


def word(low: float, high: float, threshold: float) -> str:
    """What [low, high] says of a size that counts from `threshold` on."""
    return "present" if low > threshold else "absent" if high <= threshold else "undecided"


def worst(words: list[str]) -> str:
    """Present where some part is, else undecided where some part is, else absent."""
    return next((w for w in ("present", "undecided") if w in words), "absent")


@lru_cache(4096)
def smallest_share(n: int, alpha: float, threshold: float, due: float = 0.0) -> float:
    """The least excess over `due` whose lower end lies above the threshold with probability 0.95; infinite if none.

    The lower end is that of `clopper_pearson`, less `due`.
    """
    if float(clopper_pearson(n, n, alpha)[0]) - due <= threshold:
        return np.inf
    few, least = 0, n
    while least - few > 1:
        middle = (few + least) // 2
        enough = float(clopper_pearson(middle, n, alpha)[0]) - due > threshold
        few, least = (few, middle) if enough else (middle, least)
    return (
        float(betaincinv(least, n - least + 1, 0.95)) - due
    )  # P(B >= least) is the distribution function of a beta variable


def spread_factors(freedom: ArrayLike, alpha: float) -> tuple[Array, Array]:
    """What an estimated standard deviation is multiplied with for the ends of its interval: √(ν/χ²) at 1 - alpha/2, alpha/2."""
    v = np.asarray(freedom, dtype=float)
    with np.errstate(divide="ignore", invalid="ignore"):
        low, high = np.sqrt(v / chi2.isf(alpha / 2, v)), np.sqrt(v / chi2.ppf(alpha / 2, v))
    return np.where(v > 0, low, 0.0), np.where(v > 0, high, np.inf)
