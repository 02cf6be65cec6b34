"""Checks of arguments: bad input raises `ValueError` naming the argument, what was expected and what came.

A signature says what a door takes, and `door` holds callers to it: single numbers and integers, arrays of numbers and
how many axes they have, names, targets, learners, functions. What comes in as a number, however it is written, goes on as
a plain float or a float64 array. What else is asked of it (its sign, its size) the function asks itself. A dataclass is
held to its fields when it is made. Each of this is `theory.validation`, by annotation.
"""

from __future__ import annotations

import builtins
import inspect
import sys
import types
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import fields
from functools import cache, partial, wraps
from typing import Annotated, Any, Literal, ParamSpec, TypeVar, Union, get_args, get_origin

import numpy as np
from jaxtyping import AbstractArray
from numpy.typing import ArrayLike

from theory.validation import arrays
from theory.validation import inputs as valid
from theory.validation.unchanging import read_only

P = ParamSpec("P")
T = TypeVar("T")
Check = Callable[[str, Any], Any]
Extended = Annotated[float, "or infinite"]
MOST_DRAWN = 2**26
"""Numbers in one sample: half a gigabyte."""


def require(condition: bool, argument: str, expected: str, came: Any) -> None:
    """Raises ValueError, "argument: expected …, got …", unless `condition` holds."""
    if not condition:
        valid.reject(argument, expected, came)


def takes(function: Any, argument: str, expected: str, *args: Any, **named: Any) -> None:
    """`function` can be called with these arguments; raises ValueError otherwise. It is not called."""
    try:
        inspect.signature(function).bind(*args, **named)
    except (TypeError, ValueError):
        valid.reject(argument, expected, function)


def positive(value: ArrayLike, argument: str) -> None:
    """Every number in `value` is finite and above zero; raises ValueError otherwise, and where there is none."""
    arrays.above(argument, value)


def nonnegative(value: ArrayLike, argument: str) -> None:
    """Every number in `value` is finite and not below zero; raises ValueError otherwise, and where there is none."""
    arrays.at_least(argument, value)


def noise_levels(lowest: float, highest: float) -> None:
    """0 < lowest ≤ highest; raises ValueError otherwise."""
    positive(lowest, "lowest")
    positive(highest, "highest")
    require(lowest <= highest, "highest", f"at least lowest = {lowest}", highest)


def positive_integer(value: Any, argument: str) -> None:
    """`value` is an integer of at least one, no bool; raises ValueError otherwise."""
    valid.integer(argument, value, 1)


def choice(value: object, options: tuple[str, ...], argument: str) -> None:
    """`value` is one of `options`; raises ValueError, naming them, otherwise."""
    require(isinstance(value, str) and value in options, argument, f"one of {', '.join(options)}", value)


def door(function: Callable[P, T]) -> Callable[P, T]:
    """A function that refuses what its signature does not name, and is given plain numbers where it names numbers."""
    signature = inspect.signature(function)
    plain = [name for name, p in signature.parameters.items() if p.kind not in (p.VAR_POSITIONAL, p.VAR_KEYWORD)]

    @wraps(function)
    def checked(*args: P.args, **kwargs: P.kwargs) -> T:
        bound = signature.bind(*args, **kwargs)
        for name in plain:
            if name in bound.arguments:
                bound.arguments[name] = check(function, name)(name, bound.arguments[name])
        return function(*bound.args, **bound.kwargs)

    return checked


def held(owner: object) -> None:
    """The fields of a frozen dataclass as their annotations say, arrays read-only; raises ValueError naming one that is not."""
    for field in fields(owner):  # pyright: ignore[reportArgumentType]  whoever asks is one
        if not field.init:
            continue
        kind = next(kind for kind in type(owner).__mro__ if field.name in inspect.get_annotations(kind))
        value = check(kind, field.name)(field.name, getattr(owner, field.name))
        object.__setattr__(owner, field.name, read_only(value) if isinstance(value, np.ndarray) else value)


def shut(cls: type[T]) -> type[T]:
    """Make every public method of a class a door, but for what it inherits; its fields are held when it is made."""
    for name, method in list(vars(cls).items()):
        if inspect.isfunction(method) and not name.startswith("_"):
            setattr(cls, name, door({"sample": _bounded, "logpdf": _of_its_space}.get(name, _any_method)(method)))
    return hold(cls)


def _bounded(sample: Callable[..., T]) -> Callable[..., T]:
    """A sampler that is asked for no more numbers than fit."""

    @wraps(sample)
    def bounded(self: Any, n: int, *rest: Any, **options: Any) -> T:
        return sample(self, valid.integer("n", n, 0, MOST_DRAWN // self.dim), *rest, **options)

    return bounded


def _of_its_space(logpdf: Callable[..., T]) -> Callable[..., T]:
    """A density that is asked at rows of as many numbers as its space has dimensions."""

    @wraps(logpdf)
    def fitting(self: Any, x: Any) -> T:
        require(x.shape[1] == self.dim, "x", f"rows of {self.dim}", x.shape)
        return logpdf(self, x)

    return fitting


def _any_method(method: Callable[..., T]) -> Callable[..., T]:
    return method


_HOLDING = set[Any]()
"""What `hold` has put before: who inherits it needs no other."""


def hold(cls: type[T]) -> type[T]:
    """Have the fields of a dataclass to be held to their annotations before it looks at them itself."""
    own = getattr(cls, "__post_init__", None)

    def first(self: object) -> None:
        held(self)
        if own is not None:
            own(self)

    if own not in _HOLDING:
        _HOLDING.add(first)
        cls.__post_init__ = first  # pyright: ignore[reportAttributeAccessIssue]  dataclasses call it once made
    return cls


class _Names(Mapping[str, Any]):
    """What annotations name: what their module knows, and what it imports for its annotations alone."""

    def __init__(self, module: str) -> None:
        self.known = vars(sys.modules[module])

    def __getitem__(self, name: str) -> Any:
        if name in self.known or hasattr(builtins, name):
            return self.known.get(name) or getattr(builtins, name)
        import toys
        from toys.normalised_layers import NormalisedMLP
        from toys.train import Fitted

        return {"Fitted": Fitted, "NormalisedMLP": NormalisedMLP}.get(name) or getattr(toys, name, Any)

    def __iter__(self) -> Iterator[str]:
        return iter(self.known)

    def __len__(self) -> int:
        return len(self.known)


@cache
def check(owner: Any, name: str) -> Check:
    """What holds an argument of a function, or a field of a class, to its annotation."""
    said = owner.__annotations__.get(name, Any)
    try:
        return check_of(eval(said, {}, _Names(owner.__module__)) if isinstance(said, str) else said)
    except (AttributeError, TypeError):  # a stranger's class may name what only its type checker knows
        return _any


def check_of(hint: Any) -> Check:
    """What holds a value to a type."""
    origin, inner = get_origin(hint), get_args(hint)
    if isinstance(hint, type) and issubclass(hint, AbstractArray):
        return (
            partial(_array, kinds=set(hint.dtypes), dims=hint.dim_str.split())
            if hint.array_type is np.ndarray
            else _any
        )
    if origin is Literal:
        return lambda name, value: valid.choice(name, value, inner)
    if origin is Annotated:
        return _extended
    if hint in SINGLE:
        return SINGLE[hint]
    if origin in (Union, types.UnionType):
        return _union(inner)
    if origin in (tuple, Sequence):
        return partial(_sequence, kind=tuple if origin is tuple else list, parts=inner)
    if origin is Mapping or origin is dict:
        return lambda name, value: valid.instance(name, value, Mapping, "a mapping")
    if origin is Callable or hint is Callable:
        return lambda name, value: value if callable(value) else valid.reject(name, "a function", value)
    if isinstance(hint, type) and hint.__module__.startswith(("toys", "theory", "concurrent")):
        return lambda name, value: valid.instance(name, value, hint, f"a {hint.__name__}")
    return _any


def _any(name: str, value: Any) -> Any:
    return value


def _number(name: str, value: Any) -> float:
    """A single number, as it came where that is plain."""
    x = valid.real(name, value)
    return value if type(value) is int else x


def _extended(name: str, value: Any) -> float:
    """A single number, or an infinity."""
    return value if type(value) is float and abs(value) == np.inf else _number(name, value)


def _finite(name: str, value: Any) -> np.ndarray:
    """Finite numbers of any shape, none at all too."""
    a = valid.numbers(name, value)
    return a if np.isfinite(a).all() else valid.reject(name, "finite numbers", value)


def _array(name: str, value: Any, kinds: set[str], dims: list[str]) -> np.ndarray:
    """Numbers with as many axes as the shape names; integers and truths stay what they are."""
    if kinds <= {"bool", "bool_"}:
        a = np.asarray(value)
        require(a.dtype.kind == "b", name, "an array of True and False", value)
    elif not any(kind.startswith("float") for kind in kinds):
        a = valid.floats(name, value)
        require(bool((a % 1 == 0).all()), name, "integers", value)
        a = a.astype(int)
    else:
        a = _finite(name, value)
    many = any(dim.startswith(("*", "...")) for dim in dims)
    fits = a.ndim >= len(dims) - 1 if many else a.ndim == len(dims)
    require(fits, name, f"an array of {len(dims)} dimension(s)", f"shape {a.shape}")
    return a


def _union(inner: tuple[Any, ...]) -> Check:
    """One of several: nothing at all where None is one of them."""
    some = [check_of(part) for part in inner if part is not type(None)]
    optional = len(some) < len(inner)

    def first(name: str, value: Any) -> Any:
        if value is None and optional:
            return None
        for one in some[:-1]:
            try:
                return one(name, value)
            except ValueError:
                continue
        return some[-1](name, value)

    return first


def _hyper(name: str, value: Any) -> Any:
    """A number, or an array of them; as it came where that is plain, a list as what does not change."""
    a = valid.array(name, value)
    if type(value) is list:
        return tuple(value)
    if type(value) in (int, float, tuple) or (isinstance(value, np.ndarray) and value.dtype.kind in "fiu"):
        return value
    return float(a) if a.ndim == 0 else a


def _sequence(name: str, value: Any, kind: type, parts: tuple[Any, ...]) -> Any:
    """A tuple or a list, whatever sequence it was, of parts that are held to theirs."""
    if (
        isinstance(value, str | bytes | Mapping | set)
        or not hasattr(value, "__len__")
        or not hasattr(value, "__getitem__")
    ):
        valid.reject(name, "a sequence", value)
    if getattr(value, "ndim", 1) == 0:
        valid.reject(name, "a sequence", value)
    several = len(parts) != 2 or parts[1] is not Ellipsis
    if kind is tuple and several and len(value) != len(parts):
        valid.reject(name, f"{len(parts)} of them", value)
    each = parts if kind is tuple and several else [parts[0]] * len(value)
    return kind(check_of(part)(name, one) for part, one in zip(each, value, strict=True))


HYPER = float | Sequence[float] | np.ndarray
"""What `toys.learner.Hyper` stands for."""
SINGLE: dict[Any, Check] = {
    float: _number,
    int: lambda name, value: valid.integer(name, value, -(2**53)),
    bool: valid.flag,
    str: lambda name, value: valid.instance(name, value, str, "a text"),
    np.ndarray: _finite,
    ArrayLike: _finite,
    HYPER: _hyper,
    np.random.Generator: lambda name, value: valid.instance(name, value, np.random.Generator, "a numpy Generator"),
}
"""Types that stand for one thing."""
