"""One task of a run: a piece of evidence, its authored controls, and the harness's own near misses.

All of them go through the same code; only what is claimed differs. Nothing here judges a claim: see proofs.core.verdict.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from proofs.core.outcome import Finding, Outcome, of_the_machine, told
from proofs.core.readings import Reading
from proofs.core.statement import Control, Evidence
from proofs.evidence import kind as kinds
from proofs.evidence.kind import Conditions, Kind
from proofs.evidence.near_misses import guarded, judged, scaled


def gather(evidence: Evidence, conditions: Conditions) -> Finding:
    """Run `evidence` with everything that belongs to it; an exception becomes `broken`, with its message."""
    kind = kinds.of(evidence, conditions)
    main, *others = _with_controls(kind)
    outcomes = [main, *others]
    if main.outcome == "broken":  # what it made is not there to be looked at, what it trained is to be kept
        outcomes += [_not_run(rider, f"{main.name}: {main.detail}") for rider in evidence.riders]
        return Finding(outcomes, {}, dict(kind.trained()))
    riders = list(kind.riders())
    outcomes += [outcome for rider in riders for outcome in _with_controls(rider)]
    outcomes += [read(reading, lambda r=reading: kind.read(r)) for reading in evidence.readings]
    arrays = {name: array for one in (kind, *riders) for name, array in one.arrays().items()}
    return Finding(outcomes, arrays, dict(kind.trained()))


def read(reading: Reading, work: Callable[[], Outcome]) -> Outcome:
    """What is seen of a reading; an exception is `broken`, with its message."""
    try:
        return work()
    except KeyboardInterrupt:
        raise
    except BaseException as error:
        if of_the_machine(error):
            raise
        return Outcome(reading.name, None, "reading", "broken", f"raised {told(error)}")


def _with_controls(kind: Kind) -> list[Outcome]:
    evidence = kind.evidence
    main = guarded(kind.run, evidence, evidence.name, evidence.kind)
    main.proves = kind.proves
    if main.outcome in ("holds", "inconclusive"):
        return [main, *_controls(kind, main)]
    if main.outcome == "broken":
        return [main]
    return [main, *(_not_run_control(evidence, control) for control in evidence.controls)]


def _controls(kind: Kind, main: Outcome) -> Iterator[Outcome]:
    for control in kind.evidence.controls:
        name = f"{kind.evidence.name}: {control.name}"
        yield guarded(lambda c=control, n=name: judged(kind.variant(c.wrong), n, ""), kind.evidence, name)
    if main.outcome == "holds":
        yield from kind.own_controls()
        yield from scaled(kind, main, smallest=kind.scans or kind.conditions.level != "quick")


def _not_run(evidence: Evidence, detail: str) -> Outcome:
    return Outcome(evidence.name, evidence.statement.id, evidence.kind, "not run", detail)


def _not_run_control(evidence: Evidence, control: Control) -> Outcome:
    detail = "the evidence itself did not hold"
    return Outcome(f"{evidence.name}: {control.name}", evidence.statement.id, "control", "not run", detail)
