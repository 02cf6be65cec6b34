"""Put faults drawn at random into all packages and see which a verdict notices, and which at least a test.

    python -m tests.sweep --draw          write the list, by the seed that stands in it; drawn once, before any is run
    python -m tests.sweep --cover         which claims and which tests run which lines (an hour; results/sweep/)
    python -m tests.sweep --run [K/N]     try the faults that have no result yet, every N-th of them from the K-th
    python -m tests.sweep                 how many were noticed, of each package, with intervals
    python -m tests.sweep --again SECONDS whether what noticed a fault still does: a sample, as long as that takes

A fault is one change of `tests.mutants` on a line drawn evenly from those of a package. Only claims and tests that run the
line are asked, the quickest first, and the first that notices ends it: a claim by a verdict of refuted or broken, or by
taking ten times as long. A survivor of all is read by somebody: `equivalent: why`, or an open hole.
"""

from __future__ import annotations

import argparse
import ast
import copy
import json
import os
import random
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from tests import mutants
from tests.mutants import ROOT, Mutant

RECORD = Path(__file__).parent / "proofs" / "sweep.txt"
FOLDER = ROOT / "results" / "sweep"
SEED, SHARES = 14, {"theory": 90, "toys": 70, "proofs": 90, "claims": 50}
"""Faults drawn of each package."""
HEAD = (
    f"# {sum(SHARES.values())} faults drawn by seed {SEED}, between tabs: path, line, which of the lines alike, which change of it,"
    " what verdicts said, what tests said\n"
)
SLOW, LONGEST, MOST = 10, 240, 400
"""Times its own time, after which a claim has noticed; seconds for the tests of one fault, and how many of them are asked."""
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
    tree = ast.parse((ROOT / path).read_text(encoding="utf-8"))
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


def cover() -> None:
    """Record which claims and tests run which lines of the packages, and how long they take."""
    from proofs.run import discovery

    FOLDER.mkdir(parents=True, exist_ok=True)
    sources = [str(ROOT / package) for package in mutants.PACKAGES]
    for claim in (found.id for found in discovery.find()):
        if not (FOLDER / f"{claim}.json").exists():
            answer = mutants.in_child(lambda claim=claim: _covered_by(claim, sources), 3600)
            if answer != "done":  # or its lines would seem to be nobody's
                raise RuntimeError(f"{claim}: {answer}")
    command = [sys.executable, "-m", "pytest", "-q", "-n2", "--cov-context=test", "--cov-report="]
    command += [f"--cov={source}" for source in sources]
    environment = {**os.environ, "COVERAGE_FILE": str(FOLDER / "tests.coverage")}
    for part in (["--ignore=tests/theory", "tests"], ["tests/theory", "--cov-append"]):
        times = f"--junit-xml={FOLDER / ('theory.xml' if 'tests/theory' in part else 'rest.xml')}"
        subprocess.run([*command, times, *part], env=environment, cwd=ROOT, check=False)


def _covered_by(claim: str, sources: list[str]) -> str:
    from coverage import Coverage

    measured, started = Coverage(source=sources, data_file=None, branch=False), time.perf_counter()
    measured.start()
    mutants.verdict(claim)
    measured.stop()
    data = measured.get_data()
    lines = {str(Path(file).relative_to(ROOT)): sorted(data.lines(file) or []) for file in data.measured_files()}
    told = {"seconds": time.perf_counter() - started, "lines": lines}
    (FOLDER / f"{claim}.json").write_text(json.dumps(told), encoding="utf-8")
    return "done"


def claims_of(fault: Fault) -> list[tuple[float, str]]:
    """Claims that run the line, and the seconds that they take, the quickest first."""
    told = ((file.stem, json.loads(file.read_text(encoding="utf-8"))) for file in FOLDER.glob("*.json"))
    return sorted((one["seconds"], name) for name, one in told if fault.line in one["lines"].get(fault.path, ()))


def tests_of(fault: Fault) -> list[str]:
    """Tests that run the line, the quickest first."""
    from xml.etree import ElementTree

    from coverage import CoverageData

    data = CoverageData(basename=str(FOLDER / "tests.coverage"))
    data.read()
    contexts = data.contexts_by_lineno(str(ROOT / fault.path)).get(fault.line, [])
    names = {context.rpartition("|")[0] for context in contexts if "|" in context}
    seconds: dict[str, float] = {}
    for file in FOLDER.glob("*.xml"):
        for case in ElementTree.parse(file).iter("testcase"):
            name = f"{case.get('classname', '').replace('.', '/')}.py::{case.get('name')}"
            seconds[name] = float(case.get("time", 0))
    return sorted(names, key=lambda name: seconds.get(name, 1.0))


def verdict_on(fault: Fault, tree: Path) -> str:
    """What the verdicts of the claims that run the line say."""
    asked = claims_of(fault)
    for seconds, claim in asked:
        answer = mutants.answer_to(fault.planted(), claim, tree, int(SLOW * seconds) + 30)
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
        left.remove(failed)
    return f"survived {len(left)} tests"


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


def tried(fault: Fault, tree: Path) -> Fault:
    """With what noticed it."""
    if fault.package in ASKED_OF_VERDICTS and not fault.verdict:
        fault = replace(fault, verdict=verdict_on(fault, tree))
    return fault if fault.noticed else replace(fault, tests=tests_on(fault, tree, tests_of(fault)[:MOST]))


def run(part: str) -> None:
    """Try what has no result; each is written as soon as it is known."""
    first, step = map(int, part.split("/"))
    tree = copied()
    for number in range(first - 1, len(recorded()), step):
        if not (fault := recorded()[number]).tried:
            fault = tried(fault, tree)
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
    """Noticed of tried, of each package, with exact intervals of 95 %."""
    from proofs.core.rules import share_interval

    yield f"{'package':10} {'by verdicts alone':>28} {'with tests':>28} {'equivalent':>10}"
    for package in SHARES:
        known = [f for f in faults if f.package == package and f.tried]
        same = [f for f in known if f.tests.startswith("equivalent")]
        told = []
        for by in ("verdict", "either"):
            of = [f for f in known if f not in same and (by == "either" or f.verdict)]
            k = sum(f.noticed if by == "either" else f.verdict.startswith("noticed") for f in of)
            low, high = share_interval(k, len(of), 0.05) if of else (0.0, 1.0)
            told.append(f"{k} of {len(of)} ({low:.2f}–{high:.2f})" if of else "not asked")
        yield f"{package:10} {told[0]:>28} {told[1]:>28} {len(same):>10}"


def main() -> int:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--draw", action="store_true")
    options.add_argument("--cover", action="store_true")
    options.add_argument("--run", nargs="?", const="1/1")
    options.add_argument("--again", type=float)
    chosen = options.parse_args()
    if chosen.draw:
        write(draw())
    elif chosen.cover:
        cover()
    elif chosen.run:
        run(chosen.run)
    elif chosen.again is not None:
        return again(chosen.again)
    else:
        print("\n".join(table(recorded())))
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
