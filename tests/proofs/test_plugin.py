"""Claims as tests: what pytest says of them, at what price, and what JUnit's file says."""

import shutil
import tomllib
import xml.etree.ElementTree as ElementTree
from importlib import import_module
from importlib.metadata import entry_points
from pathlib import Path

import pytest

from tests import documents

FAULTS = Path(__file__).parent / "gone_wrong"
HEAVY = ("scipy", "sympy", "torch", "matplotlib", "proofs.session", "theory", "toys.learners", "toys.targets")
THERE = any(entry.value == "proofs.plugin" for entry in entry_points(group="pytest11"))
INI = f"[pytest]\naddopts = {'' if THERE else '-p proofs.plugin'} --strict-markers\nfilterwarnings = error\n"
"""Installed as it is now the package has registered the plugin; installed before that, it has not."""


@pytest.fixture
def suite(claims: Path, tmp_path: Path) -> Path:
    """A suite of one test, and a folder of claims: one that holds, one that is refuted, one without enough instances, one that is broken."""
    (tmp_path / "pytest.ini").write_text(INI)
    modules = ", ".join(repr(name) for name in HEAVY)
    text = f"import sys\ndef test_own():\n    assert not {{{modules}}} & {{*sys.modules}}\n"
    (tmp_path / "test_own.py").write_text(text)
    for name in ("counterexample", "does_not_import", "too_few_instances"):
        shutil.copy(FAULTS / f"{name}.py", claims)
    return tmp_path


def told(suite: Path, *options: str, code: int) -> dict[str, tuple[str, str]]:
    """Of every test what became of it in JUnit's file, and what is said there."""
    documents.python(["-m", "pytest", "-q", *options, "--junit-xml", "found.xml"], suite, code=code, seconds=300)
    found = {}
    for case in ElementTree.parse(suite / "found.xml").iter("testcase"):
        parts = {part.tag: f"{part.get('message') or ''}\n{part.text or ''}" for part in case}
        verdicts = [one.get("value", "") for one in case.iter("property") if one.get("name") in ("verdict", "missing")]
        word = next((tag for tag in ("failure", "error", "skipped") if tag in parts), "passed")
        found[f"{case.get('classname')}.{case.get('name')}"] = (word, "\n".join([parts.get(word, ""), *verdicts]))
    return found


def test_claims_are_tests(suite: Path) -> None:
    """Evidence and verdicts pass, fail with the counterexample, or are expected to; strictly, what is undecided fails too."""
    found = told(suite, "--blurproof", "claims", "-m", "blurproof", code=1)
    assert {name: word for name, (word, _) in found.items()} == {
        "blurproof.counterexample.square.by_multiplication": "failure",
        "blurproof.counterexample.verdict": "failure",
        "blurproof.does_not_import.verdict": "failure",
        "blurproof.square.square.by_addition": "passed",
        "blurproof.square.verdict": "passed",
        "blurproof.too_few_instances.square.by_multiplication": "skipped",
        "blurproof.too_few_instances.verdict": "skipped",
    }
    reason = found["blurproof.counterexample.square.by_multiplication"][1]
    assert "refuted: by_multiplication" in reason
    assert "counterexample: " in reason
    assert "again: blurproof verify counterexample --level quick --seed 0 --claims" in reason
    assert "Traceback" not in reason
    assert "broken: does not import" in found["blurproof.does_not_import.verdict"][1]
    assert "supported\nsquare: a complete derivation" in found["blurproof.square.verdict"][1]
    assert "inconclusive" in found["blurproof.too_few_instances.verdict"][1]
    strict = told(suite, "--blurproof", "claims", "--blurproof-strict", "-k", "too_few or own", code=1)
    assert {name: word for name, (word, _) in strict.items()} == {
        "test_own.test_own": "failure",  # beside claims much is imported
        "blurproof.too_few_instances.square.by_multiplication": "failure",
        "blurproof.too_few_instances.verdict": "failure",
    }


def test_without_the_option_nothing_is_imported(suite: Path) -> None:
    """The suite itself runs as if the plugin were not there, and what is no claim is wrong usage."""
    documents.python(["-m", "pytest", "-q"], suite)
    said = documents.python(["-m", "pytest", "-q", "--blurproof", "nobody"], suite, code=4)
    assert "--blurproof: expected a known claim, got 'nobody'" in said
    assert "Traceback" not in said


def test_the_plugin_is_registered() -> None:
    """An installed package has it as an entry point of pytest's."""
    settings = tomllib.loads((documents.ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert settings["entry-points"]["pytest11"]["blurproof"] == "proofs.plugin"
    assert import_module("proofs.plugin").NAME == "blurproof"
