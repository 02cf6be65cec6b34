"""What a target is: a law that can be sampled and about which everything needed is known exactly.

Samples are rows (n, dim) in float64. In a conditional problem the first `inputs` columns are what is given and the
others what is to be predicted, so that one array carries the joint law. Which further facts a target knows
(a density, a mixture, conditional means and medians, a Bayes risk) is up to its class; what it knows is exact, or
computed to the accuracy its docstring states.
"""

from __future__ import annotations

from abc import ABC, abstractmethod

import numpy as np
from jaxtyping import Float, Real

from theory.validation.unchanging import Unchanging
from toys.validation import shut


class Target(Unchanging, ABC):
    """The interface of every target; concrete targets are frozen dataclasses."""

    name: str  # the word by which `blurproof show` knows it
    source: str  # where the target and its constants come from
    dim: int  # columns of a sample, inputs included
    inputs: int = 0  # leading columns that are given rather than generated

    def __init_subclass__(cls) -> None:
        shut(cls)

    @property
    @abstractmethod
    def mean(self) -> Float[np.ndarray, " {self.dim}"]:
        """E X, shape (dim,)."""

    @property
    @abstractmethod
    def cov(self) -> Float[np.ndarray, "{self.dim} {self.dim}"]:
        """Cov X, shape (dim, dim)."""

    @abstractmethod
    def sample(self, n: int, rng: np.random.Generator) -> Float[np.ndarray, "{n} {self.dim}"]:
        """n independent draws, shape (n, dim)."""

    def logpdf(self, x: Real[np.ndarray, "n dim"]) -> Float[np.ndarray, " n"]:
        """ln p(x) in nats, (n,), for points (n, dim), -∞ off the support. Raises ValueError without a density."""
        raise ValueError(f"target: expected one with a density, got {self.name}")
