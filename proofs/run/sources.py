"""Modules as code: what a file says apart from its prose, and which modules it imports, transitively.

Nothing is imported to find out: files are parsed. Own modules are those of the house and whatever else is neither in the
standard library nor an installed distribution, an editable install and a folder on `sys.path` among them: they count by
their code. Of installed ones the version counts, with that of what they require, and the list of their files' hashes.

A module that imports by a name made at run time may import any of its package, which then counts as a whole. A file
beside a user's module that one of its strings names counts as data.
"""

from __future__ import annotations

import ast
import hashlib
import importlib.metadata as metadata
import re
import sys
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from importlib.machinery import ModuleSpec
from pathlib import Path
from typing import NamedTuple

ASKED = ("proofs.evidence.kind", "toys._folder")
"""Modules of the house that import dynamically what their callers' keys name."""
SHELVES = ("proofs.words.lemmas",)
"""Those that import dynamically what lies below them, and nothing else."""
HOUSE = ("theory", "toys", "proofs")
SITES = {"site-packages", "dist-packages"}
DYNAMIC = {
    "import_module", "__import__", "exec", "eval", "runpy", "pkgutil", "spec_from_file_location", "SourceFileLoader",
}  # fmt: skip
"""Names of what imports or runs what cannot be read off the page."""


class Module(NamedTuple):
    """A module by its name, and its file where it is an own one."""

    name: str
    path: Path | None = None


@dataclass(frozen=True)
class Import:
    """An imported name. `surely` a module, or perhaps what a module holds; `lazily` inside a function.

    `binds` is the name that stands for it in the importing module; `named`, whether it is what was asked for.
    """

    module: str
    surely: bool
    lazily: bool
    binds: str
    named: bool = True


@dataclass(frozen=True)
class Source:
    """A file as far as it counts: the digest of its code, its imports and strings, whether it imports dynamically.

    One that `serves` does so in `__getattr__` alone: what it leads to is for those to say who ask it for names.
    """

    digest: str
    imports: tuple[Import, ...]
    strings: frozenset[str]
    dynamic: bool
    serves: bool = False


# --- one file ---------------------------------------------------------------------------------------------------------


class _Reader:
    """One walk over a syntax tree: what it says without prose, and what it imports."""

    def __init__(self, package: str) -> None:
        self.package, self.lazily, self.dynamic = package, False, False
        self.imports: list[Import] = []
        self.strings: set[str] = set()
        self.names: set[str] = set()
        self.eager: set[str] = set()
        self.told: list[str] = []

    def walk(self, node: ast.AST) -> None:
        tell = self.told.append
        if isinstance(node, _FUNCTIONS):
            before, self.lazily = self.lazily, True
            self._fields(node, tell)
            self.lazily = before
            return
        if isinstance(node, ast.Constant):
            if isinstance(node.value, str):
                self.strings.add(node.value)
        elif isinstance(node, ast.Name):
            (self.names if self.lazily else self.eager).add(node.id)
        elif isinstance(node, ast.Attribute):
            self.dynamic |= node.attr in DYNAMIC and node.attr not in ("eval", "exec")
        elif isinstance(node, ast.Import | ast.ImportFrom):
            self.imports += imports_of(node, self.package, self.lazily)
            self.dynamic |= any(alias.name in DYNAMIC for alias in node.names)
        elif isinstance(node, ast.If) and "TYPE_CHECKING" in (
            getattr(node.test, "id", ""),
            getattr(node.test, "attr", ""),
        ):
            for child in node.orelse:
                self.walk(child)
            return
        self._fields(node, tell)

    def _fields(self, node: ast.AST, tell: Callable[[str], None]) -> None:
        tell(type(node).__name__)
        for name in node._fields:
            value = getattr(node, name, None)
            if isinstance(value, list):
                tell("[")
                for item in value:
                    if not isinstance(item, ast.AST):
                        tell(repr(item))
                    elif not _is_prose(item):
                        self.walk(item)
                tell("]")
            elif isinstance(value, ast.AST):
                self.walk(value)
            else:
                tell(repr(value))


_FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)


def parsed(module: Module) -> Source:
    """Its `Source`; raises SyntaxError."""
    assert module.path is not None
    reader = _Reader(package_of(module))
    reader.walk(tree := ast.parse(module.path.read_bytes()))
    digest = hashlib.sha256("\n".join(reader.told).encode("utf-8", "surrogatepass")).hexdigest()
    dynamic = reader.dynamic or not (reader.names | reader.eager).isdisjoint(DYNAMIC)
    serves = any(getattr(node, "name", "") == "__getattr__" for node in tree.body) and reader.eager.isdisjoint(DYNAMIC)
    return Source(digest, tuple(reader.imports), frozenset(reader.strings), dynamic, serves)


def _is_prose(node: ast.AST) -> bool:
    """A docstring, wherever it stands."""
    return type(node) is ast.Expr and type(node.value) is ast.Constant and isinstance(node.value.value, str)


def imports_of(node: ast.Import | ast.ImportFrom, package: str, lazily: bool) -> Iterator[Import]:
    """What a statement imports, in a module of `package`."""
    if isinstance(node, ast.Import):
        for alias in node.names:
            yield Import(alias.name, True, lazily, alias.asname or alias.name.partition(".")[0])
        return
    base = absolute(node.module or "", node.level, package)
    for alias in node.names:
        bound = alias.asname or alias.name
        yield Import(base, True, lazily, bound, named=False)
        yield Import(f"{base}.{alias.name}", False, lazily, bound)


def absolute(name: str, level: int, package: str) -> str:
    """The module that `from ...name import` means in `package`."""
    if not level:
        return name
    parents = package.split(".")
    return ".".join([*parents[: len(parents) - level + 1], *([name] if name else [])])


@cache
def read(module: Module) -> Source:
    """The module's file, by its code; one that is not Python counts by its bytes."""
    assert module.path is not None
    return _read(module, *version(module.path)) if version(module.path)[1] else Source("", (), frozenset(), False)


@cache
def version(path: Path) -> tuple[int, int]:
    """When a file was written last, and its size; zeros for none."""
    try:
        stat = path.stat()
    except OSError:
        return 0, 0
    return stat.st_mtime_ns, stat.st_size


def look_again() -> None:
    """Forget which files were seen to be as they were; what stands in them is still known."""
    for remembered in (version, read, content, named, served, _leads, _reached):
        remembered.cache_clear()


@cache
def _read(module: Module, modified: int, size: int) -> Source:
    assert module.path is not None
    try:
        return parsed(module)
    except (SyntaxError, ValueError, RecursionError):
        return Source(hashlib.sha256(module.path.read_bytes()).hexdigest(), (), frozenset(), False)


def package_of(module: Module) -> str:
    """The package from which a module's relative imports start: itself where it is one."""
    assert module.path is not None
    return module.name if module.path.name == "__init__.py" else module.name.rpartition(".")[0]


# --- where modules are ------------------------------------------------------------------------------------------------


def spec_of(name: str) -> ModuleSpec | None:
    """Where `name` would be imported from, without importing it or its parents."""
    known = object.__getattribute__(sys.modules[name], "__dict__").get("__spec__") if name in sys.modules else None
    if known is not None:
        return known
    parent, _, _ = name.rpartition(".")
    within = spec_of(parent) if parent else None
    if parent and (within is None or within.submodule_search_locations is None):
        return None
    path = list(within.submodule_search_locations or ()) if within else None
    specs = (finder.find_spec(name, path) for finder in sys.meta_path if hasattr(finder, "find_spec"))
    return next((spec for spec in specs if spec is not None), None)


def located(name: str) -> Module | None:
    """The module `name`, with a path if it is an own one; None if it is nowhere or in the standard library."""
    top = name.partition(".")[0]
    if top in sys.stdlib_module_names or (spec := spec_of(name)) is None:
        return None
    places = [spec.origin] if spec.has_location and spec.origin else list(spec.submodule_search_locations or ())
    if top in HOUSE or not all(SITES & {*Path(p).parts} for p in places) or top not in _distributions():
        return Module(name, Path(spec.origin)) if spec.has_location and spec.origin else Module(name)
    return Module(top)


@cache
def _distributions() -> dict[str, list[str]]:
    return dict(metadata.packages_distributions())


@cache
def installed(name: str) -> str:
    """Versions of the distributions that hold the top-level package `name`, and of what they require."""
    found: dict[str, str] = {}
    left = list(_distributions().get(name, ()))
    while left:
        if (one := left.pop()) in found:
            continue
        try:
            about = metadata.distribution(one)
        except metadata.PackageNotFoundError:  # of an extra that is not there
            continue
        files = hashlib.sha256((about.read_text("RECORD") or "").encode()).hexdigest()
        found[one] = f"{about.version} {files}"
        left += [re.split(r"[^\w.-]", need)[0] for need in about.requires or () if "extra ==" not in need]
    return str(sorted(found.items()))


# --- what imports lead to ---------------------------------------------------------------------------------------------


def reached(start: Iterable[Module], *, training: bool = False) -> dict[Module, str]:
    """Every module that `start` leads to by imports, with a digest of its code or its versions."""
    every = frozenset[Module]().union(*(_reached(module, training) for module in start))
    return {module: content(module) for module in every}


@cache
def _reached(start: Module, training: bool) -> frozenset[Module]:
    found, left = {start}, [start]
    while left:
        module = left.pop()
        leads = _leads(module, *version(module.path)) if module.path else ()
        new = {m for m, lazily in leads if training or not _trains(module, m, lazily)} - found
        found |= new
        left += new
    return frozenset(found)


@cache
def content(module: Module) -> str:
    """A digest of a module's code and of the data beside it, or the versions that it comes in."""
    if module.path is None:
        return installed(module.name)
    source = read(module)
    data = () if module.name.partition(".")[0] in HOUSE else beside(module.path, source.strings)
    return " ".join([source.digest, *(hashlib.sha256(path.read_bytes()).hexdigest() for path in data)])


def _trains(module: Module, other: Module, lazily: bool) -> bool:
    """What core and evidence import of toys, inside functions, is for training alone."""
    return lazily and other.name.startswith("toys") and module.name.startswith(("proofs.core", "proofs.evidence"))


@cache
def _leads(module: Module, modified: int, size: int) -> tuple[tuple[Module, bool], ...]:
    """The modules that one imports, packages above them included, and whether lazily."""
    source = read(module)
    lead: dict[Module, bool] = {}
    for one in source.imports:
        if one.binds == "*":
            lead |= dict.fromkeys(_all_of(one.module), one.lazily)
        for other in (*named(one.module, one.surely), *served(one.module, one.named)):
            lead[other] = lead.get(other, True) and one.lazily
    for other in named(package_of(module), True) if "." in module.name else ():
        lead[other] = False
    if source.dynamic and not source.serves and module.name not in ASKED:
        lead |= dict.fromkeys(whole(module, below=module.name in SHELVES), False)
        ours = module.name.partition(".")[0] in HOUSE
        for text in source.strings:
            if not ours or text.strip(".").partition(".")[0] in HOUSE:  # a word of ours is no name of a user's module
                lead |= dict.fromkeys(_all_of(text.strip(".")), False)
    return tuple(lead.items())


@cache
def named(name: str, surely: bool) -> tuple[Module, ...]:
    """The module and the packages above it; an absent one, if it is `surely` one, by its name alone."""
    parts = name.split(".")
    if not all(parts) or parts[0] in sys.stdlib_module_names:
        return ()
    names = [".".join(parts[:k]) for k in range(1, len(parts) + 1)]
    return tuple(found or Module(one) for one in names if (found := located(one)) is not None or surely or one != name)


@cache
def served(name: str, asked: bool = True) -> tuple[Module, ...]:
    """What a package that serves names may import for who has asked for `name`: itself, or what it holds."""
    if not asked or not name or name.partition(".")[0] in sys.stdlib_module_names:
        return ()
    module = located(name) or located(name.rpartition(".")[0] or name)
    return tuple(whole(module, below=True)) if module and module.path and read(module).serves else ()


def whole(module: Module, *, below: bool = False) -> list[Module]:
    """Every module of the outermost package that `module` is in, or `below` it; without one, those in its folder."""
    assert module.path is not None
    package = package_of(module)
    if not package:
        return [Module(p.stem, p) for p in sorted(module.path.parent.glob("*.py"))]
    root = module.path.parents[package.count(".")]
    under = module.path.parent if below else root
    names = ((p, p.relative_to(root.parent).with_suffix("").parts) for p in sorted(under.rglob("*.py")))
    return [Module(".".join(parts[:-1] if parts[-1] == "__init__" else parts), p) for p, parts in names]


def _all_of(name: str) -> list[Module]:
    """Every module of the package of an own module; nothing for another name."""
    module = located(name) if re.fullmatch(r"\w+(\.\w+)*", name) else None
    return whole(module) if module and module.path else []


def beside(path: Path, strings: Iterable[str]) -> Iterator[Path]:
    """The files in the folder of `path`, or in the working folder, that one of the strings names."""
    for text in sorted(strings):
        if len(text) < 200 and re.fullmatch(r"[^\s\0]+\.\w+", text):
            found = (path.parent / text, Path(text))
            yield from (place for place in found[: 1 if found[0] == found[1] else 2] if place.is_file())
