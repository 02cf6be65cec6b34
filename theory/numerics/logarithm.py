"""The logarithm beside its tangent."""

import numpy as np

from theory.validation.inputs import Array

TERMS = 16
"""Of the series, |r| ≤ 1/3."""


def beyond_tangent(x: Array) -> Array:
    """x - ln(1+x), x > -1, to all digits: with r = x/(2+x) it is x r - 2(r³/3 + r⁵/5 + ...) near 0."""
    r = x / (2 + x)
    tail = np.polynomial.polynomial.polyval(r**2, 2 / np.arange(3, 2 * TERMS + 3, 2))
    return np.where(np.abs(x) < 0.5, x * r - r**3 * tail, x - np.log1p(x))
