"""The power of a diagnosis: samplers with one fault of known size against targets, at several n, and how often the truth is accused.

    python -m tests.power [SECONDS]

writes docs/power.txt from results/power.json, which keeps what is done: it goes on where it was cut off, the most
telling rows first.
"""

import numpy as np

from theory import GaussianMixture, grid, ring, symmetric_pair

SIZES = (500, 2_500, 10_000)


def unequal() -> GaussianMixture:
    """Four correlated components in the plane, off centre, of unequal weights and widths."""
    covs = []
    for width, ratio, angle in ((0.3, 3.0, 0.4), (0.15, 2.0, 1.3), (0.5, 4.0, -0.7), (0.2, 1.0, 0.0)):
        turn = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
        covs.append(turn @ np.diag([width**2, (width / ratio) ** 2]) @ turn.T)
    return GaussianMixture([0.4, 0.3, 0.2, 0.1], [[7.0, 3.0], [10.0, 4.5], [4.0, 7.0], [9.0, 8.0]], covs=np.array(covs))


def eight() -> GaussianMixture:
    """Three correlated components in eight dimensions, off centre."""
    rng = np.random.default_rng(8)
    means = 5 + 3 * rng.standard_normal((3, 8))
    roots = np.eye(8) + 0.3 * rng.standard_normal((3, 8, 8)) / np.sqrt(8)
    return GaussianMixture([0.5, 0.3, 0.2], means, covs=0.09 * roots @ roots.transpose(0, 2, 1))


TARGETS = {
    "pair": symmetric_pair(1.0, 0.1, weight=0.4).affine(1.0, 3.0),
    "ring": ring(8, 1.0, 0.02).affine(1.0, 2.0),
    "grid": grid(5, 2.0, 0.05).affine(1.0, -1.0),
    "unequal": unequal(),
    "eight": eight(),
}
