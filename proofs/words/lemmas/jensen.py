"""f(E X) ≤ E f(X) for convex f: Jensen's inequality.

Looked at for powers, exponentials and t ln t of positive numbers.
"""

import numpy as np

SOURCE = "cover2006 theorem 2.6.2"


def sides(draw: np.random.Generator) -> tuple[float, float]:
    """Of two to five numbers with weights, now and then all alike."""
    size = int(draw.integers(2, 6))
    weights, x = draw.dirichlet(np.ones(size)), draw.exponential(1.0, size if draw.random() < 0.8 else 1)
    x, power = np.broadcast_to(x, size), 1 + draw.exponential()
    convex = (lambda t: t**power, lambda t: np.exp(-power * t), lambda t: t * np.log(t))[int(draw.integers(3))]
    return float(convex(weights @ x)), float(weights @ convex(x))
