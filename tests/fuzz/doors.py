"""Every public function, found by looking, with a right call of it."""

import copy
import inspect
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any


@dataclass(frozen=True)
class Door:
    """A public function by name: how it is called with arguments by name, those that are right, and what its docstrings say."""

    name: str
    call: Callable[..., Any]
    arguments: Mapping[str, Any]
    said: str
    names: tuple[str, ...]

    def __call__(self, arguments: Mapping[str, Any]) -> Any:
        return self.call(**arguments)

    def right(self) -> dict[str, Any]:
        """Right arguments; arrays and lists are fresh ones."""
        return {k: copy.copy(v) if isinstance(v, list) or hasattr(v, "dtype") else v for k, v in self.arguments.items()}


def door(name: str, function: Callable[..., Any], arguments: Mapping[str, Any], *told: Any) -> Door:
    """A door, and what is said of it: by its own docstring, by those of what it returns, and by its module's."""
    module = inspect.getmodule(function)
    text = " ".join(inspect.getdoc(thing) or "" for thing in (function, *told, module) if thing is not None)
    return Door(name, function, arguments, text.lower(), tuple(arguments))


@cache
def doors() -> list[Door]:
    """All of them, theory before toys before proofs."""
    from tests.fuzz import proofs, theory, toys

    return [*theory.doors(), *toys.doors(), *proofs.doors()]
