"""Letters that a predicate cannot look at: it says of them what it says of numbers, or nothing is proved.

A symbol would betray itself. It is different from every number, so that `k != 100` is true of it, and it has a type of its
own. An `Unseen` has an order and no equality; and the way that a predicate takes through its code with it, instruction by
instruction, must be the way that it takes with numbers.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Generator
from contextlib import contextmanager
from types import CodeType, FrameType
from typing import Any

import sympy as sp


class Unseen:
    """A letter, or what is claimed there, before it has a value: one calculates with it and compares it."""

    def __init__(self, expression: Any) -> None:
        self._expression = expression

    def _sympy_(self) -> Any:
        return self._expression

    def __eq__(self, other: object) -> bool:
        raise TypeError(f"{self._expression}: expected to be ordered, got compared with {other!r}")

    def __bool__(self) -> bool:
        raise TypeError(f"{self._expression} is neither true nor false")


def _calculates(name: str) -> Callable[..., Any]:
    """An operator of SymPy's expressions, whose numbers stay unseen; relations are SymPy's own."""

    def operator(self: Unseen, *others: Any) -> Any:
        made = getattr(sp.sympify(self), name)(*map(sp.sympify, others))
        return Unseen(made) if isinstance(made, sp.Expr) else made

    return operator


for _name in [
    "add",
    "radd",
    "sub",
    "rsub",
    "mul",
    "rmul",
    "truediv",
    "rtruediv",
    "pow",
    "rpow",
    "mod",
    "rmod",
    "neg",
    "pos",
    "abs",
    "lt",
    "le",
    "gt",
    "ge",
]:
    setattr(Unseen, f"__{_name}__", _calculates(f"__{_name}__"))


@contextmanager
def way(function: Callable[..., Any]) -> Generator[set[tuple[CodeType, int]]]:
    """The instructions that `function` runs meanwhile, with those of functions of its own file that it calls itself."""
    taken: set[tuple[CodeType, int]] = set()
    inside: set[FrameType] = set()
    code = function.__code__

    def trace(frame: FrameType, event: str, _arg: Any) -> Any:
        ours = frame.f_code is code or (frame.f_code.co_filename == code.co_filename and frame.f_back in inside)
        if not ours:
            return None
        inside.add(frame)
        frame.f_trace_opcodes = True
        if event == "opcode":
            taken.add((frame.f_code, frame.f_lasti))
        return trace

    outer = sys.gettrace()
    sys.settrace(trace)
    try:
        yield taken
    finally:
        sys.settrace(outer)
