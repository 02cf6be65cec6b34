"""What a GAN and the decoder of a VAE make of one latent, held against their exact laws through `toys.piecewise`."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol, runtime_checkable

import numpy as np
from jaxtyping import Real
from scipy.special import ndtr
from torch import Tensor

from theory.validation.inputs import array
from theory.validation.unchanging import Unchanging
from toys import piecewise
from toys.learner import Learner
from toys.learners.gan import GAN
from toys.learners.joint_gan import JointGAN
from toys.learners.vae import VAE
from toys.piecewise import BrokenLine
from toys.train import Fitted
from toys.validation import door, positive_integer, require

LEVELS = 200
"""Draws at which two distribution functions are compared."""
SHOWN = 500
"""Draws that are kept of every member."""
ROUNDING = 1e-5
"""What a draw in float32 may be off; the laws may have atoms."""


@dataclass(frozen=True)
class Anatomy(Unchanging):
    """Of every member: `steepest` slope and `norms`, the product of spectral norms; of one latent the masses `left` of,
    `between` and `right` of a gap, exactly; (seeds,) each."""

    steepest: np.ndarray
    norms: np.ndarray
    left: np.ndarray
    between: np.ndarray
    right: np.ndarray


@runtime_checkable
class Sides(Protocol):
    """What of an `Anatomy` tells of the gap, also where it was saved and read again."""

    @property
    def steepest(self) -> np.ndarray: ...
    @property
    def left(self) -> np.ndarray: ...
    @property
    def between(self) -> np.ndarray: ...
    @property
    def right(self) -> np.ndarray: ...


@dataclass(frozen=True)
class Draws(Unchanging):
    """Draws of every member, and how well they follow its law.

    x, data: (seeds, 500, dim) of the model and of the target. gap, wrong: (seeds,), how far the law of the first output of
    all draws is from the model's, and that of a slip. near, near_data: shares within 1e-4 of the curve g, of draws and data.
    """

    x: np.ndarray
    data: np.ndarray
    gap: np.ndarray
    wrong: np.ndarray
    near: np.ndarray
    near_data: np.ndarray


@door
def anatomy(fitted: Fitted, low: float, high: float) -> Anatomy:
    """What generators (or the means of decoders) make of the gap (low, high).

    Of one latent the steepest slope is the Lipschitz constant; of more it is the steepest that is found from 512 draws,
    and the masses are NaN.
    """
    networks, latents = piecewise.of_fitted(fitted), int(fitted.learner.latents)  # pyright: ignore[reportAttributeAccessIssue]  learners with a latent have it
    norms = np.array([piecewise.spectral_product(layers) for layers in networks])
    if latents == 1:
        lines = [piecewise.of_layers(layers) for layers in networks]
        masses = [(v.lipschitz, v.mass_up_to(low), v.mass_between(low, high), v.mass_from(high)) for v in lines]
        steepest, *sides = np.array(masses).T
        return Anatomy(steepest, norms, *sides)
    pairs = zip(networks, fitted.generators(), strict=True)
    found = [piecewise.steepest(layers, rng.standard_normal((512, latents)), rng) for layers, rng in pairs]
    return Anatomy(np.array(found), norms, *[np.full(len(networks), np.nan)] * 3)


@door
def excess(bound: Callable[[float, float], float], seen: Sides, width: float, *, coin: bool = False) -> np.ndarray:
    """By how much the gap's mass exceeds bound(lesser side, width/L), relative to it, (seeds,).

    Where one side is empty: 0 if the gap is too, else ∞. A `coin` beside z has halves, and each has its half of the mass.
    Raises ValueError unless `bound` is a function that gives back numbers.
    """
    lesser = (seen.left + seen.right) / 2 if coin else np.minimum(seen.left, seen.right)
    pairs = zip(lesser, seen.steepest, strict=True)
    told = [bound(side, width / slope) if side > 1e-12 else 0.0 for side, slope in pairs]
    least = array("bound", told, ndim=1)
    empty = np.where(seen.between > 1e-12, np.inf, 0.0)
    return np.where(least > 0, seen.between / np.where(least > 0, least, 1) - 1, empty)


@door
def law_distance(line: BrokenLine, draws: Real[np.ndarray, " n"], std: float = 0.0) -> float:
    """sup |F_n - F| at some of the draws (n,), F the law of the first output of g(z) + σε, σ = `std`, z ~ N(0, 1).

    Raises ValueError for `std` < 0.
    """
    require(std >= 0, "std", "a number ≥ 0", std)
    first = BrokenLine(line.knots, line.slopes[:, :1], line.offsets[:, :1])
    index = np.linspace(0, len(draws) - 1, LEVELS).astype(int)
    ordered, z = np.sort(draws)[index], np.linspace(-8, 8, 1601)
    weight = np.exp(-(z**2) / 2) / np.exp(-(z**2) / 2).sum()

    def law(y: np.ndarray) -> np.ndarray:
        if std:
            return ndtr((y[:, None] - first(z)[:, 0]) / std) @ weight
        return np.array([first.mass_up_to(v) for v in y])

    above = (index + 1) / len(draws) - law(ordered + ROUNDING)
    return float(np.maximum(above, law(ordered - ROUNDING) - index / len(draws)).max())


def _generate(learner: Learner) -> Callable[..., Tensor]:
    if isinstance(learner, GAN | JointGAN):
        return learner.sample
    if isinstance(learner, VAE):
        return learner.decode
    raise ValueError(f"fitted: expected a GAN or a VAE, got {type(learner).__name__}")


@door
def ancestral(fitted: Fitted, draws: int, std: float = 0.0) -> Draws:
    """`draws` of every member in one pass, for a GAN, or a VAE whose noise has this `std`, with one latent.

    The slip is z uniform on (-1, 1) for a GAN, and the means alone for a VAE.
    Raises ValueError unless `draws` is an integer ≥ 1 and the learner a GAN or a VAE.
    """
    positive_integer(draws, "draws")
    learner, rngs = fitted.learner, fitted.generators()
    implicit, dim = isinstance(learner, GAN | JointGAN), learner.target.dim
    generate = _generate(learner)
    normal = np.stack([rng.standard_normal((draws, 1)) for rng in rngs])
    level = np.stack([rng.uniform(-1, 1, (draws, 1)) for rng in rngs])
    mean, uniform = (fitted.evaluate(generate, own=[z])[..., :dim] for z in (normal, level))
    x = mean + std * np.stack([rng.standard_normal((draws, dim)) for rng in rngs])
    data = np.stack([learner.target.sample(draws, rng) for rng in rngs])
    lines = [piecewise.of_layers(layers) for layers in piecewise.of_fitted(fitted)]

    def each(judge: Callable[[BrokenLine, np.ndarray], float], rows: np.ndarray) -> np.ndarray:
        return np.array([judge(line, row) for line, row in zip(lines, rows, strict=True)])

    return Draws(
        x[:, :SHOWN], data[:, :SHOWN],
        gap=each(lambda line, row: law_distance(line, row[:, 0], std), x),
        wrong=each(lambda line, row: law_distance(line, row[:, 0], std), uniform if implicit else mean),
        near=each(lambda line, row: float(np.mean(line.distance(row) <= 1e-4)), x),
        near_data=each(lambda line, row: float(np.mean(line.distance(row) <= 1e-4)), data),
    )  # fmt: skip
