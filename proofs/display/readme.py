"""What a machine writes in the README and in its page of claims: the rulings on what people say, as a run of the catalogue
computed them, their table, the chapters, and the table of the claims.

python -m proofs.display.readme FOLDER                  writes in place, from the record that is shipped
python -m proofs.display.readme FOLDER DOCUMENT.json    ... after recording the rulings of a run of the catalogue
"""

from __future__ import annotations

import json
import re
import sys
from pathlib import Path
from typing import Any

from proofs.core.claim import TOPICS, Claim
from proofs.display.report import CHAPTERS
from proofs.run import sentences, telling
from proofs.run.discovery import find, load

RULED = re.compile(r"\*\*\w+\*\* <!-- (\w+) -->")
"""A ruling in the text, and the sentence that it is on."""
PAGES = {"README.md": ("chapters",), "docs/claims.md": ("sentences", "claims")}
"""The pages, and the names of the marks between which a machine writes in each."""


def tables() -> dict[str, str]:
    """What stands between the marks, by their name."""
    return {"chapters": chapters(), "sentences": said(), "claims": claims()}


def said() -> str:
    """One row a sentence: the words, the ruling, and what each reading says with its points."""
    rows = [
        row(f"“{e['words']}” ({e['source']})", e["ruling"], "; ".join(map(_reading, e["readings"])))
        for e in sentences.recorded()["sentences"]
    ]
    return "\n".join([row("people say", "ruling", "it may mean"), "|---|---|---|", *rows])


def _reading(record: dict[str, Any]) -> str:
    return f"*{record['words']}*: {record['ruling']}, {sentences.points(record)} (`{record['claim']}`)"


def chapters() -> str:
    """One line a chapter: the ids of its claims."""
    lines = (f"- **{CHAPTERS[topic]}**: {', '.join(f'`{c.id}`' for c in told)}" for topic, told in _catalogue().items())
    return "\n".join(lines)


def claims() -> str:
    """A table a chapter, one row a claim."""
    parts = []
    for topic, told in _catalogue().items():
        rows = [row(f"`{c.id}`", c.title) for c in told]
        parts += [f"### {CHAPTERS[topic]}", "\n".join([row("claim", "what holds"), "|---|---|", *rows])]
    return "\n\n".join(parts)


def _catalogue() -> dict[str, list[Claim]]:
    """Our claims, chapter by chapter, in the order of telling."""
    known, _ = load([found for found in find() if (found.module or "").startswith("proofs.claims.")])
    told = {topic: [c for c in telling.in_order(known) if c.topic == topic] for topic in TOPICS}
    return {topic: some for topic, some in told.items() if some}


def record(document: dict[str, Any]) -> str:
    """The record of a run's rulings; raises ValueError where a sentence of ours was not read in it."""
    missing = set(sentences.shipped()) - {entry["id"] for entry in document["sentences"]}
    if missing:
        raise ValueError(f"document: expected a run of the whole catalogue, got none of {', '.join(sorted(missing))}")
    kept = {"level": document["level"], "seed": document["seed"], "sentences": document["sentences"]}
    return json.dumps(kept, indent=1, ensure_ascii=False) + "\n"


def row(*cells: str) -> str:
    """One row of a Markdown table, whatever the cells say: on one line, each `|` in them escaped, in code as well."""
    return f"| {' | '.join(_cell(text) for text in cells)} |"


def _cell(text: str) -> str:
    # parsers disagree on whether the second backslash of `\\\\|` still escapes: none may stand before it
    return re.sub(r"\\*\|", lambda bars: "&#92;" * (len(bars[0]) - 1) + r"\|", " ".join(text.split()))


def written(page: str, text: str) -> str:
    """The text of one of `PAGES` with the recorded ruling on every sentence named in it, and what belongs between its marks.

    Raises ValueError where a mark is missing or a sentence is not known.
    """
    ruling = {e["id"]: e["ruling"] for e in sentences.recorded()["sentences"]}
    if unknown := sorted(set(RULED.findall(text)) - set(ruling)):
        raise ValueError(f"text: expected sentences that the record knows, got {', '.join(unknown)}")
    text = RULED.sub(lambda said: f"**{ruling[said[1]]}** <!-- {said[1]} -->", text)
    table = tables()
    for name in PAGES[page]:
        opening, closing = f"<!-- {name} -->", f"<!-- /{name} -->"
        if opening not in text or closing not in text:
            raise ValueError(f"text: expected the marks {opening} and {closing}, got neither or one")
        before, rest = text.split(opening, 1)
        text = f"{before}{opening}\n\n{table[name]}\n\n{closing}{rest.split(closing, 1)[1]}"
    return text


if __name__ == "__main__":
    if len(sys.argv) > 2:
        document = json.loads(Path(sys.argv[2]).read_text(encoding="utf-8"))
        (Path(sentences.__file__).parent / sentences.RECORD).write_text(record(document), encoding="utf-8")
        sentences.recorded.cache_clear()
    for page in PAGES:
        path = Path(sys.argv[1]) / page
        path.write_text(written(page, path.read_text(encoding="utf-8")), encoding="utf-8")
