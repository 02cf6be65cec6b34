"""A decoder with means g(z) and one σ for all z generates its means convolved with N(0, σ²I).

    x = g(z) + σε:   E e^{iω·x} = E e^{iω·g(z)} · e^{-σ²|ω|²/2},   Cov x = Cov g(z) + σ²I
                     H(x) ≥ (D/2) ln 2πeσ²,   p(x) ≤ (2πσ²)^{-D/2}

whatever g and the prior are; a constant g attains the bounds.  Here z takes K values: weights (K,), means g(z)
of shape (K, D); frequencies ω have shape (..., D).  Entropies are in nats.
"""

import numpy as np
from jaxtyping import Float
from numpy.typing import ArrayLike

from theory.mixture import GaussianMixture
from theory.validation import inputs as valid
from theory.validation.arrays import above
from theory.validation.inputs import Array
from theory.validation.shapes import Matrix, Numbers, Points, Values, Waves, Weights


def samples(weights: Weights, means: Matrix, std: float) -> GaussianMixture:
    """The law of x = g(z) + σε, in D dimensions.

    Raises ValueError unless weights is a distribution, means a matrix with a row for each of them, and std > 0.
    """
    w, g = _decoder(weights, means)
    return GaussianMixture(w, g, stds=np.full(len(w), valid.positive("std", std)))


def means_characteristic(weights: Weights, means: Matrix, omega: Points) -> Waves:
    """E e^{iω·g(z)}, of the decoder means alone.

    Raises ValueError unless weights is a distribution, means a matrix with a row for each of them, and omega has the
    shape of points of R^D.
    """
    w, g = _decoder(weights, means)
    return np.asarray(
        np.exp(1j * (valid.points("omega", valid.array("omega", omega), g.shape[1]) @ g.T)) @ w, dtype=complex
    )


def characteristic(weights: Weights, means: Matrix, std: float, omega: Points) -> Waves:
    """E e^{iω·x} = E e^{iω·g(z)} e^{-σ²|ω|²/2}.

    Raises ValueError unless weights is a distribution, means a matrix with a row for each of them, omega has the shape
    of points of R^D, and std > 0.
    """
    return means_characteristic(weights, means, omega) * damping(omega, std)


def damping(omega: Points, std: Numbers) -> Values:
    """e^{-σ²|ω|²/2}: the largest |E e^{iω·x}| of any such decoder.

    Raises ValueError unless omega is finite and std > 0.
    """
    w = valid.array("omega", omega)
    return np.exp(-(above("std", std) ** 2) * (w**2).sum(axis=-1) / 2)


def covariance(weights: Weights, means: Matrix, std: float) -> Float[Array, "D D"]:
    """Cov x = Cov g(z) + σ²I, shape (D, D).

    Raises ValueError unless weights is a distribution, means a matrix with a row for each of them, and std > 0.
    """
    w, g = _decoder(weights, means)
    centred = g - w @ g
    return (centred.T * w) @ centred + valid.positive("std", std) ** 2 * np.eye(g.shape[1])


def least_entropy(dim: int, std: Numbers) -> Values:
    """(D/2) ln 2πeσ², nats: the entropy of the noise.

    Raises ValueError unless dim is an integer ≥ 1 and std > 0.
    """
    return valid.integer("dim", dim, 1) / 2 * np.log(2 * np.pi * np.e * above("std", std) ** 2)


def greatest_density(dim: int, std: Numbers) -> Values:
    """(2πσ²)^{-D/2}: the density of the noise at its centre; ∞ where no double holds it.

    Raises ValueError unless dim is an integer ≥ 1 and std > 0.
    """
    with np.errstate(over="ignore"):
        return (np.sqrt(2 * np.pi) * above("std", std)) ** -valid.integer("dim", dim, 1)


def _decoder(weights: ArrayLike, means: ArrayLike) -> tuple[Array, Array]:
    w, g = valid.weights("weights", weights), valid.array("means", means, ndim=2)
    return (w, g) if len(g) == len(w) else valid.reject("means", f"shape ({len(w)}, D)", f"shape {g.shape}")
