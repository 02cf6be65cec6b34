"""Arrays whose entries must lie in an interval."""

import numpy as np
from numpy.typing import ArrayLike

from theory.validation.inputs import LARGEST, Array, array, reject


def above(name: str, value: ArrayLike, low: float = 0.0, *, within: float = LARGEST) -> Array:
    """Finite numbers > low, of any shape, not larger than `within`; of those above zero none below 1e-75."""
    a = array(name, value, within=within)
    if not np.all(a > low):
        reject(name, f"numbers > {low}", value)
    return a if low or np.all(a >= 1 / LARGEST) else reject(name, f"numbers >= {1 / LARGEST:g}", value)


def at_least(name: str, value: ArrayLike, low: float = 0.0) -> Array:
    """Finite numbers ≥ low, of any shape."""
    a = array(name, value)
    return a if np.all(a >= low) else reject(name, f"numbers >= {low}", value)


def strictly_between(name: str, value: ArrayLike, low: float, high: float) -> Array:
    """Numbers in the open interval (low, high), of any shape."""
    a = array(name, value)
    return a if np.all((a > low) & (a < high)) else reject(name, f"numbers in ({low}, {high})", value)


def from_below(name: str, value: ArrayLike, low: float, high: float) -> Array:
    """Numbers in the half-open interval [low, high), of any shape."""
    a = array(name, value)
    return a if np.all((a >= low) & (a < high)) else reject(name, f"numbers in [{low}, {high})", value)


def from_to(name: str, value: ArrayLike, low: float, high: float) -> Array:
    """Numbers in the closed interval [low, high], of any shape."""
    a = array(name, value)
    return a if np.all((a >= low) & (a <= high)) else reject(name, f"numbers in [{low}, {high}]", value)
