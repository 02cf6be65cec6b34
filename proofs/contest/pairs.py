"""Two learners of a contest on the same seeds: whether one has a fault less often, or a smaller score; and how many seeds that takes.

    fewer      a fault of `diagnose` is present on fewer seeds: exact McNemar (proofs.core.rules.Fewer)
    smaller    the size of a fault, or 1 - the share of `good` samples, is smaller: Hodges and Lehmann's shift (Smaller)

The effect is declared beforehand, and so is what it takes to plan: `rate`, how often B is expected to have the fault, or
`spread`, the standard deviation of the difference over seeds.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from proofs.contest.pieces import Seed
from proofs.contest.scoring import WORDED
from proofs.contest.standing import Standing
from proofs.core.paired import MOST
from proofs.core.rules import AGREE, REFUTE, Decided, Fewer, Paired, Smaller
from proofs.evidence import power
from theory.validation.inputs import positive, reject

GOOD = "good"
"""The score that is no fault: 1 - the share of good samples."""


@dataclass(frozen=True)
class Question:
    """Whether learner `a` has `what` less often (fewer) than `b` does, or smaller, by an effect."""

    a: str
    b: str
    what: str
    rule: Paired

    @property
    def words(self) -> str:
        """In a sentence."""
        if isinstance(self.rule, Fewer):
            return f"{self.a} has {self.what} on fewer seeds than {self.b}"
        score = "1 - the share of good samples" if self.what == GOOD else f"the size of {self.what}"
        return f"{score} is smaller for {self.a} than for {self.b}"


@dataclass(frozen=True)
class Comparison:
    """The answer to a question on n seeds, and how many seeds would have told the effect."""

    question: Question
    n: int
    decided: Decided
    needed: int | None

    def record(self) -> dict[str, Any]:
        """As the document has it; infinities as text."""
        q, d = self.question, self.decided
        return {
            "a": q.a, "b": q.b, "rule": "fewer" if isinstance(q.rule, Fewer) else "smaller", "what": q.what, "by": q.rule.by,
            "says": q.words, "outcome": d.outcome, "observed": _plain(d.observed), "interval": [_plain(x) for x in d.interval],
            "n": self.n, "detail": d.detail, "needed": self.needed,
        }  # fmt: skip


def question(
    compare: Sequence[str] | None, *, fewer: str | None = None, smaller: str | None = None, by: float | None = None,
    rate: float | None = None, spread: float | None = None,
) -> Question | None:  # fmt: skip
    """What is asked; None where nothing is.

    Raises ValueError, naming the argument, unless there are two learners, one of `fewer` and `smaller`, and an effect.
    """
    others = {"fewer": fewer, "smaller": smaller, "by": by, "rate": rate, "spread": spread}
    if compare is None:
        if given := [name for name, value in others.items() if value is not None]:
            reject(given[0], "two learners to compare beside it", "none")
        return None
    if isinstance(compare, str) or len(compare) != 2 or compare[0] == compare[1]:
        reject("compare", "two learners", compare)
    if (fewer is None) == (smaller is None):
        reject("fewer, smaller", "one of them", "both" if fewer else "none")
    if by is None:
        reject("by", "the effect that counts, a number > 0", None)
    what, known = (fewer, WORDED) if fewer is not None else (smaller, (*WORDED, GOOD))
    if what not in known or what is None:
        reject("fewer" if fewer else "smaller", f"one of {', '.join(known)}", what)
    a, b = compare
    if fewer is not None:
        if spread is not None:
            reject("spread", "none beside fewer, which knows its own", spread)
        return Question(a, b, what, _rule(Fewer, by, rate))
    if rate is not None:
        reject("rate", "none beside smaller", rate)
    return Question(
        a, b, what, Smaller(positive("by", by), spread=None if spread is None else positive("spread", spread))
    )


def _rule(kind: type[Fewer], by: float, rate: float | None) -> Fewer:
    try:
        return kind(by, rate)
    except ValueError as error:
        raise ValueError(str(error).replace(" of a rule", "")) from error


def compared(standing: Standing, asked: Question) -> Comparison:
    """The rule's answer on every seed of both learners; raises ValueError for a learner or fault that is not there."""
    pair = asked.a, asked.b
    if isinstance(asked.rule, Fewer):
        columns = [standing.flags(name, asked.what).astype(float) for name in pair]
    else:
        columns = [standing.numbers(name, asked.what) for name in pair]
        if all(np.isnan(column).all() for column in columns):
            reject("smaller", "a score that is known here", asked.what)
    values = np.stack(columns, axis=1)
    return Comparison(asked, len(values), asked.rule.decide(values, AGREE, REFUTE), power.pairs_needed(asked.rule))


def plan(asked: Question, pilot: Mapping[str, Sequence[Seed]]) -> tuple[int | None, str]:
    """The seeds that decide at the effect with a power of 99 % (None: more than 1000), and what that rests on, in words.

    `pilot`: seeds of both that are known already, from which the spread of a score is taken where none is declared.
    Raises ValueError where there is neither.
    """
    rule = asked.rule
    if isinstance(rule, Fewer):
        a, b = rule.rates
        how = f"{asked.a} has it on {a:.0%} of seeds and {asked.b} on {b:.0%}, independently"
        return power.pairs_needed(rule), how
    if rule.spread is not None:
        return power.pairs_needed(rule), f"differences scatter by {rule.spread:g}, as declared"
    known = {
        name: {s.seed: 1 - s.score.good if asked.what == GOOD else s.score.size(asked.what) for s in seeds if s.score}
        for name, seeds in pilot.items()
    }
    both = sorted(known[asked.a].keys() & known[asked.b].keys())
    d = np.array([known[asked.b][seed] - known[asked.a][seed] for seed in both])
    if len(d) < 8 or not np.isfinite(d).all() or d.std() == 0:
        reject(
            "spread", "the standard deviation of the difference, or 8 seeds of both in the ledger", f"{len(d)} seeds"
        )
    spread = float(d.std(ddof=1))
    return power.pairs_needed(
        Smaller(rule.by, spread=spread)
    ), f"differences scatter by {spread:.3g}, on {len(d)} known seeds"


def in_words(needed: int | None) -> str:
    """How many seeds."""
    return f"{needed} seeds" if needed is not None else f"more than {MOST:,} seeds"


def _plain(x: float) -> float | str:
    return x if np.isfinite(x) else str(float(x))
