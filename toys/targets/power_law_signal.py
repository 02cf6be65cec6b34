"""Gaussian signals whose spectrum falls as a power of the frequency: the second-order statistics of natural images.

    x = level + Σ_{k=1}^D √λ_k ε_k c_k,    λ_k = k^{-α},    c_k the orthonormal cosines of the DCT-II

The principal directions are frequencies, so that what a linear VAE drops below its water level is, literally, the
high frequencies. The constant c_1 is the lowest of them.

Source: Field (1987): amplitude spectra fall as 1/f, powers as 1/f², hence α = 2.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from jaxtyping import Float, Real

from theory import GaussianMixture
from toys.targets.target import Target
from toys.validation import positive, positive_integer


@dataclass(frozen=True)
class PowerLawSignal(Target):
    """Rows are signals of `dim` samples.

    Raises ValueError unless `dim` is an integer ≥ 1 and `exponent` is positive.
    """

    dim: int = 16
    exponent: float = 2.0
    level: float = 1.0
    name = "power_law_signal"
    source = "Field (1987)"

    def __post_init__(self) -> None:
        positive_integer(self.dim, "dim")
        positive(self.exponent, "exponent")

    @property
    def spectrum(self) -> Float[np.ndarray, " {self.dim}"]:
        """λ_k = k^{-α}, shape (dim,), descending."""
        return np.arange(1.0, self.dim + 1) ** -self.exponent

    @property
    def basis(self) -> Float[np.ndarray, "{self.dim} {self.dim}"]:
        """Columns c_k, shape (dim, dim): √(2/D) cos(π(i+½)(k-1)/D), the first divided by √2."""
        i, k = np.arange(self.dim)[:, None] + 0.5, np.arange(self.dim)
        c = np.sqrt(2 / self.dim) * np.cos(np.pi * i * k / self.dim)
        c[:, 0] /= np.sqrt(2)
        return c

    @property
    def mean(self) -> Float[np.ndarray, " {self.dim}"]:
        return np.full(self.dim, self.level)

    @property
    def cov(self) -> Float[np.ndarray, "{self.dim} {self.dim}"]:
        """C diag(λ) Cᵀ, (dim, dim), C of the columns c_k."""
        return (self.basis * self.spectrum) @ self.basis.T

    @cached_property
    def mixture(self) -> GaussianMixture:
        """The law as a mixture of one component."""
        return GaussianMixture([1.0], self.mean[None], covs=self.cov[None])

    def sample(self, n: int, rng: np.random.Generator) -> Float[np.ndarray, "{n} {self.dim}"]:
        coefficients = np.sqrt(self.spectrum) * rng.standard_normal((n, self.dim))
        return self.level + coefficients @ self.basis.T

    def logpdf(self, x: Real[np.ndarray, "n dim"]) -> Float[np.ndarray, " n"]:
        return self.mixture.logpdf(x)


def power_law_signal(dim: int = 16, exponent: float = 2.0, level: float = 1.0) -> PowerLawSignal:
    """Signals of `dim` samples with spectrum k^-exponent about the constant `level`.

    Raises ValueError unless `dim` is an integer ≥ 1 and `exponent` is positive.
    """
    return PowerLawSignal(dim, exponent, level)
