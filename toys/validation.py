"""Checks of arguments: bad input raises `ValueError` naming the argument, what was expected and what came."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import ArrayLike


def require(condition: bool, argument: str, expected: str, came: Any) -> None:
    """Raises ValueError, "argument: expected …, got …", unless `condition` holds."""
    if not condition:
        raise ValueError(f"{argument}: expected {expected}, got {came!r}")


def positive(value: ArrayLike, argument: str) -> None:
    """Every number in `value` is finite and above zero; raises ValueError otherwise, and where there is none."""
    array = np.asarray(value, dtype=float)
    require(bool(array.size and (np.isfinite(array) & (array > 0)).all()), argument, "positive numbers", value)


def positive_integer(value: Any, argument: str) -> None:
    """`value` is an integer of at least one, no bool; raises ValueError otherwise."""
    whole = isinstance(value, int | np.integer) and not isinstance(value, bool)
    require(whole and bool(value >= 1), argument, "an integer of at least 1", value)


def choice(value: object, options: tuple[str, ...], argument: str) -> None:
    """`value` is one of `options`; raises ValueError, naming them, otherwise."""
    require(value in options, argument, f"one of {', '.join(options)}", value)
