"""Claims that must not come out well: one file a fault in `gone_wrong/`, each saying what it must come to.

EXPECTED is the verdict, REASON what its reason must say. `x_mended.py` is the fault `x.py` put right. A file whose fault is
still to be found says in PENDING what that takes, and must fail until then.
"""

import ast
from dataclasses import replace
from pathlib import Path

import pytest

from proofs.core import verdict
from proofs.evidence import gather, reading
from proofs.evidence.kind import Conditions
from proofs.run import discovery

FOLDER = Path(__file__).parent / "gone_wrong"
FILES = sorted(FOLDER.glob("*.py"))


def said(path: Path) -> dict[str, str]:
    """The module's own words in capitals, read without importing it: some do not import."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    assigned = [n for n in tree.body if isinstance(n, ast.Assign) and isinstance(n.value, ast.Constant)]
    named = {ast.unparse(n.targets[0]): ast.literal_eval(n.value) for n in assigned}
    return {name: value for name, value in named.items() if name.isupper()}


def case(path: Path) -> object:
    """The file as a parameter, expected to fail where it says so."""
    pending = said(path).get("PENDING")
    marks = [pytest.mark.xfail(strict=True, reason=pending)] if pending else []
    return pytest.param(path, id=path.stem, marks=marks)


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
    outcomes += [gather.read(r, lambda r=r: reading.look(r, Conditions().draw)) for r in claims[0].own_readings]
    return verdict.of_claim(claims[0], outcomes)[0]


@pytest.mark.parametrize("path", [case(path) for path in FILES])
def test_a_fault_gets_the_verdict_it_deserves(path: Path) -> None:
    """Each planted fault comes out as its file says, and the reason names what is wrong."""
    word, own = pronounced(path), said(path)
    assert word.word == own["EXPECTED"], word.reason
    assert word.reason or word.word in verdict.DECIDED
    assert own.get("REASON", "") in word.reason, word.reason


def test_what_is_mended_has_its_fault_beside_it() -> None:
    """Every mended file stands beside the fault that it mends, and comes out well."""
    names = {path.stem for path in FILES}
    mended = [path for path in FILES if path.stem.endswith("_mended")]
    assert mended
    assert {path.stem.removesuffix("_mended") for path in mended} <= names
    assert {said(path)["EXPECTED"] for path in mended} <= set(verdict.DECIDED)


def test_no_name_is_lucky() -> None:
    """Whatever an experiment, its statement and its file are called, it is given the same seeds."""
    found = discovery.Found("lucky_name", FOLDER / "lucky_name.py", None)
    statement = discovery.load([found])[0][0].statements[0]
    seeds = set()
    for name in ("tossed", *(f"toss_{k}" for k in range(20))):
        renamed = replace(statement.evidence[0], name=name, statement=replace(statement, id=f"coin_{name}"))
        seeds.add(tuple(gather.gather(renamed, Conditions()).outcomes[0].seeds))
    assert len(seeds) == 1
    assert len(seeds.pop()) == 16
