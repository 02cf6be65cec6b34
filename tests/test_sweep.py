"""The sweep of faults: what it plants, what it asks, and that what fails by itself notices nothing."""

import ast
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from tests import sweep
from tests.sweep import Fault

SOURCE = "def twice(x):\n    return 2 * x\n"
TESTS = """from faulty import twice
def test_right(): assert twice(3) == 6
def test_wrong_by_itself(): assert False
def test_blind(): assert twice(1) == 2
"""
FAULT = Fault("faulty.py", "return 2 * x", 0, 0)


@pytest.fixture
def tree(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A tree of one function and its tests."""
    (tmp_path / "faulty.py").write_text(SOURCE, encoding="utf-8")
    (tmp_path / "test_faulty.py").write_text(TESTS, encoding="utf-8")
    monkeypatch.setattr(sweep, "ROOT", tmp_path)
    monkeypatch.setattr(sweep.mutants, "ROOT", tmp_path)
    return tmp_path


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        (["right"], "noticed by test_faulty.py::test_right"),
        (["wrong_by_itself", "right"], "noticed by test_faulty.py::test_right"),
        (["wrong_by_itself", "blind"], "survived 1 tests"),
        ([], "survived 0 tests"),
    ],
)
def test_only_what_passes_without_the_fault_notices_it(tree: Path, asked: list[str], said: str) -> None:
    """And the tree is afterwards what it was."""
    assert FAULT.planted().change == "2 * x → 2 / x"
    assert sweep.tests_on(FAULT, tree, [f"test_faulty.py::test_{name}" for name in asked]) == said
    assert (tree / "faulty.py").read_text(encoding="utf-8") == SOURCE


def test_a_line_that_has_gone_has_no_number(tree: Path) -> None:
    """The text of the line says where it is, however far it has moved."""
    assert FAULT.line == 2
    (tree / "faulty.py").write_text("\n\n" + SOURCE, encoding="utf-8")
    assert FAULT.line == 4
    (tree / "faulty.py").write_text(SOURCE.replace("2", "3"), encoding="utf-8")
    assert FAULT.line == 0


def test_a_place_tells_that_it_was_come_by_and_means_what_it_meant(monkeypatch: pytest.MonkeyPatch) -> None:
    """The expression itself, not its line: the other branch tells nothing."""
    source = "def f(x):\n    return x - 2 * 3 if x < 1 else -x\n"
    nodes = list(ast.walk(ast.parse(source)))
    first, last = (
        next(p for p in sweep.changes_in(source)[2] if ast.unparse(nodes[p]) == x) for x in ("-x", "x - 2 * 3")
    )
    told: set[int] = set()
    monkeypatch.setattr("builtins.__ran__", told.add, raising=False)
    names: dict[str, Callable[[int], int]] = {}
    exec(sweep.probed(source, {first: 7, last: 8}), names)
    assert names["f"](3) == -3
    assert told == {7}
    assert names["f"](0) == -6
    assert told == {7, 8}


def test_nothing_noticed_yet_is_no_success(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """`make faults` fails where there is nothing to repeat."""
    monkeypatch.setattr(sweep, "recorded", lambda: [FAULT])
    monkeypatch.setattr(sweep, "copied", lambda: tmp_path / "copy")
    (tmp_path / "copy").mkdir()
    assert sweep.again(1.0) == 1


def test_the_record_is_what_the_seed_draws() -> None:
    """Three hundred, each with six fields; written and read alike."""
    faults = sweep.recorded()
    assert len(faults) == sum(sweep.SHARES.values()) == 300
    assert {package: sum(f.package == package for f in faults) for package in sweep.SHARES} == sweep.SHARES


def test_who_waits_for_tests_is_no_success() -> None:
    """A survivor of the verdicts counts against them at once, and against the tests as long as it has not been put to them."""
    said = ["noticed by a: refuted", "survived 2 claims", sweep.NOWHERE]
    faults = [Fault("theory/a.py", "x", number, 0, verdict) for number, verdict in enumerate(said)]
    (row,) = [line for line in sweep.table(faults) if line.startswith("theory")]
    assert row.split() == ["theory", "1", "of", "3", "(0.01–0.91)", "1", "1,", "2", "of", "3", "wait", "0"]
    done = [*faults[:1], *(replace(fault, tests="survived 4 tests") for fault in faults[1:])]
    (row,) = [line for line in sweep.table(done) if line.startswith("theory")]
    assert row.split()[6:] == ["1", "of", "3", "(0.01–0.91)", "0"]
