"""Claims that must not come out well: one file a fault in `gone_wrong/`, each saying what it must come to."""

import ast
from pathlib import Path

import pytest

from proofs.core import verdict
from proofs.evidence import gather
from proofs.evidence.kind import Conditions
from proofs.run import discovery

FOLDER = Path(__file__).parent / "gone_wrong"
FILES = sorted(FOLDER.glob("*.py"))


def expected(path: Path) -> str:
    """The module's EXPECTED, read without importing it: some do not import."""
    tree = ast.parse(path.read_text())
    values = [n.value for n in tree.body if isinstance(n, ast.Assign) and n.targets[0].id == "EXPECTED"]
    return ast.literal_eval(values[0])


def pronounced(path: Path) -> verdict.Verdict:
    """The verdict on one claim file, with every piece of evidence run in this process."""
    found = discovery.Found(path.stem, path, None)
    claims, failed = discovery.load([found])
    if failed:
        return verdict.Verdict("broken", failed[0].reason)
    outcomes = [
        outcome
        for statement in claims[0].statements
        for evidence in statement.evidence
        if evidence.trained_by is None
        for outcome in gather.gather(evidence, Conditions()).outcomes
    ]
    return verdict.of_claim(claims[0], outcomes)[0]


@pytest.mark.parametrize("path", FILES, ids=lambda p: p.stem)
def test_a_fault_gets_the_verdict_it_deserves(path: Path) -> None:
    """Each planted fault comes out as its file says, and the reason names what is wrong."""
    word = pronounced(path)
    assert word.word == expected(path), word.reason
    assert word.reason or word.word in verdict.DECIDED
