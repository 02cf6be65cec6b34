"""The document of `blurproof diagnose --json`, valid against `proofs/run/diagnosis.json`; infinities are text."""

from __future__ import annotations

import json
from importlib.metadata import version
from importlib.resources import files
from typing import TYPE_CHECKING, Any

from proofs.run import ledger
from theory.diagnosis import Diagnosis

if TYPE_CHECKING:
    from proofs.diagnosis.asking import Diagnosed


def schema() -> dict[str, Any]:
    """The JSON Schema that the package ships."""
    return json.loads(files("proofs.run").joinpath("diagnosis.json").read_text(encoding="utf-8"))


def build(found: Diagnosed) -> dict[str, Any]:
    """The document: equal for equal samples and seeds on one machine, but for the seconds."""
    several = found.several
    return {
        "blurproof": version("blurproof"),
        "seed": found.seed,
        "confidence": found.confidence,
        "environment": ledger.versions(),
        "against": {"kind": found.against.kind, "said": found.against.said, "modes": found.against.modes},
        "present": list(found.present),
        "words": found.words,
        "rates": None if several is None else several.record()["rates"],
        "samples": [{"name": name, **_record(one)} for name, one in zip(found.names, found.diagnoses, strict=True)],
        "seconds": found.seconds,
    }


def _record(one: Diagnosis) -> dict[str, Any]:
    """A diagnosis as theory says it; instead of a label for each sample, how many lie where."""
    record = one.record()
    labels = one.labels
    del record["labels"]
    return {**record, "bridged": int((labels == -1).sum()), "invented": int((labels == -2).sum())}
