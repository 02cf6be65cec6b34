"""Checks: a property over random instances, searched for counterexamples by Hypothesis.

The observed side comes from the definition and must not know what is claimed. Two guards see to that: put a wrong
function in place of the claimed one, and the observed side must not move; trace both, and they must not run the same code
(proofs.evidence.sharing). A counterexample is confirmed, shrunk, and kept. Instances whose tolerance exceeds the declared
resolution do not count, nor do those outside of the domain; fewer than 100 distinct counted ones are inconclusive. An
inequality is then followed downhill from where it was closest to fail (proofs.evidence.downhill).

Confirmed means: against the observed side at 50 digits, from the check's `confirm`, and beyond what the claimed side may
lose in double precision, which is the last digit of the check's usual numbers, or how far the difference scatters when
the instance moves a little. What differs without being confirmed decides nothing and does not count.
"""

from __future__ import annotations

import contextlib
import inspect
from collections.abc import Callable
from math import inf
from typing import Any, cast, final

import numpy as np
from hypothesis import HealthCheck, Phase, Verbosity, given, settings
from hypothesis import seed as seeded
from hypothesis.errors import Unsatisfiable

from proofs import strategies
from proofs.core.comparison import Scaled, Sides, off_by
from proofs.core.outcome import Outcome
from proofs.core.statement import Evidence
from proofs.evidence import downhill, sharing, used
from proofs.evidence.kind import Kind
from proofs.words.told import SIGNS, placed, told

COUNTED = 100
"""Distinct instances that must count."""
SHRINKS = 200
"""Instances tried while shrinking a counterexample."""
DRAWS = 3
"""Draws for one instance wanted, at most: some repeat others, some are too coarse to count."""
ALIKE = 16
"""Draws that a search spends on instances seen before: each of them begins with the simplest ones again."""
PROBED = 3
"""Instances on which the independence of the observed side is tested."""
NEIGHBOURS, NEAR = 12, (2.0**-14, 2.0**-31)
"""Instances tried around one that differs, and how far away, relatively: so far that rounding changes, or, next to an edge, as
far as is let pass."""
SLACK = 4
"""Times over: rounding scatters so much."""
LOST = 1e-6
"""Of the usual size: what differs by more is no rounding, and is confirmed without neighbours."""
FULL_FACTOR = 5
"""A full run draws so many times as many instances as a quick one."""


class _Violation(Exception):
    """Raised inside the property when an instance contradicts the claim."""


class _Undefined(Exception):
    """Raised inside the property when a side is NaN, or infinite without leave."""


class _Circular(Exception):
    """Raised inside the property when the observed side depends on what is claimed."""


class _Shared(Exception):
    """Raised inside the property when both sides run the same code."""


class _Search:
    """One run of Hypothesis over one check."""

    def __init__(self, evidence: Evidence, wanted: int) -> None:
        self.evidence, self.claimed, self.wanted = evidence, evidence.statement.claimed, wanted
        self.resolution = evidence.options["resolution"]
        self.relation = evidence.statement.relation
        self.counted: dict[str, tuple[Any, Sides]] = {}
        self.coarse, self.outside, self.undecided, self.sizes = 0, set[str](), set[str](), list[Any]()
        self.confirmed: tuple[Any, Sides] | None = None
        self.failure: tuple[Any, Sides] | None = None
        self.failing: set[str] = set()
        self.after = 0

    def property(self, instance: Any) -> None:
        key = repr(instance)
        if key in self.undecided or (not self.failing and (key in self.counted or len(self.counted) >= self.wanted)):
            return
        if self.failing and key not in self.failing:
            self.after += 1
            if self.after > SHRINKS:
                return
        sides: Sides = self.evidence.function(self.claimed, instance)
        if not self._admitted(sides):
            self.outside.add(key)
            return
        self._defined(sides, instance)
        if sides.coarse(self.resolution):
            self.coarse += 1
            return
        if len(self.counted) < PROBED:
            self._independent(sides, instance)
        if sides.agree(self.relation):
            if key not in self.counted:
                self.counted[key] = instance, sides
                self.sizes.append(np.abs(np.nan_to_num(np.asarray(sides.observed, float), posinf=0.0, neginf=0.0)))
        elif self.confirmed is None and not self.confirms(instance, sides):
            self.undecided.add(key)
        else:
            self.failure = (instance, sides)
            self.confirmed = self.confirmed or self.failure
            self.failing.add(key)
            raise _Violation

    def confirms(self, instance: Any, sides: Sides) -> bool:
        """Whether the sides disagree at 50 digits too, and by more than the claimed one can lose in double precision."""
        observed = self._precisely(instance)
        noise = SLACK * np.finfo(float).eps * self._usual(observed)
        if self._agree(observed, sides, noise):
            return False
        if not self._agree(observed, sides, LOST * self._usual(observed)):
            return True
        scatter = self._scatter(instance)
        return not self._agree(observed, sides, noise + SLACK * scatter)

    def _agree(self, observed: Any, sides: Sides, noise: Any) -> bool:
        return Sides(observed, sides.claimed, noise, sides.claimed_error).agree(self.relation)

    def _off(self, instance: Any) -> Any:
        """Claimed minus observed at 50 digits; what is infinite on both sides differs by nothing."""
        claimed = np.asarray(self.evidence.function(self.claimed, instance).claimed, float)
        observed = self._precisely(instance)
        return np.subtract(claimed, observed, out=np.zeros(observed.shape), where=claimed != observed)

    def _scatter(self, instance: Any) -> Any:
        """How far the difference of the sides scatters next to the instance, wherever that is admissible.

        Of an inequality, whose sides may be apart by more or less nearby, only what a parabola through it leaves.
        """
        if self.relation not in ("<=", ">="):
            draw = np.random.default_rng(0)
            apart = [self._off_at(instance, near, draw) for near in NEAR * (NEIGHBOURS // len(NEAR))]
            known = [off for off in apart if off is not None]
            return np.ptp(known, axis=0) if known else 0.0
        steps = np.random.default_rng(1).uniform(-1.0, 1.0, NEIGHBOURS)  # even ones could keep step with rounding
        return np.max([_beside_a_parabola(steps, self._along(instance, near, steps)) for near in NEAR], axis=0)

    def _along(self, instance: Any, near: float, steps: np.ndarray) -> list[Any]:
        """The difference at places on a line through the instance; None where one is not admissible."""
        return [self._off_at(instance, near * step, np.random.default_rng(0)) for step in steps]

    def _off_at(self, instance: Any, near: float, draw: np.random.Generator) -> Any:
        with contextlib.suppress(ValueError, ArithmeticError):
            return self._off(downhill.moved(instance, near, draw))
        return None

    def _usual(self, observed: Any) -> Any:
        """The size that the observed numbers mostly have, entry by entry."""
        alike = [size for size in self.sizes if size.shape == observed.shape]
        return np.median([*alike, np.abs(np.where(np.isfinite(observed), observed, 0.0))], axis=0)

    @np.errstate(all="ignore")  # the way down leads past places where one side has no value
    def descend(self, seed: int) -> bool:
        """Follow an inequality down from where it was closest to fail; whether a violation was found and confirmed."""

        def margin(instance: Any) -> tuple[float, float]:
            try:
                sides: Sides = self.evidence.function(self.claimed, instance)
            except (ValueError, ArithmeticError):
                return np.inf, 1.0
            usable = self._admitted(sides) and not sides.undefined()
            return sides.margin(self.relation) if usable and not sides.coarse(self.resolution) else (np.inf, 1.0)

        known = [(*sides.margin(self.relation), instance) for instance, sides in self.counted.values()]
        known += [(*margin(there), there) for there in downhill.evenly([at for *_, at in known], seed=seed)]
        for low, instance in downhill.descend(margin, known, downhill.PLAIN, seed=seed):
            if low < 0:
                sides = self.evidence.function(self.claimed, instance)
                if not sides.agree(self.relation) and self.confirms(instance, sides):
                    self.confirmed = self.failure = (instance, sides)
                    return True
        return False

    def absolute(self) -> bool:
        """Whether all instances are measured against the same, which hides what is far below it."""
        scales = [sides.scale for _, sides in self.counted.values()]
        return scales[0] is not None and all(np.array_equal(scale, scales[0]) for scale in scales)

    def _admitted(self, sides: Sides) -> bool:
        """Whether the instance lies in the declared domain, as far as it tells where it is."""
        return sides.letters is None or self.evidence.statement.domain.admits(sides.letters)

    def _precisely(self, instance: Any) -> Any:
        return precisely(self.evidence, instance)

    def _defined(self, sides: Sides, instance: Any) -> None:
        if sides.undefined():
            raise _Undefined(f"NaN at {_place(self.evidence, instance)}")
        if not self.evidence.statement.infinite and not np.all(np.isfinite(np.asarray(sides.claimed, float))):
            raise _Undefined(
                f"an infinite value is claimed where a finite one was promised, at {_place(self.evidence, instance)}"
            )

    def _independent(self, sides: Sides, instance: Any) -> None:
        def wrong(*args: Any, **kwargs: Any) -> Any:
            return off_by(self.claimed(*args, **kwargs), 0.37)

        moved = self.evidence.function(wrong, instance)
        if not np.array_equal(np.asarray(moved.observed), np.asarray(sides.observed)):
            raise _Circular("the observed side moves when what is claimed is replaced by a wrong function")
        shared = sharing.shared(self.evidence.function, self.claimed, instance)
        if (under_test := sharing.name_of(self.claimed)) in shared:
            raise _Circular(f"the observed side calls the function under test, {under_test}")
        if shared:
            raise _Shared(f"the two sides share code, {', '.join(shared)}")


def _beside_a_parabola(steps: np.ndarray, values: list[Any]) -> Any:
    """How far numbers, or arrays of them, scatter about the parabola that fits them best; 0 where too few are known."""
    known = [(step, value) for step, value in zip(steps, values, strict=True) if value is not None]
    if len(known) < len(steps) // 2:
        return 0.0
    at, table = np.array([step for step, _ in known]), np.array([value for _, value in known], float)
    if not np.isfinite(table).all():
        return np.ptp(table, axis=0)
    fitted = np.vander(at, 3) @ np.linalg.lstsq(np.vander(at, 3), table.reshape(len(at), -1), rcond=None)[0]
    return np.ptp(table - fitted.reshape(table.shape), axis=0)


@final
class Check(Kind):
    """Draws once; variants meet the instances that the claim has passed."""

    proves = "at instances"
    scans = True
    instances: list[tuple[Any, Sides]]

    def run(self) -> Outcome:
        outcome, self.instances = search(self.evidence, seed=self.conditions.draw, level=self.conditions.level)
        return outcome

    def variant(self, wrong: Callable[..., Any]) -> Outcome:
        return again(self.evidence, wrong, self.instances)

    def scaled(self, relative: float) -> Callable[..., Any]:
        return Scaled(self.evidence.statement.claimed, relative)


def search(evidence: Evidence, *, seed: int = 0, level: str = "quick") -> tuple[Outcome, list[tuple[Any, Sides]]]:
    """Search for a counterexample; with the outcome, the distinct instances that counted, and their sides."""
    wanted = evidence.options["examples"] * (FULL_FACTOR if level != "quick" else 1)
    found = _Search(evidence, wanted)
    outcome = _judged(found, seed, Outcome(evidence.name, evidence.statement.id, "check", "holds"))
    outcome.relation = evidence.statement.relation
    return outcome, list(found.counted.values())


def again(evidence: Evidence, claimed: Callable[..., Any], instances: list[tuple[Any, Sides]]) -> Outcome:
    """Put a false variant of what is claimed through the same evidence, on the instances that the claim passed.

    What was observed there is known: it does not depend on what is claimed.
    """
    relation = evidence.statement.relation
    outcome = Outcome(evidence.name, evidence.statement.id, "check", "holds", relation=relation)
    for outcome.n, (instance, known) in enumerate(instances, 1):
        sides: Sides = (
            claimed.known(known) if isinstance(claimed, Scaled) else evidence.function(claimed, instance, known)
        )
        if sides.undefined():
            return _settle(outcome, "broken", f"NaN at {_place(evidence, instance)}")
        if not sides.coarse(evidence.options["resolution"]) and not sides.agree(relation):
            return _against(outcome, evidence, instance, sides)
    few = len(instances) < COUNTED
    return _settle(outcome, "inconclusive", f"only {len(instances)} instances to be refuted on") if few else outcome


def _judged(search: _Search, seed: int, outcome: Outcome) -> Outcome:
    try:
        drawn, wanted = 0, search.wanted
        while drawn < DRAWS * wanted and len(search.counted) < wanted:
            more = wanted - len(search.counted) + ALIKE  # not all at once: drawing costs more than most instances do
            _hypothesis(search, more, seed + drawn)
            drawn += more
    except _Violation:
        return _violated(outcome, search)
    except _Undefined as error:
        return _settle(outcome, "broken", str(error))
    except _Circular as error:
        return _settle(outcome, "vacuous", str(error))
    except _Shared as error:
        return _settle(outcome, "broken", str(error))
    except Unsatisfiable:
        return _settle(outcome, "vacuous", "the strategy gives no admissible instance")
    outcome.n = len(search.counted)
    if not search.counted and not search.coarse and not search.undecided:
        return _settle(outcome, "vacuous", "the strategy gives no admissible instance")
    known = [sides.letters for _, sides in search.counted.values() if sides.letters is not None]
    outcome.covered = search.evidence.statement.domain.covered(known)
    if outcome.n < COUNTED:
        return _settle(outcome, "inconclusive", f"only {outcome.n} distinct instances count{_left_out(search)}")
    if search.absolute() and not search.evidence.options["why"]:
        return _settle(outcome, "inconclusive", "the scale is the same everywhere, and `why` gives no reason for it")
    if unused := used.by_neither_side(search.evidence, list(search.counted.values())):
        return _settle(outcome, "vacuous", f"neither side uses the letter {', '.join(unused)}")
    if search.relation in ("<=", ">=") and search.descend(seed):
        return _violated(outcome, search)
    return _confirmable(outcome, search)


def _settle(outcome: Outcome, verdict: str, detail: str) -> Outcome:
    outcome.outcome, outcome.detail = verdict, detail
    return outcome


def _hypothesis(search: _Search, examples: int, seed: int) -> None:
    phases = [Phase.generate, Phase.shrink]
    strategy = search.evidence.options["instances"](strategies)

    @seeded(seed)
    @settings(
        max_examples=examples, database=None, deadline=None, phases=phases, report_multiple_bugs=False,
        print_blob=False, verbosity=Verbosity.quiet, suppress_health_check=cast("list[HealthCheck]", list(HealthCheck)),
    )  # fmt: skip
    @given(strategy)
    def holds(instance: Any) -> None:
        search.property(instance)

    holds()


def _violated(outcome: Outcome, search: _Search) -> Outcome:
    assert search.failure is not None
    assert search.confirmed is not None
    shrunk = search.confirms(*search.failure)
    instance, sides = search.failure if shrunk else search.confirmed
    outcome.n = len(search.counted)
    _against(outcome, search.evidence, instance, sides)
    return _settle(outcome, "refuted", f"{outcome.detail}; confirmed at 50 digits")


def _against(outcome: Outcome, evidence: Evidence, instance: Any, sides: Sides) -> Outcome:
    outcome.counterexample = told(instance, most=inf)  # whole, so that it can be tried again
    outcome.observed, outcome.claimed = sides.observed, sides.claimed
    outcome.error = float(np.max(sides.tolerance))
    sign = SIGNS[evidence.statement.relation]
    against = (
        f"observed {_short(sides.observed)}, claimed {sign}{_short(sides.claimed)} at {_place(evidence, instance)}"
    )
    return _settle(outcome, "refuted", against)


def _confirmable(outcome: Outcome, search: _Search) -> Outcome:
    """The 50-digit side agrees with the observed one on a passed instance, else the check itself is broken."""
    instance, _ = next(iter(search.counted.values()))
    sides, precise = search.evidence.function(search.claimed, instance), precisely(search.evidence, instance)
    if not Sides(precise, sides.observed, 0.0, sides.observed_error).agree("=="):
        detail = f"observed {_short(sides.observed)}, but {_short(precise)} at 50 digits, at {_place(search.evidence, instance)}"
        return _settle(outcome, "broken", detail)
    outcome.detail = f"{outcome.n} instances{_left_out(search)}"
    return outcome


def _left_out(search: _Search) -> str:
    coarse = f", {search.coarse} more too coarse for the resolution {search.evidence.options['resolution']:g}"
    undecided = f", {len(search.undecided)} more beyond double precision"
    outside = f", {len(search.outside)} more outside of the domain"
    return "".join(
        said * bool(found)
        for said, found in ((coarse, search.coarse), (undecided, search.undecided), (outside, search.outside))
    )


def precisely(evidence: Evidence, instance: Any) -> Any:
    """The observed side at 50 digits, rounded once."""
    return np.vectorize(float, otypes=[float])(np.asarray(evidence.options["confirm"](instance), dtype=object))


def _short(value: Any) -> str:
    return told(np.asarray(value, float), 9)


def _place(evidence: Evidence, instance: Any) -> str:
    """An instance by the names of what is observed there."""
    return placed(instance, list(inspect.signature(evidence.function).parameters)[1:])
