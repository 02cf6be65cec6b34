"""What became of a call: a right value, a refusal that names the argument, or a fault."""

import dataclasses
import re
import warnings
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

import numpy as np

from proofs.laws import LawBroken
from tests.fuzz.doors import Door
from tests.fuzz.hostile import REFUSAL


class Outcome(NamedTuple):
    """`kind` is right, infinite, refused or fault; `detail` says more."""

    kind: str
    detail: str = ""


NOTHING = object()


def judged(door: Door, changed: Mapping[str, Any], plain: Any = NOTHING) -> Outcome:
    """What becomes of the right call with some arguments changed; `plain` is what it gives where they only look different."""
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        try:
            value = door({**door.right(), **changed})
            numbers = list(leaves(value))
        except LawBroken:
            return Outcome("right", "the law is broken")
        except (ValueError, TypeError) as error:
            return Outcome("refused") if names(door, str(error), changed) else fault(error)
        except Exception as error:
            return fault(error)
    if "nan" not in door.said and any(np.isnan(x).any() for x in numbers):
        return Outcome("fault", f"NaN in {str(value)[:100]}")
    infinite = any(np.isinf(x).any() for x in numbers)
    if infinite and not re.search("∞|inf|diverge", door.said):
        return Outcome("fault", f"an infinity that is not documented, in {str(value)[:100]}")
    if plain is not NOTHING and not alike(numbers, list(leaves(plain))):
        return Outcome("fault", f"the same numbers give {str(value)[:60]} where they gave {str(plain)[:60]}")
    return Outcome("infinite" if infinite else "right")


def fault(error: Exception) -> Outcome:
    """With the line of ours that it was raised in."""
    trace, where = error.__traceback__, ""
    while trace is not None:
        path = trace.tb_frame.f_code.co_filename
        if "site-packages" not in path and re.search("/(theory|toys|proofs)/", path):
            where = f"{re.sub('.*/(?=(theory|toys|proofs)/)', '', path)}:{trace.tb_lineno}"
        trace = trace.tb_next
    return Outcome("fault", f"{type(error).__name__} at {where}: {' '.join(str(error).split())[:160]}")


def names(door: Door, message: str, changed: Mapping[str, Any]) -> bool:
    """Whether a refusal begins with an argument of the function, `NAME…: expected`, and says what was expected."""
    if "of_function.<locals>" in message or message == REFUSAL:  # it came from the function that was given, and says so
        return True
    head, colon, rest = message.partition(":")
    words = set(re.findall(r"\w+", head.lower()))
    known = {name.lower() for name in (*door.names, *changed)}
    return bool(colon) and bool(words & known) and "expected" in rest


def leaves(value: Any, depth: int = 0) -> Iterator[np.ndarray]:
    """The arrays of real numbers in a value, whatever holds them."""
    if depth > 6 or isinstance(value, str | bytes | type) or value is None:
        return
    if hasattr(value, "detach"):
        value = value.detach().cpu().numpy()
    if isinstance(value, np.ndarray | np.generic | float | complex) and np.asarray(value).dtype.kind in "fc":
        yield np.asarray(value)
    elif isinstance(value, Mapping):
        for part in value.values():
            yield from leaves(part, depth + 1)
    elif isinstance(value, list | tuple):
        for part in value:
            yield from leaves(part, depth + 1)
    elif dataclasses.is_dataclass(value):
        for field in dataclasses.fields(value):
            yield from leaves(getattr(value, field.name), depth + 1)


def alike(found: list[np.ndarray], plain: list[np.ndarray]) -> bool:
    """Whether numbers are the same up to the order of their sums."""
    pairs = list(zip(found, plain, strict=False))
    return len(found) == len(plain) and all(
        a.shape == b.shape and np.allclose(a, b, rtol=1e-6, atol=1e-12, equal_nan=True) for a, b in pairs
    )
