"""Values as a sentence tells them: numbers, rows of them, and what a check was held against, without the signs of a program."""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Mapping
from typing import Any

import numpy as np

from theory import GaussianMixture

SIGNS = {"==": "", "<=": "≤ ", ">=": "≥ ", "trend": ""}
"""A relation before a number, as it is written."""
MOST = 24
"""Entries of a row that a sentence tells one by one; of a longer one the first and the last."""


def told(value: Any, digits: int | None = None, most: float = MOST) -> str:
    """A number, to `digits` significant ones or as exactly as it is; (1, 2) of a row, `a = 1, b = 2` of a mapping.

    most: entries of a row that are told one by one.
    """
    match value:
        case None:
            return "nothing"
        case bool() | np.bool_():
            return "yes" if bool(value) else "no"
        case str():
            return value
        case float() | np.floating():
            return number(float(value), digits)
        case int() | np.integer():
            return str(int(value))
        case np.ndarray() if value.ndim == 0:
            return told(value.item(), digits, most)
        case GaussianMixture():
            return _mixture(value, digits, most)
        case Mapping():
            return ", ".join(f"{told(name)} = {told(one, digits, most)}" for name, one in value.items()) or "nothing"
        case list() | tuple() | np.ndarray() | set() | frozenset():
            return _row(list(value), digits, most)
        case _:
            return _thing(value, digits, most)


def number(value: float, digits: int | None = None) -> str:
    """0.25, ∞, 1e-12; "no number" for NaN."""
    if math.isnan(value):
        return "no number"
    if math.isinf(value):
        return "∞" if value > 0 else "-∞"
    return repr(value) if digits is None else f"{value:.{digits}g}"


def placed(instance: Any, names: list[str], digits: int | None = None) -> str:
    """Where a check was held: `a = 1.2, s = 0.5` where every part has a name."""
    parts = instance if isinstance(instance, tuple) else (instance,)
    if len(names) != len(parts):
        return told(instance, digits)
    return ", ".join(f"{name} = {told(part, digits)}" for name, part in zip(names, parts, strict=True))


def _row(parts: list[Any], digits: int | None, most: float) -> str:
    if len(parts) == 1:
        return told(parts[0], digits, most)
    shown = [told(part, digits, most) for part in parts]
    if len(shown) > most:
        shown = [*shown[: MOST // 2], f"{len(shown) - MOST // 2 - 1} more", shown[-1]]
    return f"({', '.join(shown)})"


def _mixture(p: GaussianMixture, digits: int | None, most: float) -> str:
    spread = ("deviations", p.stds) if p.means.ndim == 1 else ("covariances", p.covs)
    parts = (("weights", p.weights), ("means", p.means), spread)
    return "a mixture of " + ", ".join(f"{name} {told(value, digits, most)}" for name, value in parts)


def _thing(value: Any, digits: int | None, most: float) -> str:
    """A record by its fields, a function by its name; of anything else what it is."""
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        fields = {field.name: getattr(value, field.name) for field in dataclasses.fields(value)}
        return f"{type(value).__name__} of {told(fields, digits, most)}"
    if name := getattr(value, "__name__", None):
        return str(name)
    text = str(value)
    return text if type(value).__str__ is not object.__str__ and "(" not in text else f"a {type(value).__name__}"
