"""The pinwheel: five Gaussian blades, each twisted about the origin.

    f = (1 + 0.3 N₁, 0.1 N₂),   X = 2 R(2πk/5 + a(f₁)) f,   a(r) = ¼ eʳ,   k uniform on 0..4,  R(·) a rotation

The twist keeps |f|, turns by an angle that depends on f₁, and has the Jacobian 1 - a'(f₁) f₂. Its inverse is a root
on the circle |f| = |x|/2, found on a grid of angles and refined; for all but some 1e-7 of the mass it is unique, and
the density is the sum over all that the grid shows.

Source: Johnson et al. (2016), the `pinwheel` data of structured VAEs.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float, Real

from toys.targets.target import Target

BLADES, RADIAL, TANGENTIAL, RATE, SCALE = 5, 0.3, 0.1, 0.25, 2.0
_ANGLES = np.linspace(-np.pi, np.pi, 97)
FAR = 100.0
"""In units of the scale: from there on the density is below any float."""


@dataclass(frozen=True)
class Pinwheel(Target):
    """Five twisted blades."""

    name = "pinwheel"
    dim = 2
    source = "Johnson et al. (2016), experiments"

    def sample(self, n: int, rng: np.random.Generator) -> Float[np.ndarray, "{n} {self.dim}"]:
        f = rng.standard_normal((n, 2)) * [RADIAL, TANGENTIAL] + [1, 0]
        turn = 2 * np.pi * rng.integers(BLADES, size=n) / BLADES + RATE * np.exp(f[:, 0])
        cos, sin = np.cos(turn), np.sin(turn)
        return SCALE * np.stack([cos * f[:, 0] - sin * f[:, 1], sin * f[:, 0] + cos * f[:, 1]], 1)

    @property
    def mean(self) -> Float[np.ndarray, " {self.dim}"]:
        """Zero: five equal blades at equal angles."""
        return np.zeros(2)

    @property
    def cov(self) -> Float[np.ndarray, "{self.dim} {self.dim}"]:
        """Isotropic by the five-fold symmetry: ½ E|X|² = 2 (1 + 0.3² + 0.1²)."""
        return SCALE**2 / 2 * (1 + RADIAL**2 + TANGENTIAL**2) * np.eye(2)

    def logpdf(self, x: Real[np.ndarray, "n dim"]) -> Float[np.ndarray, " n"]:
        """ln Σ N(f)/(20 |1 - a'(f₁) f₂|) over blades and preimages f, in nats, (n,), at points (n, 2); -∞ far out."""
        radius, angle = np.minimum(np.hypot(*x.T) / SCALE, FAR), np.arctan2(x[:, 1], x[:, 0])
        with np.errstate(divide="ignore"):
            return np.log(sum(self._blade(radius, angle - 2 * np.pi * k / BLADES) for k in range(BLADES)))

    def _blade(self, radius: np.ndarray, angle: np.ndarray) -> np.ndarray:
        """The part of one blade in p(x): Σ over φ with φ + a(|f| cos φ) = angle (mod 2π)."""

        def excess(phi: np.ndarray, r: np.ndarray, goal: np.ndarray) -> np.ndarray:
            return np.mod(phi + RATE * np.exp(r * np.cos(phi)) - goal + np.pi, 2 * np.pi) - np.pi

        gaps = excess(_ANGLES, radius[:, None], angle[:, None])
        crossing = (gaps[:, :-1] * gaps[:, 1:] <= 0) & (np.abs(gaps[:, :-1] - gaps[:, 1:]) < np.pi)
        point, step = np.nonzero(crossing)
        r, goal, low, high = radius[point], angle[point], _ANGLES[step], _ANGLES[step + 1]
        rising = gaps[point, step + 1] > gaps[point, step]
        for _ in range(50):
            middle = 0.5 * (low + high)
            upper = (excess(middle, r, goal) > 0) == rising
            low, high = np.where(upper, low, middle), np.where(upper, middle, high)
        f1, f2 = r * np.cos(low), r * np.sin(low)
        quadratic = ((f1 - 1) / RADIAL) ** 2 + (f2 / TANGENTIAL) ** 2
        density = np.exp(-0.5 * quadratic) / (2 * np.pi * RADIAL * TANGENTIAL * BLADES * SCALE**2)
        return np.bincount(point, density / np.abs(1 - RATE * np.exp(f1) * f2), minlength=len(radius))


def pinwheel() -> Pinwheel:
    """Five blades with the constants of the original code."""
    return Pinwheel()
