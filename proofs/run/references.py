"""The works that claims cite: one bibliography, read when a reference is shown.

    references=("borell1975", "goodfellow2014 theorem 1")

A reference is a key of `proofs/references.bib` and, after it, the place in the work where there is one. A claim of
another package cites keys of ours, and of a `references.bib` beside its module; there is no plain text to go stale.
Declaring a claim reads nothing: a key that is wrong is an error where it is written out.
"""

from __future__ import annotations

from collections.abc import Mapping
from difflib import get_close_matches
from functools import cache
from importlib.resources import as_file, files
from pathlib import Path
from typing import Any

from proofs.core.claim import Claim

FILE = "references.bib"
NAMED = 6
"""Authors that are all named; of more the first, et al."""


def cited(claim: Claim) -> list[str]:
    """The references of a claim written out: author, year, title, place.

    Raises ValueError for an unknown key, naming the claim and what is near; for a bibliography that does not parse or
    lacks an author or a title, naming the file or the key.
    """
    works = {**ours(), **_beside(claim.folder)} if claim.references else {}
    return [_written(reference, works, claim) for reference in claim.references]


@cache
def ours() -> Mapping[str, Any]:
    """The entries of `proofs/references.bib` by key; raises ValueError where it does not parse."""
    with as_file(files("proofs").joinpath(FILE)) as path:
        return _entries(path)


def _beside(folder: Path | None) -> Mapping[str, Any]:
    return _entries(folder / FILE) if folder and (folder / FILE).is_file() else {}


def _entries(path: Path) -> Mapping[str, Any]:
    from pybtex.database import parse_file
    from pybtex.exceptions import PybtexError

    try:
        return dict(parse_file(str(path), bib_format="bibtex", encoding="utf-8").entries.items())
    except (PybtexError, UnicodeDecodeError) as error:
        raise ValueError(f"{path}: expected a bibliography in BibTeX, got {' '.join(str(error).split())}") from error


def _written(reference: str, works: Mapping[str, Any], claim: Claim) -> str:
    key, place = [*reference.split(maxsplit=1), "", ""][:2]
    if key not in works:
        near = get_close_matches(key, works, n=3)
        hint = (
            f"; did you mean {' or '.join(map(repr, near))}?" if near else f"; a {FILE} beside the claim may add works"
        )
        raise ValueError(f"references of {claim.id!r}: expected a key of {FILE} first, got {reference!r}{hint}")
    return work(key, works[key]) + (f"{' ' if place.startswith('(') else ', '}{place}" if place else "")


def work(key: str, entry: Any) -> str:
    """Author, year and title of one entry; raises ValueError, naming the key, where author or title is missing."""
    names = [_name(person) for person in entry.persons.get("author", [])]
    if not names or "title" not in entry.fields:
        raise ValueError(
            f"{key!r} in {FILE}: expected an author and a title, got {', '.join(entry.fields) or 'neither'}"
        )
    year = f" {entry.fields['year']}" if "year" in entry.fields else ""
    return f"{_listed(names)}{year}, {_plain(entry.fields['title'])}"


def _listed(names: list[str]) -> str:
    if len(names) > NAMED or "others" in names:
        return f"{names[0]} et al."
    return " & ".join(", ".join(part) for part in (names[:-1], names[-1:]) if part)


def _name(person: Any) -> str:
    return " ".join(_plain(part) for part in (*person.prelast_names, *person.last_names, *person.lineage_names))


def _plain(text: str) -> str:
    """BibTeX's braces and LaTeX's accents resolved."""
    from pybtex.richtext import Text

    return str(Text.from_latex(text))
