"""What can be named beside claims: learners, targets, scores and scenes, those of this package and of installed ones.

    [project.entry-points."blurproof.targets"]
    two_rings = "my_package.laws:two_rings"

An entry point of the group `blurproof.learners`, `.targets`, `.scores` or `.scenes` adds one under its own name. Nothing is
imported to list them. What is used is tried by a scout first, as claims of others are (`proofs.run.guests`): what does not
come back well is refused in a line that names it, and hurts nobody else.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from importlib.metadata import entry_points
from inspect import isfunction, signature
from pathlib import Path
from typing import Any

from proofs.run import discovery, guests

OURS = "blurproof"
EXPECTED: Mapping[str, tuple[str, Callable[[Any], bool]]] = {
    "learners": ("a class, a function or an object with `fit`", lambda it: callable(it) or callable(_of(it, "fit"))),
    "targets": ("a function that makes a target, or an object with `sample`", lambda it: callable(it) or callable(_of(it, "sample"))),
    "scores": ("a function of samples", callable),
    "scenes": ("a function or a module", lambda it: callable(it) or _of(it, "__file__") is not None),
}  # fmt: skip
"""The kinds, and what an entry point of each has to name."""
KINDS = tuple(EXPECTED)
SAMPLES = ("samples", "real")
"""How the first argument of a score is called."""


def _of(thing: Any, name: str) -> Any:
    """An attribute of a stranger's object, or None."""
    try:
        return getattr(thing, name, None)
    except Exception:
        return None


@dataclass(frozen=True)
class Part:
    """One learner, target, score or scene by its name: the `place` is "module:object", the `package` who brings it."""

    kind: str
    name: str
    place: str
    package: str

    @property
    def id(self) -> str:
        """What a complaint calls it."""
        return f"{self.kind}: {self.name} ({self.place}, of {self.package})"

    @property
    def imported_as(self) -> str:
        """The name of its module."""
        return self.place.partition(":")[0]

    @property
    def path(self) -> Path:
        """Its module's file, found without importing it; else the module's name."""
        return discovery.file_of(self.imported_as)

    @property
    def shipped(self) -> bool:
        """Whether it is one of ours."""
        return self.package == OURS

    def load(self) -> Any:
        """Import it here and now, untried: see `use`. Raises ValueError for what is of no use, and what the import raises."""
        thing: Any = import_module(self.imported_as)
        for attribute in filter(None, self.place.partition(":")[2].split(".")):
            thing = getattr(thing, attribute)
        expected, fits = EXPECTED[self.kind]
        if not fits(thing):
            raise ValueError(f"expected {expected}, got an object of the class {type(thing).__name__}")
        return thing

    def use(self) -> Any:
        """The thing itself, once a scout has found that it does no harm; raises ValueError with the reason where it does."""
        return _used(self)


@cache
def _used(part: Part) -> Any:
    found, failed = guests.load([part])
    if failed:
        raise ValueError(f"{part.id} {failed[0].reason}")
    return found[0]


def learners() -> dict[str, Part]:
    """Learners of installed packages by name. Raises ValueError where a name is taken."""
    return _added("learners")


def targets() -> dict[str, Part]:
    """Targets of installed packages by name. Raises ValueError where a name is taken."""
    return _added("targets")


def scores() -> dict[str, Part]:
    """Scores of installed packages by name. Raises ValueError where a name is taken."""
    return _added("scores")


def scenes() -> dict[str, Part]:
    """Scenes of installed packages by name. Raises ValueError where a name is taken."""
    return _added("scenes")


def named(kind: str) -> dict[str, Part]:
    """Everything of a kind, ours before others', by name. Raises ValueError for an unknown kind, and where a name is taken."""
    if kind not in EXPECTED:
        raise ValueError(f"kind: expected one of {', '.join(KINDS)}, got {kind!r}")
    ours = {"targets": _our_targets, "learners": _our_learners, "scores": _our_scores, "scenes": dict[str, str]}[kind]()
    parts = {name: Part(kind, name, place, OURS) for name, place in ours.items()}
    for entry in sorted(entry_points(group=f"blurproof.{kind}"), key=lambda entry: entry.name):
        part = Part(kind, entry.name, entry.value.partition("[")[0].strip(), _package(entry))
        if part.name in parts:
            raise ValueError(
                f"{kind}: expected one that is called {part.name!r}, got {parts[part.name].id} and {part.id}"
            )
        parts[part.name] = part
    return parts


def _added(kind: str) -> dict[str, Part]:
    return {name: part for name, part in named(kind).items() if not part.shipped}


def _package(entry: Any) -> str:
    return str(getattr(getattr(entry, "dist", None), "name", None) or "an unnamed package")


def _our_targets() -> dict[str, str]:
    from toys import targets

    return {name: f"toys.targets:{name}" for name in dir(targets) if isfunction(getattr(targets, name))}


def _our_learners() -> dict[str, str]:
    """The classes of `toys.learners` as their files read: importing them takes PyTorch."""
    return {node.name: f"toys.learners:{node.name}" for _, node in sorted(_classes(), key=lambda found: found[1].name)}


def _classes() -> Iterator[tuple[ast.Module, ast.ClassDef]]:
    """Public classes that the modules of `toys.learners` derive from `Learner` or from one another, and their modules."""
    folder = discovery.file_of("toys.learners").parent
    trees = [ast.parse(path.read_text(encoding="utf-8")) for path in sorted(folder.glob("[!_]*.py"))]
    classes = [(tree, node) for tree in trees for node in tree.body if isinstance(node, ast.ClassDef)]
    known = {"Learner"}
    while more := {n.name for _, n in classes if known & {ast.unparse(base) for base in n.bases}} - known:
        known |= more
    return ((tree, node) for tree, node in classes if node.name in known and not node.name.startswith("_"))


def learner_said(name: str) -> tuple[str, str, list[str]]:
    """What the file of one of our learners says: the module's docstring, the class's, and its fields; nothing is imported.

    Raises ValueError for an unknown name.
    """
    for tree, node in _classes():
        if node.name == name:
            fields = [ast.unparse(line) for line in node.body if isinstance(line, ast.AnnAssign)]
            return ast.get_docstring(tree) or "", ast.get_docstring(node) or "", fields
    raise ValueError(f"name: expected one of {', '.join(_our_learners())}, got {name!r}")


def _our_scores() -> dict[str, str]:
    from theory import scores

    own = {n: f for n, f in vars(scores).items() if isfunction(f) and f.__module__ == scores.__name__ and n[0] != "_"}
    return {
        n: f"{scores.__name__}:{n}"
        for n, f in sorted(own.items())
        if next(iter(signature(f).parameters), "") in SAMPLES
    }
