"""Signals that are one edge, or one thin line, at a random place.

    x_i = 1[0 ≤ t_i - U < b],   t_i = (i + ½)/64,   U ~ N(c, σ²),   b = ∞ for an edge

Averaging them blurs: E x_i = F(t_i) - F(t_i - b), with F the distribution function of U. The median does not: for an
edge it is 1[t_i ≥ c] (the edge at the median of U), for a line 1[E x_i > ½], which vanishes when b ≤ 1.349σ.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from jaxtyping import Float
from scipy.special import ndtr

from toys.targets.target import Target
from toys.validation import Extended, positive, positive_integer, require


@dataclass(frozen=True)
class RandomEdge(Target):
    """Rows are signals of `dim` samples on (0, 1); `std` and `centre` of the place, `width` of the line.

    Raises ValueError unless `dim` is an integer ≥ 1 and `std` and `width` are positive; only the width may be infinite.
    """

    dim: int = 64
    std: float = 0.1
    centre: float = 0.45
    width: Extended = math.inf
    name = "random_edge"
    source = "blurproof, after Isola et al. (2017), section 3.3"

    def __post_init__(self) -> None:
        positive_integer(self.dim, "dim")
        positive(self.std, "std")
        require(self.width > 0, "width", "a number above 0, or infinity", self.width)

    @property
    def times(self) -> Float[np.ndarray, " {self.dim}"]:
        """t_i, shape (dim,)."""
        return (np.arange(self.dim) + 0.5) / self.dim

    def sample(self, n: int, rng: np.random.Generator) -> Float[np.ndarray, "{n} {self.dim}"]:
        age = self.times - (self.centre + self.std * rng.standard_normal((n, 1)))
        return ((age >= 0) & (age < self.width)).astype(float)

    @property
    def mean(self) -> Float[np.ndarray, " {self.dim}"]:
        """F(t_i) - F(t_i - b), (dim,)."""
        return self._between(self.times, self.times)

    @property
    def cov(self) -> Float[np.ndarray, "{self.dim} {self.dim}"]:
        """P(both on) - P(on) P(on); both are on while U lies in (t_late - b, t_early]."""
        early, late = np.minimum.outer(self.times, self.times), np.maximum.outer(self.times, self.times)
        return np.maximum(self._between(early, late), 0) - np.outer(self.mean, self.mean)

    @property
    def median(self) -> Float[np.ndarray, " {self.dim}"]:
        """The median of each sample, 1 where it is on more often than not."""
        return (self.mean > 0.5).astype(float)

    def _between(self, early: np.ndarray, late: np.ndarray) -> np.ndarray:
        """F(early) - F(late - b)."""
        return ndtr((early - self.centre) / self.std) - ndtr((late - self.width - self.centre) / self.std)


def random_edge(dim: int = 64, std: float = 0.1, centre: float = 0.45, width: Extended = math.inf) -> RandomEdge:
    """Edges (`width` infinite) or lines of `width` at N(centre, std²), sampled at `dim` times in (0, 1).

    Raises ValueError unless `dim` is an integer ≥ 1 and `std` and `width` are positive.
    """
    return RandomEdge(dim, std, centre, width)
