"""a/(b + d) ≤ a/b for a ≥ 0, b > 0, d ≥ 0: a larger denominator makes no larger fraction."""

import numpy as np

SOURCE = "rudin1976 proposition 1.18"


def sides(draw: np.random.Generator) -> tuple[float, float]:
    """Of random numbers, some of them 0."""
    a, b, d = draw.exponential(size=3) * np.array([draw.integers(0, 2), 1, draw.integers(0, 2)])
    return a / (b + d), a / b
