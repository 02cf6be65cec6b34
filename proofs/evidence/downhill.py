"""The search for a violation of an inequality downhill: from the worst instances seen, and from ones spread evenly.

Where the margin is small it is followed to where it is smallest, in all letters at once, by random steps that grow when
they help and shrink when they do not (Rechenberg 1973): few instances begin, and the best of them go on. That finds what
no draw hits: a violation of a millionth on a ten-thousandth of a range, wherever the margin leads there.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any

import numpy as np

from theory import GaussianMixture

STARTS = 24
"""Instances from which the search begins: the worst ones."""
ROUNDS = ((STARTS, 12), (8, 25), (3, 120))
"""How many go on, and by how many steps each."""
EVEN = 64
"""Instances spread evenly over what was drawn."""
FIRST, GROWN, SHRUNK = 0.1, 1.6, 0.75
"""The size of the first step, relatively, and what becomes of it after a success and a failure."""

Margin = Callable[[Any], float]
"""How far an instance is from violating, relatively; infinite where it is none."""


def descend(margin: Margin, starts: Iterable[Any], *, seed: int = 0) -> Iterator[tuple[float, Any]]:
    """Instances on the way down, each lower than what its search has seen before, from the worst of `starts`."""
    draw = np.random.default_rng(seed)
    going = [[margin(start), start, FIRST] for start in starts]
    for kept, steps in ROUNDS:
        going = sorted(going, key=lambda state: state[0])[:kept]
        for state in going:
            for _ in range(steps):
                there = moved(state[1], state[2], draw)
                low = margin(there)
                if low < state[0]:
                    state[:] = low, there, min(state[2] * GROWN, 1.0)
                    yield low, there
                else:
                    state[2] *= SHRUNK


def evenly(instances: list[Any], *, seed: int = 0) -> list[Any]:
    """Instances spread evenly between the least and the largest that were drawn, if they are plain numbers; else none."""
    from scipy.stats import qmc

    rows = [instance if type(instance) is tuple else (instance,) for instance in instances]
    if not rows or not all(isinstance(v, int | float) for row in rows for v in row) or len({len(r) for r in rows}) > 1:
        return []
    floats = [k for k, value in enumerate(rows[0]) if isinstance(value, float)]
    if not floats or not all(isinstance(row[k], float) for row in rows for k in floats):
        return []
    table = np.array([[row[k] for k in floats] for row in rows])
    positive = (table > 0).all(axis=0)
    scaled = np.log(table, out=table.copy(), where=positive & (table > 0))
    low, high = scaled.min(axis=0), scaled.max(axis=0)
    unit = qmc.Sobol(len(floats), rng=seed).random(EVEN)
    places = low + (high - low) * unit
    values = np.where(positive, np.exp(np.where(positive, places, 0.0)), places)
    made = []
    for place, row in enumerate(values):
        parts = list(rows[place % len(rows)])
        for k, value in zip(floats, row, strict=True):
            parts[k] = float(value)
        made.append(tuple(parts) if type(instances[0]) is tuple else parts[0])
    return made


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
