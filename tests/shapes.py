"""What signatures of theory promise of shapes, enforced while testing: by jaxtyping and beartype, as theory is imported.

jaxtyping's own import hook looks at every function and every argument, at twice the price of what it looks at; and the
doors refuse arguments themselves, with the `ValueError` that is documented.  So here only functions that return a shape
and dataclasses that hold one are looked at, of those calls only the outermost, and of arguments only shaped arrays.
"""

import ast
import threading
from functools import cache, wraps
from importlib.machinery import ModuleSpec, PathFinder, SourceFileLoader
from types import CodeType
from typing import Any, get_args

from beartype import beartype
from jaxtyping import AbstractArray, jaxtyped

SHAPED = {"Values", "Truths", "Waves", "Float", "Complex", "Bool"}
HERE = threading.local()


def enforced(thing: Any) -> Any:
    """A function or dataclass that raises `TypeCheckError` where a shape is not the one that was promised."""
    checked = cache(lambda: jaxtyped(thing, typechecker=of_shapes))  # made when it is first wanted
    if isinstance(thing, type):
        return checked()

    @wraps(thing)
    def outermost(*args: Any, **kwargs: Any) -> Any:
        if getattr(HERE, "inside", False):
            return thing(*args, **kwargs)
        HERE.inside = True
        try:
            return checked()(*args, **kwargs)
        finally:
            HERE.inside = False

    return outermost


def of_shapes(function: Any) -> Any:
    """beartype, for those annotations that name a shape."""
    function.__annotations__ = {name: hint for name, hint in function.__annotations__.items() if shaped(hint)}
    return beartype(function)


def shaped(hint: Any) -> bool:
    """Whether an annotation names a shape."""
    return (isinstance(hint, type) and issubclass(hint, AbstractArray)) or any(shaped(part) for part in get_args(hint))


class Marked(ast.NodeTransformer):
    """Functions that return a shape, and dataclasses that hold one, decorated with `enforced`."""

    def visit_FunctionDef(self, node: ast.FunctionDef) -> ast.FunctionDef:
        read = "property" in [ast.unparse(decorator) for decorator in node.decorator_list]  # in inner loops
        return self.marked(node, [node.returns] if node.returns and not read else [])

    def visit_ClassDef(self, node: ast.ClassDef) -> ast.ClassDef:
        dataclass = any("dataclass" in ast.unparse(decorator) for decorator in node.decorator_list)
        fields = [line.annotation for line in node.body if isinstance(line, ast.AnnAssign)] if dataclass else []
        self.generic_visit(node)
        node.decorator_list, own = [], node.decorator_list
        node = self.marked(node, fields)
        node.decorator_list += own  # a dataclass is made before it is marked
        return node

    def marked(self, node: Any, annotations: list[ast.expr]) -> Any:
        names = {part.id for hint in annotations for part in ast.walk(hint) if isinstance(part, ast.Name)}
        if names & SHAPED:
            node.decorator_list.append(ast.parse('__import__("tests.shapes").shapes.enforced', mode="eval").body)
        return node


class Loader(SourceFileLoader):
    """A module of theory; where shapes stand in it marked, and neither from the cache nor into it."""

    def get_code(self, fullname: str) -> CodeType:
        path = self.get_filename(fullname)
        if b"theory.validation.shapes import" not in self.get_data(path) and b"jaxtyping" not in self.get_data(path):
            return super().get_code(fullname)
        tree = ast.fix_missing_locations(Marked().visit(ast.parse(self.get_data(path), path)))
        return compile(tree, path, "exec", dont_inherit=True)


class Finder:
    """Finds the modules of theory as Python does, and has them loaded marked."""

    def find_spec(self, name: str, path: Any = None, target: Any = None) -> ModuleSpec | None:
        if name.split(".")[0] != "theory" or (spec := PathFinder.find_spec(name, path, target)) is None:
            return None
        if isinstance(spec.loader, SourceFileLoader):
            spec.loader = Loader(name, spec.loader.path)
        return spec
