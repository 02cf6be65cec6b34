"""Formulas as MathML: the plain Unicode of statements and essays, and the SymPy expressions of derivations.

`of_text("E|Y-c|² = Var Y + |c-EY|²")` gives one `<math>` element (proofs.words.formulas says what is read), `of_expression`
another for an expression. `wrapping` cuts one into pieces between which a line can break, words among them as text.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from copy import copy
from html import escape, unescape
from typing import Any
from xml.etree import ElementTree

from proofs.words import formulas
from proofs.words.formulas import BREAK, GLUE, content

NAMESPACE = "http://www.w3.org/1998/Math/MathML"
LONGEST = 9000
"""Characters of MathML beyond which a SymPy expression stays text: nobody reads it as a formula."""
SHORT = 6
"""Characters that are not left at the end of a line before a sign."""
LONG = 26
"""Characters shown in brackets beyond which a line may break inside them."""
_ELEMENTS = frozenset(
    [
        "math",
        "mrow",
        "mi",
        "mn",
        "mo",
        "ms",
        "mtext",
        "mspace",
        "mfrac",
        "msqrt",
        "mroot",
        "msup",
        "msub",
        "msubsup",
        "mover",
        "munder",
        "munderover",
        "mfenced",
        "menclose",
        "mtable",
        "mtr",
        "mtd",
        "mstyle",
        "mphantom",
        "mpadded",
    ]
)
_LAYOUT = frozenset(
    [
        "mathvariant",
        "stretchy",
        "width",
        "open",
        "close",
        "separators",
        "fence",
        "accent",
        "displaystyle",
        "bevelled",
        "linethickness",
        "notation",
        "form",
        "lspace",
        "rspace",
        "columnalign",
    ]
)


def of_text(formula: str, *, display: bool = False) -> str:
    """One `<math>` element for a formula written in plain text; everything in it is escaped. `display`: with upright fractions."""
    return _math(formulas.read(formula, display=display), display)


def of_expression(expression: Any) -> str:
    """One `<math>` element for a SymPy expression; empty where it would be too long to read."""
    from proofs.words.expressions import presentation

    text = _element(_parsed(f"<mrow>{presentation(expression)}</mrow>"))
    text = text.removeprefix("<mrow>").removesuffix("</mrow>")
    return f'<math xmlns="{NAMESPACE}">{text}</math>' if text and len(text) <= LONGEST else ""


def wrapping(written: str) -> str:
    """One `<math>` element as several, with words as text between them: lines break beside words and before signs.

    Whether fractions are upright is for the style of the page to say.
    """
    tree = _parsed(written)
    if tree is None or not _element(tree):
        return ""
    return "".join(_pieces(list(_flat(list(tree))))).strip()


def _math(row: list[ElementTree.Element], display: bool, namespace: str = f' xmlns="{NAMESPACE}"') -> str:
    style = ' displaystyle="true"' if display else ""
    return f"<math{namespace}{style}>{''.join(_row(row))}</math>"


def _row(row: Sequence[ElementTree.Element]) -> list[str]:
    """Each written out; a sign with something on either side but blanks is taken for infix, and need not say so."""
    solid = [index for index, part in enumerate(row) if _tag(part) not in ("mspace", "mtext")]
    return [_element(part, bool(solid) and solid[0] < index < solid[-1]) for index, part in enumerate(row)]


def _flat(row: list[ElementTree.Element]) -> Iterator[ElementTree.Element]:
    """A row without the outermost brackets of what is long or in words."""
    for e in row:
        tag = _tag(e)
        words = any(_tag(part) == "mtext" for part in e)
        if tag == "mrow" and (len(row) == 1 or words or len(content(e)) > LONG):
            yield from _flat(list(e))
        else:
            yield e


def _pieces(row: list[ElementTree.Element]) -> Iterator[str]:
    """What stands between two places to break, as text where it is words and numbers, else as `<math>`."""
    held: list[ElementTree.Element] = []
    for e in row:
        if _tag(e) != "mspace" or e.get("width") == GLUE:
            held.append(e)
        elif e.get("width") != BREAK or not 0 < len("".join(map(content, held))) < SHORT:
            yield f"{_piece(held)} "
            held.clear()
    yield _piece(held)


def _piece(held: list[ElementTree.Element]) -> str:
    if all(_tag(e) in ("mtext", "mn", "mspace") or _is_plain(e) for e in held):
        return "".join("\u00a0" if _tag(e) == "mspace" else escape(content(e)) for e in held)
    held[0] = _bounded(held[0], "lspace")
    held[-1] = _bounded(held[-1], "rspace")
    return _math(held, display=False, namespace="")


def _is_plain(e: ElementTree.Element) -> bool:
    """Whether a sign reads the same in text: what ends a clause, a bracket, a number's sign."""
    return _tag(e) == "mo" and (
        content(e) in tuple(",;.:?()") or (content(e) in tuple("−±") and e.get("form") == "prefix")
    )


def _bounded(e: ElementTree.Element, side: str) -> ElementTree.Element:
    """A sign between two sides at the end of a piece: the space on this side of it is there already."""
    if _tag(e) != "mo" or e.get("form", "infix") != "infix" or content(e) in tuple("([{⌊⌈|‖⌋⌉)]}"):
        return e
    made = copy(e)
    made.attrib = {**e.attrib, "form": "infix", side: "0em"}
    return made


def _tag(e: ElementTree.Element) -> str:
    return e.tag.removeprefix(f"{{{NAMESPACE}}}")


def only(text: object) -> str:
    """One `<math>` element of which nothing is left but mathematics; empty where it is anything else."""
    written = _element(_parsed(str(text)))
    return written.replace("<math>", f'<math xmlns="{NAMESPACE}">', 1) if written.startswith("<math>") else ""


def _parsed(text: str) -> ElementTree.Element | None:
    """The tree of a text in which names may stand unescaped, as SymPy prints them; None where it is none."""
    named = re.sub(r"&(?!(?:lt|gt|amp|quot|apos);)[A-Za-z]+;", lambda match: unescape(match[0]), text)
    try:
        return None if "<!" in named else ElementTree.fromstring(named)
    except ElementTree.ParseError:
        return None


def _element(tree: ElementTree.Element | None, between: bool = False) -> str:
    """The tree written out, everything escaped, rows of one left out; empty where something in it is no mathematics."""
    if tree is None:
        return ""
    tag = _tag(tree)
    inner = _row(list(tree)) if tag in ("mrow", "math") else [_element(part) for part in tree]
    if tag not in _ELEMENTS or not all(inner):
        return ""
    if tag == "mrow" and len(tree) == 1:
        return inner[0]
    said = {("form", "infix")} if between else set[tuple[str, str]]()
    if tree.text == "/":
        said.add(("stretchy", "false"))
    laid_out = "".join(f' {k}="{escape(v)}"' for k, v in tree.items() if k in _LAYOUT and (k, v) not in said)
    tails = (written + escape(part.tail or "") for written, part in zip(inner, tree, strict=True))
    text = f"{escape(tree.text or '')}{''.join(tails)}"
    return f"<{tag}{laid_out}>{text}</{tag}>" if text else f"<{tag}{laid_out}/>"
