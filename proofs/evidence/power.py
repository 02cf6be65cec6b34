"""How surely an experiment decides for what is true: the power of its rule at the effect that it declares.

The effect is a share: seed by seed, independently, the claim's arm does what is said with this probability. How many of n
seeds do is then binomial, and what the rule makes of each number of them is worked out with the failures as bad as they
can be: all deviations on the same side, all trends turned round, all numbers at the worst end of their range. The power is
exact where there is nothing but success and failure (shares), and a lower bound for every other law of which as many seeds
succeed. Interim analyses are followed through: a run that has decided does not look again (Jennison & Turnbull 2000, ch. 2).
"""

from __future__ import annotations

from bisect import bisect_left
from functools import cache

import numpy as np

from proofs.core.rules import AGREE, REFUTE, Each, Rule
from proofs.core.statement import Evidence
from proofs.evidence.experiment import at_level

ENOUGH = 0.99
"""The least power at the declared effect, at every level."""
LEVELS = ("quick", "full")


def power(
    evidence: Evidence, level: str = "quick", *, effect: float | None = None, columns: int = 1
) -> dict[str, float]:
    """The probabilities of "holds", "refuted" and "inconclusive" at the declared effect, or another.

    columns: in how many an `Each` is judged; the probability that one of them does not hold is bounded by their sum.
    """
    share = evidence.options["effect"] if effect is None else effect
    rule, looks = evidence.options["rule"], tuple(at_level(evidence.options["seeds"], level))
    one = of_rule(rule, looks, share)
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


def needed(rule: Rule, share: float, most: int = 400) -> int | None:
    """The least number of seeds from which a single analysis has the power that is asked for; None where `most` have not."""
    enough = (n for n in range(2, most + 1) if of_rule(rule, (n,), share)["holds"] >= ENOUGH)
    return next(enough) if of_rule(rule, (most,), share)["holds"] >= ENOUGH else None
