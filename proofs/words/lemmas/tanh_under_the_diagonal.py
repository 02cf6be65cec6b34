"""tanh² y ≤ y²."""

import numpy as np

SOURCE = "dlmf 4.32.2"


def sides(draw: np.random.Generator) -> tuple[float, float]:
    """Both squares, for y of all sizes."""
    y = draw.normal() * 10 ** draw.uniform(-3, 1)
    return np.tanh(y) ** 2, y**2
