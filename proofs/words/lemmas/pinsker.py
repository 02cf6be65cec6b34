"""KL(p‖q) ≥ 2 TV(p, q)²: Pinsker's inequality.

Looked at on laws of up to six values, nearly equal halves among them, where it is tight.
"""

import numpy as np

SOURCE = "cover2006 lemma 11.6.1"


def sides(draw: np.random.Generator) -> tuple[float, float]:
    """Twice the squared total variation, and the divergence."""
    p, q = draw.dirichlet(np.ones(draw.integers(2, 7)), 2)
    if draw.random() < 0.3:
        p, q = (np.array([w, 1 - w]) for w in 0.5 + 0.01 * draw.standard_normal(2))
    return float(np.abs(p - q).sum() ** 2 / 2), float(p @ np.log(p / q))
