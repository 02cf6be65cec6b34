"""The zero of a function of one real number between two points at which its signs differ."""

from collections.abc import Callable

import numpy as np

EPS = float(np.finfo(np.float64).eps)


def zero(f: Callable[[float], float], low: float, high: float, *, xtol: float = 2e-12, rtol: float = 4 * EPS) -> float:
    """The x in [low, high] with f(x) = 0, to xtol + rtol·|x|, by Brent's method (1973)."""
    from scipy.optimize import brentq

    return float(brentq(f, low, high, xtol=xtol, rtol=rtol))  # pyright: ignore[reportArgumentType]  scipy has no types: those inferred from its defaults are too narrow
