"""Precision and recall of distributions (Sajjadi et al. 2018): how much of q is p, and how much of p is q.

For slopes λ in (0, ∞), precision and recall pairs on the frontier are

    α(λ) = ∫ min(λp, q),   β(λ) = ∫ min(p, q/λ) = α(λ)/λ        p real, q generated

Exchanging p and q exchanges precision with recall. In closed form, with the prices' notation:

    drop w      α = min(λ(1-w), 1), β = min(1-w, 1/λ)      precision 1 at recall 1-w
    invent w    α = min(λ, 1-w),    β = min(1, (1-w)/λ)    recall 1 at precision 1-w
    Dirac       α = β = 0 against any density
    blur        against the same law with its deviation multiplied: `gaussian_blur`, `planar_blur`
"""

import numpy as np
from jaxtyping import Float
from scipy.special import erf, erfcx

from theory.validation.arrays import above, from_to, strictly_between
from theory.validation.elementwise import elementwise
from theory.validation.inputs import Array, array, integer, positive, reject, weights
from theory.validation.shapes import Numbers, Values, Weights


def slopes(count: int) -> Float[Array, " {count}"]:
    """λ = tan θ at `count` equal angles θ strictly inside (0, π/2), the paper's grid.

    Raises ValueError unless count is an integer ≥ 1.
    """
    return np.tan(np.arange(1, integer("count", count, 1, 10**7) + 1) * np.pi / 2 / (count + 1))


def curve(p: Weights, q: Weights, slope: Numbers) -> tuple[Values, Values]:
    """(α, β) at slopes λ for two laws on the same n cells; shaped like `slope`.

    Raises ValueError unless p and q are distributions of one length and slope > 0.
    """
    p, q, s = weights("p", p), weights("q", q), above("slope", slope)
    if len(p) != len(q):
        reject("q", f"one weight for each of {len(p)} cells", f"{len(q)}")
    precision = np.minimum(s[..., None] * p, q).sum(axis=-1)
    return np.minimum(precision, 1), np.minimum(precision / s, 1)  # 1 to rounding, never above


@elementwise
def drop(w: Numbers, slope: Numbers) -> tuple[Values, Values]:
    """(α, β) of q = p(· | Aᶜ), p(A) = w: min(λ(1-w), 1) and min(1-w, 1/λ).

    Raises ValueError unless 0 < w < 1 and slope > 0.
    """
    w, s = strictly_between("w", w, 0, 1), above("slope", slope)
    return np.minimum(s * (1 - w), 1), np.minimum(1 - w, 1 / s)


@elementwise
def invent(w: Numbers, slope: Numbers) -> tuple[Values, Values]:
    """(α, β) of q = (1-w) p + w·junk, junk ⊥ p: min(λ, 1-w) and min(1, (1-w)/λ).

    Raises ValueError unless 0 < w < 1 and slope > 0.
    """
    w, s = strictly_between("w", w, 0, 1), above("slope", slope)
    return np.minimum(s, 1 - w), np.minimum(1, (1 - w) / s)


@elementwise
def gaussian_blur(factor: Numbers, log_slope: Numbers) -> tuple[Values, Values]:
    """(α, β) of q = N(μ, (bs)²) against p = N(μ, s²), b = `factor` > 1, at ln λ = `log_slope`.

    λp > q on |x-μ| < cs, c² = 2 ln(λb)/(1 - 1/b²), nowhere if λb ≤ 1; so α = P_q(inside) + λ P_p(outside).

    Raises ValueError unless factor > 1 and log_slope is finite.
    """
    b, log = above("factor", factor, 1), array("log_slope", log_slope)
    c = np.sqrt(_crossing2(b, log + np.log(b)))
    return _curve(erf(c / (b * np.sqrt(2))), np.exp(log - c**2 / 2) * erfcx(c / np.sqrt(2)), log)


@elementwise
def planar_blur(factor: Numbers, log_slope: Numbers) -> tuple[Values, Values]:
    """(α, β) of an isotropic Gaussian in the plane, or of modes far apart, blurred so that s becomes bs, b = `factor` > 1.

    λp > q within cs of the mean, c² = 2 ln(λb²)/(1 - 1/b²), nowhere if λb² ≤ 1: α = 1 - e^{-c²/2b²} + λ e^{-c²/2}.

    Raises ValueError unless factor > 1 and log_slope is finite.
    """
    b, log = above("factor", factor, 1), array("log_slope", log_slope)
    c2 = _crossing2(b, log + 2 * np.log(b))
    return _curve(-np.expm1(-c2 / (2 * b**2)), np.exp(log - c2 / 2), log)


def _crossing2(b: Array, above_0: Array) -> Array:
    """c² of the crossing, `above_0` being ln(λp/q) at the mean; 0 where it is nowhere."""
    return 2 * np.maximum(above_0, 0) / ((1 - 1 / b) * (1 + 1 / b))


def _curve(inside: Array, outside: Array, log_slope: Array) -> tuple[Values, Values]:
    """(α, β) of α = inside + outside; 1 to rounding, never above."""
    precision = np.minimum(inside + outside, 1)
    with np.errstate(over="ignore"):
        return precision, np.minimum(precision * np.exp(-log_slope), 1)


def f_scores(precision: Numbers, recall: Numbers, weight: float = 8.0) -> tuple[float, float]:
    """(max F_{1/w}, max F_w) over a curve, w = 8 in the paper: its summaries of precision and of recall.

    Raises ValueError unless 0 ≤ precision ≤ 1 and 0 ≤ recall ≤ 1 are of one shape and weight > 0.
    """
    a, b = from_to("precision", precision, 0, 1), from_to("recall", recall, 0, 1)
    if a.shape != b.shape:
        reject("recall", f"shape {a.shape}, like precision", f"shape {b.shape}")
    weight = positive("weight", weight)
    best = lambda k: float(np.max((1 + k**2) * a * b / np.maximum(k**2 * a + b, 1e-300)))  # noqa: E731
    return best(1 / weight), best(weight)
