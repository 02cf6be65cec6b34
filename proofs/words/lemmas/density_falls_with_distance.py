"""φ(s + t) ≤ φ(s - t) for s, t ≥ 0: the normal density falls with |z|, and |s - t| ≤ s + t."""

import numpy as np

SOURCE = "dlmf §7.1"


def sides(draw: np.random.Generator) -> tuple[float, float]:
    """The density at two points, times √(2π)."""
    s, t = draw.exponential(2.0, 2)
    return np.exp(-((s + t) ** 2) / 2), np.exp(-((s - t) ** 2) / 2)
