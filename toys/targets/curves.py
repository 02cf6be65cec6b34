"""Targets along a curve in the plane, blurred by isotropic noise: two moons, with and without their labels, and the spiral.

    X = c(U) + s N(0, I_2),   U ~ U(0, 1),      p(x) = ∫₀¹ N(x; c(u), s²I) du

Density and moments are one-dimensional integrals of smooth functions over each arc of the curve, by Gauss-Legendre
rules of 64 nodes to every 40 s of its length: to 1e-8.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property, partial

import numpy as np
from jaxtyping import Float, Real
from scipy.special import logsumexp

from theory.validation.inputs import real
from theory.validation.told import told
from toys.targets._quadrature import rule
from toys.targets.target import Target
from toys.validation import positive


@told
@dataclass(frozen=True)
class CurveTarget(Target):
    """`curve` maps u (n,) in [0, 1] to points (n, 2), smoothly but for jumps between `arcs` equal stretches of u.

    Raises ValueError unless `std` is positive.
    """

    name: str
    curve: Callable[[np.ndarray], np.ndarray]
    arcs: int
    std: float
    source: str
    dim = 2

    def __post_init__(self) -> None:
        positive(self.std, "std")

    @cached_property
    def _rule(self) -> tuple[np.ndarray, np.ndarray]:
        """Points (nodes, 2) on the curve, and their weights."""
        fine = self.curve(np.linspace(0, 1, 4097)[:-1] + 1 / 8192)
        length = np.linalg.norm(np.diff(fine, axis=0), axis=1).sum()
        pieces = self.arcs * math.ceil(length / (40 * self.std * self.arcs))
        nodes, weights = rule(0, 1, pieces)
        return self.curve(nodes), weights

    @property
    def mean(self) -> Float[np.ndarray, " {self.dim}"]:
        """∫ c(u) du, (2,)."""
        points, weights = self._rule
        return weights @ points

    @property
    def cov(self) -> Float[np.ndarray, "{self.dim} {self.dim}"]:
        """∫ (c - mean)(c - mean)ᵀ du + s² I, (2, 2)."""
        points, weights = self._rule
        centred = points - self.mean
        return (centred.T * weights) @ centred + self.std**2 * np.eye(2)

    def sample(self, n: int, rng: np.random.Generator) -> Float[np.ndarray, "{n} {self.dim}"]:
        return self.curve(rng.random(n)) + self.std * rng.standard_normal((n, 2))

    def logpdf(self, x: Real[np.ndarray, "n dim"]) -> Float[np.ndarray, " n"]:
        """ln ∫ N(x; c(u), s²I) du in nats, (n,), at points (n, 2)."""
        points, weights = self._rule
        blocks = np.array_split(x, max(1, len(x) // 2000))  # 2000 × nodes distances at a time
        logs = [
            np.asarray(logsumexp(-0.5 * _squares(b, points) / self.std**2, axis=1, b=weights), dtype=float)
            for b in blocks
        ]
        return np.concatenate(logs) - np.log(2 * np.pi * self.std**2)


def _squares(x: np.ndarray, points: np.ndarray) -> np.ndarray:
    """|x_i - c_j|², shape (n, nodes)."""
    return (x[:, :1] - points[:, 0]) ** 2 + (x[:, 1:] - points[:, 1]) ** 2


def _moons(u: np.ndarray) -> np.ndarray:
    upper, t = u < 0.5, np.pi * np.where(u < 0.5, 2 * u, 2 * u - 1)
    return np.stack([np.where(upper, np.cos(t), 1 - np.cos(t)), np.where(upper, np.sin(t), 0.5 - np.sin(t))], 1)


def _roll(u: np.ndarray) -> np.ndarray:
    t = 1.5 * np.pi * (1 + 2 * u)
    return t[:, None] * np.stack([np.cos(t), np.sin(t)], 1) / 7.5


def two_moons(std: float = 0.1, scale: float = 1.0, shift: float = 0.0) -> CurveTarget:
    """Two interlocking half circles of radius 1, the lower one about (1, ½), each with half of the mass.

    `scale` times as large and moved by `shift` along both axes, before the noise. Raises ValueError unless `std` and `scale`
    are positive, and `shift` is a number.
    """
    _check_place(scale, shift)
    return CurveTarget(
        "two_moons", partial(_affine, _moons, scale, shift), 2, std, "Pedregosa et al. (2011), make_moons"
    )


def _check_place(scale: float, shift: float) -> None:
    positive(scale, "scale")
    real("shift", shift)


def _affine(curve: Callable[[np.ndarray], np.ndarray], scale: float, shift: float, u: np.ndarray) -> np.ndarray:
    return scale * curve(u) + shift


def _upper(u: np.ndarray) -> np.ndarray:
    return _moons(u / 2)


def _lower(u: np.ndarray) -> np.ndarray:
    return _moons((1 + u) / 2)


@told
@dataclass(frozen=True)
class LabelledMoons(Target):
    """Rows (k, x): the label k, 0 of the upper moon and 1 of the lower one, is given; x lies in the plane, as of `two_moons`.

    `moons` are the two of them, the upper one first.
    Raises ValueError unless `std` and `scale` are positive, and `shift` is a number.
    """

    std: float = 0.1
    scale: float = 1.0
    shift: float = 0.0
    name = "labelled_moons"
    source = "Pedregosa et al. (2011), make_moons"
    dim = 3
    inputs = 1
    moons: tuple[CurveTarget, ...] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        _check_place(self.scale, self.shift)
        halves = (partial(_affine, half, self.scale, self.shift) for half in (_upper, _lower))
        moons = tuple(CurveTarget("moon", half, 1, self.std, self.source) for half in halves)
        object.__setattr__(self, "moons", moons)

    @property
    def mean(self) -> Float[np.ndarray, " {self.dim}"]:
        """(½, the mean of both moons' means), (3,)."""
        return np.array([0.5, *np.mean([moon.mean for moon in self.moons], axis=0)])

    @property
    def cov(self) -> Float[np.ndarray, "{self.dim} {self.dim}"]:
        """That of the label, ¼, with the plane a quarter of the means' difference, and of the plane, (3, 3)."""
        apart = np.array([1.0, *(self.moons[1].mean - self.moons[0].mean)])
        within = np.zeros((3, 3))
        within[1:, 1:] = np.mean([moon.cov for moon in self.moons], axis=0)
        return within + np.outer(apart, apart) / 4

    def sample(self, n: int, rng: np.random.Generator) -> Float[np.ndarray, "{n} {self.dim}"]:
        label = rng.integers(0, 2, n)
        drawn = np.stack([moon.sample(n, rng) for moon in self.moons])
        return np.column_stack([label, drawn[label, np.arange(n)]])

    def logpdf(self, x: Real[np.ndarray, "n dim"]) -> Float[np.ndarray, " n"]:
        """ln ½ and the label's moon's density in nats, (n,), at rows (n, 3); -∞ for another label."""
        logs = np.stack([moon.logpdf(x[:, 1:]) for moon in self.moons])
        return np.logaddexp.reduce([np.where(x[:, 0] == k, logs[k], -np.inf) for k in (0, 1)]) - np.log(2)


def spiral(std: float = 0.25 / 7.5) -> CurveTarget:
    """The swiss roll t(cos t, sin t), t = 3π/2 to 9π/2, divided by 7.5 as in the toys of WGAN-GP.

    Raises ValueError unless `std` is positive.
    """
    return CurveTarget("spiral", _roll, 1, std, "Gulrajani et al. (2017), official code")
