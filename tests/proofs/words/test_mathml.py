"""Formulas become MathML that a browser can read."""

import re
from collections import Counter
from xml.etree import ElementTree

import pytest
import sympy as sp

from proofs.run import discovery
from proofs.words import algebra, expressions, mathml

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
    assert tags("x²") == ["math", "msup", "mi", "mn"]
    assert tags("w_k") == ["math", "msub", "mi", "mi"]
    assert tags("√(1+h)") == ["math", "msqrt", "mn", "mo", "mi"]
    assert "msubsup" in tags("λᵢ²")
    assert tags("e^{-r²/2}")[1] == "msup"
    assert tags("R_ML = 1") == ["math", "msub", "mi", "mtext", "mspace", "mo", "mn"]


def test_what_a_claim_says_is_escaped() -> None:
    """Markup in a formula is shown, not obeyed."""
    assert "<script" not in mathml.of_text("a < b <script>alert(1)</script>")
    assert "&lt;" in mathml.of_text("a < b")


def test_expressions_of_derivations() -> None:
    """SymPy prints them; one that nobody would read is left out."""
    x = sp.Symbol("x")
    assert ElementTree.fromstring(mathml.of_expression(sp.sqrt(x) / 2)) is not None
    assert mathml.of_expression(sum(x**k / (k + 1) for k in range(200))) == ""


SIGNS = {"∑": "Σ", "∏": "Π", "−": "-", "′": "'", "’": "'", "∗": "*"}
ESSAYS = [
    " ".join(line.split())
    for claim in discovery.load(discovery.find())[0]
    for line in claim.essay.splitlines()
    if line.startswith("    ")
]
WRITTEN = [
    *dict.fromkeys([*ESSAYS, *(s.formula for s in STATEMENTS), *(s.assumptions for s in STATEMENTS if s.assumptions)])
]
PROGRAM = ("subs(", "Subs(", "Piecewise", "True)", "Derivative(", "Sum(", "Integral(", "array(", "np.", "**")


def shown(written: str) -> str:
    """What a reader sees of a piece of HTML, without spaces."""
    tree = ElementTree.fromstring(f"<div>{written}</div>")
    return "".join("".join(tree.itertext()).split())


@pytest.mark.parametrize("display", [False, True])
def test_all_that_is_written_is_shown(display: bool) -> None:
    """Statements, essays and assumptions: well-formed, with U+2212 for minus signs, in the words of no program, every letter there."""
    for text in WRITTEN:
        for written in (mathml.of_text(text, display=display), mathml.wrapping(mathml.of_text(text, display=display))):
            seen = "".join(SIGNS.get(c, c) for c in shown(written))
            powers = re.sub(
                r"(?<=\d)e-?\d+|\d+-\d+(?=\s?%)|\d+(?:-\d+){2,}", "", text
            )  # 1e-9 is told as a power of ten
            plain = [c for c in powers if c.isascii() and c.isalnum()]
            assert not Counter(plain) - Counter(seen), text
            assert not any(word in seen for word in PROGRAM), text
            signs = "".join(
                e.text or "" for e in ElementTree.fromstring(f"<div>{written}</div>").iter() if e.tag.endswith("mo")
            )
            assert "-" not in signs, text


@pytest.mark.parametrize(
    ("formula", "drawn"),
    [
        ("E|Y-c|²/2σ²", ["mfrac"]),
        ("d²JS/dμ²", ["mfrac"]),
        ("(1/2n) Σ_i x_i", ["munder"]),
        ("min_q V", ["munder"]),
        ("-ln l/ln k", []),
        ("ln λ/θ", []),
        ("√(2/π)", ["msqrt"]),
    ],
)
def test_fractions_where_it_is_plain_what_stands_below(formula: str, drawn: list[str]) -> None:
    """Upright outside of brackets and roots; where a space alone would tell what is divided, / stays."""
    tree = ElementTree.fromstring(mathml.of_text(formula, display=True))
    found = [e.tag.split("}")[1] for e in tree.iter() if e.tag.split("}")[1] in ("mfrac", "munder", "msqrt")]
    assert found == drawn


@pytest.mark.parametrize(
    ("text", "words", "letters"),
    [
        ("a code of mode a", ["a", "code", "of", "mode"], ["a"]),
        ("the K-ary channel at am/v", ["the", "-", "ary", "channel", "at"], ["K", "a", "m", "v"]),
        ("Var wz as EX", ["as"], ["Var", "w", "z", "E", "X"]),
        ("x-wz", [], ["x", "w", "z"]),
        ("a VAE is non-saturating", ["a", "VAE", "is", "non", "-", "saturating"], []),
    ],
)
def test_words_are_told_from_letters(text: str, words: list[str], letters: list[str]) -> None:
    """An article is no letter, a product no word, and a hyphen no minus sign."""
    tree = ElementTree.fromstring(mathml.of_text(text))
    assert [e.text for e in tree.iter() if e.tag.endswith("mtext")] == words
    assert [e.text for e in tree.iter() if e.tag.endswith("mi")] == letters


def test_bars_are_norms_or_conditions() -> None:
    """|X-c|² is one thing with a square, the bar before a condition is none."""
    norm, condition = (ElementTree.fromstring(mathml.of_text(f)) for f in ("E[|X-c|² | Y]", "E[X|Y]"))
    raised = [e for e in norm.iter() if e.tag.endswith("msup")]
    assert ["".join(e[0].itertext()) for e in raised] == ["|X−c|"]
    assert not [e for e in condition.iter() if e.tag.endswith("msup")]
    assert [mathml.of_text(f).count("postfix") for f in ("L|t-s|", "TV(p|A, p|B)", "p|A = q|A")] == [1, 0, 0]


def test_long_formulas_wrap() -> None:
    """Words are text, signs begin a piece, and nothing is lost between."""
    written = mathml.wrapping(mathml.of_text("objective ≥ E|x - Wz|² + β rate, at the optimum of all encoders"))
    assert written.startswith("objective <math>")
    assert written.endswith(" at the optimum of all encoders")
    assert written.count("<math") == 2
    assert mathml.wrapping("<b>x</b>") == ""


X, Y, K = sp.symbols("x y k")
CHAINS = {
    "at a point": (sp.Subs(sp.Derivative(X**2, X), X, 0), "[d/dx x² at x = 0]", "msub"),
    "cases": (sp.Piecewise((X, X < 0), (sp.Integer(2), True)), "[x if x < 0, else 2]", "mtable"),
    "a sum": (sp.Sum(X**K, (K, 0, 3)), "Σ_{k=0}^{3} x^{k}", "munderover"),
    "an integral": (sp.Integral(sp.exp(-X), (X, 0, sp.oo)), "∫_{0}^{∞} e^{-x} dx", "msubsup"),
    "a limit": (sp.Limit(1 / X, X, 0), "lim_{x→0⁺} 1/x", "munder"),
    "roots and quotients": (-sp.sqrt(X) / (2 * Y) - 1, "-√(x)/(2 y) - 1", "mfrac"),
    "a product of sums": ((X + 1) * sp.Sum(X, (K, 0, 3)), "(x + 1) (Σ_{k=0}^{3} x)", "munderover"),
    "Greek": (sp.Symbol("tau") * sp.log(sp.Symbol("f0")), "τ ln(f₀)", "msub"),
}


@pytest.mark.parametrize("name", CHAINS)
def test_expressions_are_said_as_they_are_written(name: str) -> None:
    """In text and in mathematics, with true minus signs in the latter and the words of a program in neither."""
    expression, said, drawn = CHAINS[name]
    assert expressions.text(expression) == said
    written = mathml.of_expression(expression)
    assert f"<{drawn}>" in written
    assert mathml.only(written) == written
    assert not any(word in said or word in written for word in PROGRAM)
    assert "-" not in shown(written)


def test_an_average_keeps_its_letters() -> None:
    """E[(Y-c)²] at a point, as derivations have it."""
    mean = sp.Subs(sp.Derivative(algebra.expectation((Y - X) ** 2, {Y: 0, Y**2: 1}), X), X, K)
    assert expressions.text(mean) == "[d/dx E[(-x + y)²] at x = k]"
    assert 'mathvariant="normal">E<' in mathml.of_expression(mean)
