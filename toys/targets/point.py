"""A point mass at the origin of the line: the data of the Dirac-GAN. It has no density."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from toys.targets.target import Target


@dataclass(frozen=True)
class Point(Target):
    """X = 0."""

    name = "point"
    dim = 1
    source = "Mescheder et al. (2018), section 2"

    def sample(self, n: int, rng: np.random.Generator) -> np.ndarray:
        return np.zeros((n, 1))

    @property
    def mean(self) -> np.ndarray:
        return np.zeros(1)

    @property
    def cov(self) -> np.ndarray:
        return np.zeros((1, 1))
