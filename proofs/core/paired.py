"""Two arms on the same seeds: exact tests and intervals for how they differ, seed by seed.

    mcnemar(a, b)               flags: of the seeds on which the arms differ, as many for either if nothing is between them
    sign_test(d)                differences: as many above zero as below
    hodges_lehmann(d)           differences d, symmetric about their middle: the median of (d_i + d_j)/2, i ≤ j

All laws are exact at every n. Ties are handled: a pair of equal flags tells nothing of a difference, a difference of zero
has no sign, equal sizes share their rank (the law of the signed ranks is then that of fair signs on the shared ranks), and
the closed interval between two Walsh averages covers at least as often where a law has atoms (Randles & Wolfe 1979, ch. 7).
A difference that is not a number is one of a seed that broke down: it may lie on either side, and widens both ends.

Sources: McNemar (1947); Clopper & Pearson (1934); Wilcoxon (1945); Hodges & Lehmann (1963); Pratt (1959) for zeros.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import ArrayLike

from theory.validation.inputs import between, floats, reject

MOST = 1000
"""Pairs at most: their Walsh averages are half a million."""
OF_THE_SHARE = 0.25
"""What part of an interval's error goes to how many pairs differ; the rest to which way they do."""


@dataclass(frozen=True)
class Discordant:
    """How two flags differ over n pairs: `first` have a alone, `second` b alone.

    p is two-sided, `fewer` that of "a is true less often than b", `difference` P(b) - P(a) as observed, between `low`
    and `high` with the confidence that was asked for.
    """

    n: int
    first: int
    second: int
    p: float
    fewer: float
    difference: float
    low: float
    high: float


@dataclass(frozen=True)
class Signs:
    """How many of n differences lie above and below zero; p two-sided, `above` that of a median above zero."""

    n: int
    positive: int
    negative: int
    p: float
    above: float


@dataclass(frozen=True)
class Shift:
    """The Hodges-Lehmann estimate of n differences, between `low` and `high`; p two-sided, `above` that of a shift above zero."""

    n: int
    estimate: float
    low: float
    high: float
    p: float
    above: float


def mcnemar(a: ArrayLike, b: ArrayLike, *, error: float = 0.01) -> Discordant:
    """McNemar's exact test of two flags (n,) each, and an exact interval for P(b) - P(a).

    With m discordant pairs, x of them with b alone:  x | m ~ B(m, θ), m ~ B(n, s), P(b) - P(a) = s(2θ-1); p at θ = ½.
    The interval joins those of Clopper and Pearson for θ, at ¾ of the error, and for s, at ¼.
    Raises ValueError unless both are flags, 1 to 1000 of them, and 0 < error < 1.
    """
    first, second = flags("a", a), flags("b", b)
    if len(first) != len(second):
        reject("b", f"as many flags as a has, {len(first)}", f"shape {second.shape}")
    error = between("error", error, 0, 1, open=True)
    n, x, y = len(first), int((second & ~first).sum()), int((first & ~second).sum())
    low, high = difference_interval(n, np.array([x + y]), np.array([x]), error)
    return Discordant(n, y, x, *_by_signs(x, y), (x - y) / n, float(low[0]), float(high[0]))


def sign_test(differences: ArrayLike) -> Signs:
    """The exact sign test of differences (n,); zeros, and what is no number, have no sign.

    Raises ValueError unless there are 1 to 1000 of them, real numbers.
    """
    d = _differences(differences)
    x, y = int((d > 0).sum()), int((d < 0).sum())
    return Signs(len(d), x, y, *_by_signs(x, y))


def hodges_lehmann(differences: ArrayLike, *, error: float = 0.01) -> Shift:
    """The shift of differences (n,): the median of their Walsh averages (d_i + d_j)/2, i ≤ j, and Wilcoxon's interval.

    p is that of the signed ranks; zeros are ranked and have no sign, for what is no number its sign is against.
    The interval's ends are the k-th Walsh averages from either side, k the largest with P(W⁺ < k) ≤ error/2 for fair
    signs on the ranks 1 … n; it is (-∞, ∞) where there are too few.
    Raises ValueError unless there are 1 to 1000 real numbers, one of them finite, and 0 < error < 1.
    """
    d = _differences(differences)
    error = between("error", error, 0, 1, open=True)
    known = d[np.isfinite(d)]
    if not len(known):
        reject("differences", "at least one finite number", d)
    low, high = walsh_interval(d, error)
    above, below = (_signed_ranks(side * np.where(np.isnan(d), -side * np.inf, d)) for side in (1, -1))
    estimate = float(np.median(_walsh(known)))
    return Shift(len(d), estimate, low, high, min(1.0, 2 * min(above, below)), above)


def difference_interval(n: int, m: np.ndarray, x: np.ndarray, error: float) -> tuple[np.ndarray, np.ndarray]:
    """Ends of the exact interval for s(2θ-1), of x (any shape) among m discordant ones of n pairs: see `mcnemar`."""
    s_low, s_high = _clopper_pearson(m, np.full_like(m, n), OF_THE_SHARE * error)
    t_low, t_high = (2 * t - 1 for t in _clopper_pearson(x, m, (1 - OF_THE_SHARE) * error))
    return np.where(t_low > 0, s_low, s_high) * t_low, np.where(t_high < 0, s_low, s_high) * t_high


def at_least_half(x: np.ndarray, m: np.ndarray) -> np.ndarray:
    """P(B(m, ½) ≥ x), of any shape."""
    from scipy.stats import binom

    return binom.sf(x - 1, m, 0.5)


def walsh_interval(d: np.ndarray, error: float) -> tuple[float, float]:
    """Ends of Wilcoxon's interval for the shift of differences (n,): see `hodges_lehmann`."""
    k = rank_bound(len(d), error)
    if k == 0:
        return -math.inf, math.inf
    ends: list[float] = []
    for side in (1, -1):  # the upper end is the lower one of the mirrored differences
        mirrored = np.where(np.isnan(d), -np.inf, side * d)
        with np.errstate(invalid="ignore"):
            averages = np.nan_to_num(_walsh(mirrored), nan=-np.inf, posinf=np.inf, neginf=-np.inf)
        ends.append(side * float(np.partition(averages, k - 1)[k - 1]))
    return ends[0] + 0.0, ends[1] + 0.0


@cache
def rank_bound(n: int, error: float) -> int:
    """The largest k with P(W⁺ < k) ≤ error/2, W⁺ the sum of the ranks 1 … n that have a positive one of n fair signs."""
    below = np.cumsum(_sums(tuple(range(1, n + 1))))
    return int(np.searchsorted(below, error / 2 * (1 + 1e-12), side="right"))


def flags(name: str, value: ArrayLike) -> np.ndarray:
    """An array (n,) of True and False, 1 to 1000 of them; raises ValueError for what is neither 0 nor 1."""
    a = floats(name, value, "flags, 0 or 1 each")
    if a.ndim != 1 or not 1 <= len(a) <= MOST or not np.isin(a, (0.0, 1.0)).all():
        reject(name, f"1 to {MOST} flags, 0 or 1 each, in one row", value)
    return a == 1


def _differences(value: ArrayLike) -> np.ndarray:
    d = floats("differences", value)
    if d.ndim != 1 or not 1 <= len(d) <= MOST:
        reject("differences", f"1 to {MOST} numbers in one row", f"shape {d.shape}")
    return d


def _by_signs(x: int, y: int) -> tuple[float, float]:
    """p of x against y by fair signs: two-sided, and for more of x."""
    from scipy.stats import binom

    m = x + y
    return min(1.0, 2 * float(binom.cdf(min(x, y), m, 0.5))), float(binom.sf(x - 1, m, 0.5))


def _clopper_pearson(k: np.ndarray, n: np.ndarray, error: float) -> tuple[np.ndarray, np.ndarray]:
    """The exact interval for a probability after k successes in n, of any shape; all of [0, 1] after none in none."""
    from scipy.stats import beta

    low = np.where(k > 0, beta.ppf(error / 2, np.maximum(k, 1), n - k + 1), 0.0)
    high = np.where(k < n, beta.isf(error / 2, k + 1, np.maximum(n - k, 1)), 1.0)
    return low, high


def _walsh(d: np.ndarray) -> np.ndarray:
    """(d_i + d_j)/2, i ≤ j; halves first, as a sum may be beyond any float."""
    first, second = np.triu_indices(len(d))
    return d[first] / 2 + d[second] / 2


def _signed_ranks(d: np.ndarray) -> float:
    """P(W⁺ ≥ what was seen) for fair signs on the shared ranks of |d|, those of zeros left out."""
    from scipy.stats import rankdata

    twice = np.rint(2 * rankdata(np.abs(d))).astype(int)
    seen, signed = int(twice[d > 0].sum()), twice[d != 0]
    return float(_sums(tuple(np.sort(signed).tolist()))[seen:].sum())


def _sums(ranks: tuple[int, ...]) -> np.ndarray:
    """The law of the sum of those ranks that have a positive one of fair signs: probabilities of 0, 1, …"""
    law = np.zeros(sum(ranks) + 1)
    law[0], top = 1.0, 0
    for rank in ranks:
        law[rank : top + rank + 1] += law[: top + 1].copy()
        top += rank
        law[: top + 1] *= 0.5
    return law
