"""Independent samples of a law that is constant on cells of the unit interval, in packs: what a packed discriminator sees.

    x = (x_1, …, x_m),   density h_j = w_j/(e_{j+1} - e_j) on [e_j, e_{j+1}),   e_0 = 0 and e_n = 1

Source: Lin et al. (2018), PacGAN, the two laws of section 3.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float, Real

from toys.targets.target import Target
from toys.validation import positive_integer, require


@dataclass(frozen=True)
class Packs(Target):
    """Cell j between `edges` (n+1,) has mass `masses` (n,); `dim` samples to a pack.

    Raises ValueError unless the edges rise from 0 to 1, the masses are n numbers ≥ 0 with sum one and `dim` is ≥ 1.
    """

    edges: tuple[float, ...]
    masses: tuple[float, ...]
    dim: int = 1

    name = "packs"
    source = "Lin et al. (2018), section 3"

    def __post_init__(self) -> None:
        positive_integer(self.dim, "dim")
        rises = (
            len(self.edges) > 1 and bool((np.diff(self.edges) > 0).all()) and self.edges[0] == 0 and self.edges[-1] == 1
        )
        require(rises, "edges", "rising numbers from 0 to 1", self.edges)
        masses = np.array(self.masses)
        good = len(masses) == len(self.edges) - 1 and bool((masses >= 0).all()) and abs(masses.sum() - 1) < 1e-9
        require(good, "masses", f"{len(self.edges) - 1} numbers ≥ 0 that sum to one", self.masses)

    @property
    def mean(self) -> Float[np.ndarray, " {self.dim}"]:
        """Σ_j w_j (e_j + e_{j+1})/2 in each coordinate, (dim,)."""
        middles = (np.array(self.edges)[1:] + np.array(self.edges)[:-1]) / 2
        return np.full(self.dim, np.dot(self.masses, middles))

    @property
    def cov(self) -> Float[np.ndarray, "{self.dim} {self.dim}"]:
        """The variance of one sample on the diagonal, (dim, dim)."""
        edges = np.array(self.edges)
        squares = (edges[1:] ** 2 + edges[1:] * edges[:-1] + edges[:-1] ** 2) / 3
        return (np.dot(self.masses, squares) - self.mean[0] ** 2) * np.eye(self.dim)

    def sample(self, n: int, rng: np.random.Generator) -> Float[np.ndarray, "{n} {self.dim}"]:
        cell = rng.choice(len(self.masses), (n, self.dim), p=self.masses)
        edges = np.array(self.edges)
        return edges[cell] + (edges[cell + 1] - edges[cell]) * rng.random((n, self.dim))

    def logpdf(self, x: Real[np.ndarray, "n dim"]) -> Float[np.ndarray, " n"]:
        """Σ_i ln h(x_i) in nats, (n,), -∞ off the unit cube, at packs (n, dim)."""
        with np.errstate(divide="ignore"):
            heights = np.concatenate([[-np.inf], np.log(self.masses) - np.log(np.diff(self.edges)), [-np.inf]])
        return heights[np.searchsorted(self.edges, x, side="right")].sum(axis=1)
