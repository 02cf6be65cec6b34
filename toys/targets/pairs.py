"""Pairs of noise and data on the line, as a one-step model or a flow is trained on: x₀ is given, x₁ is to be predicted.

    x₀ ~ N(0, 1), x₁ ~ data, or both uniform on (0, 1):  the first of a batch of B pairs whose noise and data were sorted
    against one another, on the line the optimal transport of the batch; B = 1: independent;
    None: joined by the rising map x₁ = F⁻¹(Φ(x₀)), where flow matching on independent pairs leads from x₀

Rows are independent: each has a batch of its own, of which the others are left out. Cov(x₀, x₁) is the mean over k of
E x₀ E x₁, both the k-th of B, without the means' product: by Gauss-Legendre rules, to 1e-9, or (B-1)/(12(B+1)) where uniform.

Source: Tong et al. (2024), minibatch couplings; Liu et al. (2023), pairs that a flow has joined.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np
from jaxtyping import Float
from scipy.special import binom, ndtri

import theory
from theory.validation.inputs import instance, integer
from toys.targets._quadrature import rule
from toys.targets.target import Target
from toys.validation import require

MOST = 256
_REACH = 12.0  # deviations


@dataclass(frozen=True)
class Pairs(Target):
    """Rows (x₀, x₁); `data` a mixture on the line, or None where noise and data are uniform.

    Raises ValueError unless data are that, and batch an integer from 1 to 256, or None.
    """

    data: theory.GaussianMixture | None = None
    batch: int | None = 1
    inputs = 1
    name = "pairs"
    dim = 2
    source = "Tong et al. (2024); Liu et al. (2023)"

    def __post_init__(self) -> None:
        if self.data is not None:
            mixture = instance("data", self.data, theory.GaussianMixture, "a mixture, or None")
            require(mixture.dim == 1, "data", "a mixture on the line", mixture.dim)
        if self.batch is not None:
            integer("batch", self.batch, 1, MOST)

    def sample(self, n: int, rng: np.random.Generator) -> Float[np.ndarray, "{n} {self.dim}"]:
        if self.batch is None:
            x1 = self._data(n, rng)
            return np.stack([x1 if self.data is None else _noise_of(self.data, x1), x1], axis=1)
        shape = n, self.batch
        noise = rng.random(shape) if self.data is None else rng.standard_normal(shape)
        place = (noise < noise[:, :1]).sum(axis=1)
        partners = np.sort(self._data(noise.size, rng).reshape(shape), axis=1)
        return np.stack([noise[:, 0], partners[np.arange(n), place]], axis=1)

    def _data(self, n: int, rng: np.random.Generator) -> np.ndarray:
        return rng.random(n) if self.data is None else self.data.sample(n, rng)

    @property
    def mean(self) -> Float[np.ndarray, " {self.dim}"]:
        """(0, EX₁), or (½, ½)."""
        return np.array([0.5, 0.5]) if self.data is None else np.array([0.0, float(self.data.mean)])

    @property
    def cov(self) -> Float[np.ndarray, "{self.dim} {self.dim}"]:
        """1 and Var X₁, or 1/12 twice; and what they have in common."""
        if self.data is None:
            share = 1.0 if self.batch is None else (self.batch - 1) / (self.batch + 1)
            return np.array([[1.0, share], [share, 1.0]]) / 12
        normal, pair = theory.GaussianMixture([1.0], [0.0], stds=[1.0]), self.data
        if self.batch is None:
            x, weight = _nodes(pair)
            common = float(np.sum(weight * _noise_of(pair, x) * x))
        else:
            ranked = [_ordered(law, self.batch) for law in (normal, pair)]
            common = float(np.mean(ranked[0] * ranked[1]))
        return np.array([[1.0, common], [common, float(pair.var)]])


def _noise_of(law: theory.GaussianMixture, x: np.ndarray) -> np.ndarray:
    """Φ⁻¹(F(x)), by the nearer tail."""
    below, above = (np.maximum(np.asarray(tail, float), 1e-300) for tail in (law.cdf(x), law.affine(-1.0, 0.0).cdf(-x)))
    return np.where(below < above, ndtri(below), -ndtri(above))


def _nodes(law: theory.GaussianMixture) -> tuple[np.ndarray, np.ndarray]:
    """Points and the mass that each stands for."""
    centres, spread = np.ravel(law.means), np.ravel(law.stds)
    cuts = np.unique(np.concatenate([centres + k * spread for k in np.linspace(-_REACH, _REACH, 9)]))
    rules = [rule(a, b) for a, b in pairwise(cuts)]
    x, weight = (np.concatenate(part) for part in zip(*rules, strict=True))
    return x, weight * np.exp(law.logpdf(x))


def _ordered(law: theory.GaussianMixture, batch: int) -> Any:
    """Mean of the k-th of so many draws, for every k."""
    x, mass = _nodes(law)
    ranks, below = np.arange(batch)[:, None], np.asarray(law.cdf(x))
    held = binom(batch - 1, ranks) * below**ranks * (1 - below) ** (batch - 1 - ranks)
    return batch * held @ (mass * x)
