"""|⟨u, v⟩| ≤ |u| |v|: the inequality of Cauchy and Schwarz."""

import numpy as np

SOURCE = "steele2004 chapter 1"


def sides(draw: np.random.Generator) -> tuple[float, float]:
    """Of random vectors, a third of them parallel."""
    u, v = draw.normal(size=(2, draw.integers(1, 6)))
    v = draw.normal() * u if draw.random() < 1 / 3 else v
    return abs(float(u @ v)), float(np.sqrt((u @ u) * (v @ v)))
