"""The two sides of one compared instance, and the comparison: one place decides what a relation means.

Kept apart from the check runner so that claims can import it without importing Hypothesis.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import wraps
from typing import TYPE_CHECKING, Any

import numpy as np

from theory.validation.told import told

if TYPE_CHECKING:
    from proofs.core.statement import Statement

Array = np.ndarray


@told
@dataclass(frozen=True)
class Sides:
    """What was observed and what is claimed for one instance, with the numerical error of each (absolute).

    `scale` is the natural size of the quantity, against which the resolution is held; by default the larger side.
    `letters`: where in the statement's domain the instance is, if it says so.
    Arrays are compared entry by entry.
    """

    observed: Any
    claimed: Any
    observed_error: Any = 0.0
    claimed_error: Any = 0.0
    scale: Any = None
    letters: Mapping[str, Any] | None = None

    @property
    def tolerance(self) -> Array:
        """Numerical error of both sides and of their last digits."""
        size = self._size()
        rounding = 8 * np.finfo(float).eps * np.where(np.isfinite(size), size, 0.0)
        return np.asarray(self.observed_error, float) + np.asarray(self.claimed_error, float) + rounding

    def _size(self) -> Array:
        return np.maximum(np.abs(np.asarray(self.observed, float)), np.abs(np.asarray(self.claimed, float)))

    def coarse(self, resolution: float) -> bool:
        """Whether the tolerance exceeds the resolution, so that the instance decides nothing."""
        size = np.abs(np.asarray(self.scale, float)) if self.scale is not None else self._size()
        finite = np.isfinite(size)
        return bool(np.any(np.where(finite, self.tolerance > resolution * np.where(finite, size, 1.0) + 1e-300, False)))

    def undefined(self) -> bool:
        """Whether either side holds a NaN."""
        return bool(np.isnan(np.asarray(self.observed, float)).any() or np.isnan(np.asarray(self.claimed, float)).any())

    def agree(self, relation: str) -> bool:
        """Whether observed `relation` claimed, up to the tolerance, in every entry."""
        observed, claimed = np.asarray(self.observed, float), np.asarray(self.claimed, float)
        same = observed == claimed
        with np.errstate(invalid="ignore"):
            gap = np.where(same, 0.0, observed - claimed)
        tolerance = np.where(np.isfinite(gap), self.tolerance, 0.0)
        if relation == "<=":
            return bool(np.all(gap <= tolerance))
        if relation == ">=":
            return bool(np.all(gap >= -tolerance))
        return bool(np.all(np.abs(gap) <= tolerance))

    def margin(self, relation: str) -> tuple[float, float]:
        """How far an inequality is from failing, and the natural size of what is compared, in the entry where it is closest."""
        observed, claimed = np.asarray(self.observed, float), np.asarray(self.claimed, float)
        with np.errstate(invalid="ignore"):
            room = np.where(observed == claimed, 0.0, claimed - observed if relation == "<=" else observed - claimed)
        size = np.abs(np.asarray(self.scale, float)) if self.scale is not None else self._size()
        size = np.broadcast_to(np.where(np.isfinite(size) & (size > 0), size, 1.0), np.shape(room))
        room = room + np.where(np.isfinite(room), self.tolerance, 0.0)
        worst = np.argmin(room / size)
        return float(np.ravel(room)[worst]), float(np.ravel(size)[worst])


def off_by(value: Any, relative: float) -> Any:
    """`value` × (1 + relative), entry by entry; a zero becomes `relative`, an infinity a huge finite number."""
    array = np.asarray(value, float)
    wrong = np.where(array == 0, relative, np.where(np.isinf(array), np.sign(array) * 1e6, array * (1 + relative)))
    return wrong if wrong.ndim else float(wrong)


@told
@dataclass(frozen=True)
class Scaled:
    """What is claimed × (1 + relative)."""

    claimed: Callable[..., Any]
    relative: float

    def __call__(self, *arguments: Any, **named: Any) -> Any:
        return off_by(self.claimed(*arguments, **named), self.relative)

    def known(self, sides: Sides) -> Sides:
        """The sides of an instance with this in place of what is claimed, which is known there."""
        return replace(sides, claimed=off_by(sides.claimed, self.relative))


@told
@dataclass(frozen=True)
class Moved:
    """What is claimed, at wrong letters; called without letters, by a check that tells none, it raises ValueError."""

    claimed: Callable[..., Any]
    letters: Mapping[str, Callable[..., Any]]

    def __call__(self, *arguments: Any) -> Any:
        raise ValueError(
            "the check tells no letters, so that a wrong letter cannot be put in: expected `claimed=` as well"
        )

    def instead(self, letters: Mapping[str, Any]) -> dict[str, Any]:
        """The letters with the wrong ones in their places."""
        return {name: _like(v, self.letters[name](v)) if name in self.letters else v for name, v in letters.items()}


def _like(value: Any, moved: Any) -> Any:
    """A moved letter: an integer where it was one and still is."""
    number = float(moved)
    return int(number) if isinstance(value, int | np.integer) and number.is_integer() else number


def compared(
    seen: Callable[..., Any],
    statement: Statement,
    at: str | Callable[..., Any] | None,
    error: Any,
    claimed_error: Any,
    scale: Any,
) -> Callable[..., Sides]:
    """`(claimed, instance) -> Sides` with the observed side in double precision, what is claimed called where `seen` has been.

    What was observed at the instance before may be handed in as `known`, to be held against something else. Raises ValueError for a name in `at` that is no parameter of `seen`; what it returns, where `seen` tells more or
    fewer letters than the statement has.
    """
    picked = _picked(seen, at)

    @wraps(seen)
    def both(claimed: Callable[..., Any], instance: Any, known: Sides | None = None) -> Sides:
        from proofs.words.arithmetic import DOUBLE

        parts = _parts(instance)
        value, letters = (known.observed, known.letters) if known else _told(seen(DOUBLE, *parts), statement)
        arguments = picked(*parts) if letters is None else ()
        if letters is None and statement.named and len(arguments) == len(statement.named):
            letters = dict(zip(statement.named, arguments, strict=True))
        if letters is not None and isinstance(claimed, Moved):
            letters, claimed = claimed.instead(letters), claimed.claimed
            arguments = statement.arguments(letters)
        arguments = arguments or statement.arguments(letters or {})
        seen_value, size = np.asarray(value, float), _at(scale, parts)
        wide = np.abs(seen_value) if size is None else size
        told = (_at(error, parts) * wide, _at(claimed_error, parts) * wide)
        return Sides(seen_value, claimed(*arguments), *told, size, letters)

    return both


def _picked(seen: Callable[..., Any], at: str | Callable[..., Any] | None) -> Callable[..., tuple[Any, ...]]:
    """What the claimed function is called with for an instance that tells no letters."""
    if at is None:
        return lambda *parts: parts
    if callable(at):
        return lambda *parts: made if isinstance(made := at(*parts), tuple) else (made,)
    named = list(inspect.signature(seen).parameters)[1:]
    places = [named.index(name) for name in at.split()]
    return lambda *parts: tuple(parts[place] for place in places)


def _told(value: Any, statement: Statement) -> tuple[Any, dict[str, Any] | None]:
    """What was observed, and the letters that are told after it."""
    if not isinstance(value, tuple):
        return value, None
    observed, *letters = value
    if len(letters) != len(statement.told):
        expected = ", ".join(("what was observed", *statement.told))
        raise ValueError(f"seen: expected {expected}, got {len(value)} values")
    return observed, dict(zip(statement.told, letters, strict=True))


def spread(confirm: Callable[..., Any]) -> Callable[[Any], Any]:
    """`confirm(*parts)` as a function of the instance."""
    return lambda instance: confirm(*_parts(instance))


def precisely(observed: Callable[..., Any]) -> Callable[[Any], Any]:
    """`confirm(instance)`: the observed side at 50 digits, the instance's plain floats turned into exact numbers."""

    def confirm(instance: Any) -> Any:
        from proofs.words.arithmetic import PRECISE

        with PRECISE.digits():
            exact = [PRECISE.number(v) if isinstance(v, float) else v for v in _parts(instance)]
            value = observed(PRECISE, *exact)
            return np.asarray(value[0] if isinstance(value, tuple) else value, dtype=object)

    return confirm


def _parts(instance: Any) -> tuple[Any, ...]:
    """A tuple is spread over the arguments; anything else, a named tuple too, is one argument."""
    return instance if type(instance) is tuple else (instance,)


def _at(value: Any, parts: tuple[Any, ...]) -> Any:
    return value(*parts) if callable(value) else value
