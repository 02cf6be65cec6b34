"""Whatever refuses an argument says so: what is public in `toys`, and in what claims are written in and decided by."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

HOUSE = Path(__file__).parent.parent
ROOMS = ("toys", "proofs/core", "proofs/words", "proofs/evidence", "proofs/run", "proofs/diagnosis")
PATHS = sorted(path for room in ROOMS for path in (HOUSE / room).rglob("*.py") if "_folder" not in path.name)
CHECKS = ("toys.validation", "theory.validation.arrays", "theory.validation.inputs")
INSIDE = {"_truth", "Domain"}
"""What these refuse stays inside: a predicate is undefined there, a part of a domain is one."""
Definition = ast.FunctionDef | ast.ClassDef


def checks(tree: ast.Module) -> set[str]:
    """What a module imports from those that check arguments."""
    imports = [node for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)]
    return {alias.name for node in imports if (node.module or "").startswith(CHECKS) for alias in node.names}


def definitions(tree: ast.Module) -> Iterator[tuple[str, Definition, str]]:
    """Name, node and class (or "") of every function, class and method of a module."""
    for node in tree.body:
        if isinstance(node, Definition):
            yield node.name, node, ""
        if isinstance(node, ast.ClassDef):
            yield from ((f"{node.name}.{m.name}", m, node.name) for m in node.body if isinstance(m, ast.FunctionDef))


def used(node: Definition, owner: str) -> set[str]:
    """Names that a function calls, methods of its class as "Class.method"; of a class, how it is made."""
    if isinstance(node, ast.ClassDef):
        return {f"{node.name}.__post_init__", f"{node.name}.__init__"}
    names = {n.func.id for n in ast.walk(node) if isinstance(n, ast.Call) and isinstance(n.func, ast.Name)}
    own = [n for n in ast.walk(node) if isinstance(n, ast.Attribute) and ast.unparse(n.value) == "self"]
    return names | {f"{owner}.{n.attr}" for n in own}


def raises(node: Definition) -> bool:
    """Whether a function says `raise ValueError` itself."""
    found = [n.exc for n in ast.walk(node) if isinstance(n, ast.Raise) and n.exc and isinstance(node, ast.FunctionDef)]
    return any(ast.unparse(exc).startswith("ValueError(") for exc in found)


def refusing(tree: ast.Module) -> dict[str, Definition]:
    """Everything in a module that may refuse an argument: by itself, by a check, or by what it calls there."""
    everything = list(definitions(tree))
    known = checks(tree) | {name for name, node, _ in everything if raises(node)}
    while more := {name for name, node, owner in everything if used(node, owner) & known - INSIDE} - known:
        known |= more
    return {name: node for name, node, _ in everything if name in known}


@pytest.mark.parametrize("path", PATHS, ids=lambda path: str(path.relative_to(HOUSE)))
def test_who_refuses_says_what(path: Path) -> None:
    """The docstring of everything public that may refuse an argument has a sentence on what it raises."""
    found = refusing(ast.parse(path.read_text(encoding="utf-8")))
    public = {name: node for name, node in found.items() if not any(part.startswith("_") for part in name.split("."))}
    silent = [name for name, node in public.items() if "aises ValueError" not in (ast.get_docstring(node) or "")]
    assert not silent


def test_the_search_follows_private_helpers_methods_and_classes() -> None:
    """A check behind a helper, behind a method or in `__post_init__` is seen; a function without one is left alone."""
    tree = ast.parse(
        "from toys.validation import require\n"
        "def _inner(x): require(x, 'x', 'y', x)\n"
        "def outer(x): return [_inner(x)]\n"
        "class Thing:\n    def __post_init__(self): _inner(1)\n    def part(self): return self._half()\n"
        "    def _half(self): raise ValueError('x')\n    def free(self): return 1\n"
        "def make(): return Thing()\ndef idle(): return print()\n"
    )
    assert refusing(tree).keys() == {
        "_inner", "outer", "Thing", "Thing.__post_init__", "Thing.part", "Thing._half", "make",
    }  # fmt: skip
