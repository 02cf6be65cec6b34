"""The search for a violation of an inequality downhill: from the worst places seen, and from ones spread evenly.

Where the margin is small it is followed to where it is smallest, in all letters at once: a few random steps from every
start, which grow when they help and shrink when they do not (Rechenberg 1973), then from the lowest the simplex of Nelder &
Mead (1965), and where that has come to a smooth descent (Byrd et al. 1995). That finds what no draw hits: a violation of a
millionth on a ten-thousandth of a range, wherever the margin leads there.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from theory import GaussianMixture
from theory.validation.told import told

STARTS, STEPS = 20, 3
"""Places from which the search begins by either measure, the worst ones, and random steps from each."""
LOWEST, EACH = 2, 90
"""How many of them go on, and how often each is looked at for every number of which it is made."""
NUMBERS = 6
"""Places of more numbers than this go on by random steps."""
EVEN = 32
"""Instances spread evenly over what was drawn."""
CORNER = 1e-2
"""The least size of the first simplex."""
FIRST, GROWN, SHRUNK = 0.1, 1.6, 0.75
"""The size of the first step, relatively, and what becomes of it after a success and a failure."""

Margin = Callable[[Any], tuple[float, float]]
"""How far a place is from violating, and the size of what is compared there; infinite where there is none."""
Height = Callable[[Any], float]
Move = Callable[[Any, float, np.random.Generator], Any]
"""Another place, so near relatively."""


@told
@dataclass(frozen=True)
class Numbers:
    """Places as real numbers without bounds, and back."""

    of: Callable[[Any], list[float] | None]
    place: Callable[[Any, np.ndarray], Any]


def descend(
    margin: Margin, known: Sequence[tuple[float, float, Any]], numbers: Numbers, *, move: Move | None = None, seed: int = 0,
    lowest: int = LOWEST, each: int = EACH,
) -> Iterator[tuple[float, Any]]:  # fmt: skip
    """Places on the way down, each lower than what its search has seen before, from the worst of those `known` with their margins.

    Once the margin is measured by the size of what is compared there, for a violation where all is small or large; and once
    by what is usual, since a relative margin also falls where one side grows without bound.
    """
    draw, move = np.random.default_rng(seed), move or moved
    usual = float(np.median([size for room, size, _ in known if math.isfinite(room)] or [1.0])) or 1.0

    def relative(place: Any) -> float:
        room, size = margin(place)
        return room / size

    def absolute(place: Any) -> float:
        return margin(place)[0] / usual

    states = list[tuple[Height, list[Any]]]()
    for height, scale in ((relative, lambda size: size), (absolute, lambda _: usual)):
        heights = [(room / scale(size), k) for k, (room, size, _) in enumerate(known)]
        states += [(height, [low, known[k][2], FIRST]) for low, k in sorted(heights)[:STARTS]]
    for height, state in states:
        yield from _walk(height, state, move, draw, STEPS)
    for height in (relative, absolute):
        own = sorted((state for how, state in states if how is height), key=lambda s: s[0])
        for state in own[: max(1, lowest // 2)]:
            at = numbers.of(state[1])
            if at is None or not 0 < len(at) <= NUMBERS:
                yield from _walk(height, state, move, draw, each)
            elif math.isfinite(state[0]):
                yield from _to_the_bottom(height, state, at, numbers, each * len(at))


def _walk(
    height: Height, state: list[Any], move: Move, draw: np.random.Generator, steps: int
) -> Iterator[tuple[float, Any]]:
    for _ in range(steps):
        there = move(state[1], state[2], draw)
        low = height(there)
        if low < state[0]:
            state[:] = low, there, min(state[2] * GROWN, 1.0)
            yield low, there
        else:
            state[2] *= SHRUNK


def _to_the_bottom(
    height: Height, state: list[Any], at: list[float], numbers: Numbers, looks: int
) -> Iterator[tuple[float, Any]]:
    from scipy.optimize import minimize

    start, found, low = state[1], list[tuple[float, Any]](), state[0]

    def value(v: np.ndarray) -> float:
        nonlocal low
        there = numbers.place(start, v)
        here = height(there)
        if here < low:
            low = here
            found.append((here, there))
        return here if math.isfinite(here) else 1e300

    corners = np.array([at, *(np.array(at) + max(state[2], CORNER) * np.eye(len(at)))])
    options = {"initial_simplex": corners, "maxfev": 2 * looks // 3, "xatol": 1e-5, "fatol": 1e-9, "adaptive": True}
    near = minimize(value, at, method="Nelder-Mead", options=options).x
    minimize(value, near, method="L-BFGS-B", options={"maxfun": looks // 3, "ftol": 0.0, "gtol": 0.0})
    yield from found


def plain(value: Any) -> list[float] | None:
    """The floats of an instance that is made of plain numbers, positive ones as logarithms; None for any other."""
    parts = value if type(value) is tuple else (value,)
    if not all(isinstance(part, int | float) for part in parts):
        return None
    return [math.log(v) if v > 0 else v for v in parts if isinstance(v, float)]


def plain_again(start: Any, numbers: np.ndarray) -> Any:
    """The instance whose floats these are, like `start` in everything else."""
    parts, told = list(start if type(start) is tuple else (start,)), iter(numbers)
    for k, value in enumerate(parts):
        if isinstance(value, float):
            new = float(next(told))
            parts[k] = math.exp(min(new, 700.0)) if value > 0 else new
    return tuple(parts) if type(start) is tuple else parts[0]


PLAIN = Numbers(plain, plain_again)


def evenly(instances: list[Any], *, seed: int = 0) -> list[Any]:
    """Instances spread evenly between the least and the largest that were drawn, if they are plain numbers; else none."""
    from scipy.stats import qmc

    rows = [plain(instance) for instance in instances]
    known = [row for row in rows if row]
    if len(known) < len(rows) or not known or len({len(row) for row in known}) > 1:
        return []
    table = np.array(known)
    unit = qmc.Sobol(table.shape[1], rng=seed).random(EVEN)
    places = table.min(axis=0) + (table.max(axis=0) - table.min(axis=0)) * unit
    return [plain_again(instances[k % len(instances)], place) for k, place in enumerate(places)]


def moved(value: Any, near: float, draw: np.random.Generator) -> Any:
    """`value` with every float of it moved by up to `near` of itself; probabilities still add up to one."""
    if isinstance(value, float):
        return value * (1 + near * draw.uniform(-1, 1))
    if isinstance(value, np.ndarray) and value.dtype.kind == "f":
        there = value * (1 + near * draw.uniform(-1, 1, value.shape))
        shares = value.ndim and np.allclose(value.sum(axis=-1), 1, atol=1e-9)
        return there / there.sum(axis=-1, keepdims=True) if shares else there
    if isinstance(value, GaussianMixture):
        spread = {"stds": value.stds} if value.scalar else {"covs": value.covs}
        return GaussianMixture(value.weights, moved(value.means, near, draw), **spread)
    if isinstance(value, dict):
        return {key: moved(part, near, draw) for key, part in value.items()}
    if isinstance(value, tuple | list):
        parts = [moved(part, near, draw) for part in value]
        made: Any = getattr(value, "_make", type(value))  # a named tuple takes its parts one by one
        return made(parts)
    return value
