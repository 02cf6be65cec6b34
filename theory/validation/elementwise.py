"""Functions of several arrays, element by element: arrays that do not fit one another are named."""

import inspect
from collections.abc import Callable, Iterable
from functools import wraps
from typing import Any, ParamSpec, TypeVar

import numpy as np

from theory.validation.inputs import reject

P = ParamSpec("P")
T = TypeVar("T")
FIT = "arrays whose shapes fit one another"


def elementwise(function: Callable[P, T]) -> Callable[P, T]:
    """The function, whose ValueError names the arguments and their shapes where numpy finds that these cannot be broadcast."""

    @wraps(function)
    def named(*args: P.args, **kwargs: P.kwargs) -> T:
        try:
            return function(*args, **kwargs)
        except ValueError as error:
            if "broadcast" not in str(error) and FIT not in str(error):
                raise
            shapes = _shapes(inspect.signature(function).bind(*args, **kwargs).arguments)
            if _fit(shapes.values()):  # what does not is none of these
                raise
        return reject(", ".join(shapes), FIT, tuple(shapes.values()))

    return named


def _fit(shapes: Iterable[tuple[int, ...]]) -> bool:
    try:
        np.broadcast_shapes(*shapes)
    except ValueError:
        return False
    return True


def _shapes(arguments: dict[str, Any]) -> dict[str, tuple[int, ...]]:
    """Of the arguments that are more than one number."""
    return {name: shape for name, value in arguments.items() if (shape := np.shape(value))}
