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
    asked = {reading.sentence.id for claim in claims for reading in claim.readings}
    record = sentences.recorded()
    for entry in (entry for entry in record["sentences"] if entry["id"] in asked):
        console.print(f"\n[bold]{entry['ruling']}[/bold]  “{escape(entry['words'])}” ({escape(entry['source'])})")
        for reading in entry["readings"]:
            found = f"{reading['ruling']}: {sentences.points(reading)}"
            console.print(f"  {escape(reading['words'])}: {escape(found)} [dim]({reading['claim']})[/dim]")
    if asked:
        console.print(
            f"\nRulings as recorded at level {record['level']}, seed {record['seed']}; `blurproof verify` computes them."
        )
