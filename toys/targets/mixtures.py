"""Targets that are Gaussian mixtures: the pair on the line, the ring and the grid.

Everything about them is in `mixture`, a `theory.GaussianMixture`: exact density, moments, modes, entropy,
quantiles, posterior means.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float, Real

import theory
from theory.validation.inputs import integer
from toys.targets.target import Target
from toys.validation import door, positive


@dataclass(frozen=True)
class MixtureTarget(Target):
    """A named Gaussian mixture; in one dimension samples have one column."""

    name: str
    mixture: theory.GaussianMixture
    source: str

    @property
    def dim(self) -> int:  # pyright: ignore[reportIncompatibleVariableOverride]  a number that is only read
        return self.mixture.dim

    @property
    def centres(self) -> Float[np.ndarray, "K {self.dim}"]:
        """Means of the components, (K, dim)."""
        return self.mixture.means.reshape(-1, self.dim)

    @property
    def separation(self) -> float:
        """Smallest distance of two component means, in units of the largest component deviation."""
        gaps = np.linalg.norm(self.centres[:, None] - self.centres[None], axis=2)
        return float(gaps[np.triu_indices(len(gaps), 1)].min() / self.mixture.stds.max())

    @property
    def mean(self) -> Float[np.ndarray, " {self.dim}"]:
        return np.reshape(self.mixture.mean, self.dim)

    @property
    def cov(self) -> Float[np.ndarray, "{self.dim} {self.dim}"]:
        return self.mixture.cov

    def sample(self, n: int, rng: np.random.Generator) -> Float[np.ndarray, "{n} {self.dim}"]:
        return self.mixture.sample(n, rng).reshape(n, self.dim)

    def logpdf(self, x: Real[np.ndarray, "n dim"]) -> Float[np.ndarray, " n"]:
        """ln p(x) in nats, (n,), at points (n, dim).

        Raises ValueError for NaN and, off the line, for points of another dimension.
        """
        return self.mixture.logpdf(x[:, 0] if self.dim == 1 else x)


def symmetric_pair(a: float, s: float, weight: float = 0.5) -> MixtureTarget:
    """weight·N(-a, s²) + (1-weight)·N(a, s²) as a target.

    Raises ValueError unless a ≥ 0, s > 0 and 0 ≤ weight ≤ 1.
    """
    return MixtureTarget("symmetric_pair", theory.symmetric_pair(a, s, weight=weight), "blurproof")


def ring(modes: int = 8, radius: float = 1.0, std: float = 0.01) -> MixtureTarget:
    """Equal isotropic modes on a circle; the defaults are those of VEEGAN and PacGAN.

    Raises ValueError unless `modes` is an integer ≥ 1 and `radius` and `std` are positive.
    """
    mixture = theory.ring(modes=modes, radius=radius, std=std)
    return MixtureTarget("ring", mixture, "Srivastava et al. (2017), section 4.1; Lin et al. (2018), table 1")


@door
def notebook_ring(points: int = 8, radius: float = 1.0, std: float = 0.01) -> MixtureTarget:
    """The ring of the official notebook of unrolled GANs: `linspace(0, 2π, 8)` has its ends in one place.

    Seven modes at (sin θ, cos θ), the one at θ = 0 with twice the weight.
    Raises ValueError unless `points` is an integer ≥ 2 and `radius` and `std` are positive.
    """
    points = integer("points", points, 2, 10**6)
    theta = 2 * np.pi * np.arange(points - 1) / (points - 1)
    weights = np.where(theta == 0, 2.0, 1.0) / points
    positive(radius, "radius")
    positive(std, "std")
    means = radius * np.stack([np.sin(theta), np.cos(theta)], axis=1)
    mixture = theory.GaussianMixture(weights, means, stds=np.full(points - 1, std))
    return MixtureTarget("notebook_ring", mixture, "Metz et al. (2017), official notebook")


def grid(side: int = 5, spacing: float = 2.0, std: float = 0.05) -> MixtureTarget:
    """side² equal isotropic modes on a square lattice about the origin; the defaults are those of VEEGAN, PacGAN.

    Raises ValueError unless `side` is an integer ≥ 1 and `spacing` and `std` are positive.
    """
    mixture = theory.grid(side=side, spacing=spacing, std=std)
    return MixtureTarget("grid", mixture, "Dumoulin et al. (2017), appendix; Lin et al. (2018), table 1")
