"""ln a/b ≤ (a-b)/√(ab) ≤ ½(a-b)(1 + 1/(ab)) for a ≥ b > 0: the logarithmic mean is at least the geometric one."""

import numpy as np

SOURCE = "carlson1972"


def sides(draw: np.random.Generator) -> tuple[float, float]:
    """The first and one of the others, b near a and far from it."""
    b = draw.exponential() + 1e-3
    a = b * (1 + draw.exponential() * 10 ** draw.uniform(-4, 3))
    geometric, last = (a - b) / np.sqrt(a * b), (a - b) * (1 + 1 / (a * b)) / 2
    return float(np.log(a / b)), float(draw.choice([geometric, last]))
