"""Explicit integrators of dx/dt = v(x, t), the same for networks (tensors) and for closed forms (arrays).

Euler   x ← x + h v(x, t)
Heun    x ← x + ½h [v(x, t) + v(x + h v(x, t), t + h)]
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from itertools import pairwise
from typing import TYPE_CHECKING, TypeVar

import numpy as np

if TYPE_CHECKING:
    from torch import Tensor

X = TypeVar("X", np.ndarray, "Tensor")  # points
Field = Callable[[X, float], X]


def euler(v: Field[X], x: X, times: Iterable[float]) -> X:
    """x at times[-1], from x at times[0]: x ← x + h v(x, t), one evaluation a step; error O(h).

    `x` is an array or a tensor, `v` gives its shape back; times may rise or fall.
    """
    for t, after in pairwise(times):
        x = x + (after - t) * v(x, t)
    return x


def heun(v: Field[X], x: X, times: Iterable[float]) -> X:
    """x at times[-1], from x at times[0], two evaluations a step; error O(h²).

    x ← x + ½h [v(x, t) + v(x + h v(x, t), t + h)] for an array or a tensor. Source: Karras et al. (2022), algorithm 1.
    """
    for t, after in pairwise(times):
        slope = v(x, t)
        ahead = v(x + (after - t) * slope, after)
        x = x + 0.5 * (after - t) * (slope + ahead)
    return x
