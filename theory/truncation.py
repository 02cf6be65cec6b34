"""The truncation trick on the line: z ~ N(0, 1) is drawn again until |z| < c, and goes through a rising map onto a law.

A rising map keeps levels: what lies between the levels l and h of the law comes from Φ⁻¹(l) < z < Φ⁻¹(h), so its share is

    (Φ(v) - Φ(u))₊/(2Φ(c) - 1),    u = max(Φ⁻¹(l), -c),  v = min(Φ⁻¹(h), c)

A gap that is symmetric about the median and holds the mass g gets g/(2Φ(c)-1), and all of it once c is inside; what lies
above a level is cut off wholly where that is at least Φ(c).
"""

import numpy as np
from scipy.special import erf, ndtr

from theory.validation.arrays import above, from_to
from theory.validation.elementwise import elementwise
from theory.validation.inputs import Array, numbers, reject
from theory.validation.shapes import Numbers, Values

LEGENDRE = np.polynomial.legendre.leggauss(20)
"""Nodes and weights."""


@elementwise
def share(u: Numbers, v: Numbers, c: Numbers) -> Values:
    """Of what comes from u < z < v, after truncation at c.

    Raises ValueError unless u ≤ v, c > 0, and none of them is NaN.
    """
    low, high, c = numbers("u", u), numbers("v", v), above("c", c)
    if np.greater(low, high).any():
        reject("v", "numbers that are not below u", v)
    return _mass(np.clip(low, -c, c), np.clip(high, -c, c)) / erf(c / np.sqrt(2))


def _mass(u: Array, v: Array) -> Array:
    """Φ(v) - Φ(u): of narrow bands by Gauss and Legendre, of others from the nearer tail."""
    middle, half = (u + v) / 2, (v - u) / 2
    nodes, weights = LEGENDRE
    at = middle[..., None] + half[..., None] * nodes
    narrow = half * (np.exp(-(at**2) / 2) @ weights) / np.sqrt(2 * np.pi)
    side = np.where(middle > 0, -1, 1)
    return np.where(half < 0.5, narrow, np.abs(ndtr(side * v) - ndtr(side * u)))


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
