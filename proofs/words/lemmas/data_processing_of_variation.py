"""|P(A) - Q(A)| ≤ TV(P, Q) for every event A: what depends on a sample tells two laws no better apart than the sample."""

import numpy as np

SOURCE = "lindvall2002 section I.2"


def sides(draw: np.random.Generator) -> tuple[float, float]:
    """Of random laws on up to eight points, with the best event in a third of the instances."""
    p, q = draw.dirichlet(np.ones(draw.integers(2, 9)), size=2)
    event = p > q if draw.random() < 1 / 3 else draw.random(len(p)) < 0.5
    return abs(float((p - q)[event].sum())), float(np.abs(p - q).sum()) / 2
