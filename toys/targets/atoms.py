"""Equally likely points: the data of which loss landscapes of n points speak. It has no density.

Source: Sun, Fang & Schwing (2020), section 3.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from jaxtyping import Float

from theory.validation.unchanging import read_only
from toys.targets.target import Target
from toys.validation import require


@dataclass(frozen=True)
class Atoms(Target):
    """X is one of `places` (n tuples of equal length, all distinct) with probability 1/n each.

    Raises ValueError unless they are that, and finite.
    """

    places: tuple[tuple[float, ...], ...]

    name = "atoms"
    source = "Sun, Fang & Schwing (2020), section 3"

    def __post_init__(self) -> None:
        flat = len({len(place) for place in self.places}) == 1
        good = flat and len(set(self.places)) == len(self.places) and bool(np.isfinite(self.points).all())
        require(good, "places", "distinct tuples of finite numbers, equally long", self.places)

    @cached_property
    def points(self) -> Float[np.ndarray, "n dim"]:
        """(n, dim)."""
        return read_only(np.array(self.places, dtype=float))

    @property
    def dim(self) -> int:  # pyright: ignore[reportIncompatibleVariableOverride]  a number that is only read
        """Numbers in each tuple."""
        return self.points.shape[1]

    @property
    def mean(self) -> Float[np.ndarray, " {self.dim}"]:
        """Σ_i x_i/n, (dim,)."""
        return self.points.mean(axis=0)

    @property
    def cov(self) -> Float[np.ndarray, "{self.dim} {self.dim}"]:
        """Σ_i (x_i - mean)(x_i - mean)ᵀ/n, (dim, dim)."""
        offsets = self.points - self.mean
        return offsets.T @ offsets / len(self.points)

    def sample(self, n: int, rng: np.random.Generator) -> Float[np.ndarray, "{n} {self.dim}"]:
        return self.points[rng.integers(len(self.points), size=n)]
