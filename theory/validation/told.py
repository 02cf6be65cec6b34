"""What an object is in words that are the same in every run: functions go by their names, not by where they lie in memory."""

from collections.abc import Iterable, Mapping
from dataclasses import fields, is_dataclass
from functools import partial
from reprlib import recursive_repr
from typing import Any, TypeVar

Kind = TypeVar("Kind")


def told(kind: type[Kind]) -> type[Kind]:
    """Above ``@dataclass`` or a named tuple: its representation, with what its fields hold as `said` says it."""
    type.__setattr__(kind, "__repr__", _represented)
    return kind


@recursive_repr()
def _represented(self: Any) -> str:
    names = [field.name for field in fields(self) if field.repr] if is_dataclass(self) else self._fields
    shown = (f"{name}={said(getattr(self, name))}" for name in names)
    return f"{type(self).__qualname__}({', '.join(shown)})"


def said(value: object) -> str:
    """The representation of a value without any place in memory."""
    if isinstance(value, partial):
        return f"partial({_each([value.func, *value.args])})"
    if isinstance(value, list):
        return f"[{_each(value)}]"
    if isinstance(value, tuple) and not hasattr(value, "_fields"):
        return f"({_each(value)}{',' * (len(value) == 1)})"
    if isinstance(value, Mapping):
        return f"{{{', '.join(f'{name!r}: {said(part)}' for name, part in value.items())}}}"
    if callable(value) and not is_dataclass(value):
        return str(getattr(value, "__qualname__", type(value).__qualname__))
    return repr(value) if type(value).__repr__ is not object.__repr__ else f"{type(value).__qualname__}()"


def _each(values: Iterable[object]) -> str:
    return ", ".join(map(said, values))
