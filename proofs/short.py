"""The short form of a check: from an observed side alone to what the harness of proofs.check runs."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

import numpy as np

from proofs.sides import Sides


def sides(
    observed: Callable[..., Any], error: Any, claimed_error: Any, scale: Any, call: Callable[..., Any] | None
) -> Callable[..., Sides]:
    """`(claimed, instance) -> Sides` with the observed side in double precision."""

    @wraps(observed)
    def both(claimed: Callable[..., Any], instance: Any) -> Sides:
        from proofs.arithmetic import DOUBLE

        parts = _parts(instance)
        seen = np.asarray(observed(DOUBLE, *parts), float)
        value = call(claimed, *parts) if call else claimed(*parts)
        size = np.abs(seen) if scale is None else _at(scale, parts)
        return Sides(seen, value, _at(error, parts) * size, _at(claimed_error, parts) * size, _at(scale, parts))

    return both


def precisely(observed: Callable[..., Any]) -> Callable[[Any], Any]:
    """`confirm(instance)`: the observed side at 50 digits, the instance's plain floats turned into exact numbers."""

    def confirm(instance: Any) -> Any:
        from proofs.arithmetic import PRECISE

        with PRECISE.digits():
            exact = [PRECISE.number(v) if isinstance(v, float) else v for v in _parts(instance)]
            return np.asarray(observed(PRECISE, *exact), dtype=object)

    return confirm


def _parts(instance: Any) -> tuple[Any, ...]:
    """A tuple is spread over the arguments; anything else, a named tuple too, is one argument."""
    return instance if type(instance) is tuple else (instance,)


def _at(value: Any, parts: tuple[Any, ...]) -> Any:
    return value(*parts) if callable(value) else value
