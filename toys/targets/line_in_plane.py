"""Gaussian data on a line in the plane, or near one: a manifold of lower dimension than its space.

    x = m + ℓ T d + s N(0, I₂),   T ~ N(0, 1),   d = (cos α, sin α)

With s = 0 there is no density, and a learned decoder variance falls to zero.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from jaxtyping import Float, Real

from theory import GaussianMixture
from toys.targets.target import Target
from toys.validation import positive, require


@dataclass(frozen=True)
class LineInPlane(Target):
    """`length` ℓ along the line, `std` s about it, `angle` α, `centre` m.

    Raises ValueError unless `length` is positive and `std` ≥ 0.
    """

    length: float = 1.0
    std: float = 0.0
    angle: float = 0.5
    centre: tuple[float, float] = (0.3, -0.2)
    name = "line_in_plane"
    dim = 2
    source = "blurproof, after Dai & Wipf (2019)"

    def __post_init__(self) -> None:
        positive(self.length, "length")
        require(self.std >= 0, "std", "a number ≥ 0", self.std)

    @property
    def direction(self) -> Float[np.ndarray, " 2"]:
        """d, the unit vector along the line."""
        return np.array([math.cos(self.angle), math.sin(self.angle)])

    @property
    def mean(self) -> Float[np.ndarray, " {self.dim}"]:
        return np.array(self.centre)

    @property
    def cov(self) -> Float[np.ndarray, "{self.dim} {self.dim}"]:
        """ℓ² ddᵀ + s² I, (2, 2)."""
        return self.length**2 * np.outer(self.direction, self.direction) + self.std**2 * np.eye(2)

    def sample(self, n: int, rng: np.random.Generator) -> Float[np.ndarray, "{n} {self.dim}"]:
        along = self.length * rng.standard_normal((n, 1)) * self.direction
        return self.mean + along + self.std * rng.standard_normal((n, 2))

    def logpdf(self, x: Real[np.ndarray, "n dim"]) -> Float[np.ndarray, " n"]:
        """ln N(x; m, ℓ² ddᵀ + s² I) in nats, (n,), at points (n, 2). Raises ValueError for s = 0: no density."""
        if self.std == 0:
            return super().logpdf(x)
        return GaussianMixture([1.0], self.mean[None], covs=self.cov[None]).logpdf(x)


def line_in_plane(
    length: float = 1.0, std: float = 0.0, angle: float = 0.5, centre: tuple[float, float] = (0.3, -0.2)
) -> LineInPlane:
    """Gaussian data of deviation `length` along a line through `centre` at `angle`, `std` about it.

    Raises ValueError unless `length` is positive and `std` ≥ 0.
    """
    return LineInPlane(length, std, angle, centre)
