"""A point mass on the line, at the origin unless told otherwise: the data of the Dirac-GAN. It has no density."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float

from toys.targets.target import Target
from toys.validation import require


@dataclass(frozen=True)
class Point(Target):
    """X = `place`.

    Raises ValueError unless that is finite.
    """

    place: float = 0.0

    name = "point"
    dim = 1
    source = "Mescheder et al. (2018), section 2"

    def __post_init__(self) -> None:
        require(bool(np.isfinite(self.place)), "place", "a finite number", self.place)

    def sample(self, n: int, rng: np.random.Generator) -> Float[np.ndarray, "{n} {self.dim}"]:
        return np.full((n, 1), float(self.place))

    @property
    def mean(self) -> Float[np.ndarray, " {self.dim}"]:
        return np.array([float(self.place)])

    @property
    def cov(self) -> Float[np.ndarray, "{self.dim} {self.dim}"]:
        return np.zeros((1, 1))
