"""|φ(x) - φ(y)| ≤ |x - y| φ(1): the mean value theorem, and |φ'(u)| = |u| φ(u) is largest at u = ±1."""

import numpy as np

SOURCE = "rudin1976 theorem 5.10"


def sides(draw: np.random.Generator) -> tuple[float, float]:
    """The density at two points, often near ±1 and close together, times √(2π)."""
    x = draw.normal(draw.choice((-1.0, 1.0)), draw.choice((0.05, 2.0)))
    y = x + draw.normal(0.0, draw.choice((0.05, 2.0)))
    return abs(np.exp(-(x**2) / 2) - np.exp(-(y**2) / 2)), abs(x - y) * np.exp(-1 / 2)
