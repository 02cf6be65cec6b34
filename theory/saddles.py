"""The stationary points of the linear VAE, and how each that is not the optimum is left.

    x of variances λ_i along its principal directions, σ² fixed, θ = βσ², the encoder always the best one for W:
    F(W) = (D/2) ln 2πσ² + (β/2)[ln det(C/θ) + tr C⁻¹Σ],   C = WWᵀ + θI        nats a sample

At a stationary point the columns of W lie along some of the directions with λ > θ, each with w² = λ - θ; the other
latents are idle (Tipping & Bishop 1999, appendix A; Lucas et al. 2019, theorem 1). A latent that codes λ_i, or is idle
(V = λ_i or θ), feels a dropped direction j by the curvature β(V-λ_j)/(θV): negative as soon as λ_j is larger. So what
drops a leading direction is a strict saddle, and no minimum is bad. `theory.water_filling` knows the optimum.
"""

import numpy as np
from numpy.typing import ArrayLike, NDArray

from theory.validation.arrays import above, at_least
from theory.validation.elementwise import elementwise
from theory.validation.inputs import Array, array, integer, positive, reject
from theory.validation.shapes import Numbers, Values, Vector


def objective(spectrum: Vector, coded: Vector, noise_var: float, beta: float) -> float:
    """F where `coded` (D,), 0 or 1, says which directions are coded: (D/2) ln 2πσ² + (β/2) Σ (1 + ln λ/θ | λ/θ), nats.

    Raises ValueError unless spectrum > 0 is a vector, coded has a 0 or 1 for each direction, 1 only above θ, and
    noise_var, beta > 0.
    """
    var, chosen, noise_var, beta = _door(spectrum, coded, noise_var, beta)
    level = beta * noise_var
    ratio = var / level
    terms = np.where(chosen, 1 + np.log(np.where(chosen, ratio, 1.0)), ratio)
    return float(len(var) * np.log(2 * np.pi * noise_var) + beta * terms.sum()) / 2


def escape(spectrum: Vector, coded: Vector, latents: int, noise_var: float, beta: float) -> float:
    """The least curvature of F in the entries of W there, or 0: β(V-λ)/(θV), V the least width and λ the largest dropped.

    0 means that the coded directions lead: the point is a global minimum.

    Raises ValueError unless spectrum > 0 is a vector, coded has a 0 or 1 for each direction, 1 only above θ, latents is
    an integer that suffices for them, and noise_var, beta > 0.
    """
    var, chosen, noise_var, beta = _door(spectrum, coded, noise_var, beta)
    level = beta * noise_var
    if integer("latents", latents, 1) < chosen.sum():
        reject("latents", f"at least {chosen.sum()}, one for every coded direction", latents)
    dropped = float(np.where(chosen, 0.0, var).max())
    width = float(np.where(chosen, var, np.inf).min()) if chosen.sum() == latents else level
    return min(0.0, float(beta * (width - dropped) / (level * width)))


@elementwise
def turning(first: Numbers, second: Numbers, weight: Numbers, noise_var: Numbers, beta: Numbers) -> Values:
    """dF/d sin²φ = (β/2)(λ₁-λ₂)(1/θ - 1/(w²+θ)): a latent of weight w turned by φ from direction λ₁ to λ₂, at every φ.

    Raises ValueError unless first ≥ 0, second ≥ 0, weight is finite, noise_var > 0, and beta > 0.
    """
    difference = at_least("first", first) - at_least("second", second)
    beta, noise_var, weight = above("beta", beta), above("noise_var", noise_var), array("weight", weight)
    level = beta * noise_var
    return beta / 2 * difference * weight**2 / (level * (weight**2 + level))


def _door(
    spectrum: ArrayLike, coded: ArrayLike, noise_var: float, beta: float
) -> tuple[Array, NDArray[np.bool_], float, float]:
    """λ, the mask of what is coded, σ², β."""
    var, mask = above("spectrum", array("spectrum", spectrum, ndim=1)), array("coded", coded)
    noise_var, beta = positive("noise_var", noise_var), positive("beta", beta)
    level = beta * noise_var
    if mask.shape != var.shape or not np.isin(mask, (0, 1)).all() or (var[mask == 1] <= level).any():
        reject("coded", f"a 0 or 1 for each of {len(var)} directions, 1 only above βσ² = {level:g}", coded)
    return var, mask == 1, noise_var, beta
