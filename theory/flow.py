"""Flow matching with an independent coupling: the exact velocity, its one-step and many-step maps.

    X_t = (1-t) X_0 + t X_1,  X_0 ~ N(0, I) independent of X_1 ~ p,  t ∈ [0, 1]

What an L2-trained velocity network converges to is v(x, t) = E[X_1 - X_0 | X_t = x]. For a mixture p the
law of X_t is a mixture with means tμ_k and covariances C_k = (1-t)² I + t² Σ_k, and with its
responsibilities r_k(x)

    v(x, t) = Σ_k r_k(x) [μ_k + (tΣ_k - (1-t) I) C_k⁻¹ (x - tμ_k)].

At t = 0 nothing is known of X_1, so v(x, 0) = EX_1 - x and one Euler step gives the mean from every start:
one-shot regression again. The ODE dx/dt = v(x, t), followed exactly, carries N(0, I) onto p; in one
dimension, where the flow keeps the order of points, that fixes its map: x ↦ F⁻¹(Φ(x)). Euler's n steps tend
to it like 1/n.
"""

import numpy as np
from scipy.special import log_ndtr, ndtr, softmax

from theory.mixture import GaussianMixture
from theory.validation.inputs import Array, between, integer
from theory.validation.laws import mixture, on_line, positions
from theory.validation.shapes import Numbers, Points, Values

FAR, BISECTIONS = 30.0, 110
"""Deviations beyond which tails are compared by their logarithms."""


def velocity(p: GaussianMixture, x: Points, t: float) -> Values:
    """v(x, t) = E[X_1 - X_0 | X_t = x], shaped like x, any shape or (..., D) in D; t in [0, 1].

    Raises ValueError unless p is a mixture, x is finite points of p, and 0 ≤ t ≤ 1.
    """
    at = positions("x", x, mixture("p", p))
    at = at[..., None] if p.scalar else at
    t = between("t", t, 0, 1)
    means, eye = p.means.reshape(len(p), p.dim), np.eye(p.dim)
    covs = (1 - t) ** 2 * eye + t**2 * p.covs
    offsets = at[..., None, :] - t * means
    whitened = np.einsum("kij,...kj->...ki", np.linalg.inv(covs), offsets)
    square = np.sum(offsets * whitened, axis=-1)
    nearest = square.min(axis=-1, keepdims=True)  # far out, where the squares are alike, the weights must still tell
    shares = softmax(np.log(p.weights) - (square - nearest + np.linalg.slogdet(covs)[1]) / 2, axis=-1)
    pulled = means + np.einsum("kij,...kj->...ki", t * p.covs - (1 - t) * eye, whitened)
    v = np.einsum("...k,...ki->...i", shares, pulled)
    return v[..., 0] if p.scalar else v


def euler(p: GaussianMixture, start: Points, steps: int) -> Values:
    """The end of n = `steps` Euler steps x ← x + v(x, i/n)/n from x at t = 0; one step gives EX_1.

    Raises ValueError unless p is a mixture, start is finite points of p, and steps is an integer from 1 to 10⁵.
    """
    n = integer("steps", steps, 1, 10**5)
    x = positions("start", start, mixture("p", p))
    for i in range(n):
        x = x + velocity(p, x, i / n) / n
    return x


def exact_map(p: GaussianMixture, start: Numbers) -> Values:
    """F⁻¹(Φ(x)), where the ODE carries x from t = 0 to t = 1 in one dimension; accurate in both tails, however far.

    Raises ValueError unless p is a mixture on the line and start is finite.
    """
    x = positions("start", start, on_line("p", p))
    near = np.clip(x, -FAR, FAR)
    body = np.where(x < 0, p.ppf(ndtr(np.minimum(near, 0))), p.isf(ndtr(-np.maximum(near, 0))))
    if (np.abs(x) <= FAR).all():
        return body
    return np.where(np.abs(x) <= FAR, body, np.where(x < 0, _far_below(p, x), -_far_below(_mirrored(p), -x)))


def _far_below(p: GaussianMixture, x: Array) -> Array:
    """Where ln F = ln Φ(x), x ≤ -FAR: between the least and the largest m + s x, at which F ≤ Φ(x) ≤ F; by bisection."""
    x = np.minimum(x, -FAR)
    own = p.means + p.stds * x[..., None]
    low, high, level = own.min(axis=-1), own.max(axis=-1), log_ndtr(x)
    for _ in range(BISECTIONS):
        middle = low + (high - low) / 2
        above = p.logcdf(middle) > level
        low, high = np.where(above, low, middle), np.where(above, middle, high)
    return high


def _mirrored(p: GaussianMixture) -> GaussianMixture:
    return GaussianMixture(p.weights, -p.means, stds=p.stds)
