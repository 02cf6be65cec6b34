"""Distribution function, survival function and quantiles of a 1D mixture.

    F(x) = Σ_k w_k Φ((x-μ_k)/s_k),        1 - F(x) = Σ_k w_k Φ((μ_k-x)/s_k)

Each tail is summed by itself, so both keep their relative accuracy down to the smallest float, and their
logarithms beyond.  The quantile solves ln F(x) = ln u where u ≤ ½ and ln(1-F(x)) = ln(1-u) above: Newton's
step

    x ← x - (ln F - ln u) F/f,      f/F = Σ_k r_k φ(z_k)/(s_k Φ(z_k))

inside a bracket that shrinks with every sign, and bisection whenever the step leaves it or is slow.  The
first bracket is exact: the quantile of a mixture lies between the least and the greatest quantile of its
components.
"""

import numpy as np
from scipy.special import erfcx, log_ndtr, ndtr, ndtri_exp

from theory.numerics.gaussians import softmax
from theory.validation.inputs import Array

EPS = float(np.finfo(np.float64).eps)
ROUNDS = 200  # a bracket of floats is bisected to neighbours in well under this many halvings


def lower_tail(w: Array, means: Array, stds: Array, x: Array) -> Array:
    """Σ_k w_k Φ((x-μ_k)/s_k); w, means, stds (K,), x (n,)."""
    with np.errstate(over="ignore"):
        return w @ ndtr((x - means[:, None]) / stds[:, None])


def log_lower_tail(w: Array, means: Array, stds: Array, x: Array) -> Array:
    """ln Σ_k w_k Φ((x-μ_k)/s_k), finite far below the smallest float; means (K,), or (K, n) for x each of its own origin."""
    return _log_tail_and_slope(w, means.reshape(len(w), -1), stds, x)[0]


def _log_tail_and_slope(w: Array, means: Array, stds: Array, x: Array) -> tuple[Array, Array]:
    """ln F and its derivative Σ_k r_k φ/Φ(z_k)/s_k, r_k the share of component k in F; means (K, 1) or (K, n)."""
    with np.errstate(over="ignore"):
        z = (x - means) / stds[:, None]
    log_F, share = softmax(np.log(w)[:, None] + log_ndtr(z))
    return log_F, (share * np.sqrt(2 / np.pi) / erfcx(-z / np.sqrt(2)) / stds[:, None]).sum(axis=0)


def log_lower_quantile(w: Array, means: Array, stds: Array, log_u: Array) -> Array:
    """The x at which ln F(x) = log_u, for log_u (n,) finite and at most ln ½; means (K,) or (K, n)."""
    means = np.broadcast_to(means.reshape(len(w), -1), (len(w), len(log_u)))
    each = means + stds[:, None] * ndtri_exp(log_u)
    low, high = each.min(axis=0), each.max(axis=0)
    x = 0.5 * (low + high)
    last = high - low
    active = np.arange(len(x))
    for _ in range(ROUNDS):
        y, at = x[active], means[:, active]
        log_F, slope = _log_tail_and_slope(w, at, stds, y)
        miss = log_F - log_u[active]
        low[active] = np.where(miss <= 0, y, low[active])
        high[active] = np.where(miss >= 0, y, high[active])
        with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
            step = miss / slope
            new = y - step
        middle = 0.5 * (low[active] + high[active])
        fast = (new > low[active]) & (new < high[active]) & (np.abs(step) < 0.5 * last[active])
        # A step to the next float may be one out of the bracket; a miss is known to the rounding of ln F.
        settled = (np.abs(step) <= np.spacing(np.abs(y))) | (np.abs(miss) <= EPS * np.minimum(np.abs(log_F), 1))
        x[active] = np.where(settled, y, np.where(fast, new, middle))
        last[active] = np.where(fast, np.abs(step), high[active] - low[active])
        active = active[~settled & (x[active] != y)]
        if not len(active):
            break
    return x


def placed_quantile(w: Array, means: Array, stds: Array, log_u: Array, near: float) -> tuple[Array, Array]:
    """The same x as anchor + offset, the anchor being the mean next to it in widths; beyond `near` with more digits than x."""
    x = log_lower_quantile(w, means, stds, log_u)
    anchor = means[np.argmin(np.abs(x - means[:, None]) / stds[:, None], axis=0)]
    offset, far = x - anchor, np.abs(x) > near
    offset[far] = log_lower_quantile(w, means[:, None] - anchor[far], stds, log_u[far])
    return anchor, offset


def quantile(w: Array, means: Array, stds: Array, u: Array) -> Array:
    """F⁻¹(u) for u (n,) in [0, 1]; -∞ at 0 and ∞ at 1."""
    return _split(w, means, stds, u, -1.0)


def upper_quantile(w: Array, means: Array, stds: Array, u: Array) -> Array:
    """The x at which 1 - F(x) = u, for u (n,) in [0, 1]; ∞ at 0 and -∞ at 1."""
    return _split(w, means, stds, u, 1.0)


def _split(w: Array, means: Array, stds: Array, u: Array, side: float) -> Array:
    """Quantiles counted from -∞ (side -1) or from ∞ (side 1), solved in whichever tail is the lighter."""
    out = np.where(u == 0, side * np.inf, -side * np.inf)
    near, far = (u > 0) & (u <= 0.5), (u > 0.5) & (u < 1)
    out[near] = -side * log_lower_quantile(w, -side * means, stds, np.log(u[near]))
    out[far] = side * log_lower_quantile(w, side * means, stds, np.log1p(-u[far]))
    return out
