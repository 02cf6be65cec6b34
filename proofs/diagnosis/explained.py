"""The claims that explain a fault, by their titles: the first sentence of each, read without importing it."""

from __future__ import annotations

import ast
from collections.abc import Iterable
from functools import cache
from importlib.resources import files


def titles(ids: Iterable[str]) -> dict[str, str]:
    """What each claim of that id says in a sentence; one that is not there is left out."""
    return {id: title for id in ids if (title := _title(id))}


@cache
def _title(id: str) -> str:
    file = files("proofs.claims").joinpath(f"{id}.py")
    text = ast.get_docstring(ast.parse(file.read_text(encoding="utf-8"))) if file.is_file() else None
    return " ".join((text or "").split("\n\n")[0].split())
