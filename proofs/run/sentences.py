"""The sentences of a run: their readings, rulings, points and boundaries, as they stand in the document.

A sentence's ruling follows from the readings that this package ships, whether they were run or not; readings of others
stand beside them and change nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path
from typing import Any

from proofs.core import verdict
from proofs.core.claim import Claim
from proofs.core.readings import OPEN, Reading, together
from proofs.run import discovery
from proofs.run.runner import Result

SHIPPED = Path(discovery.__file__).parents[1] / "claims"
"""Where the claims of this package lie."""


@cache
def shipped() -> dict[str, list[tuple[str, str]]]:
    """By sentence, the readings of this package's claims: (claim, reading)."""
    claims, _ = discovery.load([item for item in discovery.find() if item.path.parent == SHIPPED])
    readings: dict[str, list[tuple[str, str]]] = {}
    for claim in claims:
        for reading in claim.readings:
            readings.setdefault(reading.sentence.id, []).append((claim.id, reading.name))
    return readings


def told(results: Iterable[Result]) -> list[dict[str, Any]]:
    """Every sentence of which a reading was asked for, with all of those."""
    by_id: dict[str, dict[str, Any]] = {}
    for result in results:
        if isinstance(result.claim, Claim) and result.claim.readings:
            for reading, record in readings(result.claim, result.outcomes):
                said = reading.sentence
                entry = {"id": said.id, "words": said.words, "source": said.source, "meaning": said.meaning,
                         "range": said.range, "readings": []}  # fmt: skip
                by_id.setdefault(said.id, entry)["readings"].append(record)
    return [{**entry, **_ruled(entry)} for entry in by_id.values()]


def readings(claim: Claim, outcomes: Iterable[Any]) -> Iterator[tuple[Reading, dict[str, Any]]]:
    """The readings of a claim with what came of each."""
    outcomes = [o for o in outcomes if o.kind != "curves"]
    rulings = verdict.of_readings(claim, outcomes)
    seen = {o.name: o.reading for o in outcomes if o.kind == "reading" and o.reading}
    for reading in claim.readings:
        ruling, found = rulings[reading.name], seen.get(reading.name) or {}
        yield reading, {
            "claim": claim.id, "reading": reading.name, "words": reading.words, "ruling": ruling.word, "reason": ruling.reason,
            "true": found.get("true", []), "false": found.get("false", []), "boundary": found.get("boundary"),
            "rests_on": found.get("rests_on", []), "shipped": claim.folder == SHIPPED,
        }  # fmt: skip


def _ruled(entry: dict[str, Any]) -> dict[str, str]:
    """The ruling on a sentence: open while one of the shipped readings was not run."""
    ours = [record for record in entry["readings"] if record["shipped"]]
    missing = set(shipped().get(entry["id"], [])) - {(r["claim"], r["reading"]) for r in ours}
    if missing:
        return {
            "ruling": OPEN,
            "reason": f"not run: {', '.join(f'{name} of {claim}' for claim, name in sorted(missing))}",
        }
    if not ours:
        return {"ruling": OPEN, "reason": "no reading of this package"}
    stuck = [r for r in ours if r["ruling"] == OPEN]
    return {
        "ruling": together(r["ruling"] for r in ours),
        "reason": f"{stuck[0]['reading']}: {stuck[0]['reason']}" if stuck else "",
    }
