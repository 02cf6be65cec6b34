"""How experiments are decided: declared before the run, by methods that hold at small n.

Every rule reads one number per seed and arm. It agrees at 1 % error, refutes only on the share of the 1e-3 budget of
a whole run that falls to it, and says "inconclusive" in between. Diverged seeds stay in n as failures of their arm.
The intervals are exact: binomial (Clopper & Pearson 1934) for shares, order statistics of the sign test for medians,
the empirical Bernstein bound (Maurer & Pontil 2009) for means on a declared range, Page's test (1963) for trends;
for two arms on the same seeds McNemar's test and the interval of Hodges and Lehmann (proofs.core.paired).

Every rule also says what a *success* of one seed is (`succeeds`), and what numbers so many successes and failures are when
the failures are as bad as can be (`worst_case`). The power of an experiment is a matter of their share alone
(proofs.evidence.power).
"""

from __future__ import annotations

import math
import sys
from dataclasses import dataclass, field
from functools import cache
from itertools import permutations
from typing import ClassVar, get_args

import numpy as np

from proofs.core import paired
from proofs.words.told import SIGNS
from theory.validation.inputs import reject

AGREE = 0.01
"""Error allowed to a decision for the claim."""
REFUTE_BUDGET = 1e-3
"""Error allowed to all decisions against the claims of one whole run, together."""
REFUTE = 1e-5
"""Each experiment's share of it, whatever the catalogue: room for a hundred.

What else is drawn from seeds, anchors, instances and where searches start, refutes only what balls or 50 digits confirm, and spends none.
"""
EFFECT = 0.95
"""Share of seeds that succeed from which on an experiment must decide, where it declares no other: nineteen in twenty."""
NO_EFFECT = 0.1
"""A trend by less than this share of where it starts is none."""
CORRELATED = 0.5
"""With its grid, from which on a row is one that falls or rises."""
CONTROL_MARGINS = 3.0
"""A control arm must miss the closed form by this many margins."""


def _expect(what: str, got: object, expected: str, right: bool) -> None:
    if not right:
        reject(f"{what} of a rule", expected, got)


def _inside(what: str, got: float, low: float, high: float) -> None:
    """Raises ValueError for what is no number, or one that every result, or none, would meet."""
    _expect(what, got, f"a number between {low} and {high}", _number(got) and low < got < high)


def _number(value: object) -> bool:
    """Whether it is a finite number, no larger than a float can be."""
    return isinstance(value, int | float) and not isinstance(value, bool) and abs(value) <= sys.float_info.max


def _numbers(values: object) -> bool:
    """Whether they are finite numbers in a tuple or list."""
    return isinstance(values, tuple | list) and all(map(_number, values))


def _one_of(direction: str, *known: str) -> None:
    _expect("direction", direction, " or ".join(known), isinstance(direction, str) and direction in known)


@dataclass(frozen=True)
class Decided:
    """`outcome` is holds, refuted or inconclusive; `interval` has confidence 1 - AGREE."""

    outcome: str
    observed: float
    interval: tuple[float, float]
    detail: str


@dataclass(frozen=True)
class Agreement:
    """Equivalence with a closed form: the median over seeds of the deviation lies within ±`margin`.

    `unit` says what the margin is measured in. The control arm must lie outside ±3 margins.
    Raises ValueError for a margin that is not positive.
    """

    detects: ClassVar[float | None] = 0.05
    why: ClassVar[str] = ""
    margin: float
    unit: str = "of the closed form"

    def __post_init__(self) -> None:
        _inside("margin", self.margin, 0, math.inf)
        _expect("unit", self.unit, "a text", isinstance(self.unit, str))

    @property
    def threshold(self) -> float:
        """The margin."""
        return self.margin

    def decide(self, deviations: np.ndarray, agree: float, refute: float) -> Decided:
        """On deviations (seeds,), with an error of `agree` for the claim and of `refute` against it."""
        low, high = median_interval(deviations, agree)
        outcome = "holds" if -self.margin <= low and high <= self.margin else "inconclusive"
        far_low, far_high = median_interval(deviations, refute)
        lost = int((~np.isfinite(deviations)).sum())  # diverged: where most do, the median is nowhere near
        if far_low > self.margin or far_high < -self.margin or share_interval(lost, deviations.size, refute)[0] > 0.5:
            outcome = "refuted"
        middle = float(np.median(np.where(np.isfinite(deviations), deviations, np.inf)))
        return Decided(
            outcome, middle, (low, high), f"median deviation {middle:.3g}, margin ±{self.margin:g} {self.unit}"
        )

    def succeeds(self, deviations: np.ndarray) -> np.ndarray:
        """Which seeds deviate by no more than the margin."""
        return np.abs(np.nan_to_num(deviations, nan=np.inf)) <= self.margin

    def worst_case(self, good: np.ndarray) -> np.ndarray:
        """Deviations that do, and others far off, all on the same side."""
        return np.where(good, 0.0, 1e3 * self.margin)

    def granted(self, deviations: np.ndarray) -> np.ndarray:
        """With what is not a number counted as agreement."""
        return np.where(np.isnan(deviations), 0.0, deviations)

    def rejects_control(self, deviations: np.ndarray) -> str:
        """ "rejected", "passed" or "undecided" for the deviations of the control arm."""
        if share_interval(int((~np.isfinite(deviations)).sum()), deviations.size, AGREE)[0] > 0.5:
            return "rejected"
        low, high = median_interval(np.nan_to_num(deviations, nan=np.nan), AGREE)  # an infinite one is far on its side
        wide = CONTROL_MARGINS * self.margin
        if low > wide or high < -wide:
            return "rejected"
        return "passed" if -self.margin <= low and high <= self.margin else "undecided"


@dataclass(frozen=True)
class Share:
    """The probability that a seed's number is 1 (true) is above (`">="`) or below (`"<="`) `threshold`.

    Raises ValueError for a threshold that is no probability, or an unknown direction.
    """

    detects: ClassVar[float | None] = None
    why: ClassVar[str] = "a share over seeds: its interval says how finely it is known"
    threshold: float
    direction: str = ">="

    def __post_init__(self) -> None:
        _inside("threshold", self.threshold, 0, 1)
        _one_of(self.direction, ">=", "<=")

    def decide(self, successes: np.ndarray, agree: float, refute: float) -> Decided:
        """On flags (seeds,), 1 for true; what is not a number counts against the claim."""
        flags = np.nan_to_num(successes, nan=0.0 if self.direction == ">=" else 1.0) > 0.5
        k, n = int(flags.sum()), flags.size
        low, high = share_interval(k, n, agree)
        far_low, far_high = share_interval(k, n, refute)
        above, below = low >= self.threshold, high <= self.threshold
        good, bad = (above, far_high < self.threshold) if self.direction == ">=" else (below, far_low > self.threshold)
        outcome = "holds" if good else "refuted" if bad else "inconclusive"
        return Decided(
            outcome, k / n, (low, high), f"{k} of {n} seeds, needed {SIGNS[self.direction]}{self.threshold:g}"
        )

    def succeeds(self, flags: np.ndarray) -> np.ndarray:
        """Which seeds are counted for the claim."""
        good = np.nan_to_num(flags, nan=0.0 if self.direction == ">=" else 1.0) > 0.5
        return good if self.direction == ">=" else ~good

    def worst_case(self, good: np.ndarray) -> np.ndarray:
        """Flags of which so many are for the claim."""
        return np.asarray(good if self.direction == ">=" else ~good, float)

    def granted(self, successes: np.ndarray) -> np.ndarray:
        """With what is not a number counted as a success."""
        return np.nan_to_num(successes, nan=1.0 if self.direction == ">=" else 0.0)

    def rejects_control(self, successes: np.ndarray) -> str:
        """ "rejected", "passed" or "undecided" for the flags (seeds,) of the control arm."""
        decided = self.decide(successes, AGREE, AGREE)
        return {"refuted": "rejected", "holds": "passed"}.get(decided.outcome, "undecided")


@dataclass(frozen=True)
class Mean:
    """The mean over seeds, of numbers in the declared `range`, is above or below `threshold`.

    Raises ValueError for an empty range, a threshold outside it, or an unknown direction.
    """

    detects: ClassVar[float | None] = 0.05
    why: ClassVar[str] = ""
    threshold: float
    range: tuple[float, float]
    direction: str = ">="

    def __post_init__(self) -> None:
        _expect("range", self.range, "(low, high)", _numbers(self.range) and len(self.range) == 2)
        low, high = self.range
        _expect("range", self.range, "(low, high)", -math.inf < low < high < math.inf)
        _inside("threshold", self.threshold, low, high)
        _one_of(self.direction, ">=", "<=")

    def decide(self, values: np.ndarray, agree: float, refute: float) -> Decided:
        """On numbers (seeds,), the worst of the range for what is not finite; raises ValueError for one outside it."""
        worst = self.range[0] if self.direction == ">=" else self.range[1]
        values = np.where(np.isfinite(values), values, worst)
        if values.min() < self.range[0] or values.max() > self.range[1]:
            raise ValueError(f"range: expected numbers in {self.range}, got {values.min():g} to {values.max():g}")
        low, high = bernstein_interval(values, self.range, agree)
        far_low, far_high = bernstein_interval(values, self.range, refute)
        good, bad = (low >= self.threshold, far_high < self.threshold)
        if self.direction == "<=":
            good, bad = (high <= self.threshold, far_low > self.threshold)
        outcome = "holds" if good else "refuted" if bad else "inconclusive"
        mean = float(values.mean())
        return Decided(outcome, mean, (low, high), f"mean {mean:.3g}, needed {SIGNS[self.direction]}{self.threshold:g}")

    def succeeds(self, values: np.ndarray) -> np.ndarray:
        """Which seeds lie on the threshold's good side."""
        values = np.where(np.isfinite(values), values, -np.inf if self.direction == ">=" else np.inf)
        return values >= self.threshold if self.direction == ">=" else values <= self.threshold

    def worst_case(self, good: np.ndarray) -> np.ndarray:
        """Numbers at either end of the range, where they scatter most."""
        best, worst = self.range[::-1] if self.direction == ">=" else self.range
        return np.where(good, best, worst)

    def granted(self, values: np.ndarray) -> np.ndarray:
        """With what is not a number counted as the best of the range."""
        return np.nan_to_num(values, nan=self.range[1] if self.direction == ">=" else self.range[0])

    def rejects_control(self, values: np.ndarray) -> str:
        """ "rejected", "passed" or "undecided" for the numbers (seeds,) of the control arm.

        Raises ValueError for one outside the range.
        """
        decided = self.decide(values, AGREE, AGREE)
        return {"refuted": "rejected", "holds": "passed"}.get(decided.outcome, "undecided")


@dataclass(frozen=True)
class Trend:
    """Along the declared `grid` the numbers of every seed tend to fall (or rise); rows are seeds, columns the grid.

    A row with a number that is not finite is a failure: it counts as one that goes the other way.
    And the effect has a size: the median over seeds of last/first must be at most (at least, when rising) `factor`, which
    a control arm that merely settles down does not reach.
    Raises ValueError for a grid of one, an unknown direction, or a factor that is no effect: within a tenth of 1.
    """

    detects: ClassVar[float | None] = None
    why: ClassVar[str] = "what falls or rises tells direction, not size"
    grid: tuple[float, ...]
    direction: str = "falls"
    factor: float = field(kw_only=True)

    def __post_init__(self) -> None:
        _expect("grid", self.grid, "at least two numbers", _numbers(self.grid) and len(self.grid) > 1)
        _one_of(self.direction, "falls", "rises")
        _inside(
            "factor",
            self.factor,
            *((0, 1 - NO_EFFECT) if self.direction == "falls" else (1 / (1 - NO_EFFECT), math.inf)),
        )

    @property
    def threshold(self) -> float:
        """The factor."""
        return self.factor

    def decide(self, values: np.ndarray, agree: float, refute: float) -> Decided:
        """On rows of numbers along the grid (seeds, grid)."""
        sign = 1 if self.direction == "rises" else -1
        fine = np.isfinite(values).all(axis=1, keepdims=True)
        values = np.where(fine, values, np.nan)
        ranked = np.where(fine, sign * values, -np.arange(values.shape[1]))
        forwards, backwards = page(ranked), page(-ranked)
        ratios = values[:, -1] / values[:, 0]
        low, high = median_interval(ratios, agree)
        far_low, far_high = median_interval(ratios, refute)
        good = forwards <= agree and self._within(low, high)
        bad = backwards <= refute or self._beyond(far_low, far_high)
        outcome = "holds" if good else "refuted" if bad else "inconclusive"
        middle = float(np.median(np.where(np.isfinite(ratios), ratios, -sign * np.inf)))
        detail = f"median ratio last/first {middle:.3g}{self._needed()}, Page p = {forwards:.1e}"
        return Decided(outcome, middle, (low, high), detail)

    def succeeds(self, values: np.ndarray) -> np.ndarray:
        """Which seeds fall (rise) by the factor at least, with a rank correlation (Spearman) with the grid of a half at least.

        Page's statistic is the mean of these correlations, but for constants.
        """
        sign = 1 if self.direction == "rises" else -1
        fine = np.all(np.isfinite(values), axis=1)
        values = np.where(np.expand_dims(fine, 1), values, 0.0)
        by_so_much = sign * (values[:, -1] - self.factor * values[:, 0]) >= 0
        return fine & by_so_much & (_correlations(sign * values) >= CORRELATED - 1e-12)

    def worst_case(self, good: np.ndarray) -> np.ndarray:
        """Rows that do so only just, and others that go the other way all along."""
        row = _hardly(len(self.grid))
        row = self.factor ** ((row - row[0]) / (row[-1] - row[0]))
        against = self.factor ** -np.linspace(0.0, 1.0, len(self.grid))
        return np.where(good[:, None], row, against)

    def granted(self, values: np.ndarray) -> np.ndarray:
        """With rows that are not numbers as rows that do what is claimed, by a factor of a million."""
        best = np.geomspace(1.0, 1e-6 if self.direction == "falls" else 1e6, values.shape[1])
        return np.where(np.isnan(values).any(axis=1, keepdims=True), best, values)

    def rejects_control(self, values: np.ndarray) -> str:
        """ "rejected", "passed" or "undecided" for the rows (seeds, grid) of the control arm."""
        decided = self.decide(values, AGREE, AGREE)
        return {"refuted": "rejected", "holds": "passed"}.get(decided.outcome, "undecided")

    def _within(self, low: float, high: float) -> bool:
        return high <= self.factor if self.direction == "falls" else low >= self.factor

    def _beyond(self, low: float, high: float) -> bool:
        return low > self.factor if self.direction == "falls" else high < self.factor

    def _needed(self) -> str:
        return f", needed {'≤' if self.direction == 'falls' else '≥'} {self.factor:g}"


@dataclass(frozen=True)
class Each:
    """`rule` holds in every column of a table with one row a seed: on every target, say.

    All columns must hold (each at the whole error: an intersection of alternatives); one that is refuted, on its share
    of the error, refutes. The observed number and the interval are those of the column that fares worst.
    Raises ValueError for what is no rule of single numbers.
    """

    rule: Agreement | Share | Mean

    def __post_init__(self) -> None:
        single = isinstance(self.rule, Agreement | Share | Mean)
        _expect("rule", self.rule, "an Agreement, a Share or a Mean", single)

    @property
    def detects(self) -> float | None:
        """As the rule does."""
        return self.rule.detects

    @property
    def why(self) -> str:
        """As the rule says."""
        return self.rule.why

    @property
    def threshold(self) -> float:
        """That of the rule."""
        return self.rule.threshold

    def decide(self, values: np.ndarray, agree: float, refute: float) -> Decided:
        """On a table (seeds, columns); raises ValueError where its rule does."""
        columns = [self.rule.decide(column, agree, refute / values.shape[1]) for column in values.T]
        worst = min(columns, key=lambda d: ("refuted", "inconclusive", "holds").index(d.outcome))
        return Decided(worst.outcome, worst.observed, worst.interval, "; ".join(d.detail for d in columns))

    def succeeds(self, values: np.ndarray) -> np.ndarray:
        """Which seeds succeed, column by column."""
        return np.stack([self.rule.succeeds(column) for column in values.T], axis=1)

    def worst_case(self, good: np.ndarray) -> np.ndarray:
        """Of one column."""
        return self.rule.worst_case(good)[:, None]

    def granted(self, values: np.ndarray) -> np.ndarray:
        """As the rule grants it."""
        return self.rule.granted(values)

    def rejects_control(self, values: np.ndarray) -> str:
        """Rejected in every column: a control arm that passes on one target passes."""
        said = [self.rule.rejects_control(column) for column in values.T]
        return next((word for word in ("passed", "undecided") if word in said), "rejected")


@dataclass(frozen=True)
class Fewer:
    """A has a flag (drops a mode, say) on fewer seeds than B does: two arms on the same seeds, by McNemar's exact test.

    `by` is the effect, declared beforehand: the P(B) - P(A) that counts, at which the number of seeds must decide. The rule
    holds where p of "A less often than B" is at most the error; it refutes where the exact interval of P(B) - P(A) lies
    below `by`. Between the two, from 0 to `by`, lies what is indifferent (Wald 1945): either may be said. Where the
    sentence says "by at least so much", that is `least`, and the rule holds where the whole interval is.
    `rate` is how often B is expected to have it at that effect, by default where it takes most seeds
    to tell two arms that are independent of each other: (1+by)/2. Rows are seeds, columns A and B.
    Raises ValueError unless 0 < by < 1, by ≤ rate ≤ 1 and 0 ≤ least < by.
    """

    detects: ClassVar[float | None] = None
    why: ClassVar[str] = "two shares over seeds: their interval says how finely the difference is known"
    by: float
    rate: float | None = None
    least: float = 0.0

    def __post_init__(self) -> None:
        _inside("by", self.by, 0, 1)
        _below(self.least, self.by)
        if self.rate is not None:
            _expect(
                "rate", self.rate, f"a number from {self.by:g} to 1", _number(self.rate) and self.by <= self.rate <= 1
            )

    @property
    def threshold(self) -> float:
        """The effect."""
        return self.by

    @property
    def rates(self) -> tuple[float, float]:
        """How often A and B have it, at the effect."""
        rate = (1 + self.by) / 2 if self.rate is None else self.rate
        return rate - self.by, rate

    @property
    def share(self) -> float:
        """On what share of seeds B alone has it then, where the arms are independent."""
        a, b = self.rates
        return b * (1 - a)

    def decide(self, values: np.ndarray, agree: float, refute: float) -> Decided:
        """On flags (seeds, 2) of A and B; of a seed that is no number A has it and B has not. Raises ValueError for what is no flag."""
        a, b = _columns(values)
        lost = np.isnan(a) | np.isnan(b)
        a, b = np.where(lost, 1.0, a), np.where(lost, 0.0, b)
        found = paired.mcnemar(a, b, error=agree)
        high = paired.mcnemar(a, b, error=refute).high
        shown = found.low >= self.least if self.least else found.fewer <= agree
        outcome = "refuted" if high < self.by else "holds" if shown else "inconclusive"
        detail = (
            f"{int(a.sum())} of {found.n} seeds against {int(b.sum())}; alone {found.first} against {found.second}, "
            f"exact McNemar p = {found.fewer:.2g}, {_shown(found.low, self.least)}effect {self.by:g}"
        )
        return Decided(outcome, found.difference, (found.low, found.high), detail)

    def words(self, n: int, m: np.ndarray, x: np.ndarray, agree: float, refute: float) -> np.ndarray:
        """-1 refuted, 0 inconclusive, 1 holds, where of n seeds m are discordant, x of them with B alone; any shape."""
        below = paired.difference_interval(n, m, x, refute)[1] < self.by
        if self.least:
            shown = paired.difference_interval(n, m, x, agree)[0] >= self.least
        else:
            shown = paired.at_least_half(x, m) <= agree
        return np.where(below, -1, np.where(shown, 1, 0))

    def succeeds(self, flags: np.ndarray) -> np.ndarray:
        """On which seeds B has it and A has not."""
        return np.all(np.nan_to_num(flags, nan=-1.0) == (0.0, 1.0), axis=1)

    def worst_case(self, good: np.ndarray) -> np.ndarray:
        """Flags of which so many are for the claim, the others against it."""
        return np.where(good[:, None], (0.0, 1.0), (1.0, 0.0))

    def granted(self, flags: np.ndarray) -> np.ndarray:
        """With seeds that are not numbers counted for the claim."""
        return np.where(np.isnan(flags).any(axis=1, keepdims=True), (0.0, 1.0), flags)

    def rejects_control(self, flags: np.ndarray) -> str:
        """ "rejected", "passed" or "undecided" for the flags (seeds, 2) of the control arm; raises ValueError for what is no flag."""
        decided = self.decide(flags, AGREE, AGREE)
        return {"refuted": "rejected", "holds": "passed"}.get(decided.outcome, "undecided")


@dataclass(frozen=True)
class Smaller:
    """A has smaller numbers than B does: two arms on the same seeds, by the shift of B - A (Hodges & Lehmann 1963).

    `by` is the effect, declared beforehand: the shift that counts, at which the number of seeds must decide. The rule holds
    where the exact interval of the shift (Wilcoxon's) lies above `least`, 0 unless the sentence says "by at least so
    much"; it refutes where that lies below `by`; a shift between the two is indifferent: either may be said. `spread` is
    the standard deviation of B - A over seeds that is expected, by default `by`. Rows are seeds, columns A and B; `unit`
    is what they are measured in. Raises ValueError unless both are positive and 0 ≤ least < by.
    """

    detects: ClassVar[float | None] = None
    why: ClassVar[str] = "a comparison of two arms claims no number"
    by: float
    unit: str = ""
    spread: float | None = None
    least: float = 0.0

    def __post_init__(self) -> None:
        _inside("by", self.by, 0, math.inf)
        _below(self.least, self.by)
        _expect("unit", self.unit, "a text", isinstance(self.unit, str))
        if self.spread is not None:
            _inside("spread", self.spread, 0, math.inf)

    @property
    def threshold(self) -> float:
        """The effect."""
        return self.by

    @property
    def scatter(self) -> float:
        """The standard deviation of B - A that is expected."""
        return self.by if self.spread is None else self.spread

    @property
    def share(self) -> float:
        """On what share of seeds the difference is the effect at least, where it is symmetric about that."""
        return 0.5

    def decide(self, values: np.ndarray, agree: float, refute: float) -> Decided:
        """On numbers (seeds, 2) of A and B; a seed of which one is no number may lie on either side.

        Raises ValueError for another shape.
        """
        a, b = _columns(values)
        with np.errstate(invalid="ignore"):
            d = np.where(np.isfinite(a) & np.isfinite(b), b - a, np.nan)
        lost = int(np.isnan(d).sum())
        low, high = paired.walsh_interval(d, agree)
        outcome = "holds" if low > self.least else "inconclusive"
        if paired.walsh_interval(d, refute)[1] < self.by or share_interval(lost, len(d), refute)[0] > 0.5:
            outcome = "refuted"
        if lost == len(d):
            return Decided(outcome, -math.inf, (low, high), "no seed gave two numbers")
        shift, signs = paired.hodges_lehmann(d, error=agree), paired.sign_test(d)
        detail = (
            f"smaller by {shift.estimate:.3g} {self.unit}".rstrip() + f" (signed ranks p = {shift.above:.2g}), on "
            f"{signs.positive} of {len(d)} seeds (sign test p = {signs.above:.2g}), {_shown(low, self.least)}effect {self.by:g}"
        )
        return Decided(outcome, shift.estimate, (low, high), detail)

    def succeeds(self, numbers: np.ndarray) -> np.ndarray:
        """On which seeds A is smaller by the effect at least."""
        a, b = np.nan_to_num(numbers[:, 0], nan=np.inf), np.nan_to_num(numbers[:, 1], nan=-np.inf)
        return a + self.by <= b + 1e-12 * self.by

    def worst_case(self, good: np.ndarray) -> np.ndarray:
        """Numbers of which so many differ by just the effect, the others by far and the other way."""
        return np.where(good[:, None], (0.0, self.by), (1e3 * self.by, 0.0))

    def granted(self, numbers: np.ndarray) -> np.ndarray:
        """With seeds that are not numbers counted for the claim."""
        return np.where(np.isnan(numbers).any(axis=1, keepdims=True), (0.0, 1e3 * self.by), numbers)

    def rejects_control(self, numbers: np.ndarray) -> str:
        """ "rejected", "passed" or "undecided" for the numbers (seeds, 2) of the control arm; raises ValueError for another shape."""
        decided = self.decide(numbers, AGREE, AGREE)
        return {"refuted": "rejected", "holds": "passed"}.get(decided.outcome, "undecided")


Rule = Agreement | Share | Mean | Trend | Each | Fewer | Smaller
Paired = Fewer | Smaller


def _below(least: float, by: float) -> None:
    _expect("least", least, f"a number from 0 to less than by, {by:g}", _number(least) and 0 <= least < by)


def _shown(low: float, least: float) -> str:
    """By how much A is the better one at least, where it is; and what was claimed, where that is more than nothing."""
    claimed = f"at least {least:g} claimed, " if least else ""
    return claimed + (f"at least {low:.2g} shown, " if low > 0 else "")


def _columns(values: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """A and B of a table (seeds, 2)."""
    shape = np.shape(values)
    _expect("values", shape, "two columns, A and B, a row a seed", len(shape) == 2 and shape[1] == 2 and shape[0] > 0)
    return values[:, 0], values[:, 1]


def a_rule(given: object) -> Rule:
    """`given`, if it is a rule; raises ValueError otherwise."""
    if not isinstance(given, Rule):
        raise ValueError(f"rule: expected {' or '.join(part.__name__ for part in get_args(Rule))}, got {given!r}")
    return given


def share_interval(k: int, n: int, error: float) -> tuple[float, float]:
    """Exact (Clopper & Pearson 1934) interval for a probability after `k` successes in `n`."""
    from scipy.stats import binomtest

    interval = binomtest(k, n).proportion_ci(1 - error, "exact")
    return float(interval.low), float(interval.high)


def median_interval(values: np.ndarray, error: float) -> tuple[float, float]:
    """Distribution-free interval for the median by order statistics; infinite where n is too small.

    A value that is not finite is a failure, which may lie on either side: it widens both ends.
    """
    finite = np.sort(values[np.isfinite(values)])
    below = _order_statistic(values.size, error) - (values.size - finite.size)
    if below < 0:
        return -math.inf, math.inf
    return float(finite[below]), float(finite[finite.size - 1 - below])


@cache
def _order_statistic(n: int, error: float) -> int:
    """Which of n sorted numbers, from 0, bounds their median from below but for `error`/2; -1 where none does.

    By the sign test, inverted for the numbers 0 ... n-1, as scipy's takes milliseconds.
    """
    from scipy.stats import quantile_test

    low = quantile_test(np.arange(n), p=0.5, alternative="greater").confidence_interval(1 - error / 2).low
    return int(low) if np.isfinite(low) else -1


def bernstein_interval(values: np.ndarray, range: tuple[float, float], error: float) -> tuple[float, float]:
    """Empirical Bernstein interval for a mean (Maurer & Pontil 2009, theorem 4), each side at `error`/2."""
    n, width = values.size, range[1] - range[0]
    if n < 2:
        return range
    log = math.log(4 / error)
    radius = math.sqrt(2 * float(values.var(ddof=1)) * log / n) + 7 * width * log / (3 * (n - 1))
    mean = float(values.mean())
    return max(range[0], mean - radius), min(range[1], mean + radius)


def page(values: np.ndarray) -> float:
    """p-value of Page's test that the rows rise along the columns."""
    from scipy.stats import page_trend_test

    return float(
        page_trend_test(
            values, method="exact" if values.shape[1] <= 8 and values.shape[0] <= 12 else "asymptotic"
        ).pvalue
    )


def _correlations(rows: np.ndarray) -> np.ndarray:
    """Spearman's rank correlation of each row with its place; 0 for a constant one."""
    from scipy.stats import rankdata

    ranks = rankdata(rows, axis=1) - (rows.shape[1] + 1) / 2
    places = np.arange(rows.shape[1]) - (rows.shape[1] - 1) / 2
    size = np.sqrt((ranks**2).sum(axis=1) * (places**2).sum())
    return np.divide(ranks @ places, size, out=np.zeros(len(rows)), where=size > 0)


@cache
def _hardly(length: int) -> np.ndarray:
    """The ranks of a row that ends above where it began, and else is as little correlated with its grid as a success may be."""
    rows = np.array([p for p in permutations(range(min(length, 6))) if p[-1] > p[0]])
    known = _correlations(rows)
    least = rows[np.argmin(np.where(known >= CORRELATED - 1e-12, known, np.inf))]
    return np.interp(np.linspace(0, 1, length), np.linspace(0, 1, len(least)), least)


def no_spread(values: np.ndarray) -> bool:
    """Whether several seeds gave the very same finite numbers: such an experiment decides nothing."""
    return values.shape[0] > 1 and bool(np.all(values == values[:1]))
