"""Finding claims: the folder is the index.

Built-in claims are the modules of `proofs.claims`; third parties add theirs as modules in a folder (`--claims DIR`) or
through an entry point of the group `blurproof.claims` that names a package or a module. A module that does not import
is a `Failed` claim of its own; the rest goes on.
"""

from __future__ import annotations

import hashlib
import importlib
import importlib.util
import pkgutil
import sys
import traceback
from collections.abc import Sequence
from contextlib import chdir
from dataclasses import dataclass
from importlib.machinery import ModuleSpec, SourceFileLoader
from importlib.metadata import entry_points
from pathlib import Path
from types import CodeType, ModuleType
from typing import Protocol, TypeVar

from proofs.core.claim import Claim
from proofs.core.outcome import told

SHIPPED = "proofs.claims"
GROUP = "blurproof.claims"
FROM_FILES = "blurproof_claims_"
"""How the names of modules begin that are claims in a folder."""
Given = TypeVar("Given", covariant=True)


@dataclass(frozen=True)
class Failed:
    """A claim module that could not be used, and why."""

    id: str
    reason: str
    path: Path


class Loads(Protocol[Given]):
    """What is known of a claim, or of another part of somebody's package, before it is loaded."""

    @property
    def id(self) -> str:
        """Its name."""
        ...

    @property
    def path(self) -> Path:
        """Its file."""
        ...

    @property
    def shipped(self) -> bool:
        """Whether it is one of ours."""
        ...

    @property
    def imported_as(self) -> str:
        """The name of its module."""
        ...

    def load(self) -> Given:
        """The thing itself, or what its import raises."""
        ...


@dataclass(frozen=True)
class Found:
    """Where a claim lives: enough to load it again in another process."""

    id: str
    path: Path
    module: str | None

    @property
    def shipped(self) -> bool:
        """Whether it is one of ours."""
        return (self.module or "").startswith(f"{SHIPPED}.")

    @property
    def imported_as(self) -> str:
        """The module's name in `sys.modules`."""
        place = hashlib.sha256(str(self.path.resolve()).encode()).hexdigest()[:12]
        return self.module or f"{FROM_FILES}{place}_{self.path.stem}"

    def load(self) -> Claim:
        """Import the module, anew if its file has changed, and return its `claim`.

        Raises ValueError for a module without a claim, and whatever the import raises.
        """
        text = self.path.read_bytes() if self.path.is_file() else b""
        if _loaded.setdefault(self.imported_as, text) != text:  # edited since, in a session that goes on
            sys.modules.pop(self.imported_as, None)
            _loaded[self.imported_as] = text
        with chdir("."):  # a module may change the working folder, for itself
            module = importlib.import_module(self.module) if self.module else _from_file(self.path, self.imported_as)
        claim = getattr(module, "claim", None)
        if type(claim) is not Claim:
            raise ValueError(f"{self.path.name}: expected a `claim = Claim(...)` at the top level")
        claim.id, claim.folder = self.id, self.path.parent
        claim.essay = (module.__doc__ or "").strip().encode("utf-8", "replace").decode()  # no half letters
        if not claim.essay:
            raise ValueError(f"{self.path.name}: expected a docstring, what the claim says in its first line, got none")
        claim.title = claim.essay.splitlines()[0]
        return claim


class _Loader(SourceFileLoader):
    """Reads the source itself: a compiled file does not notice an edit within a second that keeps the size."""

    def get_code(self, fullname: str) -> CodeType:
        return self.source_to_code(self.get_data(self.path), self.path)


_loaded: dict[str, bytes] = {}
"""What stood in each claim's file when it was imported."""


def _from_file(path: Path, name: str) -> ModuleType:
    if name in sys.modules:
        return sys.modules[name]
    spec = importlib.util.spec_from_file_location(name, path, loader=_Loader(name, str(path)))
    if spec is None or spec.loader is None:
        raise ImportError(f"{path}: not a Python module")
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    try:
        spec.loader.exec_module(module)
    except BaseException:
        del sys.modules[name]
        raise
    return module


def find(folder: Path | None = None) -> list[Found]:
    """Every claim there is, built-in first, sorted by name; raises ValueError when two share an id or DIR is no folder."""
    found = [*_in_package(SHIPPED), *_from_entry_points(), *(_in_folder(folder) if folder is not None else [])]
    by_id: dict[str, Found] = {}
    for item in found:
        if item.id in by_id:
            raise ValueError(f"claim id {item.id!r}: expected one module, got {by_id[item.id].path} and {item.path}")
        by_id[item.id] = item
    return found


def _line(error: BaseException, path: Path) -> str:
    """Where in the claim's own file it was raised, if there."""
    lines = [f.lineno for f in traceback.extract_tb(error.__traceback__) if f.filename == str(path)]
    return f" ({path.name}, line {lines[-1]})" if lines else ""


def load(found: Sequence[Loads[Given]]) -> tuple[list[Given], list[Failed]]:
    """Load each on its own, in this process: what fails is reported. See `guests.load` for what is of others."""
    claims: list[Given] = []
    failed: list[Failed] = []
    for item in found:
        try:
            claims.append(item.load())
        except KeyboardInterrupt:
            raise
        except BaseException as error:
            failed.append(Failed(item.id, f"does not import: {told(error)}{_line(error, item.path)}", item.path))
    return claims, failed


def prepare() -> None:
    """Import what a claim needs, and what will deal with it."""
    importlib.import_module("proofs.run.document")


def _in_package(package: str, name: str | None = None) -> list[Found]:
    spec = _spec(package)
    if spec is None:  # what is named stands for it and fails when it is loaded
        return [Found(name or package, Path(package), package)]
    if not spec.submodule_search_locations:
        return [Found(package.rpartition(".")[2], Path(spec.origin or package), package)]
    folders = list(spec.submodule_search_locations)
    names = sorted(m.name for m in pkgutil.iter_modules(folders) if not m.name.startswith("_"))
    return [Found(name, Path(folders[0]) / f"{name}.py", f"{package}.{name}") for name in names]


def _spec(package: str) -> ModuleSpec | None:
    """Where a module lies, found without executing it or what it lies in; None where it is not there."""
    folders, spec, parts = None, None, package.split(".")
    for depth in range(len(parts)):
        finders = (f for f in sys.meta_path if hasattr(f, "find_spec"))
        spec = next(filter(None, (f.find_spec(".".join(parts[: depth + 1]), folders) for f in finders)), None)
        if spec is None:
            return None
        folders = spec.submodule_search_locations
    return spec


def file_of(module: str) -> Path:
    """The file of a module, found without executing it; where it is not there its name stands for it."""
    spec = _spec(module)
    return Path(spec.origin if spec and spec.origin else module)


def _from_entry_points() -> list[Found]:
    found: list[Found] = []
    for entry in entry_points(group=GROUP):
        found += _in_package(entry.value, entry.name)
    return found


def _in_folder(folder: object) -> list[Found]:
    try:
        there = isinstance(folder, Path) and folder.is_dir()
    except (OSError, ValueError):  # no name that a file may have
        there = False
    if not there or not isinstance(folder, Path):
        raise ValueError(f"--claims: expected a folder with claim modules, got {str(folder)!r}")
    # once: what a claim does to the working folder changes nothing
    paths = sorted(p for p in folder.absolute().glob("*.py") if not p.name.startswith("_"))
    return [Found(p.stem, p, None) for p in paths]
