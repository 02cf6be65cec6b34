"""The README's table of claims, generated from the claims: `python -m proofs.display.readme README.md` writes it in place."""

from __future__ import annotations

import re
import sys
from pathlib import Path

from proofs.core.claim import TOPICS
from proofs.run.discovery import find, load

OPEN, CLOSE = "<!-- claims -->", "<!-- /claims -->"


def table() -> str:
    """One row a claim, in the order of the chapters."""
    claims, _ = load([found for found in find() if (found.module or "").startswith("proofs.claims.")])
    rows = [
        row(f"`{c.id}`", c.topic, c.folk.text if c.folk else "–", c.ruling or "–", c.title)
        for c in sorted(claims, key=lambda c: (TOPICS.index(c.topic), c.id))
    ]
    return "\n".join([row("claim", "chapter", "people say", "ruling", "what holds"), "|---|---|---|---|---|", *rows])


def row(*cells: str) -> str:
    """One row of a Markdown table, whatever the cells say: on one line, each `|` in them escaped, in code as well."""
    return f"| {' | '.join(_cell(text) for text in cells)} |"


def _cell(text: str) -> str:
    # parsers disagree on whether the second backslash of `\\|` still escapes: none may stand before it
    return re.sub(r"\\*\|", lambda bars: "&#92;" * (len(bars[0]) - 1) + r"\|", " ".join(text.split()))


def with_table(text: str) -> str:
    """`text` with the generated table between its two marks; raises ValueError where they are missing."""
    if OPEN not in text or CLOSE not in text:
        raise ValueError(f"text: expected the marks {OPEN} and {CLOSE}, got neither or one")
    before, rest = text.split(OPEN, 1)
    return f"{before}{OPEN}\n\n{table()}\n\n{CLOSE}{rest.split(CLOSE, 1)[1]}"


if __name__ == "__main__":
    path = Path(sys.argv[1])
    path.write_text(with_table(path.read_text(encoding="utf-8")), encoding="utf-8")
