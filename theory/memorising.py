"""What the loss of a diffusion model has as its optimum on n training points x_i of the line: a copy of them.

    D(x; σ) = Σ x_i e^{-(x-x_i)²/2σ²} / Σ e^{-(x-x_i)²/2σ²},    dx/dσ = (x - D)/σ = -∂_σF/∂_xF,  F = (1/n) Σ Φ((x-x_i)/σ)

The flow keeps the level of F, so that from p̂ * N(0, σ_max²), stopped at σ, it has the law of the kernel estimate of
bandwidth σ, and at 0 that of the points. Between them lies what is best for other draws from the law p:

    -E_p ln KDE_σ ≥ ln(σ√2π) + E_p min_i (X-x_i)²/2σ²,

which is ∞ at both ends. Of one point x_1 and p = N(0, 1) the best σ is √(1+x_1²). Nats.
"""

import numpy as np

from theory.mixture import GaussianMixture
from theory.quantisation import partial_moments
from theory.validation.arrays import above, at_least
from theory.validation.elementwise import elementwise
from theory.validation.inputs import Array, array, positive, reject
from theory.validation.shapes import Numbers, Values, Vector


def kernel_estimate(points: Vector, std: float) -> GaussianMixture:
    """(1/n) Σ N(x_i, σ²), σ = `std`: what the flow of the optimal denoiser is distributed by when it is stopped at σ.

    Raises ValueError unless points is a vector and std > 0.
    """
    x = array("points", points, ndim=1)
    return GaussianMixture(np.full(len(x), 1 / len(x)), x, stds=np.full(len(x), positive("std", std)))


def _shares(points: Vector, x: Numbers, std: float) -> tuple[Array, Array, Array]:
    """Points, x, and how much each point counts there: e^{-(x-x_i)²/2σ²}, the largest being 1; points on the last axis."""
    known, at, s = array("points", points, ndim=1), array("x", x), positive("std", std)
    off = np.abs(at[..., None] - known)
    least = off.min(axis=-1, keepdims=True)
    return known, at, np.exp(-((off - least) / s) * ((off + least) / s) / 2)


def denoise(points: Vector, x: Numbers, std: float) -> Values:
    """The denoiser of least squared error over the points under noise of deviation σ = `std`: a softmax-weighted mean.

    Raises ValueError unless points is a vector, x is finite, and std > 0.
    """
    known, _, share = _shares(points, x, std)
    return (share @ known / share.sum(axis=-1))[()]


def velocity(points: Vector, x: Numbers, std: float) -> Values:
    """(x - D(x; σ))/σ.

    Raises ValueError unless points is a vector, x is finite, and std > 0.
    """
    known, at, share = _shares(points, x, std)
    off = (at[..., None] - known) / positive("std", std)
    return ((share * off).sum(axis=-1) / share.sum(axis=-1))[()]


def copy_error(distances: Vector, gaps: Vector, std: float) -> float:
    """Σ |x_i - u| e^{-g_i/2σ²} ≥ |D - u|, u the nearest point to x and g_i = (x-x_i)² - (x-u)²; 0 at σ → 0.

    Raises ValueError unless distances and gaps are vectors of one length, ≥ 0, and std > 0.
    """
    away, more = at_least("distances", array("distances", distances, ndim=1)), at_least("gaps", gaps)
    if more.shape != away.shape:
        reject("gaps", f"as many as distances, {len(away)}", f"shape {more.shape}")
    s = positive("std", std)
    return float(away @ np.exp(-more / s / s / 2))


def held_out_bound(p: GaussianMixture, points: Vector, std: float) -> float:
    """ln(σ√2π) + E_p min_i (X-x_i)²/2σ², below -E_p ln KDE_σ, σ = `std`, nats: ∞ at both ends.

    Raises ValueError unless p is a mixture on the line, points is a vector, and std > 0.
    """
    c, s = np.unique(array("points", points, ndim=1)), positive("std", std)
    edges = np.concatenate([[-np.inf], (c[1:] + c[:-1]) / 2, [np.inf]])
    distance2 = partial_moments(p, edges, c)[2].sum()
    return float(np.log(s * np.sqrt(2 * np.pi)) + distance2 / s / s / 2)


@elementwise
def one_point_divergence(x: Numbers, std: Numbers) -> Values:
    """ln σ + (1+x²)/2σ² - ½ = KL(N(0, 1)‖N(x, σ²)), σ = `std`, nats.

    Raises ValueError unless x is finite and std > 0.
    """
    s, c = above("std", std), array("x", x)
    return np.log(s) + ((1 / s) ** 2 - 1) / 2 + (c / s) ** 2 / 2


def one_point_bandwidth(x: Numbers) -> Values:
    """√(1+x²), where that is least.

    Raises ValueError unless x is finite.
    """
    return np.hypot(1, array("x", x))
