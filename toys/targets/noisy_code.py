"""Two modes seen through a noisy code: x = ±a equally likely, z | x ~ N(±m, v). Given z, x is to be predicted.

E[x|z] = a tanh(mz/v), the median of x given z is a sign(z), and the Bayes risk is E Var(x|z) = a² E sech²(mz/v).
x is discrete, so the pair has no density.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float
from numpy.typing import ArrayLike

from toys.targets.target import Target
from toys.validation import positive


@dataclass(frozen=True)
class NoisyCode(Target):
    """Rows (z, x); z is given, x is to be predicted.

    Raises ValueError unless `a`, `m` and `v` are positive.
    """

    a: float = 1.0
    m: float = 0.8
    v: float = 0.36
    inputs = 1
    name = "noisy_code"
    dim = 2
    source = "blurproof"

    def __post_init__(self) -> None:
        for name in ("a", "m", "v"):
            positive(getattr(self, name), name)

    def sample(self, n: int, rng: np.random.Generator) -> Float[np.ndarray, "{n} {self.dim}"]:
        sign = np.where(rng.random(n) < 0.5, -1.0, 1.0)
        return np.stack([self.m * sign + self.v**0.5 * rng.standard_normal(n), self.a * sign], axis=1)

    @property
    def mean(self) -> Float[np.ndarray, " {self.dim}"]:
        """(0, 0), by symmetry."""
        return np.zeros(2)

    @property
    def cov(self) -> Float[np.ndarray, "{self.dim} {self.dim}"]:
        """Cov(z, x) = am."""
        return np.array([[self.m**2 + self.v, self.a * self.m], [self.a * self.m, self.a**2]])

    def conditional_mean(self, z: ArrayLike) -> Float[np.ndarray, "*n"] | float:
        """E[x|z] = a tanh(mz/v)."""
        return self.a * np.tanh(self.m * np.asarray(z, dtype=float) / self.v)

    def conditional_median(self, z: ArrayLike) -> Float[np.ndarray, "*n"] | float:
        """a sign(z)."""
        return self.a * np.sign(np.asarray(z, dtype=float))


def noisy_code(a: float = 1.0, m: float = 0.8, v: float = 0.36) -> NoisyCode:
    """Modes ±`a`, codes ±`m`, variance `v` of the noise.

    Raises ValueError unless all three are positive.
    """
    return NoisyCode(a, m, v)
