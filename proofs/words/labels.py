"""Labels of a figure in plain words."""

from __future__ import annotations

import re
import unicodedata


def plain(label: str) -> str:
    """A mathtext label as plain text: Greek letters by name, markup left out."""

    def letter(match: re.Match[str]) -> str:
        kind = "CAPITAL" if match[1][0].isupper() else "SMALL"
        try:
            return unicodedata.lookup(f"GREEK {kind} LETTER {match[1].upper().replace('LAMBDA', 'LAMDA')}")
        except KeyError:
            return _SIGNS.get(match[1], f" {match[1]} ")

    text = re.sub(r"\\([A-Za-z]+)", letter, re.sub(r"\\[,;:! ]", "", label))
    return " ".join(re.sub(r"[${}\\]", "", text).split())


_SIGNS = {"infty": "∞", "ell": "ℓ", "pm": "±", "mp": "∓", "sqrt": "√", "leq": "≤", "geq": "≥", "to": "→", "cdot": "·", "times": "×",
          "Vert": "‖", "mid": "|", "approx": "≈", "int": "∫", "sum": "Σ", "partial": "∂", "mathrm": "", "text": ""}  # fmt: skip
