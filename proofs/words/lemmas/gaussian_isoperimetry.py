"""Of all sets of one Gaussian mass none grows less than a half-space: γ(A_r) ≥ Φ(Φ⁻¹(γ(A)) + r).

Looked at on intervals, balls in the plane and their neighbourhoods.
"""

import numpy as np
from scipy.special import ndtr, ndtri

SOURCE = ("borell1975 theorem 3.1", "sudakov1974")


def sides(draw: np.random.Generator) -> tuple[float, float]:
    """The half-space's neighbourhood, and that of an interval or of a disc."""
    r = draw.exponential()
    if draw.random() < 0.5:
        low, high = np.sort(draw.normal(0, 1.5, 2))
        mass, grown = ndtr(high) - ndtr(low), ndtr(high + r) - ndtr(low - r)
    else:
        radius = draw.uniform(0.1, 3.0)
        mass, grown = -np.expm1(-(radius**2) / 2), -np.expm1(-((radius + r) ** 2) / 2)
    return ndtr(ndtri(mass) + r), grown
