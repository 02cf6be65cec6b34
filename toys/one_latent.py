"""What a GAN and the decoder of a VAE make of one latent, held against their exact laws through `toys.piecewise`."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from jaxtyping import Real
from scipy.special import ndtr
from torch import Tensor

from toys import piecewise
from toys.learner import Learner
from toys.learners.gan import GAN
from toys.learners.joint_gan import JointGAN
from toys.learners.vae import VAE
from toys.piecewise import BrokenLine
from toys.train import Fitted
from toys.validation import positive_integer, require

LEVELS = 200
"""Draws at which two distribution functions are compared."""
ROUNDING = 1e-5
"""What a draw in float32 may be off; the laws may have atoms."""


def gap_masses(layers: piecewise.Layers, low: float, high: float) -> tuple[float, float, float, float]:
    """The Lipschitz constant, and the masses left of, in and right of the gap (low, high), of g(z), z ~ N(0, 1).

    Raises ValueError unless the network has one input and one output and low ≤ high.
    """
    line = piecewise.of_layers(layers)
    return line.lipschitz, line.mass_up_to(low), line.mass_between(low, high), line.mass_from(high)


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


def ancestral(fitted: Fitted, draws: int, std: float = 0.0) -> dict[str, np.ndarray]:
    """`draws` of every member in one pass, for a GAN, or a VAE whose noise has this `std`, with one latent.

    x: (seeds, draws, dim), g(z) + σε. gap, wrong: (seeds,), how far their law is from the model's, and that of z uniform
    on (-1, 1) for a GAN, of the means alone for a VAE. near, near_data: shares within 1e-4 of the curve g, of draws, data.
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

    return {
        "x": x, "data": data,
        "gap": each(lambda line, row: law_distance(line, row[:, 0], std), x),
        "wrong": each(lambda line, row: law_distance(line, row[:, 0], std), uniform if implicit else mean),
        "near": each(lambda line, row: float(np.mean(line.distance(row) <= 1e-4)), x),
        "near_data": each(lambda line, row: float(np.mean(line.distance(row) <= 1e-4)), data),
    }  # fmt: skip
