"""Laws in words: a target with its options, `ring:modes=8,std=0.02`, a mixture in a file, a function in a module.

What is written is held against the signature of the function that makes the target: names, kinds and what is missing. A
mixture is JSON of four keys,

    {"weights": [0.3, 0.7], "means": [[0, 0], [2, 1]], "stds": [0.1, 0.2]}

with `stds` (K,) or (K, D), or `covs` (K, D, D) in their place, and D from 1 to 16; without weights all are equal. Every
refusal begins with the argument's or the file's name.
"""

from __future__ import annotations

import inspect
import json
import os
import sys
from collections.abc import Callable, Mapping
from difflib import get_close_matches
from importlib import import_module
from pathlib import Path
from typing import Any, get_args, get_origin, get_type_hints

import numpy as np

from proofs.run.surroundings import cause
from theory import GaussianMixture
from theory.validation.inputs import reject
from toys.targets.target import Target

KEYS = ("weights", "means", "stds", "covs")
LARGEST = 16
"""Dimensions of a mixture that samples are held against."""


def target(argument: str, written: str) -> Target:
    """The target of `toys.targets` that is written as NAME or NAME:OPTION=VALUE,OPTION=VALUE.

    Raises ValueError for an unknown name or option, with those that there are, a value of another kind, and what is missing.
    """
    from toys import targets

    makers = {name: getattr(targets, name) for name in dir(targets) if inspect.isfunction(getattr(targets, name))}
    name, colon, rest = written.partition(":")
    if name not in makers:
        raise ValueError(f"{argument}: expected one of {', '.join(makers)}, got {name!r}{_near(name, makers)}")
    if colon and not rest.strip():
        raise ValueError(f"{argument}: expected options after the colon, as in ring:modes=8,std=0.02, got {written!r}")
    kinds = _kinds(makers[name])
    options = dict(_option(argument, name, part, kinds) for part in rest.split(",")) if rest else {}
    parameters = inspect.signature(makers[name]).parameters.values()
    missing = [p.name for p in parameters if p.default is p.empty and p.name not in options]
    if missing:
        example = ",".join(f"{m}=…" for m in missing)
        raise ValueError(f"{argument}: expected {name}:{example}, got {written!r} without {' and '.join(missing)}")
    try:
        return makers[name](**options)
    except ValueError as error:
        raise ValueError(f"{argument}: {name}: {error}") from error


def mixture(argument: str, value: object) -> GaussianMixture:
    """The mixture that is one, or is written in a mapping or in a JSON file at a path.

    Raises ValueError, naming the argument or the file, for what is no mixture of 1 to 16 dimensions.
    """
    if isinstance(value, GaussianMixture):
        return _narrow(argument, value)
    if isinstance(value, str | os.PathLike):
        argument, value = os.fspath(value), _json(os.fspath(value))
    if not isinstance(value, Mapping):
        keys = 'an object with "means", "weights", and "stds" or "covs"'
        reject(argument, keys, value if isinstance(value, list | str | int | float | None) else type(value).__name__)
    for key in value:
        if key not in KEYS:
            raise ValueError(f"{argument}: expected the keys {', '.join(KEYS)}, got {key!r}{_near(key, KEYS)}")
    if "means" not in value or ("stds" in value) == ("covs" in value):
        there = ", ".join(map(repr, value)) or "none"
        raise ValueError(f'{argument}: expected the key "means", and one of "stds" and "covs", got {there}')
    try:
        return _narrow(argument, _made(value))
    except ValueError as error:
        prefix = "" if str(error).startswith(f"{argument}: ") else f"{argument}: "
        raise ValueError(f"{prefix}{error}") from error


def function(argument: str, written: str) -> Callable[[Any], Any]:
    """What `package.module:function` names, looked for in the working folder too.

    Raises ValueError where there is no such module, it does not import, or holds no such function.
    """
    module, colon, name = written.partition(":")
    if not colon or not all(part.isidentifier() for part in (*module.split("."), *name.split("."))):
        raise ValueError(f"{argument}: expected package.module:function, got {written!r}")
    sys.path.insert(0, os.getcwd())
    try:
        found: Any = import_module(module)
        for part in name.split("."):
            found = getattr(found, part)
    except Exception as error:  # whatever a stranger's module raises
        raise ValueError(
            f"{argument}: expected a function that can be imported, got {written!r} ({type(error).__name__}: {error})"
        ) from error
    finally:
        sys.path.remove(os.getcwd())
    if not callable(found):
        reject(argument, f"a function under {written!r}", found)
    return found


def _near(name: str, known: Any) -> str:
    near = get_close_matches(str(name), list(known), n=1)
    return f"; did you mean {near[0]!r}?" if near else ""


# --- options --------------------------------------------------------------------------------------------------------------


def _kinds(maker: Callable[..., Any]) -> dict[str, Any]:
    """The type of every option of a target, by its name."""
    hints = get_type_hints(inspect.unwrap(maker))
    return {name: hints.get(name, float) for name in inspect.signature(maker).parameters}


def _option(argument: str, name: str, part: str, kinds: Mapping[str, Any]) -> tuple[str, Any]:
    key, equals, value = (piece.strip() for piece in part.partition("="))
    if not equals:
        raise ValueError(f"{argument}: expected OPTION=VALUE, got {part.strip()!r} in the options of {name}")
    if key not in kinds:
        known = ", ".join(kinds) if kinds else "none"
        raise ValueError(f"{argument}: expected an option of {name} ({known}), got {key!r}{_near(key, kinds)}")
    return key, _value(f"{argument}: {name}: {key}", value, kinds[key])


def _value(name: str, text: str, kind: Any) -> Any:
    """The text as what the signature says: an integer, a number, or several with / between them."""
    if get_origin(kind) is tuple:
        parts = text.split("/")
        if len(parts) != len(get_args(kind)):
            raise ValueError(f"{name}: expected {len(get_args(kind))} numbers with / between them, got {text!r}")
        return tuple(_value(name, part.strip(), one) for part, one in zip(parts, get_args(kind), strict=True))
    try:
        return kind(text)
    except (TypeError, ValueError) as error:
        raise ValueError(f"{name}: expected {'an integer' if kind is int else 'a number'}, got {text!r}") from error


# --- mixtures -------------------------------------------------------------------------------------------------------------


def _json(path: str) -> Any:
    try:
        return json.loads(Path(path).read_text(encoding="utf-8-sig"))
    except OSError as error:
        raise ValueError(f"{path}: expected a file that can be read, got {cause(error)}") from error
    except (ValueError, RecursionError) as error:
        raise ValueError(f"{path}: expected JSON, got {' '.join(str(error).split())[:160]}") from error


def _made(value: Mapping[str, Any]) -> GaussianMixture:
    """The mixture of a mapping; one dimension is the line, whether its means are numbers or rows of one."""
    means = _array("means", value["means"])
    if means.ndim not in (1, 2) or not means.size:
        reject("means", "K numbers, or K rows of D numbers", f"shape {means.shape}")
    weights = value.get("weights", [1 / len(means)] * len(means))
    spread = {key: _array(key, value[key]) for key in ("stds", "covs") if key in value}
    if means.ndim == 2 and means.shape[1] == 1:
        means = means[:, 0]
    if means.ndim == 1:
        ((key, array),) = spread.items()
        spread = {"stds": _on_the_line(key, array, len(means))}
    return GaussianMixture(weights, means, **spread)


def _array(name: str, value: Any) -> np.ndarray:
    """Numbers of the one depth; rows of several lengths are none."""
    try:
        array = np.array(value)
    except ValueError:
        reject(name, "rows of one length", value)
    if array.dtype.kind not in "iuf":
        reject(name, "numbers", value)
    return array.astype(float)


def _on_the_line(key: str, array: np.ndarray, count: int) -> np.ndarray:
    """Deviations (K,) in one dimension, of deviations or variances in any of the shapes that say it."""
    if array.size != count:
        reject(key, f"{count} numbers, one a mean", f"shape {array.shape}")
    if key == "covs" and not (array > 0).all():
        reject(key, "variances > 0", array.tolist())
    return np.sqrt(array.ravel()) if key == "covs" else array.ravel()


def _narrow(argument: str, law: GaussianMixture) -> GaussianMixture:
    if law.dim > LARGEST:
        reject(argument, f"a mixture of 1 to {LARGEST} dimensions", f"{law.dim} dimensions")
    return law
