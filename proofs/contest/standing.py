"""How a contest stands: a line a learner, with the share of its seeds on which each fault is present, and what it cost.

A seed that failed stays in n: it has captured nothing and counts as having every fault. Shares have exact intervals
(Clopper & Pearson 1934), each at the confidence that was asked for; the words on a seed's samples are those of `blurproof diagnose`.
"""

from __future__ import annotations

import csv
import io
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np

from proofs.contest.pieces import Seed, Settings
from proofs.contest.scoring import DIFFERS, FAULTS, WORDED
from proofs.core.rules import share_interval
from theory.diagnosis import WORDS
from toys.targets.target import Target

PRESENT = WORDS.index("present")


@dataclass(frozen=True)
class Rate:
    """On how many of n seeds a fault is present, the exact interval of its probability, and its median size where there is one."""

    fault: str
    k: int
    n: int
    low: float
    high: float
    size: float | None


@dataclass(frozen=True)
class Line:
    """One learner: seeds, failed ones and why, rates of faults, modes captured on average, quartiles of the share of good samples,
    parameters (0 where nobody says), points of data looked at, median seconds a seed."""

    learner: str
    way: str
    n: int
    failed: Mapping[str, int]
    rates: tuple[Rate, ...]
    modes: float | None
    of_modes: int
    good: tuple[float, float, float] | None
    parameters: int
    seen: float
    seconds: float

    def rate(self, fault: str) -> Rate | None:
        """Of one fault, where it was looked for."""
        return next((rate for rate in self.rates if rate.fault == fault), None)


@dataclass(frozen=True)
class Standing:
    """Every seed of every learner on the target, by the learner's name; what was published beside it, what was compared."""

    target: Target
    settings: Settings
    seeds: Mapping[str, tuple[Seed, ...]]
    seconds: float
    published: Mapping[str, Any] | None = None
    comparisons: tuple[Any, ...] = field(default=())

    @property
    def names(self) -> tuple[str, ...]:
        """The learners, in the order in which they were named."""
        return tuple(self.seeds)

    @cached_property
    def lines(self) -> tuple[Line, ...]:
        """A line a learner."""
        return tuple(line(name, seeds, 1 - self.settings.confidence) for name, seeds in self.seeds.items())

    @property
    def faults(self) -> tuple[str, ...]:
        """The faults that were looked for, and the global check."""
        known = {rate.fault for one in self.lines for rate in one.rates}
        return tuple(fault for fault in WORDED if fault in known)

    @property
    def document(self) -> dict[str, Any]:
        """The JSON document of `blurproof contest --json`."""
        from proofs.contest import document

        return document.build(self)

    @property
    def csv(self) -> str:
        """A row a seed and learner: what it cost, its published scores, and each fault's word, size and interval."""
        text = io.StringIO()
        writer = csv.writer(text, lineterminator="\n")
        kinds = [f"{fault}{part}" for fault in FAULTS for part in ("", " size", " low", " high")]
        writer.writerow(
            [
                "learner",
                "way",
                "seed",
                "failed",
                "modes",
                "good",
                "parameters",
                "points",
                "seconds",
                *kinds,
                DIFFERS,
                f"{DIFFERS} p",
            ]
        )
        for name, seeds in self.seeds.items():
            writer.writerows(_cells(name, one) for one in seeds)
        return text.getvalue()

    @property
    def samples(self) -> dict[str, np.ndarray]:
        """Samples (seeds, n, dim) by learner, NaN for failed seeds."""
        return {name: np.stack([one.samples for one in seeds]) for name, seeds in self.seeds.items()}

    def flags(self, learner: str, fault: str) -> np.ndarray:
        """On which seeds (seeds,) a learner has a fault; failed ones have every. Raises ValueError for an unknown learner or fault."""
        return flags(self._of(learner), self._fault(fault))

    def numbers(self, learner: str, score: str) -> np.ndarray:
        """The size of a fault, or 1 - the share of `good` samples, per seed (seeds,); NaN where it failed.

        Raises ValueError for an unknown learner or score.
        """
        if score == "good":
            return np.array([math.nan if one.score is None else 1 - one.score.good for one in self._of(learner)])
        fault = self._fault(score)
        return np.array([math.nan if one.score is None else one.score.size(fault) for one in self._of(learner)])

    def figure(self, width: str = "double") -> Any:
        """The figure, a matplotlib Figure; raises ValueError unless width is single or double."""
        from proofs.contest import figure

        return figure.draw(self, width)

    def __str__(self) -> str:
        from rich.console import Console

        from proofs.contest import table

        text = io.StringIO()
        table.show(self, Console(file=text, width=table.WIDTH, force_terminal=False, no_color=True, highlight=False))
        return "\n".join(one.rstrip() for one in text.getvalue().splitlines())

    def _of(self, learner: str) -> tuple[Seed, ...]:
        if learner not in self.seeds:
            raise ValueError(f"learner: expected one of {', '.join(self.seeds)}, got {learner!r}")
        return self.seeds[learner]

    def _fault(self, fault: str) -> str:
        if fault not in WORDED:
            raise ValueError(f"fault: expected one of {', '.join(WORDED)}, got {fault!r}")
        if self.faults and fault not in self.faults:
            raise ValueError(f"fault: expected one that is looked for here, {', '.join(self.faults)}, got {fault!r}")
        return fault


def flags(seeds: Sequence[Seed], fault: str) -> np.ndarray:
    """On which of the seeds (seeds,) a fault is present; failed ones have every fault."""
    return np.array([one.score is None or one.score.word(fault) == PRESENT for one in seeds])


def line(name: str, seeds: Sequence[Seed], error: float) -> Line:
    """What the seeds of a learner come to, with intervals but for an `error`."""
    scores = [one.score for one in seeds if one.score is not None]
    known = [fault for fault in WORDED if not scores or any(score.word(fault) >= 0 for score in scores)]
    rates: list[Rate] = []
    for fault in known:
        k, sizes = int(flags(seeds, fault).sum()), [score.size(fault) for score in scores]
        low, high = share_interval(k, len(seeds), error)
        rates.append(Rate(fault, k, len(seeds), low, high, float(np.median(sizes)) if sizes else None))
    failed: dict[str, int] = {}
    for one in seeds:
        if one.failed:
            failed[one.failed] = failed.get(one.failed, 0) + 1
    of_modes = max((score.of_modes for score in scores), default=0)
    good = [0.0 if one.score is None else one.score.good for one in seeds]
    captured = [0.0 if one.score is None else one.score.modes for one in seeds]
    judged = bool(scores) and not math.isnan(scores[0].good)
    return Line(
        name,
        next((one.way for one in seeds if one.way), ""),
        len(seeds),
        failed,
        tuple(rates),
        float(np.mean(captured)) if of_modes else None,
        of_modes,
        tuple(np.quantile(good, (0.25, 0.5, 0.75)).tolist()) if judged else None,  # pyright: ignore[reportArgumentType]
        max(one.parameters for one in seeds),
        float(np.median([one.seen for one in seeds])),
        float(np.median([one.seconds for one in seeds])),
    )


def _cells(name: str, one: Seed) -> list[object]:
    """A row of the CSV; empty where there is no number."""
    score = one.score
    facts = (math.nan, math.nan) if score is None else (score.modes, score.good)
    costs = [one.parameters or "", one.seen, f"{one.seconds:.6g}"]
    cells: list[object] = [name, one.way, one.seed, one.failed, *(_number(x) for x in facts), *costs]
    for k in range(len(FAULTS)):
        word = -1 if score is None else int(score.words[k])
        sizes = ["", "", ""] if score is None or word < 0 else [_number(x) for x in score.sizes[k]]
        cells += [WORDS[word] if word >= 0 else "", *sizes]
    word, _, p = (-1, 0, math.nan) if score is None else score.check.tolist()
    return [*cells, WORDS[int(word)] if word >= 0 else "", _number(p)]


def _number(x: float) -> str:
    return "" if math.isnan(x) else f"{x:.9g}"
