"""The checkerboard: uniform on the eight squares of side 2 in [-4, 4]² whose indices have an even sum.

Source: Grathwohl et al. (2019), the toy data of FFJORD.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float, Real

from toys.targets.target import Target

SIDE = 2.0  # of a square; four of them to a row


@dataclass(frozen=True)
class Checkerboard(Target):
    """Square (i, j) = (⌊x/2⌋, ⌊y/2⌋), -2 ≤ i, j < 2, carries mass 1/8 iff i + j is even."""

    name = "checkerboard"
    dim = 2
    source = "Grathwohl et al. (2019), toy data"

    @property
    def corners(self) -> Float[np.ndarray, "8 2"]:
        """Lower left corners of the filled squares, (8, 2)."""
        i, j = np.divmod(np.arange(16), 4)
        filled = (i + j) % 2 == 0
        return SIDE * (np.stack([i, j], 1)[filled] - 2)

    @property
    def mean(self) -> Float[np.ndarray, " {self.dim}"]:
        """(0, 0)."""
        return self.corners.mean(0) + SIDE / 2

    @property
    def cov(self) -> Float[np.ndarray, "{self.dim} {self.dim}"]:
        """That of the squares' corners, and side²/12 within one."""
        return np.cov(self.corners.T, bias=True) + SIDE**2 / 12 * np.eye(2)

    def sample(self, n: int, rng: np.random.Generator) -> Float[np.ndarray, "{n} {self.dim}"]:
        return self.corners[rng.integers(8, size=n)] + SIDE * rng.random((n, 2))

    def logpdf(self, x: Real[np.ndarray, "n dim"]) -> Float[np.ndarray, " n"]:
        """-ln(8 · side²) in the filled squares, -∞ outside, (n,), at points (n, 2)."""
        cell = np.floor(x / SIDE)
        inside = ((cell >= -2) & (cell < 2)).all(1) & (cell.sum(1) % 2 == 0)
        return np.where(inside, -np.log(8 * SIDE**2), -np.inf)


def checkerboard() -> Checkerboard:
    """Eight of the sixteen squares of [-4, 4]²."""
    return Checkerboard()
