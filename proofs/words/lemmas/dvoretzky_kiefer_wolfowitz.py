"""P(sup_t |F(t) - F̂_n(t)| > ε) ≤ 2 e^{-2nε²}: the inequality of Dvoretzky, Kiefer and Wolfowitz with Massart's constant.

Looked at where F is continuous, the worst case, by the exact law of the supremum for up to fifty samples.
"""

import numpy as np
from scipy.stats import kstwo

SOURCE = ("dvoretzky1956", "massart1990")


def sides(draw: np.random.Generator) -> tuple[float, float]:
    """The exact probability, and the bound."""
    n = int(draw.integers(1, 51))
    epsilon = draw.uniform(0.3, 2.0) / np.sqrt(n)
    return float(kstwo.sf(epsilon, n)), float(2 * np.exp(-2 * n * epsilon**2))
