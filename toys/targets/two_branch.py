"""A regression problem with two branches of unequal weight: y = ±g(x) + noise.

    x ~ U(0, 1),   y | x ~ w N(-g(x), s²) + (1-w) N(g(x), s²),   g(x) = 1 + ½ sin 2πx

With w ≠ ½ the conditional mean (1-2w) g(x) lies between the branches and the conditional median on (the edge of) the
heavier one, so that L2 and L1 regression give different answers. Its risks are E Var(y|x) = s² + 4w(1-w) E g², with
E g² = 9/8, and E|y - median|, an integral over x.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float, Real
from numpy.typing import ArrayLike
from scipy.special import ndtr

from toys.targets._quadrature import legendre
from toys.targets.target import Target
from toys.validation import door, positive, require

_G_MEAN, _G_SQUARE = 1.0, 9 / 8  # E g and E g² over a period


@door
def branch(x: Real[np.ndarray, "*n"]) -> Float[np.ndarray, "*n"]:
    """g(x) = 1 + ½ sin 2πx."""
    return 1 + 0.5 * np.sin(2 * np.pi * x)


@dataclass(frozen=True)
class TwoBranch(Target):
    """Rows (x, y); x is given, y is to be predicted. `weight` is that of the lower branch.

    Raises ValueError unless 0 < weight < 1 and `std` is positive.
    """

    weight: float = 0.7
    std: float = 0.2
    inputs = 1
    name = "two_branch"
    dim = 2
    source = "blurproof"

    def __post_init__(self) -> None:
        require(0 < self.weight < 1, "weight", "a number in (0, 1)", self.weight)
        positive(self.std, "std")

    def sample(self, n: int, rng: np.random.Generator) -> Float[np.ndarray, "{n} {self.dim}"]:
        x = rng.random(n)
        sign = np.where(rng.random(n) < self.weight, -1.0, 1.0)
        return np.stack([x, sign * branch(x) + self.std * rng.standard_normal(n)], axis=1)

    def logpdf(self, x: Real[np.ndarray, "n dim"]) -> Float[np.ndarray, " n"]:
        """ln p(x, y) in nats, (n,), at rows (x, y), -∞ for x outside [0, 1]."""
        given, y = x.T
        low = np.log(self.weight) - 0.5 * ((y + branch(given)) / self.std) ** 2
        high = np.log1p(-self.weight) - 0.5 * ((y - branch(given)) / self.std) ** 2
        inside = np.where((given >= 0) & (given <= 1), 0.0, -np.inf)
        return inside + np.logaddexp(low, high) - 0.5 * np.log(2 * np.pi * self.std**2)

    @property
    def mean(self) -> Float[np.ndarray, " {self.dim}"]:
        """(½, (1-2w) E g)."""
        return np.array([0.5, (1 - 2 * self.weight) * _G_MEAN])

    @property
    def cov(self) -> Float[np.ndarray, "{self.dim} {self.dim}"]:
        """Cov(x, g) = E (x-½) ½ sin 2πx = -1/4π."""
        tilt = 1 - 2 * self.weight
        cross = -tilt / (4 * np.pi)
        return np.array([[1 / 12, cross], [cross, self.std**2 + _G_SQUARE - (tilt * _G_MEAN) ** 2]])

    def conditional_mean(self, x: Real[np.ndarray, "*n"]) -> Float[np.ndarray, "*n"]:
        """E[y|x] = (1-2w) g(x)."""
        return (1 - 2 * self.weight) * branch(x)

    def conditional_median(self, x: ArrayLike) -> Float[np.ndarray, "*n"] | float:
        """The root c of w Φ((c+g)/s) + (1-w) Φ((c-g)/s) = ½, by bisection to rounding."""
        g = branch(np.asarray(x, dtype=float))
        low, high = -g, g.copy()
        for _ in range(60):
            middle = 0.5 * (low + high)
            below, above = self._tails(middle, g)
            low, high = np.where(below < above, middle, low), np.where(below < above, high, middle)
        return 0.5 * (low + high)

    def _tails(self, c: np.ndarray, g: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        # Both tails, not one against ½: between far branches the distribution function is flat at ½ ± rounding.
        w, s = self.weight, self.std
        below = w * ndtr((c + g) / s) + (1 - w) * ndtr((c - g) / s)
        above = w * ndtr(-(c + g) / s) + (1 - w) * ndtr((g - c) / s)
        return below, above

    @property
    def bayes_risk(self) -> float:
        """inf_f E(y - f(x))² = s² + 4w(1-w) E g²."""
        return self.std**2 + 4 * self.weight * (1 - self.weight) * _G_SQUARE

    @property
    def bayes_risk_l1(self) -> float:
        """inf_f E|y - f(x)| = E_x E|y - median(x)|; to 1e-9."""

        def absolute(x: np.ndarray) -> np.ndarray:
            c, g = self.conditional_median(x), branch(x)
            return self.weight * _folded(c + g, self.std) + (1 - self.weight) * _folded(c - g, self.std)

        return legendre(absolute, np.linspace(0, 1, 5))


def _folded(d: np.ndarray, s: float) -> np.ndarray:
    """E|sN + d| = d (2Φ(d/s)-1) + 2s φ(d/s)."""
    r = d / s
    return d * (2 * ndtr(r) - 1) + 2 * s * np.exp(-0.5 * r**2) / np.sqrt(2 * np.pi)


def two_branch(weight: float = 0.7, std: float = 0.2) -> TwoBranch:
    """The two-branch problem; `weight` of the lower branch, `std` of the noise about each.

    Raises ValueError unless 0 < weight < 1 and `std` is positive.
    """
    return TwoBranch(weight, std)
