"""How far samples x = g(z) + σε lie from a flat manifold of decoder means.

Only the c directions across the manifold count, c being its codimension: dist²/σ² is χ² with c degrees of freedom,

    P(dist > t) = Q(c/2, t²/2σ²),     density 2 (2σ²)^{-c/2} t^{c-1} e^{-t²/2σ²}/Γ(c/2),     E dist² = cσ²

with Q the regularised upper incomplete gamma function.
"""

import numpy as np
from scipy.special import gammaincc, gammaln

from theory.validation.arrays import above, at_least
from theory.validation.elementwise import elementwise
from theory.validation.inputs import integer
from theory.validation.shapes import Numbers, Values


@elementwise
def beyond(t: Numbers, codimension: int, std: Numbers) -> Values:
    """P(dist > t) = Q(c/2, t²/2σ²).

    Raises ValueError unless t ≥ 0, codimension is an integer ≥ 1, and std > 0.
    """
    t, std = at_least("t", t), above("std", std)
    return gammaincc(integer("codimension", codimension, 1) / 2, (t / std) ** 2 / 2)


@elementwise
def density(t: Numbers, codimension: int, std: Numbers) -> Values:
    """The density of the distance at t > 0.

    Raises ValueError unless t, std > 0 and codimension is an integer ≥ 1.
    """
    t, std, half = above("t", t), above("std", std), integer("codimension", codimension, 1) / 2
    return 2 / t * np.exp(half * np.log((t / std) ** 2 / 2) - (t / std) ** 2 / 2 - gammaln(half))


def mean_square(codimension: int, std: Numbers) -> Values:
    """E dist² = cσ².

    Raises ValueError unless codimension is an integer ≥ 1 and std > 0.
    """
    return integer("codimension", codimension, 1) * above("std", std) ** 2
