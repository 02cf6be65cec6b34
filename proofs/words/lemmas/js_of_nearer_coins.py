"""JS of two coins α and 1-τ, α + τ ≤ 1, is least of all pairs that are as far apart: it rises as α or τ falls.

A divergence is convex in both laws and 0 where they are equal, so that it grows on every ray from there. Looked at on
coins, one of them at an end of its range now and then.
"""

import numpy as np
from scipy.special import entr

SOURCE = "cover2006 theorem 2.7.2"


def sides(draw: np.random.Generator) -> tuple[float, float]:
    """JS at (α, τ) and at (fα, gτ)."""
    a, t = np.sort(draw.random(2)) * (1, -1) + (0, 1)
    f, g = draw.random(2) ** draw.choice((0.1, 1.0, 50.0))
    return _js(a, t), _js(f * a, g * t)


def _js(a: float, t: float) -> float:
    def bit(p: float) -> float:
        return float(entr(p) + entr(1 - p))

    return bit((1 + a - t) / 2) - (bit(a) + bit(t)) / 2
