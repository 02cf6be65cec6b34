"""What a machine writes in the README: the rulings on what people say, as a run of the catalogue computed them, their table,
and that of the claims.

python -m proofs.display.readme README.md                  writes in place, from the record that is shipped
python -m proofs.display.readme README.md DOCUMENT.json    ... after recording the rulings of a run of the catalogue
"""

from __future__ import annotations

import json
import re
import sys
from pathlib import Path
from typing import Any

from proofs.core.claim import TOPICS
from proofs.run import sentences
from proofs.run.discovery import find, load

RULED = re.compile(r"\*\*\w+\*\* <!-- (\w+) -->")
"""A ruling in the text, and the sentence that it is on."""
MARKS = {name: (f"<!-- {name} -->", f"<!-- /{name} -->") for name in ("sentences", "claims")}


def tables() -> dict[str, str]:
    """Both tables, by the name of their marks."""
    return {"sentences": said(), "claims": claims()}


def said() -> str:
    """One row a sentence: the words, the ruling, and what each reading says with its points."""
    rows = [
        row(f"“{e['words']}” ({e['source']})", e["ruling"], "; ".join(map(_reading, e["readings"])))
        for e in sentences.recorded()["sentences"]
    ]
    return "\n".join([row("people say", "ruling", "it may mean"), "|---|---|---|", *rows])


def _reading(record: dict[str, Any]) -> str:
    return f"*{record['words']}*: {record['ruling']}, {sentences.points(record)} (`{record['claim']}`)"


def claims() -> str:
    """One row a claim, in the order of the chapters."""
    known, _ = load([found for found in find() if (found.module or "").startswith("proofs.claims.")])
    rows = [row(f"`{c.id}`", c.topic, c.title) for c in sorted(known, key=lambda c: (TOPICS.index(c.topic), c.id))]
    return "\n".join([row("claim", "chapter", "what holds"), "|---|---|---|", *rows])


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


def written(text: str) -> str:
    """`text` with the recorded ruling on every sentence named in it, and the tables between their marks.

    Raises ValueError where a mark is missing or a sentence is not known.
    """
    ruling = {e["id"]: e["ruling"] for e in sentences.recorded()["sentences"]}
    if unknown := sorted(set(RULED.findall(text)) - set(ruling)):
        raise ValueError(f"text: expected sentences that the record knows, got {', '.join(unknown)}")
    text = RULED.sub(lambda said: f"**{ruling[said[1]]}** <!-- {said[1]} -->", text)
    for name, table in tables().items():
        opening, closing = MARKS[name]
        if opening not in text or closing not in text:
            raise ValueError(f"text: expected the marks {opening} and {closing}, got neither or one")
        before, rest = text.split(opening, 1)
        text = f"{before}{opening}\n\n{table}\n\n{closing}{rest.split(closing, 1)[1]}"
    return text


if __name__ == "__main__":
    if len(sys.argv) > 2:
        document = json.loads(Path(sys.argv[2]).read_text(encoding="utf-8"))
        (Path(sentences.__file__).parent / sentences.RECORD).write_text(record(document), encoding="utf-8")
        sentences.recorded.cache_clear()
    path = Path(sys.argv[1])
    path.write_text(written(path.read_text(encoding="utf-8")), encoding="utf-8")
