"""I(x; z) = H(x) - H(x|z) ≥ 0: to know z takes entropy away, on average.

Looked at on random tables of joint probabilities.
"""

import numpy as np
from scipy.special import entr

SOURCE = "cover2006 §2.4 and §8.6"


def sides(draw: np.random.Generator) -> tuple[float, float]:
    """H(x|z) = H(x, z) - H(z) and H(x) of a table, a third of them independent."""
    table = draw.exponential(size=draw.integers(1, 6, 2))
    table = np.outer(table.sum(1), table.sum(0)) if draw.random() < 1 / 3 else table
    table = table / table.sum()
    return float(entr(table).sum() - entr(table.sum(0)).sum()), float(entr(table.sum(1)).sum())
