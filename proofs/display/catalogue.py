"""The catalogue as `blurproof list` prints it: rulings as the shipped record has them, sentences with their readings."""

from __future__ import annotations

from collections.abc import Iterable

from rich.console import Console
from rich.markup import escape

from proofs.core.claim import Claim
from proofs.core.readings import together
from proofs.run import sentences

UNKNOWN = "not run"


def ruling(claim: Claim) -> str:
    """What its readings came to in the recorded run; "not run" for a claim of somebody else, a dash for one without readings."""
    if not claim.readings:
        return "–"
    words = [record["ruling"] for record in sentences.recorded_of(claim.id)]
    return together(words) if claim.folder == sentences.SHIPPED and words else UNKNOWN


def print_sentences(claims: Iterable[Claim], console: Console) -> None:
    """Each sentence that the claims read: words, ruling, and reading by reading what it means and where it is true."""
    readings = [(claim, reading) for claim in claims for reading in claim.readings]
    asked = {reading.sentence.id: reading.sentence for _, reading in readings}
    record = sentences.recorded()
    known = {entry["id"]: entry for entry in record["sentences"]}
    for said in sorted(asked.values(), key=lambda said: said.id):
        entry = known.get(said.id, {"ruling": UNKNOWN, "readings": []})
        console.print(f"\n[bold]{entry['ruling']}[/bold]  “{escape(said.words)}” ({escape(said.source)})")
        for reading in entry["readings"]:
            _print_reading(
                reading["words"], f"{reading['ruling']}: {sentences.points(reading)}", reading["claim"], console
            )
        for claim, reading in readings:
            if reading.sentence.id == said.id and claim.folder != sentences.SHIPPED:
                _print_reading(reading.words, UNKNOWN, claim.id, console)
    if asked:
        console.print(
            f"\nRulings as recorded at level {record['level']}, seed {record['seed']}; `blurproof verify` computes them."
        )


def _print_reading(words: str, found: str, claim: str, console: Console) -> None:
    console.print(f"  {escape(words)}: {escape(found)} [dim]({escape(claim)})[/dim]")
