"""Integrals and roots of functions that are smooth between known kinks."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

_NODES, _WEIGHTS = np.polynomial.legendre.leggauss(64)
_SPLIT = 8  # subintervals between kinks


def legendre(f: Callable[[np.ndarray], np.ndarray], edges: np.ndarray) -> float:
    """∫ f over (edges[0], edges[-1]); each stretch between edges is mapped so that square-root ends are harmless.

    x = a + (b-a) u²(3-2u) has vanishing speed at both ends, where √(x-a) becomes smooth in u.
    """
    a, b = edges[:-1, None], edges[1:, None]
    u = (np.arange(_SPLIT)[:, None] + 0.5 * (1 + _NODES)).ravel() / _SPLIT
    weight = np.tile(0.5 * _WEIGHTS / _SPLIT, _SPLIT)
    x = a + (b - a) * u**2 * (3 - 2 * u)
    return float(np.sum(f(x.ravel()).reshape(x.shape) * (b - a) * 6 * u * (1 - u) * weight))


def sign_changes(f: Callable[[np.ndarray], np.ndarray], edges: np.ndarray, points: int = 2001) -> np.ndarray:
    """Points where f changes sign inside the stretches between edges, seen on a grid and refined by bisection."""
    inner = np.linspace(0, 1, points + 2)[1:-1]
    x = (edges[:-1, None] + np.diff(edges)[:, None] * inner).ravel()
    change = np.flatnonzero(np.diff(np.sign(f(x))) != 0)
    low, high = x[change], x[change + 1]
    rising = f(high) > f(low)
    for _ in range(60):
        middle = 0.5 * (low + high)
        upper = (f(middle) > 0) == rising
        low, high = np.where(upper, low, middle), np.where(upper, middle, high)
    return 0.5 * (low + high)


def rule(start: float, stop: float, pieces: int = _SPLIT) -> tuple[np.ndarray, np.ndarray]:
    """Nodes and weights of the composite Gauss-Legendre rule for smooth functions on (start, stop)."""
    u = (np.arange(pieces)[:, None] + 0.5 * (1 + _NODES)).ravel() / pieces
    return start + (stop - start) * u, np.tile(0.5 * _WEIGHTS, pieces) * (stop - start) / pieces
