"""lim P(√n sup_t |F - F̂_n| > λ) = 2 Σ (-1)^{k-1} e^{-2k²λ²}, F continuous: Kolmogorov's law.

It is that of the largest modulus of a Brownian bridge; looked at by heat that is held at 0 on ±λ: after a unit of time the
cosines cos((2k-1)πx/2λ) have left Σ e^{-(2k-1)²π²/8λ²}/λ of it where it began, and without walls it is 1/√(2π).
"""

import numpy as np

SOURCE = "kolmogorov1933"
RELATION = "=="


def sides(draw: np.random.Generator) -> tuple[float, float]:
    """By reflections, and 1 - (density of staying and ending at 0)/(density of ending at 0)."""
    level, k = draw.uniform(0.3, 2.0), np.arange(1, 60)
    modes = np.exp(-(((2 * k - 1) * np.pi / level) ** 2) / 8).sum() / level
    return float(2 * np.sum((-1.0) ** (k - 1) * np.exp(-2 * (k * level) ** 2))), float(1 - modes * np.sqrt(2 * np.pi))
