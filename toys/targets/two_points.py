"""Two points of the line, one rarer than the other: the data of which minibatch losses miss the minority. It has no density."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float

from toys.targets.target import Target
from toys.validation import positive, require


@dataclass(frozen=True)
class TwoPoints(Target):
    """X = `distance` with probability `weight`, else 0.

    Raises ValueError unless 0 < weight < 1 and distance > 0.
    """

    weight: float = 0.1
    distance: float = 1.0

    name = "two points"
    dim = 1
    source = "blurproof"

    def __post_init__(self) -> None:
        require(0 < self.weight < 1, "weight", "a number in (0, 1)", self.weight)
        positive(self.distance, "distance")

    def sample(self, n: int, rng: np.random.Generator) -> Float[np.ndarray, "{n} {self.dim}"]:
        return self.distance * (rng.random((n, 1)) < self.weight)

    @property
    def mean(self) -> Float[np.ndarray, " {self.dim}"]:
        """d w, (1,)."""
        return np.array([self.distance * self.weight])

    @property
    def cov(self) -> Float[np.ndarray, "{self.dim} {self.dim}"]:
        """d² w(1-w), (1, 1)."""
        return np.array([[self.distance**2 * self.weight * (1 - self.weight)]])
