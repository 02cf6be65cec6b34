"""How the modules of `theory` lean on each other."""

import ast
from graphlib import TopologicalSorter
from pathlib import Path

import theory

FILES = {path.stem: ast.parse(path.read_text()) for path in Path(theory.__file__).parent.glob("*.py")}


def imported(node):
    """The modules of `theory` that an import statement names."""
    if isinstance(node, ast.ImportFrom) and (node.module or "").split(".")[0] == "theory":
        _, *rest = (node.module or "").split(".")
        return set(rest[:1]) or {a.name for a in node.names if a.name in FILES} or {"__init__"}
    if isinstance(node, ast.Import):
        return {a.name.split(".")[1] for a in node.names if a.name.startswith("theory.")}
    return set()


def test_there_are_no_circles():
    """The modules can be put in an order in which each imports earlier ones alone, wherever its imports stand."""
    graph = {name: set().union(*map(imported, ast.walk(tree))) for name, tree in FILES.items()}
    order = list(TopologicalSorter(graph).static_order())
    assert order.index("_entropy") < order.index("mixture") < order.index("divergence")


def test_no_function_imports_theory():
    """All imports of `theory` stand at the top of their file."""
    for tree in FILES.values():
        inner = [node for node in ast.walk(tree) if imported(node) and node not in tree.body]
        assert not inner
