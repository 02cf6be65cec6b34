"""The exact denoiser, and the sampler that iterating it makes: L2 alone does not blur.

    D(x; σ) = E[X | X + σN = x] = x + σ² ∇ln p_σ(x),  p_σ = p * N(0, σ²I)     (Tweedie)
    dx/dσ = (x - D(x; σ))/σ = -σ ∇ln p_σ(x)                                     (Karras et al. 2022, eq. 1)

D is the L2 optimum, and tends to EX as σ → ∞: one step of it is a blur. Followed from σ_max down to 0 the
ODE carries p_σmax onto p; in one dimension, where it keeps the order of points, by F_p⁻¹∘F_{p_σmax}
exactly. Started from N(0, σ_max²) instead of p_σmax, the samples arrive at F_p⁻¹(F_{p_σmax}(σ_max n)): an
error of order EX/σ_max in the probabilities that no number of steps removes.
"""

from itertools import pairwise

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import ndtr

from theory.mixture import GaussianMixture
from theory.validation.arrays import at_least
from theory.validation.inputs import LARGEST, Array, array, nonnegative, positive, reject
from theory.validation.laws import mixture, on_line, positions
from theory.validation.shapes import Numbers, Points, Values, Vector

UNDERFLOW, STEPS = 1e-290, 12
"""Tails below which the logarithm is taken, and Newton's steps there."""


def tweedie(p: GaussianMixture, x: Points, std: float) -> Values:
    """x + σ²∇ln p_σ(x) = E[X | X + σN = x], shaped like x: `GaussianMixture.denoise` written with the score.

    Raises ValueError unless p is a mixture, x is finite points of p, and std > 0.
    """
    return _points("x", p, x) + positive("std", std) ** 2 * p.smooth(std).score(x)


def far_noise(p: GaussianMixture, x: Numbers) -> Values:
    """lim σ²(D(x; σ) - EX) = (x-EX) Var X - ½ E(X-EX)³ as σ → ∞, one dimension, shaped like x.

    Raises ValueError unless p is a mixture on the line and x is finite.
    """
    mean, var = float(np.asarray(on_line("p", p).mean)), float(np.asarray(p.var))
    d = p.means - mean
    return (positions("x", x, p) - mean) * var - np.sum(p.weights * (d**3 + 3 * d * p.stds**2)) / 2


def drift(p: GaussianMixture, x: Points, std: float) -> Values:
    """dx/dσ = (x - D(x; σ))/σ, shaped like x.

    Raises ValueError unless p is a mixture, x is finite points of p, and std > 0.
    """
    return (_points("x", p, x) - p.denoise(x, std)) / positive("std", std)


def euler(p: GaussianMixture, start: Points, stds: Vector) -> Values:
    """Euler steps x ← x + (σ' - σ) dx/dσ along falling noise levels (n+1,) from x = `start`; the last may be 0.

    One step from σ to 0 is D(start; σ): one-shot regression.

    Raises ValueError unless p is a mixture, start is finite points of p, and stds ≥ 0 is a vector
    that falls.
    """
    levels, x = at_least("stds", array("stds", stds, ndim=1)), _points("start", p, start)
    if not (np.diff(levels) < 0).all():
        reject("stds", "falling noise levels", stds)
    if (levels[:-1] < 1 / LARGEST).any():
        reject("stds", f"noise levels of {1 / LARGEST:g} at least, but for the last", stds)
    for high, low in pairwise(levels.tolist()):
        x = x + (low - high) * drift(p, x, high)
    return x


def exact_map(p: GaussianMixture, x: Numbers, start_std: float, end_std: float = 0.0) -> Values:
    """F_{p_σ'}⁻¹(F_{p_σ}(x)): where the ODE carries x from σ = `start_std` to σ' = `end_std`, one dimension.

    Computed from the nearer tail, so that both keep their digits, and where that underflows by the root of its logarithm.

    Raises ValueError unless p is a mixture on the line, x has no NaN, start_std ≥ 0, and end_std ≥ 0.
    """
    start, end = _noisy(p, nonnegative("start_std", start_std)), _noisy(p, nonnegative("end_std", end_std))
    x = positions("x", x, p)
    below, above = start.cdf(x), start.sf(x)
    y = np.where(below < above, end.ppf(np.minimum(below, 0.5)), end.isf(np.minimum(above, 0.5)))
    for sign, tail in ((1, below), (-1, above)):
        if (far := np.isfinite(x) & (tail < UNDERFLOW)).any():
            y[far] = sign * _far_quantile(_mirrored(end, sign), _mirrored(start, sign).logcdf(sign * x[far]))
    return y


def _mirrored(p: GaussianMixture, sign: int) -> GaussianMixture:
    """The law of ±X."""
    return GaussianMixture(p.weights, sign * p.means, stds=p.stds)


def _far_quantile(p: GaussianMixture, log: Array) -> Array:
    """Where ln F_p = `log`, far in the lower tail: there √(-2 ln F_p) is nearly straight, and Newton's steps settle."""
    wanted = np.sqrt(-2 * log)
    y = (p.means[:, None] - p.stds[:, None] * wanted).min(axis=0)
    for _ in range(STEPS):
        log = p.logcdf(y)
        root = np.sqrt(-2 * log)
        y = y + (root - wanted) * root * np.exp(log - p.logpdf(y))
    return y


def start_error(p: GaussianMixture, std: float) -> float:
    """sup_t |Φ(t/σ) - F_{p_σ}(t)|: how far the samples' distribution stays from p when started from N(0, σ²).

    A monotone map keeps this distance, so no number of steps changes it; of order |EX|/(√(2π)σ) for large σ.
    By a grid of 4001 points over the bulk, refined around the largest difference.

    Raises ValueError unless p is a mixture on the line and std > 0.
    """
    std = positive("std", std)
    noisy = _noisy(p, std)
    gap = lambda t: np.abs(ndtr(t / std) - noisy.cdf(t))  # noqa: E731
    reach = 8 * noisy.stds.max()
    low, high = min(noisy.means.min(), 0) - reach, max(noisy.means.max(), 0) + reach
    best = 0.0
    for _ in range(4):
        t = np.linspace(low, high, 4001)
        best, step = t[np.argmax(gap(t))], t[1] - t[0]
        low, high = best - 2 * step, best + 2 * step
    return float(gap(best))


def _noisy(p: GaussianMixture, std: float) -> GaussianMixture:
    return on_line("p", p).smooth(std) if std > 0 else on_line("p", p)


def _points(name: str, p: GaussianMixture, x: ArrayLike) -> Array:
    """Points of the space in which p lies."""
    return positions(name, x, mixture("p", p))
