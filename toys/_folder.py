"""A folder is its own index: the public names of a package are those that its modules define, and no list repeats them.

A module counts unless its name begins with an underscore; of it, what it defines itself under a public name, where the
package `admits` such things. A module is imported when it is first asked for, the one of that name before the others.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from difflib import get_close_matches
from importlib import import_module
from pkgutil import iter_modules
from types import ModuleType
from typing import Any

Admits = Callable[[object], bool]


class Folder(ModuleType):
    """A package where a module does not hide what it is named after: `two_branch` is the function, whoever imports which."""

    admits: Admits

    def __setattr__(self, name: str, value: object) -> None:
        if isinstance(value, ModuleType):  # the import system, binding a module in its package
            value = dict(_defined(value, self.admits)).get(name, value)
        super().__setattr__(name, value)


def index(package: str, admits: Admits) -> tuple[Callable[[str], Any], Callable[[], list[str]]]:
    """`__getattr__` and `__dir__` of the package of that name (PEP 562).

    Raises AttributeError for an unknown name, with those that are like it; ImportError where two modules define one.
    """
    folder = sys.modules[package]
    folder.__class__ = Folder
    assert isinstance(folder, Folder)
    folder.admits = admits

    def find(name: str) -> Any:
        if name == "__all__":
            return names()
        if not name.startswith("_"):
            if name in modules(package):
                import_module(f"{package}.{name}")
                return vars(folder)[name]
            known = _names(package, admits)
            if name in known:
                setattr(folder, name, known[name])
                return known[name]
        raise unknown(package, name, [] if name.startswith("_") else names())

    def names() -> list[str]:
        return sorted(_names(package, admits))

    return find, names


def modules(package: str) -> list[str]:
    """The public modules that lie in the folder."""
    return [m.name for m in iter_modules(sys.modules[package].__path__) if not m.name.startswith("_")]


def unknown(package: str, name: str, known: list[str]) -> AttributeError:
    """What to raise for a name that is not known."""
    near = get_close_matches(name, known) or known
    hint = f"; is it one of {', '.join(near)}?" if near else ""
    return AttributeError(f"module {package!r} has no attribute {name!r}{hint}", name=name)


def _names(package: str, admits: Admits) -> dict[str, object]:
    found: dict[str, object] = {}
    for module in modules(package):
        for name, value in _defined(import_module(f"{package}.{module}"), admits):
            if name in found:
                raise ImportError(f"{package}: {name} is defined by {found[name].__module__} and by {value.__module__}")
            found[name] = value
    return found


def _defined(module: ModuleType, admits: Admits) -> Iterator[tuple[str, object]]:
    for name, value in vars(module).items():
        own = getattr(value, "__module__", None) == module.__name__
        if own and not name.startswith("_") and admits(value):
            yield name, value
