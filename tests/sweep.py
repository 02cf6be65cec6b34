"""Put faults drawn at random into all packages and see which a verdict notices, and which at least a test.

    python -m tests.sweep --draw          write the list, by the seed that stands in it; drawn once, before any is run
    python -m tests.sweep --cover [WHAT]  which evidence runs which of them, and which tests (an hour; results/sweep/); claims, tests
    python -m tests.sweep --run [K/N]     try the faults that have no result yet, every N-th of them from the K-th; tests are asked
                                          where it is known which of them run what
    python -m tests.sweep --near [K/N]    ask of those that no verdict noticed the tests of the same name, and note who noticed
    python -m tests.sweep                 how many were noticed, of each package, with intervals
    python -m tests.sweep --again SECONDS whether what noticed a fault still does: a sample, as long as that takes

A fault is one change of `tests.mutants` on a line drawn evenly from those of a package. Only evidence and tests that come
to the place are asked, the quickest first, and the first that notices ends it: a claim by a verdict of refuted or broken, or
by taking ten times as long. A survivor of all is read by somebody: `equivalent: why`, or an open hole.

Who comes there is asked of a copy of the tree in which each expression X that is to be changed reads `__ran__(its number) or
X`. As a plugin of pytest (`-p tests.sweep`, with a file in $SWEPT) this module notes for each test what it came by.
"""

from __future__ import annotations

import argparse
import ast
import builtins
import copy
import json
import os
import random
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest

from tests import mutants
from tests.mutants import ROOT, Mutant

RECORD = Path(__file__).parent / "proofs" / "sweep.txt"
FOLDER = ROOT / "results" / "sweep"
TESTS = "tests.jsonl"
"""In that folder: which tests come by what."""
SEED, SHARES = 14, {"theory": 90, "toys": 70, "proofs": 90, "claims": 50}
"""Faults drawn of each package."""
HEAD = (
    f"# {sum(SHARES.values())} faults drawn by seed {SEED}, between tabs: path, line, which of the lines alike, which change of it,"
    " what verdicts said, what tests said\n"
)
SLOW, LONGEST, MOST = 10, 240, 400
"""Times its own time, after which a claim has noticed; seconds for the tests of one fault, and how many of them are asked."""
NOWHERE = "survived 0 claims"
"""What is said of a place to which no evidence comes."""
ASKED_OF_VERDICTS = ("theory", "toys", "claims")
"""Packages behind claims. What makes the verdicts, `proofs`, is for its tests."""


@dataclass(frozen=True)
class Fault:
    """A line of the record: where, which of the changes that the line has, and what noticed it ("" where not yet tried)."""

    path: str
    text: str
    alike: int
    number: int
    verdict: str = ""
    tests: str = ""

    def __str__(self) -> str:
        return "\t".join(map(str, (self.path, self.text, self.alike, self.number, self.verdict, self.tests)))

    @property
    def line(self) -> int:
        """Its number today, 0 where there is no such line any more."""
        lines = (ROOT / self.path).read_text(encoding="utf-8").splitlines() if (ROOT / self.path).exists() else []
        numbers = [number for number, line in enumerate(lines, 1) if line.strip() == self.text]
        return numbers[self.alike] if self.alike < len(numbers) else 0

    @property
    def package(self) -> str:
        """Of `SHARES`."""
        return "claims" if self.path.startswith("proofs/claims/") else self.path.split("/", 1)[0]

    @property
    def tried(self) -> bool:
        """Whether everything has been asked, or something noticed."""
        return bool(self.tests) or self.noticed

    @property
    def noticed(self) -> bool:
        """By a verdict or a test."""
        return any(told.startswith("noticed") for told in (self.verdict, self.tests))

    def planted(self) -> Mutant:
        """The change."""
        path = Path(self.path)
        return mutants.mutant(path, changes(path)[self.line][self.number])


def changes(path: Path) -> dict[int, list[int]]:
    """What may be changed inside the functions of a file: places in `ast.walk` order, by line."""
    return changes_in((ROOT / path).read_text(encoding="utf-8"))


def changes_in(source: str) -> dict[int, list[int]]:
    """The same of a module's text."""
    tree = ast.parse(source)
    firsts = {
        min([node.lineno, *(d.lineno for d in getattr(node, "decorator_list", []))])
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef | ast.Lambda)
    }
    nodes, found = list(ast.walk(tree)), dict[int, list[int]]()
    for place in sorted(mutants.inside(tree, firsts)):
        if mutants.change(copy.copy(nodes[place])):
            found.setdefault(nodes[place].lineno, []).append(place)  # type: ignore[attr-defined]
    return found


def draw() -> list[Fault]:
    """So many of each package, by the seed."""
    draws, drawn = random.Random(SEED), list[Fault]()
    files = [path for package in mutants.PACKAGES for path in sorted((ROOT / package).rglob("*.py"))]
    places: dict[str, list[Fault]] = {package: [] for package in SHARES}
    for path in (path.relative_to(ROOT) for path in files):
        lines = [line.strip() for line in (ROOT / path).read_text(encoding="utf-8").splitlines()]
        for number, several in changes(path).items():
            text, before = lines[number - 1], lines[: number - 1]
            fault = Fault(path.as_posix(), text, before.count(text), draws.randrange(len(several)))
            places[fault.package].append(fault)
    for package, wanted in SHARES.items():
        drawn += draws.sample(places[package], wanted)
    return drawn


def recorded() -> list[Fault]:
    """The faults with their results."""
    rows = [line.split("\t") for line in RECORD.read_text(encoding="utf-8").splitlines() if not line.startswith("#")]
    return [Fault(path, text, int(alike), int(number), *told) for path, text, alike, number, *told in rows]


def write(faults: list[Fault]) -> None:
    """The whole record."""
    whole = RECORD.with_suffix(f".{os.getpid()}")  # another part may read meanwhile
    whole.write_text(HEAD + "".join(f"{fault}\n" for fault in faults), encoding="utf-8")
    whole.replace(RECORD)


RAN: set[int] = set()
"""Numbers of the faults to whose places this process has come, where it runs a tree that tells it."""
TELL = "import builtins\nif not hasattr(builtins, '__ran__'):\n    builtins.__ran__ = set().add\n"


def probed(source: str, places: dict[int, int]) -> str:
    """A module that tells which of the nodes it comes to: `places` are numbers of faults by place in `ast.walk` order."""

    class Wrapped(ast.NodeTransformer):
        def visit(self, node: ast.AST) -> ast.AST:
            number = numbers.get(id(node))
            node = self.generic_visit(node)
            return node if number is None else ast.BoolOp(ast.Or(), [_told(number), node])  # type: ignore[list-item]

    tree = ast.parse(source)
    numbers = {id(node): places[place] for place, node in enumerate(ast.walk(tree)) if place in places}
    return ast.unparse(ast.fix_missing_locations(Wrapped().visit(tree)))


def _told(number: int) -> ast.expr:
    return ast.parse(f"__ran__({number})", mode="eval").body


def telling(faults: list[Fault]) -> Path:
    """A copy of the tree that tells at which of the faults' places it comes by."""
    tree, places = copied(), dict[str, dict[int, int]]()
    for number, fault in enumerate(faults):
        if fault.line:
            place = changes(Path(fault.path))[fault.line][fault.number]
            places.setdefault(fault.path, {})[place] = number
    for path, found in places.items():
        (tree / path).write_text(probed((ROOT / path).read_text(encoding="utf-8"), found), encoding="utf-8")
    (tree / "sitecustomize.py").write_text(TELL, encoding="utf-8")  # for processes that it starts
    builtins.__ran__ = RAN.add  # type: ignore[attr-defined]
    return tree


def cover(what: str) -> None:
    """Record which evidence ("claims") and tests ("tests", or "both") come to which places, and how long they take."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    tree = telling(recorded())
    if what != "tests":
        _cover_claims()
    if what != "claims":
        _cover_tests(tree)
    shutil.rmtree(tree)


def _cover_claims() -> None:
    from proofs.run import discovery  # of the tree that tells, and with it all that it imports

    for claim in (found.id for found in discovery.find()):
        if not (FOLDER / f"{claim}.json").exists():
            answer = mutants.in_child(lambda claim=claim: _come_by(claim), 3600)
            if answer != "done":  # or its places would seem to be nobody's
                raise RuntimeError(f"{claim}: {answer}")


def _cover_tests(tree: Path) -> None:
    path = os.pathsep.join((str(tree), os.environ.get("PYTHONPATH", "")))
    environment = {**os.environ, "PYTHONPATH": path, "SWEPT": str(FOLDER / TESTS)}
    command = [sys.executable, "-m", "pytest", "-q", "-n2", "-p", "no:cacheprovider", "-p", "tests.sweep"]
    for part in (["--ignore=tests/theory", "tests"], ["tests/theory"]):
        subprocess.run([*command, *part], env=environment, cwd=tree, check=False)


def _come_by(claim: str) -> str:
    rows = []
    for evidence in mutants.pieces(claim):
        RAN.clear()
        started = time.perf_counter()
        mutants.said(evidence)
        rows.append({"name": evidence.name, "seconds": time.perf_counter() - started, "ran": sorted(RAN)})
    (FOLDER / f"{claim}.json").write_text(json.dumps(rows), encoding="utf-8")
    return "done"


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol(item: pytest.Item) -> Iterator[None]:
    """Note what a test comes by."""
    RAN.clear()
    started = time.perf_counter()
    try:
        return (yield)
    finally:
        if RAN and (file := os.environ.get("SWEPT")):
            told = {"name": item.nodeid, "seconds": time.perf_counter() - started, "ran": sorted(RAN)}
            with Path(file).open("a", encoding="utf-8") as lines:
                lines.write(json.dumps(told) + "\n")


if "SWEPT" in os.environ:
    builtins.__ran__ = RAN.add  # type: ignore[attr-defined]


def evidence_on(number: int) -> list[tuple[float, str, list[str]]]:
    """Claims with the evidence that comes to the place, and the seconds that this takes, the quickest first."""
    asked = []
    for file in FOLDER.glob("*.json"):
        rows = [row for row in json.loads(file.read_text(encoding="utf-8")) if number in row["ran"]]
        if rows:
            asked.append((sum(row["seconds"] for row in rows), file.stem, [row["name"] for row in rows]))
    return sorted(asked)


def tests_of(number: int) -> list[str]:
    """Tests that come to the place, the quickest first."""
    rows: list[dict[str, Any]] = [
        json.loads(line) for line in (FOLDER / TESTS).read_text(encoding="utf-8").splitlines()
    ]
    return [row["name"] for row in sorted(rows, key=lambda row: row["seconds"]) if number in row["ran"]]


def verdict_on(fault: Fault, number: int, tree: Path) -> str:
    """What the verdicts of the claims say whose evidence comes to the place."""
    asked = evidence_on(number)
    for seconds, claim, names in asked:
        answer = mutants.answer_to(fault.planted(), claim, tree, int(SLOW * seconds) + 30, names)
        if answer != "holds":
            return f"noticed by {claim}: {answer}"[:160].replace("\n", " ").replace("\t", " ")
    return f"survived {len(asked)} claims"


def tests_on(fault: Fault, tree: Path, asked: list[str]) -> str:
    """What these tests say; one that fails without the fault as well is not asked."""
    target, left = tree / fault.path, list(asked)
    original = target.read_text(encoding="utf-8")
    while left:
        target.write_text(fault.planted().source, encoding="utf-8")
        try:
            failed = first_failure(tree, left)
        except subprocess.TimeoutExpired:
            return f"survived {LONGEST} seconds of {len(left)} tests"
        finally:
            target.write_text(original, encoding="utf-8")
        if failed is None:
            break
        if first_failure(tree, [failed]) is None:
            return f"noticed by {failed}"
        if failed not in left:
            return f"survived: {failed} fails without it"
        left.remove(failed)
    return f"survived {len(left)} tests"


def namesakes(path: str) -> list[str]:
    """Files of tests that bear the name of a module, or else speak of it; and what tries every door of `theory`."""
    name = Path(path).stem.strip("_")
    files = [file for file in sorted((ROOT / "tests").rglob("test_*.py")) if file.name != "test_figures.py"]
    own = [file for file in files if name in file.stem]
    speaking = [file for file in files if re.search(rf"\b{name}\b", file.read_text(encoding="utf-8"))]
    doors = [ROOT / "tests/theory/test_bad_input.py"] if path.startswith("theory/") else []
    return [file.relative_to(ROOT).as_posix() for file in dict.fromkeys([*(own or speaking), *doors])]


def near(part: str) -> None:
    """Ask the namesakes of what no verdict has noticed; what these do not notice waits for the others."""
    first, step = map(int, part.split("/"))
    tree = copied()
    for number in range(first - 1, len(recorded()), step):
        fault = recorded()[number]
        asked = namesakes(fault.path)
        if fault.tried or not fault.line or not asked or fault.package == "claims":
            continue
        found = tests_on(fault, tree, asked)
        print(f"{fault.path}: {fault.text}: {found}", flush=True)
        if found.startswith("noticed"):
            faults = recorded()
            faults[number] = replace(fault, tests=found)
            write(faults)
    shutil.rmtree(tree)


def first_failure(tree: Path, asked: list[str]) -> str | None:
    """The first of these tests that fails, if any does; raises RuntimeError where pytest itself could not run."""
    command = [sys.executable, "-m", "pytest", "-q", "-x", "-p", "no:cacheprovider", "--no-header", *asked]
    environment = {**os.environ, "PYTHONPATH": str(tree), "PYTHONDONTWRITEBYTECODE": "1"}
    run = subprocess.run(
        command, cwd=tree, env=environment, timeout=LONGEST, capture_output=True, text=True, check=False
    )
    if run.returncode == 0:
        return None
    told = [line.split(" ", 1)[1] for line in run.stdout.splitlines() if line.startswith(("FAILED ", "ERROR "))]
    known = [name for name in asked if any(line.startswith(name) for line in told)]
    if run.returncode > 2 or not (known or told):
        raise RuntimeError(f"pytest: {run.stdout[-500:]}{run.stderr[-500:]}")
    if known and told and known[0] not in told:  # the whole file was asked
        return told[0].split(" - ")[0]
    return known[0] if known else asked[0]  # what does not import fails with the first


def copied() -> Path:
    """A copy of the tree, its packages first on the path."""
    tree = mutants.copied()
    for rest in (
        "tests",
        "docs",
        "blurproof",
        "pyproject.toml",
        "README.md",
        "CONTRIBUTING.md",
        "CHANGELOG.md",
        "Makefile",
        "LICENSE",
    ):
        if (ROOT / rest).is_dir():
            shutil.copytree(ROOT / rest, tree / rest, ignore=shutil.ignore_patterns("__pycache__"), dirs_exist_ok=True)
        elif (ROOT / rest).exists():
            shutil.copy(ROOT / rest, tree / rest)
    return tree


def tried(fault: Fault, number: int, tree: Path) -> Fault:
    """With what noticed it."""
    if fault.package in ASKED_OF_VERDICTS and not fault.verdict:
        fault = replace(fault, verdict=verdict_on(fault, number, tree))
    if fault.noticed or not (FOLDER / TESTS).exists():
        return fault
    return replace(fault, tests=tests_on(fault, tree, tests_of(number)[:MOST]))


def run(part: str) -> None:
    """Try what has no result; each is written as soon as it is known."""
    first, step = map(int, part.split("/"))
    tree = copied()
    for number in range(first - 1, len(recorded()), step):
        if not (fault := recorded()[number]).tried:
            fault = tried(fault, number, tree)
            faults = recorded()  # another part may have written meanwhile
            faults[number] = fault
            write(faults)
            print(fault, flush=True)
    shutil.rmtree(tree)


def again(seconds: float) -> int:
    """Whether what noticed a sample of the faults still does: 0 if so, 1 if not, or if nothing has been noticed yet."""
    noticed = [fault for fault in recorded() if fault.noticed and fault.line]
    random.Random(time.time_ns()).shuffle(noticed)
    tree, ends, asked, lost = copied(), time.monotonic() + seconds, 0, 0
    for fault in noticed:
        if time.monotonic() > ends:
            break
        asked += 1
        if not still_noticed(fault, tree):
            lost += 1
            print(f"no longer noticed: {fault}", flush=True)
    shutil.rmtree(tree)
    print(f"{asked} of {len(noticed)} that had been noticed were tried, {lost} are no longer")
    return int(lost > 0 or not asked)


def still_noticed(fault: Fault, tree: Path) -> bool:
    """Whether the claim, or the test, that noticed it does so again."""
    if fault.verdict.startswith("noticed"):
        claim = fault.verdict.removeprefix("noticed by ").split(":")[0]
        return mutants.answer_to(fault.planted(), claim, tree, LONGEST) != "holds"
    return tests_on(fault, tree, [fault.tests.removeprefix("noticed by ")]).startswith("noticed")


def table(faults: list[Fault]) -> Iterator[str]:
    """Noticed of those asked about, of each package, with exact intervals of 95 %.

    No interval of what tests notice while some survivor of the verdicts waits for them: the others were noticed, and no sample.
    """
    yield f"{'package':8} {'by verdicts alone':>26} {'no evidence there':>18} {'with tests':>30} {'equivalent':>10}"
    for package in SHARES:
        same = [f for f in faults if f.package == package and f.tests.startswith("equivalent")]
        others = [f for f in faults if f.package == package and f not in same]
        judged, waiting = [f for f in others if f.verdict], sum(not f.tried for f in others)
        alone = _share([f.verdict.startswith("noticed") for f in judged])
        nowhere = sum(f.verdict == NOWHERE for f in judged)
        known = [f.noticed for f in others]
        tests = f"{sum(known)}, {waiting} of {len(known)} wait" if waiting else _share(known)
        yield f"{package:8} {alone:>26} {nowhere:>18} {tests:>30} {len(same):>10}"


def _share(noticed: list[bool]) -> str:
    from proofs.core.rules import share_interval

    if not noticed:
        return "not asked"
    low, high = share_interval(sum(noticed), len(noticed), 0.05)
    return f"{sum(noticed)} of {len(noticed)} ({low:.2f}–{high:.2f})"


def main() -> int:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--draw", action="store_true")
    options.add_argument("--cover", nargs="?", const="both", choices=("both", "claims", "tests"))
    options.add_argument("--run", nargs="?", const="1/1")
    options.add_argument("--near", nargs="?", const="1/1")
    options.add_argument("--again", type=float)
    chosen = options.parse_args()
    if chosen.draw:
        write(draw())
    elif chosen.cover:
        cover(chosen.cover)
    elif chosen.run:
        run(chosen.run)
    elif chosen.near:
        near(chosen.near)
    elif chosen.again is not None:
        return again(chosen.again)
    else:
        print("\n".join(table(recorded())))
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
