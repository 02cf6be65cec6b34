"""Formulas as MathML: the plain Unicode of statements, and the SymPy expressions of derivations.

`of_text("E|Y-c|² = Var Y + |c-EY|²")` gives one `<math>` element: superscripts and subscripts are raised and lowered,
`^{...}` and `_{...}` too, √(...) gets its bar, single letters are variables, longer words stand upright.
"""

from __future__ import annotations

import re
from html import escape, unescape
from typing import Any
from xml.etree import ElementTree

NAMESPACE = "http://www.w3.org/1998/Math/MathML"
LONGEST = 4000
"""Characters of MathML beyond which a SymPy expression stays text: nobody reads it as a formula."""
_MEANT = {"log": "ln", "lam": "λ"}
"""What SymPy calls otherwise: the natural logarithm, and the letter that is a keyword of Python."""
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
    ]
)
_HIGH = dict(zip("⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻ᵃᵇⁿᵗʳᵐᵏᵀ", "0123456789+-abntrmkT", strict=True))
_LOW = dict(zip("₀₁₂₃₄₅₆₇₈₉₊₋ᵢⱼₖₙₘₚₓₜ", "0123456789+-ijknmpxt", strict=True))
_TOKEN = re.compile(
    rf"(?P<high>[{''.join(_HIGH)}]+)|(?P<low>[{''.join(_LOW)}]+)|(?P<script>[_^](?:\{{[^{{}}]*\}}|[A-Z]{{2,}}|\w))"
    r"|(?P<root>√)|(?P<number>\d+(?:[.,]\d+)*(?:e-?\d+)?|[½⅓¼¾])|(?P<word>[A-Za-z]+(?:-[A-Za-z]{2,})*'?(?:\s+[a-z]{3,})*|[^\W\d_]'?)"
    r"|(?P<space>\s+)|(?P<sign>.)"
)


def of_text(formula: str) -> str:
    """One `<math>` element for a formula written in plain text; everything in it is escaped."""
    pieces, _ = _row(formula, 0, None)
    return f'<math xmlns="{NAMESPACE}"><mrow>{"".join(pieces)}</mrow></math>'


def of_expression(expression: Any) -> str:
    """One `<math>` element for a SymPy expression; empty where it would be too long to read."""
    from sympy import mathml

    text = _element(_parsed(f"<mrow>{mathml(expression, printer='presentation')}</mrow>"))
    text = text.removeprefix("<mrow>").removesuffix("</mrow>")
    for printed, meant in _MEANT.items():
        text = text.replace(f"<mi>{printed}</mi>", f"<mi>{meant}</mi>")
    return f'<math xmlns="{NAMESPACE}">{text}</math>' if text and len(text) <= LONGEST else ""


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


def _element(tree: ElementTree.Element | None) -> str:
    """The tree written out, everything escaped; empty where something in it does not belong to mathematics."""
    if tree is None:
        return ""
    tag = tree.tag.removeprefix(f"{{{NAMESPACE}}}")
    inner = [_element(part) for part in tree]
    if tag not in _ELEMENTS or not all(inner):
        return ""
    laid_out = "".join(f' {name}="{escape(value)}"' for name, value in tree.items() if name in _LAYOUT)
    tails = (written + escape(part.tail or "") for written, part in zip(inner, tree, strict=True))
    return f"<{tag}{laid_out}>{escape(tree.text or '')}{''.join(tails)}</{tag}>"


def _row(text: str, start: int, close: str | None) -> tuple[list[str], int]:
    """The elements from `start` up to the bracket `close` (or the end), and where the reading stopped."""
    pieces: list[str] = []
    at = start
    while at < len(text):
        if text[at] == close:
            return pieces, at + 1
        match = _TOKEN.match(text, at)
        assert match is not None  # the last alternative takes any character
        kind, token, at = match.lastgroup, match.group(), match.end()
        if kind in ("high", "low", "script"):
            _attach(pieces, str(kind), token)
        elif kind == "root":
            under, at = _under_root(text, at)
            pieces.append(f"<msqrt>{under}</msqrt>")
        else:
            pieces.append(_leaf(str(kind), token))
    return pieces, at


def _under_root(text: str, at: int) -> tuple[str, int]:
    if text[at : at + 1] == "(":
        pieces, at = _row(text, at + 1, ")")
        return "".join(pieces), at
    match = re.compile(r"\d+|\w").match(text, at)
    return (_leaf("number", match.group()), match.end()) if match else ("", at)


def _attach(pieces: list[str], kind: str, token: str) -> None:
    """Put a script on the element before it; a superscript after a subscript shares its base."""
    raised = kind == "high" or token.startswith("^")
    if kind == "script":
        inner, _ = _row(token[1:].strip("{}"), 0, None)
    else:
        inner, _ = _row("".join((_HIGH if raised else _LOW)[c] for c in token), 0, None)
    script = f"<mrow>{''.join(inner)}</mrow>"
    while pieces and pieces[-1].startswith("<mspace"):
        pieces.pop()
    base = pieces.pop() if pieces else "<mrow></mrow>"
    if raised and base.startswith("<msub>"):
        pieces.append(base.replace("<msub>", "<msubsup>", 1).removesuffix("</msub>") + f"{script}</msubsup>")
    else:
        tag = "msup" if raised else "msub"
        pieces.append(f"<{tag}>{base}{script}</{tag}>")


def _leaf(kind: str, token: str) -> str:
    if kind == "space":
        return '<mspace width="0.3em"/>'
    if kind == "number":
        return f"<mn>{escape(token)}</mn>"
    if kind == "word":
        letters = token.rstrip("'")
        return (
            f"<mi>{escape(token)}</mi>" if len(letters) == 1 or letters.isupper() else f"<mtext>{escape(token)}</mtext>"
        )
    stretchy = ' stretchy="false"' if token in "()[]|‖" else ""
    return f"<mo{stretchy}>{escape('−' if token == '-' else token)}</mo>"
