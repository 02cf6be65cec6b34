"""Does a statement depend on each of its letters? One that neither side uses says nothing of the range that it is given."""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Any

import numpy as np

from proofs.core.comparison import Sides
from proofs.core.statement import Evidence, Statement

LOOKS = 12
"""Points at which a letter is replaced by that of another."""


def _moves(statement: Statement, name: str, points: Sequence[Mapping[str, Any]]) -> bool:
    seen = 0
    for point, other in itertools.pairwise(points):
        there = {**point, name: other[name]}
        if point[name] == other[name] or not statement.domain.admits(there):
            continue
        try:
            values = [
                np.asarray(statement.value(statement.claimed, _numbers(statement, p)), float) for p in (point, there)
            ]
        except (ValueError, ArithmeticError):
            return True
        seen += 1
        if not np.array_equal(*values, equal_nan=True):
            return True
    return not seen


def _numbers(statement: Statement, point: Mapping[str, Any]) -> dict[str, Any]:
    """A point in plain numbers, integers where the letter is one."""
    integer = {name for name, interval in statement.domain.items() if interval.integer}
    return {name: int(value) if name in integer else float(Fraction(value)) for name, value in point.items()}


def nowhere(statement: Statement) -> list[str]:
    """The letters that stand neither in the derivation nor among those at which what is claimed is called."""
    return [name for name in _not_in_chain(statement) if name not in statement.told]


def by_neither_side(evidence: Evidence, counted: Sequence[tuple[Any, Sides]]) -> list[str]:
    """The letters on which neither what is claimed nor what is observed depends, and that stand nowhere in a derivation.

    Where an instance holds a letter as one of its parts, that part is replaced; else whoever tells it has used it.
    """
    statement = evidence.statement
    told = [(instance, sides) for instance, sides in counted if sides.letters is not None][: LOOKS + 1]
    points = [sides.letters for _, sides in told if sides.letters is not None]
    left = _not_in_chain(statement) if len(points) > 1 else []
    still = [name for name in left if name in statement.told and not _moves(statement, name, points)]
    return [*nowhere(statement), *(name for name in still if not _seen(evidence, name, told))]


def _not_in_chain(statement: Statement) -> list[str]:
    if not any(other.kind in ("derivation", "enclosure") for other in statement.evidence):
        return list(statement.domain.stated)
    chain = statement.chain()
    symbols = {
        s.name for e in (*(link.expression for link in chain.links), chain.root) for s in getattr(e, "free_symbols", ())
    }
    return [name for name in statement.domain.stated if name not in symbols]


def _seen(evidence: Evidence, name: str, told: Sequence[tuple[Any, Sides]]) -> bool:
    rows = [instance if type(instance) is tuple else (instance,) for instance, _ in told]
    letters = [sides.letters[name] for _, sides in told if sides.letters is not None]
    places = [
        k for k in range(min(map(len, rows))) if all(_same(row[k], v) for row, v in zip(rows, letters, strict=True))
    ]
    if not places:
        return True
    for row, value, (_, sides) in zip(rows, letters[1:], told, strict=False):
        moved = tuple(value if k in places else part for k, part in enumerate(row))
        try:
            there = evidence.function(lambda *_a, s=sides: s.claimed, moved if type(told[0][0]) is tuple else moved[0])
        except (ValueError, ArithmeticError):
            return True
        if not np.array_equal(np.asarray(there.observed), np.asarray(sides.observed), equal_nan=True):
            return True
    return False


def _same(part: Any, value: Any) -> bool:
    return isinstance(part, int | float) and part == value
