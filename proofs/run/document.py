"""The document of `verify --json`: what was asked, what came out, and how to run each piece again."""

from __future__ import annotations

import json
import os
import shlex
from importlib.metadata import version
from importlib.resources import files
from typing import Any

from proofs.core import verdict
from proofs.core.claim import Claim
from proofs.core.outcome import Outcome, plain
from proofs.core.readings import together
from proofs.core.rules import AGREE, REFUTE, REFUTE_BUDGET
from proofs.core.training import SEED_STEPS
from proofs.run import ledger, published, sentences
from proofs.run.discovery import Failed
from proofs.run.runner import CURVES, Result, Settings

FIELDS = (
    "name", "statement", "kind", "outcome", "observed", "claimed", "relation", "error", "threshold", "n", "seeds",
    "interval", "counterexample", "detects", "covered", "detail", "seconds",
)  # fmt: skip


def schema() -> dict[str, Any]:
    """The JSON Schema that the package ships."""
    return json.loads(files("proofs.run").joinpath("schema.json").read_text(encoding="utf-8"))


def build(results: list[Result], settings: Settings, seconds: float) -> dict[str, Any]:
    """The document; equal for equal seeds on one machine but for times, whatever the number of jobs."""
    claims = [_claim(result, settings) for result in results]
    words = [claim["verdict"] for claim in claims]
    evidence = [item for claim in claims for item in claim["evidence"]]
    return {
        "blurproof": version("blurproof"),
        "seed": settings.seed,
        "level": settings.level,
        "environment": environment(settings),
        "budget": {
            "agree": AGREE, "refuted_whole_run": REFUTE_BUDGET, "refuted_each_experiment": REFUTE,
            "seed_steps": sum(seed_steps(result) for result in results),
        },
        "tally": {
            **{word: words.count(word) for word in reversed(verdict.WORST_FIRST)},
            "evidence not run": sum(item["outcome"] == "not run" for item in evidence),
        },
        "seconds": seconds,
        "sentences": sentences.told(results),
        "claims": claims,
        **({"protocol": published.beside(settings.protocol, settings.level, results)} if settings.protocol else {}),
    }  # fmt: skip


def environment(settings: Settings) -> dict[str, Any]:
    """Versions, machine, threads a worker, device."""
    return {
        **ledger.versions(),
        "cores": os.cpu_count(),
        "threads": 1,
        "device": settings.device,
        "protocol": settings.protocol,
    }


def seed_steps(result: Result) -> int:
    """What the training of a claim has cost, in seed-steps."""
    return sum(
        int(arrays[SEED_STEPS]) for name, arrays in result.arrays.items() if name != CURVES and SEED_STEPS in arrays
    )


def judged(result: Result) -> tuple[verdict.Verdict, dict[str, verdict.Verdict]]:
    """The verdict on a result's claim and on each statement."""
    if isinstance(result.claim, Failed):
        return verdict.Verdict("broken", result.claim.reason, "a module that can be imported"), {}
    total, statements = verdict.of_claim(result.claim, [o for o in result.outcomes if o.kind != CURVES])
    broken = [o for o in result.outcomes if o.kind == CURVES and o.outcome == "broken"]
    if broken:
        return verdict.Verdict("broken", f"figure data: {broken[0].detail}", "to be mended: figure data"), statements
    return total, statements


def _claim(result: Result, settings: Settings) -> dict[str, Any]:
    claim = result.claim
    total, statements = judged(result)
    known = isinstance(claim, Claim)
    return {
        "claim": claim.id,
        "topic": claim.topic if known else None,
        "ruling": ruling(result),
        "verdict": total.word,
        "reason": total.reason,
        "missing": total.missing,
        "seconds": result.seconds,
        "statements": [
            {"id": name, "verdict": v.word, "given": _given(result, name), "missing": v.missing}
            for name, v in statements.items()
        ],
        "evidence": [
            _evidence(claim.id, outcome, settings) for outcome in result.outcomes if outcome.kind != "reading"
        ],
    }


def ruling(result: Result) -> str | None:
    """What a claim's readings say together; None where it has none."""
    claim = result.claim
    if not isinstance(claim, Claim) or not claim.readings:
        return None
    return together(record["ruling"] for _, record in sentences.readings(claim, result.outcomes))


def _given(result: Result, statement: str) -> list[str]:
    return sorted({lemma for o in result.outcomes if o.statement == statement for lemma in o.given})


def _evidence(claim: str, outcome: Outcome, settings: Settings) -> dict[str, Any]:
    record = outcome.record()
    return {**{name: plain(record[name]) for name in FIELDS}, "rerun": rerun(claim, settings)}


def rerun(claim: str, settings: Settings) -> str:
    """The command that runs a claim again as it was run, for the shell of whoever ran it."""
    options = ["--level", settings.level, "--seed", str(settings.seed)]
    if settings.device != "cpu":
        options += ["--device", settings.device]
    options += settings.places
    if settings.protocol:
        options += ["--protocol", settings.protocol]
    return shlex.join(["blurproof", "verify", claim, *options, "--fresh"])


def dump(document: dict[str, Any], *, ascii: bool = False) -> str:
    """The document as JSON text, in `ascii` alone if so; raises ValueError for a number that JSON does not have."""
    return json.dumps(document, indent=2, ensure_ascii=ascii, allow_nan=False) + "\n"
