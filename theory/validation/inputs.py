"""Every public function checks its arguments here, once, and trusts them afterwards.

A bad argument raises `ValueError` in one form, ``NAME: expected WHAT, got THIS``.  Checked values come back
as plain floats, ints or float64 arrays.

Numbers of a formula are of a size at which a formula is true of floats too: none beyond 1e75, and what must be positive
not below 1e-75, so that squares, their products and their quotients are floats. What is computed in units of its own, a
mixture for one, takes every float: ``within=np.inf``.
"""

import math
from collections.abc import Collection
from typing import Any, NoReturn, TypeVar

import numpy as np
from numpy.typing import ArrayLike, NDArray

Array = NDArray[np.float64]
Kind = TypeVar("Kind")

LARGEST = 1e75
"""How large a number of a formula may be: its fourth power is a float."""
SUM_TOLERANCE = 1e-9  # how far from one a set of weights may sum before it is called wrong


def reject(name: str, expected: str, got: object) -> NoReturn:
    """Raise the `ValueError` that all of them raise."""
    try:
        shown = repr(got)
    except Exception:  # what a stranger's object raises: Python itself does for an integer of 5,000 digits
        shown = f"a {type(got).__name__} that cannot be written"
    raise ValueError(f"{name}: expected {expected}, got {shown if len(shown) < 200 else shown[:200] + '…'}")


def floats(name: str, value: object, expected: str = "real numbers") -> Array:
    """A float64 array of the same numbers, whatever holds them: no text, nothing complex or masked, none beyond any float.

    Of a tensor none that requires grad: its history would be lost without a word.
    """
    try:
        given = np.asanyarray(value)
        mixed = given.dtype.kind == "O" and any(isinstance(x, str | bytes) for x in given.flat)
        if given.dtype.kind not in "biufO" or mixed or np.ma.is_masked(given):
            reject(name, expected, value)
        with np.errstate(over="ignore"):  # a longdouble beyond any float is infinite
            return np.asarray(given, dtype=np.float64)
    except Exception:  # whatever a stranger's object raises when it is asked for its numbers
        reject(name, expected, value)


def array(name: str, value: ArrayLike, ndim: int | None = None, *, within: float = LARGEST) -> Array:
    """A float64 array, non-empty, of `ndim` dimensions if given, finite and not larger than `within`."""
    a = floats(name, value)
    if ndim is not None and a.ndim != ndim:
        reject(name, f"an array of {ndim} dimension(s)", f"shape {a.shape}")
    if a.size == 0:
        reject(name, "at least one element", value)
    if not np.isfinite(a).all():
        reject(name, "finite numbers", value)
    return _within(name, a, within)


def points(name: str, value: ArrayLike, dim: int, *, within: float = LARGEST) -> Array:
    """Points of R^dim: an array whose last axis has length `dim`; no NaN."""
    a = floats(name, value)
    if a.ndim == 0 or a.shape[-1] != dim:
        reject(name, f"points with a last axis of length {dim}", f"shape {a.shape}")
    return numbers(name, a, within=within)


def numbers(name: str, value: ArrayLike, *, within: float = LARGEST) -> Array:
    """Real numbers of any shape, empty and infinite allowed, NaN not."""
    a = floats(name, value)
    if np.isnan(a).any():
        reject(name, "numbers without NaN", value)
    return _within(name, a, within)


def _within(name: str, a: Array, most: float) -> Array:
    """Numbers that are infinite or not larger than `most`."""
    too_large = (np.abs(a) > most) & np.isfinite(a)
    return reject(name, f"numbers from -{most:g} to {most:g}", a) if too_large.any() else a


def real(name: str, value: object, *, within: float = LARGEST) -> float:
    """A finite real number, not larger than `within`."""
    if type(value) is not float:
        a = floats(name, value, "a real number")
        value = float(a) if a.ndim == 0 else reject(name, "a real number", value)
    if not math.isfinite(value):
        reject(name, "a finite number", value)
    return value if abs(value) <= within else reject(name, f"a number from -{within:g} to {within:g}", value)


def positive(name: str, value: object) -> float:
    """A number above zero, from 1e-75 to 1e75."""
    x = real(name, value)
    if x <= 0:
        reject(name, "a number > 0", value)
    return x if x >= 1 / LARGEST else reject(name, f"a number >= {1 / LARGEST:g}", value)


def nonnegative(name: str, value: object, *, within: float = LARGEST) -> float:
    """A finite number, zero or above, not larger than `within`."""
    x = real(name, value, within=within)
    return x if x >= 0 else reject(name, "a number >= 0", value)


def between(name: str, value: object, low: float, high: float, *, open: bool = False) -> float:
    """A number in [low, high], or in (low, high) where `open`."""
    x = real(name, value)
    inside = low < x < high if open else low <= x <= high
    return (
        x if inside else reject(name, f"a number in {'(' if open else '['}{low}, {high}{')' if open else ']'}", value)
    )


def integer(name: str, value: object, least: int, most: int = 2**53) -> int:
    """An integer from `least` to `most`: to what memory and patience bear, or else what a float can count."""
    if isinstance(value, (bool, np.bool_, np.timedelta64)) or not isinstance(value, (int, np.integer)) or value < least:
        reject(name, f"an integer >= {least}", value)
    return int(value) if value <= most else reject(name, f"an integer <= {most}", value)


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


def called(name: str, function: object, x: Array, of: tuple[int, ...] | None = None) -> Array:
    """What a function that came in says at x: numbers of the shape `of`, or of that of x; no NaN, and nothing raised."""
    if not callable(function):
        reject(name, "a function", function)
    try:
        values: Any = function(x)
    except Exception as error:  # whatever a stranger's function raises
        reject(name, f"a function of an array of shape {x.shape}", error)
    y, shape = numbers(f"{name}(x)", values), x.shape if of is None else of
    return y if y.shape == shape else reject(f"{name}(x)", f"shape {shape}", f"shape {y.shape}")


def weights(name: str, value: ArrayLike) -> Array:
    """Non-negative numbers that sum to one within 1e-9, returned with sum one."""
    w = array(name, value, ndim=1)
    if (w < 0).any():
        reject(name, "no negative weight", value)
    if not sum_to_one(value, w):
        reject(name, f"a sum of one within {SUM_TOLERANCE}", value)
    return w / w.sum()


def sum_to_one(value: object, w: Array, axis: int | None = None) -> bool:
    """Whether numbers `w` sum to one, within 1e-9 or what as many of the precision that `value` has lose when summed."""
    given = np.asanyarray(value)
    count = w.size if axis is None else w.shape[axis]
    lost = np.finfo(given.dtype).eps * (2 + np.log2(count)) if given.dtype.kind == "f" else 0.0
    total = np.minimum(w, 2).sum(axis)  # two is too much already, and cannot overflow
    return bool(np.all(abs(total - 1) <= max(SUM_TOLERANCE, float(lost))))


def generator(name: str, value: object) -> np.random.Generator:
    """A numpy `Generator`, or the one that a seed starts."""
    if isinstance(value, np.random.Generator):
        return value
    return np.random.default_rng(integer(name, value, 0, 2**128))
