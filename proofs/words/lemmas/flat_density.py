"""E f(√γN) ≤ ∫f/√(2πγ) for f ≥ 0: the normal density is nowhere above its peak, φ(n) ≤ φ(0).

Looked at for powers of sech, by quadrature, and for intervals.
"""

import numpy as np
from scipy.special import ndtr

SOURCE = "rudin1976 theorem 6.12"
WHOLE = {1: np.pi, 2: 2.0, 3: np.pi / 2}
"""∫ sech^k."""


def sides(draw: np.random.Generator) -> tuple[float, float]:
    """The mean, and the integral over √(2πγ)."""
    gamma = draw.exponential(4.0) + 0.05
    if draw.random() < 0.5:
        low, high = np.sort(draw.normal(0, 2, 2))
        return ndtr(high / gamma**0.5) - ndtr(low / gamma**0.5), (high - low) / np.sqrt(2 * np.pi * gamma)
    k, z = int(draw.integers(1, 4)), np.linspace(-9, 9, 4001)
    mean = np.sum(np.exp(-(z**2) / 2) / np.cosh(gamma**0.5 * z) ** k) * (z[1] - z[0]) / np.sqrt(2 * np.pi)
    return float(mean), WHOLE[k] / np.sqrt(2 * np.pi * gamma)
