"""Experiments: networks trained over many seeds, decided by a rule that was declared before the run.

The seeds are hashed from `--seed`, the claim and the evidence, so none can be picked by hand. Up to three looks are
taken (more seeds each time); the error allowed is split evenly over them. The evidence function trains and saves
arrays; its `.measure` turns them, and what is claimed, into one number a seed for the arm `network` and for the arm
`control`, which the same rule must reject.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from proofs.core.claim import Evidence
from proofs.core.outcome import Outcome
from proofs.core.rules import AGREE, Share, no_spread
from proofs.core.training import Run

ARMS = ("network", "control")


def train(evidence: Evidence, run: Run) -> dict[str, np.ndarray]:
    """Run the experiment; every array that it saves has the seeds along its first axis or none at all."""
    data = evidence.function(run)
    return {name: np.asarray(array) for name, array in data.items()}


def measured(evidence: Evidence, data: Mapping[str, np.ndarray]) -> dict[str, np.ndarray]:
    """One number a seed and arm, under the names `measured_network`, `measured_control`, ...: what figures draw."""
    if evidence.measured_by is None or lacking(evidence, data):
        return {}
    arms = evidence.measured_by(evidence.statement.claimed, data)
    return {f"measured_{name}": np.asarray(values) for name, values in arms.items()}


def lacking(evidence: Evidence, data: Mapping[str, np.ndarray]) -> list[str]:
    """The arms that the statement compares and a protocol did not train."""
    return [arm for arm in evidence.options.get("arms", ()) if arm not in data.get("arms", ())]


def decide(
    evidence: Evidence,
    data: Mapping[str, np.ndarray],
    run: Run,
    *,
    claimed: Callable[..., Any] | None = None,
    looks: int = 1,
    refute: float = 1e-3,
) -> Outcome:
    """Apply the declared rule to the arms; `claimed` replaces what the statement claims (controls)."""
    statement, rule = evidence.statement, evidence.options["rule"]
    outcome = Outcome(evidence.name, statement.id, "experiment", "holds", relation=statement.relation)
    outcome.n, outcome.seeds, outcome.threshold = len(run.seeds), list(run.seeds), rule.threshold
    if evidence.measured_by is None:
        return _settle(outcome, "vacuous", "nothing is measured: the experiment has no `.measure`")
    if missing := lacking(evidence, data):
        return _settle(
            outcome, "not run", f"{run.protocol} has no arm {' or '.join(missing)}: its numbers are shown, not judged"
        )
    arms = {
        name: np.asarray(values, float)
        for name, values in evidence.measured_by(claimed or statement.claimed, data).items()
    }
    if "network" not in arms:
        return _settle(outcome, "vacuous", "the measurement gives no arm named `network`")
    for name, values in arms.items():
        if values.shape[:1] != (len(run.seeds),):
            return _settle(
                outcome, "broken", f"arm {name!r}: expected one row a seed ({len(run.seeds)}), got shape {values.shape}"
            )
        lost = np.isnan(values) & ~_diverged(data, values)
        if lost.any():
            return _settle(outcome, "broken", f"arm {name!r}: NaN for {int(lost.sum())} seeds that did not diverge")
    if not isinstance(getattr(rule, "rule", rule), Share) and no_spread(arms["network"]):
        return _settle(outcome, "inconclusive", "zero variance decides nothing: every seed gave the same number")
    network = np.where(_diverged(data, arms["network"]), np.nan, arms["network"])  # frozen where it stopped: a failure
    decided = rule.decide(network, AGREE / looks, refute / looks)
    outcome.observed, outcome.interval = decided.observed, list(decided.interval)
    under = f", set up as in {run.protocol}" if run.protocol else ""
    return _settle(outcome, decided.outcome, f"{decided.detail}; n = {len(run.seeds)}{under}")


def decide_control_arm(evidence: Evidence, data: Mapping[str, np.ndarray], run: Run) -> Outcome:
    """The control arm, which the same rule must reject: by three margins where the rule has one."""
    outcome = Outcome(f"{evidence.name}: control arm", evidence.statement.id, "control", "rejected")
    outcome.n, outcome.seeds = len(run.seeds), list(run.seeds)
    if evidence.measured_by is None:
        return _settle(outcome, "vacuous", "nothing is measured")
    arms = evidence.measured_by(evidence.statement.claimed, data)
    if "control" not in arms:
        return _settle(outcome, "vacuous", "the experiment has no control arm")
    values = np.asarray(arms["control"], float)
    middle = np.array2string(np.median(values, axis=0), precision=3)
    said = evidence.options["rule"].rejects_control(values)
    outcome.observed = np.median(values, axis=0)
    if said == "rejected":
        return _settle(outcome, "rejected", f"median {middle}")
    if said == "passed":
        return _settle(outcome, "broken", f"the control arm passed: median {middle}; the arms do not differ")
    return _settle(outcome, "inconclusive", f"the control arm was not rejected: median {middle}")


def _settle(outcome: Outcome, verdict: str, detail: str) -> Outcome:
    outcome.outcome, outcome.detail = verdict, detail
    return outcome


def _diverged(data: Mapping[str, np.ndarray], like: np.ndarray) -> np.ndarray:
    """Seeds that the training recorded as diverged, shaped to compare with `like`."""
    flags = np.asarray(data.get("diverged", np.zeros(len(like), bool)), bool).reshape(len(like), -1).any(axis=1)
    return np.broadcast_to(flags.reshape(-1, *[1] * (like.ndim - 1)), like.shape)
