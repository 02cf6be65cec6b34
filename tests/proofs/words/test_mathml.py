"""Formulas become MathML that a browser can read."""

from xml.etree import ElementTree

import pytest
import sympy as sp

from proofs.run import discovery
from proofs.words import mathml

STATEMENTS = [s for claim in discovery.load(discovery.find())[0] for s in claim.statements]


def tags(formula: str) -> list[str]:
    """The element names in order, without the namespace."""
    return [e.tag.split("}")[1] for e in ElementTree.fromstring(mathml.of_text(formula)).iter()]


def letters(formula: str) -> str:
    """Everything that is shown, without spaces."""
    return "".join(ElementTree.fromstring(mathml.of_text(formula)).itertext()).replace(" ", "")


@pytest.mark.parametrize("statement", STATEMENTS, ids=lambda s: s.id)
def test_every_formula_is_well_formed_and_shows_its_letters(statement) -> None:
    """No formula of the catalogue breaks the page or loses a letter."""
    shown = letters(statement.formula)
    assert all(c in shown for c in statement.formula if c.isascii() and c.isalnum())


def test_scripts_and_roots() -> None:
    """x² is raised, w_k and μᵢ are lowered, √(…) gets a bar, x_i² carries both."""
    assert tags("x²") == ["math", "mrow", "msup", "mi", "mrow", "mn"]
    assert tags("w_k") == ["math", "mrow", "msub", "mi", "mrow", "mi"]
    assert tags("√(1+h)") == ["math", "mrow", "msqrt", "mn", "mo", "mi"]
    assert "msubsup" in tags("λᵢ²")
    assert tags("e^{-r²/2}")[2] == "msup"
    assert tags("R_ML = 1") == ["math", "mrow", "msub", "mi", "mrow", "mi", "mspace", "mo", "mspace", "mn"]


def test_what_a_claim_says_is_escaped() -> None:
    """Markup in a formula is shown, not obeyed."""
    assert "<script" not in mathml.of_text("a < b <script>alert(1)</script>")
    assert "&lt;" in mathml.of_text("a < b")


def test_expressions_of_derivations() -> None:
    """SymPy prints them; one that nobody would read is left out."""
    x = sp.Symbol("x")
    assert ElementTree.fromstring(mathml.of_expression(sp.sqrt(x) / 2)) is not None
    assert mathml.of_expression(sum(x**k / (k + 1) for k in range(200))) == ""
