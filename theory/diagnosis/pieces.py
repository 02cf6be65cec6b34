"""A law on the line that is uniform on each of several intervals: t given x in Bishop's inverse problem, for one."""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float
from numpy.typing import ArrayLike

from theory.validation import inputs as valid
from theory.validation.inputs import Array
from theory.validation.unchanging import Unchanging


@dataclass(frozen=True, init=False)
class Pieces(Unchanging):
    """Σ_k w_k U(low_k, high_k), intervals in ascending order that do not overlap.

    weights: (B,), positive, summing to one within 1e-9 (then normalised). low, high: (B,).

    Raises ValueError unless weights, low and high are of these shapes and values, finite, and low < high ≤ the next low.
    """

    weights: Array
    low: Array
    high: Array

    def __init__(self, weights: ArrayLike, low: ArrayLike, high: ArrayLike) -> None:
        w = valid.weights("weights", weights)
        a, b = valid.array("low", low, ndim=1), valid.array("high", high, ndim=1)
        if a.shape != w.shape:
            valid.reject("low", f"shape {w.shape}", f"shape {a.shape}")
        if b.shape != w.shape:
            valid.reject("high", f"shape {w.shape}", f"shape {b.shape}")
        if (b <= a).any() or (b[:-1] > a[1:]).any():
            valid.reject("high", "ends above `low`, and not above the next", high)
        keep = w > 0
        self.__setstate__({"weights": w[keep], "low": a[keep], "high": b[keep]})

    def __len__(self) -> int:
        """The number of intervals that carry density."""
        return len(self.weights)

    @property
    def mean(self) -> float:
        """E Y = Σ w_k (low_k + high_k)/2."""
        return float(self.weights @ (0.5 * (self.low + self.high)))

    def sample(self, n: int, rng: np.random.Generator | int) -> Float[Array, " {n}"]:
        """n independent draws; rng a Generator or a seed.

        Raises ValueError unless n is an integer ≥ 0 and rng is a Generator or a seed.
        """
        n, rng = valid.integer("n", n, 0, 2**26), valid.generator("rng", rng)
        k = rng.choice(len(self), size=n, p=self.weights)
        return rng.uniform(self.low[k], self.high[k])
