"""I(X; f(Y)) ≤ I(X; Y): what is made of Y tells no more of X than Y does; so merging cells lowers every divergence.

Looked at on random tables whose columns are merged.
"""

import numpy as np
from scipy.special import rel_entr

SOURCE = "cover2006 theorem 2.8.1"


def sides(draw: np.random.Generator) -> tuple[float, float]:
    """Information after columns are merged, and before."""
    rows, columns = draw.integers(2, 5, 2)
    joint = draw.dirichlet(np.full(rows * columns, 0.7)).reshape(rows, columns)
    merged = np.zeros_like(joint)
    np.add.at(merged.T, draw.integers(0, columns, columns), joint.T)
    return _told(merged), _told(joint)


def _told(joint: np.ndarray) -> float:
    return float(rel_entr(joint, np.outer(joint.sum(1), joint.sum(0))).sum())
