"""What a report tells first: the answer, what people say with its rulings, and how to read a verdict."""

from __future__ import annotations

import io
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from proofs.core.claim import Claim
from proofs.core.readings import CONDITIONAL, FAILS, HOLDS, OPEN
from proofs.run import sentences, telling
from proofs.run.runner import Result

VERDICTS = {
    "derived": "It is proved: every step of a derivation was decided by machine, and a search found no counterexample.",
    "supported": "Searches and experiments agree with it, but a complete proof is missing.",
    "inconclusive": "Something was not run, or what was run could not decide it.",
    "vacuous": "There was nothing to look at: no case, no evidence, or a test that could not fail.",
    "refuted": "It is false: a counterexample was confirmed, or an experiment went against it.",
    "broken": "The evidence itself failed: it raised an error, or accepted what is known to be false.",
}
"""How to read a verdict, best first."""
TODAY = "after-the-gan"
"""The chapter that does not answer why VAEs blur and GANs drop modes."""
SMALL, COLOURS = 240, 8
"""A thumbnail: pixels across, and colours."""


def answer(results: Iterable[Result], claims: Iterable[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """The sections of the central claims that this package ships: in a line each, they are the answer.

    What is said today, of what came after the GAN, is another question's.
    """
    by_id = {section["claim"]: section for section in claims}
    ours = [r.claim for r in results if isinstance(r.claim, Claim) and r.claim.folder == sentences.SHIPPED]
    return [by_id[claim.id] for claim in telling.central(ours) if claim.topic != TODAY]


def said(
    entries: Iterable[Mapping[str, Any]],
    read: Sequence[Mapping[str, Any]],
    claims: Sequence[Mapping[str, Any]],
    linked: Iterable[str] = (),
) -> list[Mapping[str, Any]]:
    """The sentences in the order in which the claims read them, each with its readings and a claim that is drawn.

    `today`: whether all the claims that read it are of what came after the GAN. Of a reading, `stop`: whether the link to its
    claim is the first one, but for those to `linked`; the Tab key passes over the others.
    """
    place = {section["claim"]: index for index, section in enumerate(claims)}
    told = []
    for entry in entries:
        readings = sorted((r for r in read if r["sentence"] is entry), key=lambda r: place.get(r["claim"], len(place)))
        shown = [claims[place[r["claim"]]] for r in readings if r["claim"] in place]
        drawn, today = next((s for s in shown if s["figure"]), None), all(s["topic"] == TODAY for s in shown)
        told.append({**entry, "readings": readings, "shown": drawn, "today": today})
    told.sort(key=lambda entry: (entry["today"], min(place.get(r["claim"], len(place)) for r in entry["readings"])))
    met = set(linked)
    for entry in told:
        entry["readings"] = [{**r, "stop": r["claim"] not in met} for r in entry["readings"]]
        met |= {r["claim"] for r in entry["readings"]}
    return told


def counted(entries: Iterable[Mapping[str, Any]]) -> dict[str, int]:
    """How many sentences have which ruling."""
    found = Counter(entry["ruling"] for entry in entries)
    return {ruling: found[ruling] for ruling in (HOLDS, FAILS, CONDITIONAL, OPEN)}


def told(record: Mapping[str, Any]) -> str:
    """Where a reading is true and where false, in words: on which side of its boundary, where it has one."""
    return _sides(record) or sentences.points(record)


def _sides(record: Mapping[str, Any]) -> str:
    boundary = {name: value for name, value in (record["boundary"] or {}).items() if name != "seen"}
    numbers = [name for name, value in boundary.items() if isinstance(value, int | float)]
    if len(numbers) != 1:
        return ""
    letter, at = numbers[0], boundary.pop(numbers[0])
    true, false = (
        [p[letter] for p in record[kind] if letter in p and boundary.items() <= p.items()] for kind in ("true", "false")
    )
    given = "".join(f"for {name} = {value}, " for name, value in boundary.items())
    if true and false and min(true) >= at >= max(false):
        return f"{given}true above {letter} = {at:.3g}, false below"
    if true and false and max(true) <= at <= min(false):
        return f"{given}true below {letter} = {at:.3g}, false above"
    return ""


def thumbnail(figure: Any) -> bytes:
    """The figure as a small picture, PNG."""
    from PIL import Image

    from proofs.display import figures

    drawn, packed = io.BytesIO(), io.BytesIO()
    with figures.in_style():
        figure.savefig(drawn, format="png", dpi=SMALL / figure.get_figwidth())
    Image.open(drawn).convert("RGB").quantize(COLOURS).save(packed, format="png", optimize=True)
    return packed.getvalue()
