"""E(X - E[X|Z])² ≤ E(X - f(Z))² for every f: the conditional mean has the least squared error of all functions of Z.

Looked at for pairs of finitely many values.
"""

import numpy as np

SOURCE = "bishop2006 section 1.5.5"


def sides(draw: np.random.Generator) -> tuple[float, float]:
    """The error of the conditional mean, and of another function, often a near one."""
    joint = draw.dirichlet(np.ones(12)).reshape(4, 3)
    x = draw.normal(size=4)
    mean = x @ joint / joint.sum(axis=0)
    other = mean + draw.normal(size=3) * draw.choice([1e-3, 1.0])
    best, another = (float(np.sum(joint * (x[:, None] - f) ** 2)) for f in (mean, other))
    return best, another
