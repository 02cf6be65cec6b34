"""1 - 1/t ≤ ln t for t > 0: the logarithm and the tangent of ln at 1/t."""

import numpy as np

SOURCE = "dlmf 4.5.1"


def sides(draw: np.random.Generator) -> tuple[float, float]:
    """At t near 1 and far."""
    t = np.exp(draw.normal() * 10 ** draw.uniform(-4, 1))
    return 1 - 1 / t, np.log(t)
