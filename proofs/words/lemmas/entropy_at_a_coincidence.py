"""Of all p on K values with one Σ p² none has more entropy than that which favours one value and has all others alike.

Looked at on random p, and on the uniform laws of some of the values, for K up to 6.
"""

import numpy as np
from scipy.special import entr

SOURCE = "harremoes2001"


def sides(draw: np.random.Generator) -> tuple[float, float]:
    """Both entropies."""
    K = int(draw.integers(3, 7))
    p = draw.dirichlet(np.full(K, draw.choice((0.3, 1.0, 5.0))))
    p = np.where(np.arange(K) < draw.integers(1, K), 1.0, 0.0) if draw.random() < 0.2 else p
    p = p / p.sum()
    t = np.sqrt(max((K * (p @ p) - 1) / (K - 1), 0))
    return float(entr(p).sum()), float(entr((1 + t * (K - 1)) / K) + (K - 1) * entr(max(1 - t, 0) / K))
