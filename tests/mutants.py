"""Put faults into the formulas behind a claim and see whether its verdict notices: `python -m tests.mutants CLAIM`.

Every sign, operator, constant and index in the functions of `theory` and `toys` that the claim runs is changed, one at a
time, in a copy of the tree; the claim's evidence runs against each copy until something is refuted or broken. What is
left at the end survived: either the change means nothing (a tolerance, a cache size, an equivalent form), or a formula is
not pinned by its claim. Options: --match TEXT (only lines with it), --limit N (an even selection), --seconds N (a mutant),
--faults FILE (instead of all changes, those that the file lists for the claim: `path | old | new | claim` a line; for the
claim `-`, those of each claim that standard input names, and an empty line after each).

`python -m tests.mutants --record` runs every listed fault that `noticed.txt` has not, the marked ones too, and writes
there which evidence noticed it.
"""

from __future__ import annotations

import argparse
import ast
import copy
import inspect
import os
import shutil
import signal
import sys
import tempfile
from collections.abc import Callable, Container, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from proofs.core.statement import Evidence

ROOT = Path(__file__).parent.parent
PACKAGES = ("theory", "toys", "proofs")
MUTATED = ("theory", "toys")
VALIDATION = ("inputs.py", "arrays.py", "laws.py", "validation.py")
"""Validation: it decides what is let in, not what comes out."""
FAULTS = Path(__file__).parent / "proofs" / "faults.txt"
RECORD = FAULTS.with_name("noticed.txt")
RECORD_HEAD = (
    "# path | old text | new text | claim | what its verdict said of the fault: `python -m tests.mutants --record`\n"
)
HEAVY = (
    "sympy", "hypothesis", "torch", "scipy.stats", "scipy.optimize", "scipy.integrate", "flint", "mpmath",
)  # fmt: skip
SWAPS = {ast.Add: ast.Sub, ast.Sub: ast.Add, ast.Mult: ast.Div, ast.Div: ast.Mult}
TURNS = {
    ast.Lt: ast.GtE, ast.LtE: ast.Gt, ast.Gt: ast.LtE, ast.GtE: ast.Lt, ast.Eq: ast.NotEq, ast.NotEq: ast.Eq, ast.In: ast.NotIn,
    ast.NotIn: ast.In, ast.Is: ast.IsNot, ast.IsNot: ast.Is, ast.And: ast.Or, ast.Or: ast.And,
}  # fmt: skip


@dataclass(frozen=True)
class Mutant:
    """One change of one file."""

    path: Path
    line: int
    change: str
    source: str
    noticed: str = ""
    """What a verdict is known to have said of it."""

    def __str__(self) -> str:
        return f"{self.path}:{self.line}: {self.change}"


def mutants(path: Path, functions: set[int]) -> Iterator[Mutant]:
    """Every single change inside the functions of `path` (relative to the root) that begin on those lines."""
    tree = ast.parse((ROOT / path).read_text(encoding="utf-8"))
    nodes = list(ast.walk(tree))
    return (mutant(path, place) for place in sorted(inside(tree, functions)) if change(copy.copy(nodes[place])))


def mutant(path: Path, place: int) -> Mutant:
    """The change of the node that comes there in `ast.walk` order."""
    tree = ast.parse((ROOT / path).read_text(encoding="utf-8"))
    node = list(ast.walk(tree))[place]
    before = ast.unparse(node)
    change(node)
    return Mutant(path, node.lineno, f"{before} → {ast.unparse(node)}", ast.unparse(tree))  # type: ignore[attr-defined]


def inside(tree: ast.Module, functions: set[int]) -> set[int]:
    """Positions, in `ast.walk` order, of the nodes inside the bodies of the given functions."""
    number = {id(node): index for index, node in enumerate(ast.walk(tree))}
    chosen: set[int] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.Lambda):
            first = min([node.lineno, *(d.lineno for d in getattr(node, "decorator_list", []))])
            if first in functions:
                body = node.body if isinstance(node.body, list) else [node.body]
                chosen |= {number[id(inner)] for part in body for inner in ast.walk(part)}
    return chosen


def listed(file: Path, claim: str) -> Iterator[Mutant]:
    """The faults that `file` lists for `claim`; raises ValueError where the old text is not found exactly once."""
    for entry in entries(file):
        if entry.split(" | ")[3].strip() == claim:
            yield planted(entry)


def planted(entry: str) -> Mutant:
    """A listed fault as a change of its file; raises ValueError where the old text is not found exactly once."""
    path, old, new, _ = (part.strip() for part in entry.split(" | "))
    text = (ROOT / path).read_text(encoding="utf-8")
    if text.count(old) != 1:
        raise ValueError(f"{path}: expected {old!r} once, got it {text.count(old)} times")
    line = text[: text.index(old)].count("\n") + 1
    return Mutant(Path(path), line, f"{old} → {new}", text.replace(old, new), recorded().get(entry, ""))


@cache
def recorded() -> dict[str, str]:
    """What the verdicts said of the listed faults, by entry."""
    lines = RECORD.read_text(encoding="utf-8").splitlines()[1:] if RECORD.exists() else []
    return dict(line.rsplit(" | ", 1) for line in lines)


def entries(file: Path, *, marked: bool = False) -> list[str]:
    """The faults of a file, a line each; with `marked` those behind a mark too."""
    lines = file.read_text(encoding="utf-8").splitlines()
    lines = [line.removeprefix("# ") if marked else line for line in lines]
    return [line for line in lines if line.count(" | ") == 3 and not line.startswith(("#", "path |"))]


def change(node: ast.AST) -> bool:
    """Change `node` in place; False where there is nothing to change."""
    if isinstance(node, ast.BinOp) and type(node.op) in SWAPS:
        node.op = SWAPS[type(node.op)]()
    elif isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub):
        node.op = ast.UAdd()
    elif isinstance(node, ast.Compare) and type(node.ops[0]) in TURNS:
        node.ops = [TURNS[type(node.ops[0])](), *node.ops[1:]]
    elif isinstance(node, ast.BoolOp):
        node.op = TURNS[type(node.op)]()
    elif isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not):
        node.operand = ast.UnaryOp(ast.Not(), node.operand)
    elif isinstance(node, ast.Constant) and type(node.value) is bool:
        node.value = not node.value
    elif isinstance(node, ast.Constant) and type(node.value) in (int, float):
        node.value = node.value + 1 if isinstance(node.value, int) else node.value * 1.07 + (node.value == 0)
    else:
        return False
    return True


def executed(claim: str, tree: Path) -> dict[Path, set[int]]:
    """First lines of the functions of the mutated packages that run when the claim is verified, by file."""
    seen: set[tuple[str, int]] = set()
    ours = tuple(str(tree / package) for package in MUTATED)

    def profile(frame: object, event: str, _arg: object) -> None:
        code = frame.f_code  # type: ignore[attr-defined]
        if event == "call" and code.co_filename.startswith(ours) and code.co_flags & inspect.CO_OPTIMIZED:
            seen.add((code.co_filename, code.co_firstlineno))

    from proofs.evidence import sharing

    with sharing.profiled(profile):
        verdict(claim)
    functions: dict[Path, set[int]] = {}
    for name, line in seen:
        path = Path(name).relative_to(tree)
        if path.name not in VALIDATION:
            functions.setdefault(path, set()).add(line)
    return functions


def pieces(claim: str) -> list[Evidence]:
    """The claim's evidence that runs by itself, what trains last."""
    from proofs.run import discovery

    loaded = next(f for f in discovery.find() if f.id == claim).load()
    return sorted((e for s in loaded.statements for e in s.evidence if e.trained_by is None), key=lambda e: e.trains)


def said(evidence: Evidence) -> str:
    """What is refuted or broken when the evidence runs; "holds" if nothing is."""
    from proofs.evidence import gather
    from proofs.evidence.kind import Conditions

    for outcome in gather.gather(evidence, Conditions()).outcomes:
        if outcome.outcome in ("refuted", "broken"):
            return f"{outcome.outcome} by {evidence.statement.id}/{outcome.name}"
    return "holds"


def verdict(claim: str, names: Container[str] | None = None, first: str = "") -> str:
    """Run the claim's evidence, or what is named of it, until something is refuted or broken; "holds" if nothing is.

    What `first` names, an earlier answer, is asked first.
    """
    chosen = [evidence for evidence in pieces(claim) if names is None or evidence.name in names]
    answers = (said(e) for e in sorted(chosen, key=lambda e: f" {e.statement.id}/{e.name}" not in first))
    return next((answer for answer in answers if answer != "holds"), "holds")


def in_child(work: Callable[[], str], seconds: int) -> str:
    """`work()` in a forked process; "broken: ..." when it dies, "slow" when it takes too long."""
    reader, writer = os.pipe()
    pid = os.fork()
    if pid == 0:
        signal.alarm(seconds)
        try:
            answer = work()
        except BaseException as error:
            answer = f"broken: {type(error).__name__}: {error}"
        with os.fdopen(writer, "wb") as pipe:
            pipe.write(answer.encode())
        os._exit(0)
    os.close(writer)
    with os.fdopen(reader, "rb") as pipe:
        answer = pipe.read().decode()
    os.waitpid(pid, 0)
    return answer or "slow"


def _all_changes(claim: str, tree: Path, match: str) -> list[Mutant]:
    ran = eval(in_child(lambda: repr(executed(claim, tree)), 900), {"PosixPath": Path})
    return [m for path in sorted(ran) for m in mutants(path, ran[path]) if match in str(m)]


def copied() -> Path:
    """A copy of the packages, first on the path, with what is slow to import imported before any fork."""
    tree = Path(tempfile.mkdtemp())
    for package in PACKAGES:
        shutil.copytree(ROOT / package, tree / package, ignore=shutil.ignore_patterns("__pycache__"))
    sys.path.insert(0, str(tree))
    sys.dont_write_bytecode = True
    for heavy in HEAVY:
        __import__(heavy)
    return tree


def answer_to(mutant: Mutant, claim: str, tree: Path, seconds: int, names: Container[str] | None = None) -> str:
    """What the claim's verdict, or that of the named evidence, says of the mutant; what noticed it before is asked first."""
    original = (tree / mutant.path).read_text(encoding="utf-8")
    (tree / mutant.path).write_text(mutant.source, encoding="utf-8")
    try:
        return in_child(lambda: verdict(claim, names, mutant.noticed), seconds)
    finally:
        (tree / mutant.path).write_text(original, encoding="utf-8")


def record(tree: Path, seconds: int) -> None:
    """Append to the record what noticed each listed fault that it does not have."""
    known = RECORD.read_text(encoding="utf-8") if RECORD.exists() else RECORD_HEAD
    with RECORD.open("w", encoding="utf-8") as file:
        file.write(known)
        for entry in entries(FAULTS, marked=True):
            if entry not in known:
                answer = answer_to(planted(entry), entry.split(" | ")[3].strip(), tree, seconds)
                print(f"{entry} | {answer[:100]}", file=file, flush=True)


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("claim", nargs="?")
    options.add_argument("--record", action="store_true")
    options.add_argument("--match", default="")
    options.add_argument("--limit", type=int, default=10**9)
    options.add_argument("--seconds", type=int, default=120)
    options.add_argument("--faults", type=Path)
    chosen = options.parse_args()
    tree = copied()
    if chosen.record:
        record(tree, chosen.seconds)
    elif chosen.claim == "-":
        for claim in map(str.strip, sys.stdin):
            tried(list(listed(chosen.faults, claim)), claim, tree, chosen.seconds)
            print(flush=True)
    else:
        every = listed(chosen.faults, chosen.claim) if chosen.faults else _all_changes(chosen.claim, tree, chosen.match)
        every = list(every)
        tried(every[:: max(1, len(every) // chosen.limit)], chosen.claim, tree, chosen.seconds)
    shutil.rmtree(tree)


def tried(every: list[Mutant], claim: str, tree: Path, seconds: int) -> None:
    """Try all of them, and print a line for each."""
    caught = 0
    for mutant in every:
        answer = answer_to(mutant, claim, tree, seconds)
        caught += answer != "holds"
        print(f"{'SURVIVED' if answer == 'holds' else 'caught  '}  {mutant}   {answer[:100]}", flush=True)
    print(f"{caught} of {len(every)} caught")


if __name__ == "__main__":
    main()
