"""One task of a run: a piece of evidence, its authored controls, and the harness's own near misses.

All of them go through the same code; only what is claimed differs. Nothing here judges a claim: see proofs.core.verdict.
"""

from __future__ import annotations

import time
import traceback
from collections.abc import Callable, Iterator
from fractions import Fraction
from typing import Any

import numpy as np

from proofs.core.claim import Claim, Control, Evidence
from proofs.core.comparison import off_by
from proofs.core.outcome import Finding, Outcome
from proofs.core.training import Run, hashed_seeds

SCAN = (0.3, 0.1, 0.05, 0.03, 0.02, 0.01, 1e-3, 1e-4, 1e-5, 1e-6, 1e-7, 1e-8, 1e-9, 1e-10, 1e-11, 1e-12)
"""Relative errors tried, from coarse to fine, for the smallest one that is detected."""


def gather(
    claim: Claim, evidence: Evidence, *, seed: int, level: str, device: str, protocol: str | None, refute: float
) -> Finding:
    """Run `evidence` with everything that belongs to it; an exception becomes `broken`, with its message."""
    start = time.perf_counter()
    workers = {"derivation": _Derived, "enclosure": _Enclosed, "check": _Checked, "experiment": _Experimented}
    worker = workers[evidence.kind](claim, evidence, seed, level, device, protocol, refute)
    finding = Finding([])
    main = _guarded(lambda: worker.genuine(finding), evidence, evidence.name, evidence.kind)
    _with_controls(worker, evidence, main, finding)
    main.seconds = time.perf_counter() - start
    for rider in evidence.riders:
        if main.outcome == "broken":  # its networks are not there to be measured
            finding.outcomes.append(
                Outcome(rider.name, rider.statement.id, rider.kind, "not run", f"{main.name}: {main.detail}")
            )
            continue
        rides = _guarded(lambda r=rider: worker.riding(r, finding), rider, rider.name, rider.kind)
        _with_controls(worker.of(rider), rider, rides, finding)
    return finding


def _with_controls(worker: _Worker, evidence: Evidence, main: Outcome, finding: Finding) -> None:
    finding.outcomes.append(main)
    if main.outcome in ("holds", "inconclusive"):
        finding.outcomes += _controls(worker, evidence, main)
    elif main.outcome != "broken":
        finding.outcomes += [_not_run(evidence, control) for control in evidence.controls]


def _controls(worker: _Worker, evidence: Evidence, main: Outcome) -> Iterator[Outcome]:
    for control in evidence.controls:
        name = f"{evidence.name}: {control.name}"
        yield _guarded(lambda c=control, n=name: _judged(worker.variant(c.wrong), n, c.why), evidence, name, "control")
    if main.outcome == "holds":
        yield from worker.near_misses(main)


def _judged(outcome: Outcome, name: str, why: str) -> Outcome:
    """The outcome of a false variant as a control: refuted is what it must come to."""
    said = {"refuted": "rejected", "holds": "broken", "broken": "broken"}.get(outcome.outcome, "inconclusive")
    passed = "the control passed: the evidence accepts a false variant; " if outcome.outcome == "holds" else ""
    outcome.name, outcome.kind, outcome.outcome = name, "control", said
    outcome.detail = f"{passed}{why}; {outcome.detail}" if outcome.detail else f"{passed}{why}"
    outcome.chain, outcome.given = [], []
    return outcome


def _guarded(work: Callable[[], Outcome], evidence: Evidence, name: str, kind: str) -> Outcome:
    start = time.perf_counter()
    try:
        outcome = work()
    except Exception as error:
        where = traceback.extract_tb(error.__traceback__)[-1]
        message = f"{type(error).__name__}: {error} ({where.name}, line {where.lineno})"
        outcome = Outcome(name, evidence.statement.id, kind, "broken", f"raised {message}")
    outcome.seconds = time.perf_counter() - start
    return outcome


def _not_run(evidence: Evidence, control: Control) -> Outcome:
    detail = "the evidence itself did not hold"
    return Outcome(f"{evidence.name}: {control.name}", evidence.statement.id, "control", "not run", detail)


class _Worker:
    """How one kind of evidence is run, varied, and missed by a little."""

    def __init__(
        self, claim: Claim, evidence: Evidence, seed: int, level: str, device: str, protocol: str | None, refute: float
    ) -> None:
        self.claim, self.evidence, self.level, self.device = claim, evidence, level, device
        self.protocol = protocol if protocol in evidence.options.get("protocols", ()) else None
        self.run_seed = seed
        self.seed = hashed_seeds(seed, claim.id, evidence.name, 1)[0]
        self.refute = refute

    def genuine(self, finding: Finding) -> Outcome:
        return self.variant(None)

    def variant(self, wrong: Callable[..., Any] | None) -> Outcome:
        raise NotImplementedError

    def scaled(self, relative: float) -> Callable[..., Any]:
        claimed = self.evidence.statement.claimed
        return lambda *args, **kwargs: off_by(claimed(*args, **kwargs), relative)

    def false_sides(self) -> tuple[int, ...]:
        """Directions in which an error makes the statement false rather than weaker."""
        return {"<=": (-1,), ">=": (1,)}.get(self.evidence.statement.relation, (1, -1))

    def near_misses(self, main: Outcome) -> Iterator[Outcome]:
        """What is claimed × (1 ± η) at the declared η; at full level the smallest η that is still detected."""
        eta = self.evidence.options.get("detects", 1e-6)
        if eta is None:
            return
        why = self.evidence.options.get("why") or "the harness's near miss"
        for sign in self.false_sides():
            name = f"{self.evidence.name}: claimed × (1 {'+' if sign > 0 else '-'} {eta:g})"
            outcome = _guarded(
                lambda s=sign, n=name: _judged(self.variant(self.scaled(s * eta)), n, why),
                self.evidence,
                name,
                "control",
            )
            if outcome.outcome == "broken" and "the control passed" in outcome.detail:
                outcome.outcome, outcome.detail = (
                    "inconclusive",
                    f"an error of {eta:g} in what is claimed is not noticed",
                )
            yield outcome
        main.detects = self.smallest(eta) if self.level != "quick" else eta

    def smallest(self, declared: float) -> float:
        """The smallest relative error of the scan that is detected on every false side."""
        found = declared
        for eta in (e for e in SCAN if e < declared):
            if any(self.variant(self.scaled(s * eta)).outcome != "refuted" for s in self.false_sides()):
                break
            found = eta
        return found


class _Derived(_Worker):
    def variant(self, wrong: Callable[..., Any] | None) -> Outcome:
        from proofs.evidence import derivation

        return derivation.run(self.evidence, wrong, seed=self.seed)

    def scaled(self, relative: float) -> Callable[..., Any]:
        import sympy as sp

        symbolic = self.evidence.statement.symbolic
        assert symbolic is not None
        fraction = Fraction(relative).limit_denominator(10**15)
        exact = sp.Rational(fraction.numerator, fraction.denominator)

        def wrong(x: Any) -> Any:
            value = sp.sympify(symbolic(x))
            return sp.Integer(10) ** 6 if value.is_infinite else exact if value == 0 else value * (1 + exact)

        return wrong

    def false_sides(self) -> tuple[int, ...]:
        return (1, -1)


class _Enclosed(_Derived):
    def variant(self, wrong: Callable[..., Any] | None) -> Outcome:
        from proofs.evidence import enclosure

        return enclosure.run(self.evidence, wrong, seed=self.seed)

    def false_sides(self) -> tuple[int, ...]:
        return _Worker.false_sides(self)

    def near_misses(self, main: Outcome) -> Iterator[Outcome]:
        """Only for bounds that are attained: there η shows; a bound with a gap declares a larger one, or None."""
        yield from super().near_misses(main)


class _Checked(_Worker):
    """Draws once; controls and near misses meet the instances that the claim has passed."""

    def genuine(self, finding: Finding) -> Outcome:
        from proofs.evidence import check

        outcome, self.instances = check.run(self.evidence, seed=self.seed, level=self.level)
        return outcome

    def variant(self, wrong: Callable[..., Any] | None) -> Outcome:
        from proofs.evidence import check

        assert wrong is not None
        return check.again(self.evidence, wrong, self.instances)


class _Experimented(_Worker):
    """Trains once (in at most three looks); controls and near misses only measure the same networks again."""

    data: dict[str, np.ndarray]
    looks: int = 1

    def genuine(self, finding: Finding) -> Outcome:
        from proofs.evidence import experiment

        counts = self._counts()
        if not 1 <= len(counts) <= 3:
            raise ValueError(f"seeds: expected one to three looks, got {counts}")
        self.looks = len(counts)
        outcome = None
        for count in counts:
            seeds = hashed_seeds(self.run_seed, self.claim.id, self.evidence.name, count)
            self.run = Run(self.level, seeds, self.device, self.protocol)
            self.data = experiment.train(self.evidence, self.run)
            outcome = self.variant(None)
            waiting = [self.of(rider).variant(None).outcome for rider in self.evidence.riders]
            if "inconclusive" not in (outcome.outcome, *waiting):
                break
        finding.arrays.update(self.data)
        finding.arrays.update(experiment.measured(self.evidence, self.data))
        assert outcome is not None
        return outcome

    def _counts(self) -> list[int]:
        """How many seeds at each look; a protocol brings its own."""
        if self.protocol is not None:
            from toys import protocols

            return [protocols.named(self.protocol).size(self.level).trials]
        plan = self.evidence.options["seeds"]
        return list(plan.get(self.level) or plan["full" if self.level == "long" and "full" in plan else "quick"])

    def of(self, rider: Evidence) -> _Experimented:
        """The same networks, for an experiment that rides along."""
        other = _Experimented(self.claim, rider, self.run_seed, self.level, self.device, self.protocol, self.refute)
        other.data, other.run, other.looks = self.data, self.run, self.looks
        return other

    def riding(self, rider: Evidence, finding: Finding) -> Outcome:
        from proofs.evidence import experiment

        measured = experiment.measured(rider, self.data)
        finding.arrays.update({f"{rider.name}_{name.removeprefix('measured_')}": v for name, v in measured.items()})
        return self.of(rider).variant(None)

    def variant(self, wrong: Callable[..., Any] | None) -> Outcome:
        from proofs.evidence import experiment

        return experiment.decide(
            self.evidence, self.data, self.run, claimed=wrong, looks=self.looks, refute=self._error(wrong)
        )

    def _error(self, wrong: Callable[..., Any] | None) -> float:
        """The claim itself is refuted only on its share of the run's budget; a false variant at 1 %."""
        return self.refute if wrong is None else 0.01

    def near_misses(self, main: Outcome) -> Iterator[Outcome]:
        from proofs.evidence import experiment

        yield _guarded(
            lambda: experiment.decide_control_arm(self.evidence, self.data, self.run),
            self.evidence, f"{self.evidence.name}: control arm", "control",
        )  # fmt: skip
        yield from super().near_misses(main)
