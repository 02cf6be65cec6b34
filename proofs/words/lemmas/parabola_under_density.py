"""√(π/2γ) (1 - π²/8γ) ≤ E sech √γN: φ(n) ≥ φ(0)(1 - n²/2), with ∫ sech = π and ∫ y² sech y dy = π³/4.

Looked at by quadrature.
"""

import numpy as np

SOURCE = "gradshteyn2007 section 3.523"


def sides(draw: np.random.Generator) -> tuple[float, float]:
    """The bound and the mean."""
    gamma, z = draw.exponential(10.0) + 0.3, np.linspace(-9, 9, 4001)
    mean = np.sum(np.exp(-(z**2) / 2) / np.cosh(gamma**0.5 * z)) * (z[1] - z[0]) / np.sqrt(2 * np.pi)
    return np.sqrt(np.pi / (2 * gamma)) * (1 - np.pi**2 / (8 * gamma)), float(mean)
