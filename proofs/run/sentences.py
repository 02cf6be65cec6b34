"""The sentences of a run: their readings, rulings, points and boundaries, as they stand in the document.

A sentence's ruling follows from the readings that this package ships, whether they were run or not; readings of others
stand beside them and change nothing.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

from proofs.core import verdict
from proofs.core.claim import Claim
from proofs.core.readings import OPEN, Reading, together
from proofs.run import discovery
from proofs.run.runner import Result

RECORD = "rulings.json"
"""What the last run of the whole catalogue that was published said of every sentence: level, seed, sentences."""
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


@cache
def recorded() -> Mapping[str, Any]:
    """The record that this package ships: level and seed of its run, and the sentences as in a document."""
    return json.loads(files("proofs.run").joinpath(RECORD).read_text(encoding="utf-8"))


def recorded_of(claim: str) -> list[dict[str, Any]]:
    """The recorded readings of a claim, each with its sentence."""
    entries = recorded()["sentences"]
    return [{**r, "sentence": e} for e in entries for r in e["readings"] if r["claim"] == claim]


def points(record: Mapping[str, Any]) -> str:
    """What a reading's points say, in words: the boundary where there is one, else a point of each kind."""
    if record["boundary"]:
        kinds = [told_at(record[kind][0]) for kind in ("true", "false")]
        return f"true at {kinds[0]}, false at {kinds[1]}, boundary at {told_at(record['boundary'])}"
    found = [f"{kind} at {told_at(record[kind][0])}" for kind in ("true", "false") if record[kind]]
    return ", ".join(found) or record["reason"]


def told_at(point: Mapping[str, Any]) -> str:
    """A point in words; what an experiment saw there stands behind it."""
    letters = ", ".join(
        f"{k} = {v:.4g}" if isinstance(v, float) else f"{k} = {v}" for k, v in point.items() if k != "seen"
    )
    return " ".join(filter(None, (letters or "the only point", f"({point['seen']})" if "seen" in point else "")))


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
