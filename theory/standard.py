"""The three mixtures that the literature returns to: the symmetric pair, the ring and the grid."""

import numpy as np

from theory.mixture import GaussianMixture
from theory.validation import inputs as valid


def symmetric_pair(a: float, s: float, weight: float = 0.5) -> GaussianMixture:
    """weight·N(-a, s²) + (1-weight)·N(a, s²) on the line.

    Raises ValueError unless a ≥ 0, s > 0, and 0 ≤ weight ≤ 1.
    """
    a, s = valid.nonnegative("a", a), valid.positive("s", s)
    w = valid.between("weight", weight, 0, 1)
    return GaussianMixture([w, 1 - w], [-a, a], stds=[s, s])


def ring(modes: int = 8, radius: float = 1.0, std: float = 0.01) -> GaussianMixture:
    """`modes` equal isotropic Gaussians in the plane at angles 2πk/modes, k = 0..modes-1: all distinct.

    (The much-copied `linspace(0, 2π, 8)` puts the last on the first and has seven.)

    Raises ValueError unless modes is an integer ≥ 1 and radius, std > 0.
    """
    modes = valid.integer("modes", modes, 1, 10**6)
    angle = 2 * np.pi * np.arange(modes) / modes
    means = valid.positive("radius", radius) * np.stack([np.cos(angle), np.sin(angle)], axis=1)
    return GaussianMixture(np.full(modes, 1 / modes), means, stds=np.full(modes, valid.positive("std", std)))


def grid(side: int = 5, spacing: float = 2.0, std: float = 0.05) -> GaussianMixture:
    """side × side equal isotropic Gaussians in the plane, centred on the origin, `spacing` apart.

    Raises ValueError unless side is an integer ≥ 1 and spacing, std > 0.
    """
    side = valid.integer("side", side, 1, 1000)
    line = valid.positive("spacing", spacing) * (np.arange(side) - (side - 1) / 2)
    means = np.stack(np.meshgrid(line, line, indexing="ij"), axis=-1).reshape(-1, 2)
    return GaussianMixture(np.full(side**2, 1 / side**2), means, stds=np.full(side**2, valid.positive("std", std)))
