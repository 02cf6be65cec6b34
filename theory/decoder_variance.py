"""Which σ² a Gaussian decoder should have, and what is decided when it is not asked.

    -ln p(x|z) = |x-g(z)|²/2σ² + (D/2) ln 2πσ²,    M = E|x-g(z)|² summed over the D outputs

With σ² free the best is M/D, where the loss is the profile (D/2)(ln 2πM/D + 1).  The common "summed squared
error + KL" is the negative ELBO at σ² = ½, less (D/2) ln π.  With σ² fixed, β times the KL is β = 1 at βσ²:

    M/2σ² + (D/2) ln 2πσ² + β KL = β [M/2βσ² + (D/2) ln 2πβσ² + KL] + `beta_shift`

All in nats a sample.  The optimum of a linear VAE with σ² learned is `water_filling.learned_noise_var`.
"""

import numpy as np

from theory.validation.arrays import above
from theory.validation.elementwise import elementwise
from theory.validation.inputs import array, integer, reject
from theory.validation.shapes import Numbers, Values


def best_noise_var(squared_error: Numbers, dim: int) -> Values:
    """σ² = M/D.

    Raises ValueError unless squared_error > 0 and dim is an integer ≥ 1.
    """
    return above("squared_error", squared_error) / integer("dim", dim, 1)


def profile_loss(squared_error: Numbers, dim: int) -> Values:
    """(D/2)(ln 2πM/D + 1): the least -E ln p(x|z) over σ², nats.

    Raises ValueError unless squared_error > 0 and dim is an integer ≥ 1.
    """
    return integer("dim", dim, 1) / 2 * (np.log(2 * np.pi * best_noise_var(squared_error, dim)) + 1)


def summed_loss_offset(dim: int) -> float:
    """(D/2) ln π: the negative ELBO at σ² = ½ less (|x-g(z)|² + KL), nats.

    Raises ValueError unless dim is an integer ≥ 1.
    """
    return integer("dim", dim, 1) / 2 * float(np.log(np.pi))


@elementwise
def beta_shift(dim: int, noise_var: Numbers, beta: Numbers) -> Values:
    """(D/2)(ln 2πσ² - β ln 2πβσ²) nats: no parameter of encoder or decoder mean is in it.

    Raises ValueError unless dim is an integer ≥ 1 and noise_var, beta > 0.
    """
    v, b = above("noise_var", noise_var), above("beta", beta)
    return integer("dim", dim, 1) / 2 * (np.log(2 * np.pi * v) - b * np.log(2 * np.pi * b * v))


@elementwise
def gain_below(dim: int, beta: Numbers, folds: Numbers) -> Values:
    """(D/2)(1-β) f nats: what a linear VAE with k = D active latents gains when σ² falls by f e-folds.

    Raises ValueError unless dim is an integer ≥ 1, beta > 0, and folds is finite.
    """
    return integer("dim", dim, 1) / 2 * (1 - above("beta", beta)) * array("folds", folds)


def subspace_gain(dim: int, latents: int, folds: Numbers) -> Values:
    """½(D-k) f nats: the same at β = 1 where k directions are coded and the data have no variance in the others.

    Raises ValueError unless dim is an integer ≥ 1, latents one from 0 to dim, and folds is finite.
    """
    D = integer("dim", dim, 1)
    if integer("latents", latents, 0) > D:
        reject("latents", f"at most {D}, the number of directions", latents)
    return (D - latents) / 2 * array("folds", folds)
