"""What the report says of essays and evidence."""

import re
from pathlib import Path
from xml.etree import ElementTree

import pytest

from proofs.display import prose, report
from proofs.evidence import gather
from proofs.evidence.kind import Conditions
from proofs.run import discovery

FAULTS = Path(__file__).parents[1] / "gone_wrong"
PROGRAM = re.compile(r"array\(|np\.|[sS]ubs\(|Piecewise|True\)|Derivative\(|Integral\(|\*\*")


def test_an_essay_is_paragraphs_and_formulas() -> None:
    """Indented lines are displayed with their plain text beside them; the title is left out; markup is shown, not obeyed."""
    page = prose.essay("Title.\n\nFor *every* K-ary `code` with x_i > -1:\n\n    E|Y-c|²/2  <b>     best\n\nThe end.")
    tree = ElementTree.fromstring(f"<div>{page}</div>")
    assert [part.tag for part in tree] == ["p", "div", "p"]
    assert tree[1].get("aria-label") == "E|Y-c|²/2 <b> best"
    assert [
        e.tag.rpartition("}")[2] for e in tree.iter() if e.tag.rpartition("}")[2] in ("em", "code", "mfrac", "b")
    ] == ["em", "code", "mfrac"]
    assert "Title" not in page


@pytest.mark.parametrize(
    ("text", "said"),
    [("median -0.5 at x = -2", "median −0.5 at x = −2"), ("1e-05, [-1, -∞]", "1e−05, [−1, −∞]"), ("point-2 of non-zero, 3-4", "point-2 of non-zero, 3-4")],
)  # fmt: skip
def test_numbers_have_minus_signs(text: str, said: str) -> None:
    """U+2212 before numbers, hyphens in words."""
    assert prose.minus(text) == said
    assert report.number([-1.5, 2.0]) == "[−1.5, 2]"


@pytest.mark.parametrize("name", ["counterexample", "false_derivation", "nan", "wrong_in_the_tail", "both_sides"])
def test_evidence_is_told_in_words_and_numbers(name: str) -> None:
    """Every detail, counterexample and step of what went wrong, and of what it was held against."""
    (claim,), _ = discovery.load([discovery.Found(name, FAULTS / f"{name}.py", None)])
    outcomes = [o for s in claim.statements for e in s.evidence for o in gather.gather(e, Conditions()).outcomes]
    assert outcomes
    for outcome in outcomes:
        steps = [part for step in outcome.chain for part in step.values()]
        for text in (outcome.detail, outcome.counterexample or "", *steps):
            assert not PROGRAM.search(text), text
