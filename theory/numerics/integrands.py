"""Divergences as integrals of functions that are never negative, so that nothing cancels between points.

Every divergence here is ∫ f dx with f ≥ 0 made from p, q and L = ln(p/q); f vanishes like L² (total
variation: |L|) where the two densities meet.  Subtracting what integrates to zero is what makes f
non-negative:

    KL(p‖q) = ∫ p ln(p/q) dx = ∫ [q - p - p ln(q/p)] dx = ∫ p R(-L) dx,      R(z) = e^z - 1 - z ≥ 0,

and R is summed as a series near zero.  Two nearly equal mixtures at KL = 1e-13 thus cost no digits but
those of L. The α-family (Amari 1985, Cichocki & Amari 2010) is, for a ≤ ½ (else exchange p, q and a, 1-a),

    (1 - ∫ p^a q^{1-a})/(a(1-a)) = ∫ q [R(L) - R(aL)/a]/(1-a) dx,      a → 0: KL(q‖p).

Every f takes ln p, ln q and L, which may be known better than their difference, and is homogeneous:
f(ln p - M, ln q - M, L) = e^{-M} f(ln p, ln q, L), so that a large integral can be scaled into range beforehand.
"""

from collections.abc import Callable
from math import factorial

import numpy as np

from theory.validation.inputs import Array

Integrand = Callable[[Array, Array, Array], Array]  # (ln p, ln q, L) -> f

SMALL = 0.5  # below it R is summed as a series; above it at most one digit cancels
COEFFICIENTS = [1 / factorial(n) for n in range(2, 17)]  # 0.5^15/17! is below the rounding of R(z)/z² ≈ ½


def remainder(r: Array, o: Array, z: Array) -> Array:
    """r R(z) = r (e^z - 1 - z), where o = r e^z is known and may be finite where e^z is not."""
    out = o - r - r * z
    near = np.abs(z) < SMALL
    x = z[near]
    series = np.full_like(x, COEFFICIENTS[-1])
    for c in COEFFICIENTS[-2::-1]:
        series *= x
        series += c
    out[near] = r[near] * series * x * x
    return out


def log_means(L: Array) -> tuple[Array, Array]:
    """ln(m/p) and ln(m/q) for m = (p+q)/2 and L = ln(p/q)."""
    s = np.log1p(0.5 * np.expm1(-np.abs(L)))
    return np.maximum(-L, 0) + s, np.maximum(L, 0) + s


def kl(lp: Array, lq: Array, L: Array) -> Array:
    """KL(p‖q)."""
    return remainder(np.exp(lp), np.exp(lq), -L)


def js(lp: Array, lq: Array, L: Array) -> Array:
    """½ KL(p‖m) + ½ KL(q‖m)."""
    p, q = np.exp(lp), np.exp(lq)
    m = 0.5 * (p + q)
    to_p, to_q = log_means(L)
    return 0.5 * (remainder(p, m, to_p) + remainder(q, m, to_q))


def nonsaturating(lp: Array, lq: Array, L: Array) -> Array:
    """2 KL(m‖p) = KL(q‖p) - 2 JS."""
    p = np.exp(lp)
    return 2 * remainder(0.5 * (p + np.exp(lq)), p, -log_means(L)[0])


def jeffrey(lp: Array, lq: Array, L: Array) -> Array:
    """(p-q) ln(p/q)."""
    return -np.exp(np.maximum(lp, lq)) * np.expm1(-np.abs(L)) * np.abs(L)


def tv(lp: Array, lq: Array, L: Array) -> Array:
    """½ |p-q|."""
    return -0.5 * np.exp(np.maximum(lp, lq)) * np.expm1(-np.abs(L))


def hellinger2(lp: Array, lq: Array, L: Array) -> Array:
    """½ (√p-√q)²."""
    return 0.5 * np.exp(np.maximum(lp, lq)) * np.expm1(-0.5 * np.abs(L)) ** 2


def alpha(a: float, lp: Array, lq: Array, L: Array) -> Array:
    """q [R(L) - R(aL)/a]/(1-a) for a ≤ ½."""
    p, q = np.exp(lp), np.exp(lq)
    if a == 0:
        return remainder(q, p, L)
    return (remainder(q, p, L) - remainder(q, np.exp(lq + a * L), a * L) / a) / (1 - a)
