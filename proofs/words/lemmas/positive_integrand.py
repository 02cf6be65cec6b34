"""An integral of what is nowhere negative grows with its domain: [a, b] ⊂ [c, d], f ≥ 0: ∫_a^b f ≤ ∫_c^d f.

Looked at for normal densities.
"""

import numpy as np
from scipy.special import ndtr

SOURCE = "rudin1976 theorem 6.12"


def sides(draw: np.random.Generator) -> tuple[float, float]:
    """The masses of an interval and of one around it."""
    a, b, c, d = draw.normal(size=2).tolist() + draw.exponential(size=2).tolist()
    low, high = min(a, b), max(a, b)
    return ndtr(high) - ndtr(low), ndtr(high + d) - ndtr(low - c)
