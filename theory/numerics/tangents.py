"""How a divergence ∫ f moves with the logarithm of q: first and second derivatives of f by ln q, pointwise.

Terms that integrate to a constant for every normalised q, such as ∫ q, are kept where they make the
derivative small near p = q.  With L = ln(p/q), m = (p+q)/2:

    α-family     g = -q (e^{aL} - 1)/a,        g' = g + q e^{aL}        (a = 0 reverse KL, 1 KL, 2
    Pearson/2, …) JS           g = ½ q ln(q/m),              g' = g + ½ q (1 - q/2m) Jeffrey      g = q - p
    - q L,              g' = 2q - q L 2 KL(m‖p)    g = q ln(m/p),                g' = g + q²/2m
"""

from collections.abc import Callable

import numpy as np

from theory.numerics.integrands import log_means
from theory.validation.inputs import Array

Tangent = Callable[[Array, Array], tuple[Array, Array]]  # (ln p, ln q) -> ∂f/∂ln q, ∂²f/∂(ln q)²


def alpha(a: float, lp: Array, lq: Array) -> tuple[Array, Array]:
    """Of the α-divergence, any real a."""
    q, aL = np.exp(lq), a * (lp - lq)
    power = np.exp(lq + aL)
    first = q * (lq - lp) if a == 0 else np.where(np.abs(aL) < 1, q * np.expm1(np.clip(aL, -1, 1)), power - q) / -a
    return first, first + power


def js(lp: Array, lq: Array) -> tuple[Array, Array]:
    """Of the half-sum Jensen-Shannon divergence."""
    q, to_q = np.exp(lq), log_means(lp - lq)[1]
    first = -0.5 * q * to_q
    return first, first + 0.5 * q * (1 - 0.5 * np.exp(-to_q))


def jeffrey(lp: Array, lq: Array) -> tuple[Array, Array]:
    """Of KL(p‖q) + KL(q‖p)."""
    p, q = np.exp(lp), np.exp(lq)
    return q - p - q * (lp - lq), 2 * q - q * (lp - lq)


def nonsaturating(lp: Array, lq: Array) -> tuple[Array, Array]:
    """Of 2 KL(m‖p)."""
    q = np.exp(lq)
    to_p, to_q = log_means(lp - lq)
    first = q * to_p
    return first, first + 0.5 * q * np.exp(-to_q)
