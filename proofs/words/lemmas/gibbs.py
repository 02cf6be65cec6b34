"""Σ p ln p/q ≥ 0, that is -Σ p ln p ≤ -Σ p ln q: Gibbs' inequality.

Looked at on laws of up to six values, among them nearly equal ones and uniform q.
"""

import numpy as np

SOURCE = "cover2006 theorem 2.6.3"


def sides(draw: np.random.Generator) -> tuple[float, float]:
    """Entropy and cross entropy."""
    K = int(draw.integers(2, 7))
    p, other = draw.dirichlet(np.ones(K), 2)
    near = draw.choice((1.0, 1e-3))
    q = np.full(K, 1 / K) if draw.random() < 0.3 else near * other + (1 - near) * p
    return float(-p @ np.log(p)), float(-p @ np.log(q))
