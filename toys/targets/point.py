"""A point mass at the origin of the line: the data of the Dirac-GAN. It has no density."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float

from toys.targets.target import Target


@dataclass(frozen=True)
class Point(Target):
    """X = 0."""

    name = "point"
    dim = 1
    source = "Mescheder et al. (2018), section 2"

    def sample(self, n: int, rng: np.random.Generator) -> Float[np.ndarray, "{n} {self.dim}"]:
        return np.zeros((n, 1))

    @property
    def mean(self) -> Float[np.ndarray, " {self.dim}"]:
        return np.zeros(1)

    @property
    def cov(self) -> Float[np.ndarray, "{self.dim} {self.dim}"]:
        return np.zeros((1, 1))
