"""What claims say, as a page shows it: paragraphs whose formulas are mathematics, and formulas that stand on lines of their own."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import escape
from itertools import groupby

from proofs.words import mathml

INDENT = "    "
"""What a line begins with that is a formula."""
_PART = re.compile(r"(`[^`]*`|</?[A-Za-z]{2,}[^<>]*>|(?<![\w*)])\*[^\W\d_][^*]*\w\*(?!\w))")
_MINUS = re.compile(r"(?<![\w.)\]-])-(?=[\d.∞]|inf\b)|(?<=\d[eE])-(?=\d)")


def essay(text: str) -> str:
    """An essay without its title, as HTML: paragraphs, and the indented lines as displayed formulas."""
    _, _, rest = text.partition("\n\n")
    return "".join(_block(part) for part in re.split(r"\n\s*\n", rest.strip("\n")) if part.strip())


def _block(part: str) -> str:
    kinds = groupby(part.splitlines(), key=lambda line: line.startswith(INDENT))
    return "".join(
        displayed(list(lines)) if apart else f"<p>{sentence(' '.join(lines))}</p>\n" for apart, lines in kinds
    )


def displayed(lines: list[str]) -> str:
    """Lines of formulas, each of one or more columns; what the plain text says is what a screen reader reads."""
    said = escape(" ; ".join(" ".join(line.split()) for line in lines))
    rows = "".join(f"<div>{''.join(_columns(line))}</div>" for line in lines)
    return f'<div class="formula displayed" tabindex="0" role="group" aria-label="{said}">{rows}</div>\n'


def _columns(line: str) -> Iterator[str]:
    for column in re.split(r"\s{2,}", line.strip()):
        yield f"<span>{formula(column)}</span>"


def formula(text: str) -> str:
    """A formula that stands by itself: fractions upright, broken where it may be."""
    return mathml.wrapping(mathml.of_text(text, display=True))


def sentence(text: str) -> str:
    """A sentence with formulas in it; *this* is stressed, `this` is code, <this> is no formula."""
    return "".join(_stressed(part) for part in _PART.split(text))


def _stressed(part: str) -> str:
    if part.startswith("`"):
        return f"<code>{escape(part.strip('`'))}</code>"
    if part.startswith("*") and len(part) > 2:
        return f"<em>{sentence(part.strip('*'))}</em>"
    if _PART.fullmatch(part):
        return escape(part)
    before, after = (" " if part[:1] == " " else ""), (" " if part[-1:] == " " else "")
    return before + mathml.wrapping(mathml.of_text(part)) + after if part.strip() else part


def minus(text: str) -> str:
    """The signs of the numbers in a sentence as minus signs: -0.5 becomes −0.5, a hyphen stays."""
    return _MINUS.sub("−", text)


SHOWN = {"essay": essay, "formula": formula, "sentence": sentence}
"""What a template may say of a text: the filters by their names."""
