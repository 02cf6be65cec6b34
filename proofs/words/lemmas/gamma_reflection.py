"""Γ(1-z) Γ(1+z) = πz/sin(πz): the reflection formula.

Looked at with Γ as SciPy computes it.
"""

import numpy as np
from scipy.special import gamma

SOURCE = "dlmf 5.5.3"
RELATION = "=="


def sides(draw: np.random.Generator) -> tuple[float, float]:
    """At z between 0 and 1."""
    z = draw.uniform(1e-3, 0.99)
    return float(gamma(1 - z) * gamma(1 + z)), float(1 / np.sinc(z))
