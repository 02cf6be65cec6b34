"""The two sides of one compared instance, and the comparison: one place decides what a relation means.

Kept apart from the check runner so that claims can import it without importing Hypothesis.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import Any

import numpy as np

Array = np.ndarray


@dataclass(frozen=True)
class Sides:
    """What was observed and what is claimed for one instance, with the numerical error of each (absolute).

    `scale` is the natural size of the quantity, against which the resolution is held; by default the larger side.
    Arrays are compared entry by entry.
    """

    observed: Any
    claimed: Any
    observed_error: Any = 0.0
    claimed_error: Any = 0.0
    scale: Any = None

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


def off_by(value: Any, relative: float) -> Any:
    """`value` × (1 + relative), entry by entry; a zero becomes `relative`, an infinity a huge finite number."""
    array = np.asarray(value, float)
    wrong = np.where(array == 0, relative, np.where(np.isinf(array), np.sign(array) * 1e6, array * (1 + relative)))
    return wrong if wrong.ndim else float(wrong)


def off_by_relative(claimed: Callable[..., Any], relative: float) -> Callable[..., Any]:
    """`claimed`, with every value of it `off_by` so much."""
    return lambda *args, **kwargs: off_by(claimed(*args, **kwargs), relative)


def sides(
    observed: Callable[..., Any], error: Any, claimed_error: Any, scale: Any, call: Callable[..., Any] | None
) -> Callable[..., Sides]:
    """`(claimed, instance) -> Sides` with the observed side in double precision."""

    @wraps(observed)
    def both(claimed: Callable[..., Any], instance: Any) -> Sides:
        from proofs.words.arithmetic import DOUBLE

        parts = _parts(instance)
        seen = np.asarray(observed(DOUBLE, *parts), float)
        value = call(claimed, *parts) if call else claimed(*parts)
        size = np.abs(seen) if scale is None else _at(scale, parts)
        return Sides(seen, value, _at(error, parts) * size, _at(claimed_error, parts) * size, _at(scale, parts))

    return both


def precisely(observed: Callable[..., Any]) -> Callable[[Any], Any]:
    """`confirm(instance)`: the observed side at 50 digits, the instance's plain floats turned into exact numbers."""

    def confirm(instance: Any) -> Any:
        from proofs.words.arithmetic import PRECISE

        with PRECISE.digits():
            exact = [PRECISE.number(v) if isinstance(v, float) else v for v in _parts(instance)]
            return np.asarray(observed(PRECISE, *exact), dtype=object)

    return confirm


def _parts(instance: Any) -> tuple[Any, ...]:
    """A tuple is spread over the arguments; anything else, a named tuple too, is one argument."""
    return instance if type(instance) is tuple else (instance,)


def _at(value: Any, parts: tuple[Any, ...]) -> Any:
    return value(*parts) if callable(value) else value
