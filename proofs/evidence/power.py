"""How surely an experiment decides for what is true: the power of its rule at the effect that it declares.

The effect is a share: seed by seed, independently, the claim's arm does what is said with this probability. How many of n
seeds do is then binomial, and what the rule makes of each number of them is worked out with the failures as bad as they
can be: all deviations on the same side, all trends turned round, all numbers at the worst end of their range. The power is
exact where there is nothing but success and failure (shares), and a lower bound for every other law of which as many seeds
succeed. Interim analyses are followed through: a run that has decided does not look again (Jennison & Turnbull 2000, ch. 2).

Rules that compare two arms declare their effect themselves. `Fewer`: the arms have the flag at its `rates`, independently of
each other, and the power is exact. `Smaller`: B - A is normal about `by` with its `scatter`, and simulated by a fixed seed.
"""

from __future__ import annotations

from bisect import bisect_left
from functools import cache

import numpy as np

from proofs.core.paired import MOST, rank_bound
from proofs.core.rules import AGREE, REFUTE, Each, Fewer, Paired, Rule, Smaller
from proofs.core.statement import Evidence
from proofs.evidence.experiment import at_level

ENOUGH = 0.99
"""The least power at the declared effect, at every level."""
LEVELS = ("quick", "full")
SIMULATED, SEED = 4_000, 16
"""Runs of `Smaller`, and what they are drawn from."""
NEVER = 1e-14
"""Probabilities of single counts of flags below this are left out."""
WORDS = {-1: "refuted", 0: "inconclusive", 1: "holds"}


def power(
    evidence: Evidence, level: str = "quick", *, effect: float | None = None, columns: int = 1
) -> dict[str, float]:
    """The probabilities of "holds", "refuted" and "inconclusive" at the declared effect, or another.

    columns: in how many an `Each` is judged; the probability that one of them does not hold is bounded by their sum.
    """
    share = evidence.options["effect"] if effect is None else effect
    rule, looks = evidence.options["rule"], tuple(at_level(evidence.options["seeds"], level))
    one = of_pairs(rule, looks) if isinstance(rule, Paired) and effect is None else of_rule(rule, looks, share)
    if not isinstance(rule, Each) or columns == 1:
        return one
    lost = {word: min(1.0, columns * one[word]) for word in ("refuted", "inconclusive")}
    return {"holds": max(0.0, 1 - sum(lost.values())), **lost}


def of_rule(rule: Rule, looks: tuple[int, ...], share: float) -> dict[str, float]:
    """The probabilities of each outcome, after interim analyses at so many seeds, where a seed succeeds with probability `share`."""
    from scipy.stats import binom

    found: dict[str, float] = dict.fromkeys(("holds", "refuted", "inconclusive"), 0.0)
    going, before = np.ones(1), 0  # the probability of k successes so far, and no decision yet
    for n in looks:
        going = np.convolve(going, binom.pmf(np.arange(n - before + 1), n - before, share))
        refuted, holds = _cuts(rule, n, len(looks))
        found["refuted"] += float(going[: refuted + 1].sum())
        found["holds"] += float(going[holds:].sum())
        going[: refuted + 1], going[holds:], before = 0.0, 0.0, n
    found["inconclusive"] = float(going.sum())
    return found


@cache
def _cuts(rule: Rule, n: int, analyses: int) -> tuple[int, int]:
    """The most successes among n seeds that refute, -1 where none do, and the fewest that hold, n + 1 where none do."""
    order = ("refuted", "inconclusive", "holds")

    def rank(k: int) -> int:
        return order.index(decided(rule, k, n, analyses))

    return bisect_left(range(n + 1), 1, key=rank) - 1, bisect_left(range(n + 1), 2, key=rank)


@cache
def decided(rule: Rule, successes: int, n: int, analyses: int = 1) -> str:
    """What the rule says of so many successes among n seeds, the failures being as bad as they can be."""
    values = rule.worst_case(np.arange(n) < successes)
    return rule.decide(values, AGREE / analyses, REFUTE / analyses).outcome


def of_pairs(rule: Paired, looks: tuple[int, ...]) -> dict[str, float]:
    """The probabilities of each outcome at the rule's own effect, after interim analyses at so many seeds."""
    return _of_flags(rule, looks) if isinstance(rule, Fewer) else _of_numbers(rule, looks)


def _of_flags(rule: Fewer, looks: tuple[int, ...]) -> dict[str, float]:
    """By the trinomial law of how many seeds have the flag in B alone (rows), and in A alone."""
    from scipy.signal import convolve

    a, b = rule.rates
    found = dict.fromkeys(WORDS.values(), 0.0)
    going, before = np.ones((1, 1)), 0
    for n in looks:
        going = convolve(going, _trinomial(n - before, b * (1 - a), a * (1 - b)), method="direct")
        x, y = np.indices(going.shape)
        there = going > NEVER
        words = np.zeros(going.shape, int)
        words[there] = rule.words(n, (x + y)[there], x[there], AGREE / len(looks), REFUTE / len(looks))
        for word in (-1, 1):
            found[WORDS[word]] += float(going[words == word].sum())
        going, before = np.where(words == 0, going, 0.0), n
    found["inconclusive"] = float(going.sum())
    return found


def _trinomial(n: int, p: float, q: float) -> np.ndarray:
    """P(i, j) (n + 1, n + 1) of n draws, i of one kind, with probability p, and j of another, with q."""
    from scipy.stats import binom

    i = np.arange(n + 1)
    rest = np.maximum(n - i, 0)[:, None]
    return binom.pmf(i, n, p)[:, None] * binom.pmf(i, rest, min(1.0, q / (1 - p)) if p < 1 else 0.0)


def _of_numbers(rule: Smaller, looks: tuple[int, ...]) -> dict[str, float]:
    """By runs whose differences are normal, of which the ranks say what their Walsh averages do."""
    d = rule.by + rule.scatter * np.random.default_rng(SEED).standard_normal((SIMULATED, looks[-1]))
    words = np.zeros(SIMULATED, int)
    for n in looks:
        going = words == 0
        shown, below = (rank_bound(n, error / len(looks)) for error in (AGREE, REFUTE))
        refuted = (_positive_ranks(d[:, :n] - rule.by) < below) & (below > 0)
        holds = (_positive_ranks(rule.least - d[:, :n]) < shown) & (shown > 0)
        words = np.where(going, np.where(refuted, -1, np.where(holds, 1, 0)), words)
    return {name: float((words == word).mean()) for word, name in WORDS.items()}


def _positive_ranks(d: np.ndarray) -> np.ndarray:
    """W⁺ (runs,) of rows of differences: how many of their Walsh averages lie above zero."""
    order = np.argsort(np.abs(d), axis=1)
    return (np.take_along_axis(d, order, axis=1) > 0) @ np.arange(1, d.shape[1] + 1)


def pairs_needed(rule: Paired, most: int = MOST) -> int | None:
    """The least number of seeds from which a single analysis of two arms has the power that is asked for, by halving; None where `most` have not."""

    def enough(n: int) -> bool:
        return of_pairs(rule, (n,))["holds"] >= ENOUGH

    low, high = 1, 8
    while not enough(high):
        if high == most:
            return None
        low, high = high, min(2 * high, most)
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if enough(middle) else (middle, high)
    return high


def needed(rule: Rule, share: float, most: int = 400) -> int | None:
    """The least number of seeds from which a single analysis has the power that is asked for; None where `most` have not."""
    enough = (n for n in range(2, most + 1) if of_rule(rule, (n,), share)["holds"] >= ENOUGH)
    return next(enough) if of_rule(rule, (most,), share)["holds"] >= ENOUGH else None
