"""The truncation trick on the line: z ~ N(0, 1) is drawn again until |z| < c, and goes through a rising map onto a law.

A rising map keeps levels: what lies between the levels l and u of the law comes from Φ⁻¹(l) < z < Φ⁻¹(u), so its share is

    (min(u, Φ(c)) - max(l, Φ(-c)))₊/(2Φ(c) - 1)

A gap that is symmetric about the median and holds the mass g gets g/(2Φ(c)-1), and all of it once c is inside; what lies
above a level is cut off wholly where that is at least Φ(c).
"""

import numpy as np
from scipy.special import erf, ndtr

from theory.validation.arrays import above, from_to
from theory.validation.elementwise import elementwise
from theory.validation.inputs import reject
from theory.validation.shapes import Numbers, Values


@elementwise
def share(low: Numbers, high: Numbers, c: Numbers) -> Values:
    """Of what lies between two levels of the law, after truncation at c.

    Raises ValueError unless 0 ≤ low ≤ high ≤ 1 and c > 0.
    """
    l, u, c = from_to("low", low, 0, 1), from_to("high", high, 0, 1), above("c", c)
    if (l > u).any():
        reject("high", "levels that are not below low", high)
    kept = np.minimum(u, ndtr(c)) - np.maximum(l, ndtr(-c))
    return np.maximum(kept, 0.0) / erf(c / np.sqrt(2))


@elementwise
def central_share(mass: Numbers, c: Numbers) -> Values:
    """min(1, g/(2Φ(c)-1)): of the middle of the law, which holds the mass g.

    Raises ValueError unless 0 ≤ mass ≤ 1 and c > 0.
    """
    return np.minimum(1.0, from_to("mass", mass, 0, 1) / erf(above("c", c) / np.sqrt(2)))


@elementwise
def central_slope(mass: Numbers, c: Numbers) -> Values:
    """Its slope in c, -2g φ(c)/(2Φ(c)-1)², and 0 where it is 1.

    Raises ValueError unless 0 ≤ mass ≤ 1 and c > 0.
    """
    g, c = from_to("mass", mass, 0, 1), above("c", c)
    inside = erf(c / np.sqrt(2))
    return np.where(g < inside, -2 * g * np.exp(-(c**2) / 2) / np.sqrt(2 * np.pi) / inside**2, 0.0)
