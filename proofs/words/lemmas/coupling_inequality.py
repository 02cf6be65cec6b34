"""TV(P, Q) ≤ P(X ≠ Y) for X ~ P and Y ~ Q on one space: a coupling bounds the total variation from above."""

import numpy as np

SOURCE = "lindvall2002 section I.2"


def sides(draw: np.random.Generator) -> tuple[float, float]:
    """Of a random joint law on up to five points, half of them heavy on the diagonal."""
    n = int(draw.integers(2, 6))
    joint = draw.exponential(size=(n, n)) + draw.integers(0, 2) * np.diag(10 * draw.random(n))
    joint /= joint.sum()
    return float(np.abs(joint.sum(axis=0) - joint.sum(axis=1)).sum()) / 2, float(1 - np.trace(joint))
