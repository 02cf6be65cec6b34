"""The near misses of the harness: what is claimed × (1 ± η), toward the side where that is false.

They go through the same evidence as what is claimed and must be refuted; the smallest η that is, is what the evidence
detects.
"""

from __future__ import annotations

import time
import traceback
from collections.abc import Callable, Iterator

from proofs.core.outcome import Outcome, of_the_machine, told
from proofs.core.statement import Evidence
from proofs.evidence.kind import Kind

SCAN = (0.3, 0.1, 0.05, 0.03, 0.02, 0.01, 1e-3, 1e-4, 1e-5, 1e-6, 1e-7, 1e-8, 1e-9, 1e-10, 1e-11, 1e-12)
"""Relative errors tried, from coarse to fine, for the smallest one that is detected."""
SCALED = ": claimed × (1 "
"""What stands in the name of each."""


def scaled(kind: Kind, main: Outcome, *, smallest: bool) -> Iterator[Outcome]:
    """What is claimed × (1 ± η) at the declared η; with `smallest`, `main` is told the smallest η still detected."""
    options = kind.evidence.options
    eta, why = options.get("detects", kind.detects), options.get("why") or "the harness's near miss"
    if eta is None:
        return
    for sign in kind.signs():
        name = f"{kind.evidence.name}{SCALED}{'+' if sign > 0 else '-'} {eta:g})"
        outcome = guarded(
            lambda s=sign, n=name: judged(kind.variant(kind.scaled(s * eta)), n, why), kind.evidence, name
        )
        if outcome.outcome == "broken" and "the control passed" in outcome.detail:
            outcome.outcome, outcome.detail = "inconclusive", f"an error of {eta:g} in what is claimed is not noticed"
        yield outcome
    main.detects = smallest_detected(kind, eta) if smallest else eta


def smallest_detected(kind: Kind, declared: float) -> float:
    """The smallest relative error of the scan that is detected on every false side."""
    found = declared
    for eta in (e for e in SCAN if e < declared):
        if any(kind.variant(kind.scaled(sign * eta)).outcome != "refuted" for sign in kind.signs()):
            break
        found = eta
    return found


def judged(outcome: Outcome, name: str, why: str) -> Outcome:
    """The outcome of a false variant as a control: refuted is what it must come to."""
    said = {"refuted": "rejected", "holds": "broken", "broken": "broken"}.get(outcome.outcome, "inconclusive")
    passed = "the control passed: the evidence accepts a false variant; " if outcome.outcome == "holds" else ""
    outcome.name, outcome.kind, outcome.outcome = name, "control", said
    outcome.detail = passed + "; ".join(filter(None, (why, outcome.detail)))
    outcome.chain, outcome.given = [], []
    return outcome


def guarded(work: Callable[[], Outcome], evidence: Evidence, name: str, kind: str = "control") -> Outcome:
    """What `work` returns, timed; whatever it raises is `broken`, with its message and place.

    An interrupt is not its own, nor is a machine without room: these are raised.
    """
    start = time.perf_counter()
    try:
        outcome = work()
    except KeyboardInterrupt:
        raise
    except BaseException as error:
        if of_the_machine(error):
            raise
        where = traceback.extract_tb(error.__traceback__)[-1]
        message = f"{told(error)} ({where.name}, line {where.lineno})"
        outcome = Outcome(name, evidence.statement.id, kind, "broken", f"raised {message}")
    outcome.seconds = time.perf_counter() - start
    return outcome
