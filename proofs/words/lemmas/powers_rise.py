"""s ≤ t, both ≥ 0: s^d ≤ t^d for d ≥ 0."""

import numpy as np

SOURCE = "rudin1976 proposition 1.18"


def sides(draw: np.random.Generator) -> tuple[float, float]:
    """Products of d factors, worked out one by one."""
    s, t = np.sort(draw.exponential(1.0, 2))
    d = draw.integers(0, 9)
    return float(np.prod(np.full(d, s))), float(np.prod(np.full(d, t)))
