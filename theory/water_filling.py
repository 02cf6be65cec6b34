"""The linear VAE: each principal direction of the data is either coded to the water level βσ² or not at all.

    z ~ N(0, I_k),  x | z ~ N(Wz, σ²I_D),  q(z|x) = N(Mx, S),  x of mean zero and covariance Σ

With σ² fixed the objective, in nats a sample, is the expected negative log likelihood plus β times the KL of
q(z|x) from N(0, I). At its optimum W follows the principal directions; one of variance λ is active iff
λ > βσ², and then

    w² = λ - βσ²,  m = w/λ,  s² = βσ²/λ,  rate ½ ln(λ/βσ²),  E(x - wz)² = βσ²,  E(x - wmx)² = (βσ²)²/λ

else w = m = 0, s² = 1, the rate is 0 and both distortions are λ. Summed over directions, rate and
distortion lie on the Gaussian rate-distortion function with water level βσ² ("reverse water-filling"), so
for a power-law spectrum the high frequencies go first: blur in the literal sense. With λ - βσ² replaced by
0 where it is negative, the formulas below hold in both cases; they take arrays of any matching shapes.

Nothing here assumes Gaussian data: the objective sees Σ only. A mean is subtracted beforehand.
Sources: Lucas et al. 2019 (linear VAE), Cover & Thomas 2006, §10.3 (water-filling), Alemi et al. 2018 (β).
"""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float
from numpy.typing import ArrayLike

from theory.validation.arrays import above, at_least
from theory.validation.elementwise import elementwise
from theory.validation.inputs import LARGEST, Array, array, between, instance, integer, nonnegative, positive, reject
from theory.validation.shapes import Matrix, Numbers, Truths, Values, Vector
from theory.validation.unchanging import Unchanging


@elementwise
def active(var: Numbers, noise_var: Numbers, beta: Numbers) -> Truths:
    """Whether a direction of variance λ = `var` is coded: λ > βσ².

    Raises ValueError unless var ≥ 0 and noise_var, beta > 0.
    """
    return squared_weight(var, noise_var, beta) > 0


@elementwise
def squared_weight(var: Numbers, noise_var: Numbers, beta: Numbers) -> Values:
    """w² = λ - βσ², or 0: also the variance of the decoder mean over draws from the prior.

    Raises ValueError unless var ≥ 0 and noise_var, beta > 0.
    """
    var, level = _door(var, noise_var, beta)
    return np.maximum(var - level, 0)


@elementwise
def sample_var(var: Numbers, noise_var: Numbers, beta: Numbers) -> Values:
    """w² + σ² = λ - βσ² + σ², or σ²: the variance of samples from the model.

    λ itself at β = 1 where active.

    Raises ValueError unless var ≥ 0 and noise_var, beta > 0.
    """
    return squared_weight(var, noise_var, beta) + np.asarray(noise_var, dtype=float)


@elementwise
def shown_vars(var: Numbers, noise_var: Numbers, beta: Numbers) -> Float[Array, "2 ..."]:
    """The variances of decoder means and of samples, w² and w² + σ².

    Raises ValueError unless var ≥ 0 and noise_var, beta > 0.
    """
    weight = squared_weight(var, noise_var, beta)
    return np.stack([weight, weight + np.asarray(noise_var, dtype=float)])


@elementwise
def power_share(frequency: Numbers, exponent: Numbers, noise_var: Numbers, beta: Numbers) -> Values:
    """w²/λ at a frequency k of the spectrum λ = k^-α, α = `exponent`: what decoder means have of the data's power.

    Raises ValueError unless frequency > 0, exponent is finite, and noise_var, beta > 0.
    """
    with np.errstate(over="ignore"):  # refused below
        var = above("frequency^-exponent", above("frequency", frequency) ** -array("exponent", exponent))
    return squared_weight(var, noise_var, beta) / var


@elementwise
def encoder_gain(var: Numbers, noise_var: Numbers, beta: Numbers) -> Values:
    """m = w/λ with w ≥ 0, or 0: the encoder mean is m·x.

    Raises ValueError unless var ≥ 0 and noise_var, beta > 0.
    """
    var, level = _door(var, noise_var, beta)
    return np.sqrt(np.maximum(var - level, 0)) / np.maximum(var, level)


@elementwise
def encoder_var(var: Numbers, noise_var: Numbers, beta: Numbers) -> Values:
    """s² = βσ²/λ, or 1.

    Raises ValueError unless var ≥ 0 and noise_var, beta > 0.
    """
    var, level = _door(var, noise_var, beta)
    return level / np.maximum(var, level)


@elementwise
def rate(var: Numbers, noise_var: Numbers, beta: Numbers) -> Values:
    """½ ln(λ/βσ²), or 0: E KL(q(z|x)‖p(z)) in nats.

    Raises ValueError unless var ≥ 0 and noise_var, beta > 0.
    """
    var, level = _door(var, noise_var, beta)
    return np.log1p(np.maximum(var - level, 0) / level) / 2


@elementwise
def distortion(var: Numbers, noise_var: Numbers, beta: Numbers) -> Values:
    """βσ², or λ: E(x - wz)² with z drawn from the encoder.

    Raises ValueError unless var ≥ 0 and noise_var, beta > 0.
    """
    return np.minimum(*_door(var, noise_var, beta))


@elementwise
def mean_distortion(var: Numbers, noise_var: Numbers, beta: Numbers) -> Values:
    """(βσ²)²/λ, or λ: E(x - wmx)², decoding the encoder mean.

    Raises ValueError unless var ≥ 0 and noise_var, beta > 0.
    """
    return distortion(var, noise_var, beta) * encoder_var(var, noise_var, beta)


@elementwise
def optimal_objective(var: Numbers, noise_var: Numbers, beta: Numbers) -> Values:
    """The least objective of one direction, nats: distortion/2σ² + ½ ln 2πσ² + β·rate.

    Raises ValueError unless var ≥ 0 and noise_var, beta > 0.
    """
    fit = _log_likelihood_loss(distortion(var, noise_var, beta), noise_var)
    return fit + np.asarray(beta, dtype=float) * rate(var, noise_var, beta)


@elementwise
def direction_objective(
    var: Numbers,
    weight: Numbers,
    gain: Numbers,
    encoder_var: Numbers,
    noise_var: Numbers,
    beta: Numbers,
) -> Values:
    """The objective of one direction at any parameters (w, m, s²), nats:

    [λ(1-wm)² + w²s²]/2σ² + ½ ln 2πσ² + (β/2)(m²λ + s² - 1 - ln s²).

    Raises ValueError unless var ≥ 0, weight and gain are finite, encoder_var > 0, noise_var > 0, and beta > 0.
    """
    var, _ = _door(var, noise_var, beta)
    w, m, s2 = array("weight", weight), array("gain", gain), above("encoder_var", encoder_var)
    kl = (m**2 * var + s2 - 1 - np.log(s2)) / 2
    fit = _log_likelihood_loss(var * (1 - w * m) ** 2 + w**2 * s2, noise_var)
    return fit + np.asarray(beta, dtype=float) * kl


@dataclass(frozen=True)
class LinearVAE(Unchanging):
    """Parameters of a linear VAE: decoder W (D, k), encoder M (k, D), full encoder covariance S (k, k)."""

    decoder: Float[Array, "D k"]
    encoder: Float[Array, "k D"]
    encoder_cov: Float[Array, "k k"]


def objective(vae: LinearVAE, data_cov: Matrix, noise_var: float, beta: float) -> float:
    """The objective at any parameters, nats, with R = I - WM:

    tr(RΣRᵀ + WSWᵀ)/2σ² + (D/2) ln 2πσ² + (β/2)(tr(MΣMᵀ + S) - k - ln det S).

    Raises ValueError unless vae is a LinearVAE, data_cov a symmetric matrix of as many rows as its decoder has, and
    noise_var, beta > 0.
    """
    cov = _covariance(data_cov)
    noise_var, beta = positive("noise_var", noise_var), positive("beta", beta)
    vae = instance("vae", vae, LinearVAE, "a LinearVAE")
    W, M, S = vae.decoder, vae.encoder, vae.encoder_cov
    if W.shape != M.T.shape or len(W) != len(cov):
        reject("data_cov", f"a matrix of {len(W)} rows, as the decoder has", f"shape {cov.shape}")
    residual = np.eye(len(cov)) - W @ M
    error = np.trace(residual @ cov @ residual.T) + np.trace(W @ S @ W.T)
    kl = (np.trace(M @ cov @ M.T) + np.trace(S) - len(S) - np.linalg.slogdet(S)[1]) / 2
    return float(_log_likelihood_loss(error, noise_var, len(cov)) + beta * kl)


def best_encoder(decoder: Matrix, noise_var: float, beta: float) -> LinearVAE:
    """The best encoder for any decoder W: S = (I + WᵀW/βσ²)⁻¹, M = SWᵀ/βσ².

    Raises ValueError unless decoder is a matrix and noise_var, beta > 0.
    """
    decoder, level = array("decoder", decoder, ndim=2), positive("beta", beta) * positive("noise_var", noise_var)
    S = np.asarray(np.linalg.inv(np.eye(decoder.shape[1]) + decoder.T @ decoder / level), dtype=float)
    return LinearVAE(decoder, S @ decoder.T / level, S)


@elementwise
def optimum(data_cov: Matrix, latents: int, noise_var: float, beta: float) -> LinearVAE:
    """A global optimum with k = `latents`: column i of W is √(λ_i - βσ²)⁺ times principal direction i.

    Raises ValueError unless data_cov is a symmetric matrix, latents an integer from 1 to D, and noise_var, beta > 0.
    """
    cov = _covariance(data_cov)
    _spectrum(np.diag(cov), integer("latents", latents, 1))
    var, directions = np.linalg.eigh(cov)
    leading = np.argsort(var)[::-1][:latents]
    weight = np.sqrt(squared_weight(np.maximum(var[leading], 0), noise_var, beta))
    return best_encoder(directions[:, leading] * weight, noise_var, beta)


def best_rank_distortion(spectrum: Vector, latents: int) -> float:
    """Σ_{i>k} λ_i.

    The least E|x - BAx|² with k = `latents` rows in A, attained by the k leading principal directions.
    Eckart & Young 1936.

    Raises ValueError unless spectrum ≥ 0 is not all 0 and latents is an integer from 0 to its length.
    """
    return float(_spectrum(spectrum, latents)[latents:].sum())


@elementwise
def bottleneck_distortion(spectrum: Vector, latents: int, noise_var: float, beta: float) -> float:
    """Σ_{i≤k} min(λ_i, βσ²) + Σ_{i>k} λ_i.

    E|x - Wz|² with k = `latents`, which falls with k to the level only.

    Raises ValueError unless spectrum ≥ 0 is not all 0, latents is an integer from 0 to its length, and noise_var, beta
    > 0.
    """
    var = _spectrum(spectrum, latents)
    coded = np.arange(len(var)) < latents
    return float(np.where(coded, distortion(var, noise_var, beta), var).sum())


def learned_noise_var(spectrum: Vector, latents: int, beta: float) -> float:
    """σ² at the joint optimum when it is learned too: Σ_{i>j} λ_i/(D - βj) with j ≤ k directions active.

    The optimum is where the distortion is Dσ²; in 1/σ² the slope changes sign once, so the first j whose next
    direction stays under water is the only one. 0 means that the objective is unbounded below (all D
    directions coded at β < 1, or no variance left over). At β = 1: probabilistic PCA, Tipping & Bishop
    1999, eq. 8.

    Raises ValueError unless spectrum ≥ 0 is not all 0, latents is an integer from 0 to its length, and beta > 0.
    """
    var = _spectrum(spectrum, latents)
    beta = positive("beta", beta)
    for j in range(latents):
        noise_var = var[j:].sum() / (len(var) - beta * j)
        if var[j] <= beta * noise_var:
            return float(noise_var)
    return float(var[latents:].sum() / (len(var) - beta * latents))


def gaussian_rate(spectrum: Vector, total_distortion: float) -> float:
    """The least rate, nats, at which a Gaussian of variances λ_i is known to a total squared error D ≤ Σλ_i.

    ½ Σ ln⁺(λ_i/θ) with the water level θ from Σ min(λ_i, θ) = D: the largest over j of (D - the j least
    λ)/(n-j).

    Raises ValueError unless spectrum ≥ 0 is not all 0 and 0 < total_distortion ≤ Σλ_i.
    """
    var = np.sort(_spectrum(spectrum, 0))
    total_distortion = positive("total_distortion", total_distortion)
    between("total_distortion", total_distortion, 0, var.sum() * (1 + 1e-12))
    below = np.concatenate([[0.0], np.cumsum(var)[:-1]])
    level = np.max((total_distortion - below) / np.arange(len(var), 0, -1))
    return float(rate(var, level, 1.0).sum())


def gaussian_distortion(spectrum: Vector, total_rate: float) -> float:
    """The inverse of `gaussian_rate`: the least total squared error at R nats, Σ min(λ_i, θ).

    From ½ Σ ln⁺(λ_i/θ) = R, ln θ is the largest over j of (Σ of the j leading ln λ - 2R)/j.

    Raises ValueError unless spectrum ≥ 0 is not all 0 and total_rate ≥ 0.
    """
    var = _spectrum(spectrum, 0)
    coded = var[var >= 1 / LARGEST]
    if not coded.size:
        reject("spectrum", f"some variance >= {1 / LARGEST:g}", spectrum)
    level = np.exp(
        np.max((np.cumsum(np.log(coded)) - 2 * nonnegative("total_rate", total_rate)) / np.arange(1, len(coded) + 1))
    )
    return float(np.minimum(var, level).sum())


def _log_likelihood_loss(squared_error: ArrayLike, noise_var: ArrayLike, dim: int = 1) -> Array:
    """E|x - Wz|²/2σ² + (D/2) ln 2πσ²."""
    noise_var = np.asarray(noise_var, dtype=float)
    return (np.asarray(squared_error) / noise_var + dim * np.log(2 * np.pi * noise_var)) / 2


def _door(var: ArrayLike, noise_var: ArrayLike, beta: ArrayLike) -> tuple[Array, Array]:
    """λ and the water level βσ², checked."""
    return at_least("var", var), above("beta", beta) * above("noise_var", noise_var)


def _spectrum(spectrum: ArrayLike, latents: int) -> Array:
    """Variances sorted from the largest, checked together with the number of latents."""
    var = np.sort(at_least("spectrum", spectrum).ravel())[::-1]
    if var[0] == 0:
        reject("spectrum", "some variance > 0", spectrum)
    if integer("latents", latents, 0) > len(var):
        reject("latents", f"at most {len(var)}, the number of directions", latents)
    return var


def _covariance(data_cov: ArrayLike) -> Array:
    cov = array("data_cov", data_cov, ndim=2)
    if cov.shape[0] != cov.shape[1] or not np.allclose(cov, cov.T, rtol=1e-12):
        reject("data_cov", "a symmetric matrix (D, D)", data_cov)
    var = np.linalg.eigvalsh(cov)
    if np.diag(cov).min() < 0 or var[0] < -1e-12 * var[-1]:
        reject("data_cov", "variances >= 0 in every direction", data_cov)
    return cov
