"""Two uniform clusters on the line, U[0, 0.3] and U[4, 4.3] with half of the mass each."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float, Real

from toys.targets.target import Target
from toys.validation import positive, require


@dataclass(frozen=True)
class TwoClusters(Target):
    """½ U[0, width] + ½ U[start, start + width].

    Raises ValueError unless 0 < width < start.
    """

    start: float = 4.0
    width: float = 0.3
    name = "two_clusters"
    source = "Sun et al. (2020), section 5"
    dim = 1

    def __post_init__(self) -> None:
        positive(self.width, "width")
        require(self.start > self.width, "start", f"more than the width {self.width:g}", self.start)

    @property
    def clusters(self) -> Float[np.ndarray, "2 2"]:
        """(2, 2): first and last point of each."""
        return np.array([[0.0, self.width], [self.start, self.start + self.width]])

    @property
    def mean(self) -> Float[np.ndarray, " {self.dim}"]:
        """½(start + width), (1,)."""
        return np.array([0.5 * (self.start + self.width)])

    @property
    def cov(self) -> Float[np.ndarray, "{self.dim} {self.dim}"]:
        """width²/12 + start²/4, (1, 1)."""
        return np.array([[self.width**2 / 12 + self.start**2 / 4]])

    def sample(self, n: int, rng: np.random.Generator) -> Float[np.ndarray, "{n} {self.dim}"]:
        return (self.start * rng.integers(0, 2, n) + self.width * rng.random(n))[:, None]

    def logpdf(self, x: Real[np.ndarray, "n dim"]) -> Float[np.ndarray, " n"]:
        """-ln(2 width) in the clusters, -∞ outside, (n,), at points (n, 1)."""
        low, high = self.clusters.T
        inside = ((low <= x) & (x <= high)).any(axis=1)
        return np.where(inside, -np.log(2 * self.width), -np.inf)


def two_clusters(start: float = 4.0, width: float = 0.3) -> TwoClusters:
    """Two equal uniform clusters, `start` apart and `width` wide.

    Raises ValueError unless 0 < width < start.
    """
    return TwoClusters(start, width)
