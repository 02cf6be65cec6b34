"""E sech √γN ≤ 2 E sech³ √γN: sech'' = sech - 2 sech³, and E sech''(√γN) = 2 d/dγ E sech √γN ≤ 0, as sech falls with |y|.

The second is the heat equation. Looked at by quadrature.
"""

import numpy as np

SOURCE = "evans2010 section 2.3.1"


def sides(draw: np.random.Generator) -> tuple[float, float]:
    """The means of sech and of 2 sech³."""
    gamma, z = draw.exponential(5.0) + 0.05, np.linspace(-9, 9, 4001)
    weight = np.exp(-(z**2) / 2) * (z[1] - z[0]) / np.sqrt(2 * np.pi)
    sech = 1 / np.cosh(gamma**0.5 * z)
    return float(weight @ sech), float(2 * weight @ sech**3)
