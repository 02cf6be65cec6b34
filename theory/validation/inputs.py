"""Every public function checks its arguments here, once, and trusts them afterwards.

A bad argument raises `ValueError` in one form, ``NAME: expected WHAT, got THIS``.  Checked values come back
as plain floats, ints or float64 arrays.
"""

from collections.abc import Collection
from typing import NoReturn, TypeVar

import numpy as np
from numpy.typing import ArrayLike, NDArray

Array = NDArray[np.float64]
Kind = TypeVar("Kind")

SUM_TOLERANCE = 1e-9  # how far from one a set of weights may sum before it is called wrong


def reject(name: str, expected: str, got: object) -> NoReturn:
    """Raise the `ValueError` that all of them raise."""
    shown = repr(got)
    raise ValueError(f"{name}: expected {expected}, got {shown if len(shown) < 200 else shown[:200] + '…'}")


def array(name: str, value: ArrayLike, ndim: int | None = None, *, finite: bool = True) -> Array:
    """A float64 array, non-empty, of `ndim` dimensions if given, finite unless told otherwise."""
    try:
        a = np.asarray(value, dtype=np.float64)
    except (TypeError, ValueError):
        reject(name, "real numbers", value)
    if ndim is not None and a.ndim != ndim:
        reject(name, f"an array of {ndim} dimension(s)", f"shape {a.shape}")
    if a.size == 0:
        reject(name, "at least one element", value)
    if finite and not np.isfinite(a).all():
        reject(name, "finite numbers", value)
    return a


def points(name: str, value: ArrayLike, dim: int) -> Array:
    """Points of R^dim: an array whose last axis has length `dim`; no NaN."""
    try:
        a = np.asarray(value, dtype=np.float64)
    except (TypeError, ValueError):
        reject(name, "real numbers", value)
    if a.ndim == 0 or a.shape[-1] != dim:
        reject(name, f"points with a last axis of length {dim}", f"shape {a.shape}")
    return numbers(name, a)


def numbers(name: str, value: ArrayLike) -> Array:
    """Real numbers of any shape, empty and infinite allowed, NaN not."""
    try:
        a = np.asarray(value, dtype=np.float64)
    except (TypeError, ValueError):
        reject(name, "real numbers", value)
    if np.isnan(a).any():
        reject(name, "numbers without NaN", value)
    return a


def real(name: str, value: object) -> float:
    """A finite real number."""
    try:
        x = float(value)  # pyright: ignore[reportArgumentType]  what float does not take is rejected below
    except (TypeError, ValueError, OverflowError):
        reject(name, "a real number", value)
    if not np.isfinite(x):
        reject(name, "a finite number", value)
    return x


def positive(name: str, value: object) -> float:
    """A finite number above zero."""
    x = real(name, value)
    return x if x > 0 else reject(name, "a number > 0", value)


def nonnegative(name: str, value: object) -> float:
    """A finite number, zero or above."""
    x = real(name, value)
    return x if x >= 0 else reject(name, "a number >= 0", value)


def between(name: str, value: object, low: float, high: float, *, open: bool = False) -> float:
    """A number in [low, high], or in (low, high) where `open`."""
    x = real(name, value)
    inside = low < x < high if open else low <= x <= high
    return (
        x if inside else reject(name, f"a number in {'(' if open else '['}{low}, {high}{')' if open else ']'}", value)
    )


def integer(name: str, value: object, least: int) -> int:
    """An integer, `least` or above."""
    if isinstance(value, (bool, np.bool_)) or not isinstance(value, (int, np.integer)) or value < least:
        reject(name, f"an integer >= {least}", value)
    return int(value)


def flag(name: str, value: object) -> bool:
    """True or False."""
    return bool(value) if isinstance(value, (bool, np.bool_)) else reject(name, "True or False", value)


def instance(name: str, value: object, kind: type[Kind], expected: str) -> Kind:
    """An object of that class."""
    return value if isinstance(value, kind) else reject(name, expected, value)


def choice(name: str, value: object, allowed: Collection[str]) -> str:
    """One of the names allowed."""
    if not isinstance(value, str) or value not in allowed:
        reject(name, "one of " + ", ".join(sorted(allowed)), value)
    return value


def weights(name: str, value: ArrayLike) -> Array:
    """Non-negative numbers that sum to one within 1e-9, returned with sum one."""
    w = array(name, value, ndim=1)
    if (w < 0).any():
        reject(name, "no negative weight", value)
    if abs(w.sum() - 1) > SUM_TOLERANCE:
        reject(name, f"a sum of one within {SUM_TOLERANCE}", f"{value!r} with sum {w.sum()!r}")
    return w / w.sum()


def generator(name: str, value: object) -> np.random.Generator:
    """A numpy `Generator`, or the one that a seed starts."""
    if isinstance(value, np.random.Generator):
        return value
    return np.random.default_rng(integer(name, value, 0))
