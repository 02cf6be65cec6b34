"""Gaussian codes of two modes by their shape: the two numbers that `collapse.separated_branch` descends in.

The modes of weight w and 1-w have codes z ~ N(m₁, v₁) and N(m₂, v₂).  Moving z or changing its unit leaves
the error alone, and the rate is least where E z = 0 and E z² = 1.  What is left is the shape x = (δ, ρ): the
first code is N(δ, e^{2ρ}), the second N(0, 1) in the second's unit, and collapse is x = 0.  Over β,

    F = (u/2) e + ½ ln S - wρ,      S = w e^{2ρ} + 1-w + w(1-w) δ²
    e = 4 ∫ aπ dz,    π = b/(a+b),    a = w N(z; δ, e^{2ρ}),    b = (1-w) N(z; 0, 1)
    ∂e = 4 ∫ a (π² - (1-w)²) ∂ln a dz,      as ∂e = 4 ∫ aπ² ∂ln a dz and ∫ ∂a = 0

of which the last form keeps its digits near collapse, where π → 1-w.  Integrands are analytic in a strip and
end, like the narrower Gaussian, within `REACH` deviations: trapezoid sums are exact to rounding.

F is even in δ, and where δ = 0 integration by parts gives ∂²F/∂δ² = ∂F/∂ρ / (e^{2ρ}-1).  A stationary code
that differs in variance alone is thus flat in δ, whatever u, and a minimum by its fourth order or not at all.

By scan: as u falls, a minimum ends in a fold.  For w from 0.0754 to ½ it ends at δ = 0, where codes that differ
in variance alone fold, with the means together from a little above on; their u is 1 + ¾(1-2w)² near w = ½, where
the fold becomes a pitchfork at u = 1.  For smaller w it ends before that, with the means well apart.
"""

from functools import cache, lru_cache
from typing import NamedTuple

import numpy as np
from scipy.special import expit

from theory.validation.inputs import Array

REACH, NODES = 14, 1001
EPS = float(np.finfo(np.float64).eps)
SLACK = 16 * EPS  # rounding of a term of a sum, and of the sum, relative to the sizes of the terms
FAR, PLAIN = 8.0, 20.0  # where descents start: δ, and a u at which codes are told apart whatever the weight
LOOSE = 0.5  # δ below which a descent may be on its way to a code that differs in variance alone
COLLAPSED = 1e-9  # no code is as faint as this: u would be within 1e-18 of its threshold
NEWTON, NEARBY = 60, 1e-4
STEP = 0.5  # what a Newton step must be below: a longer one leaves for elsewhere
FAINT = 1e-3  # a step off δ = 0, where the gradient along δ vanishes


class Cost(NamedTuple):
    """A function of the shape: value, gradient (2,), Hessian (2, 2), and what rounding does to the gradient (2,)."""

    value: float
    gradient: Array
    hessian: Array
    noise: Array


class Minimum(NamedTuple):
    """A shape (2,), an estimate of its error (2,), and F there."""

    shape: Array
    error: Array
    value: float


class _Nodes(NamedTuple):
    """At the nodes: x = (z-δ)/e^ρ, a dz, π, and π² - (1-w)²."""

    x: Array
    a: Array
    other: Array
    excess: Array


def _nodes(gap: float, ratio: float, w: float) -> _Nodes:
    s = np.exp(ratio)
    low, high = max(gap - REACH * s, -REACH), min(gap + REACH * s, REACH)
    z, step = np.linspace(low, max(low, high), NODES, retstep=True)  # nothing where the codes do not meet
    x = (z - gap) / s
    logit = (np.expm1(ratio) * x + gap) * (
        z + x
    ) / 2 - ratio  # ln N(z; δ, e^2ρ) - ln N(z; 0, 1), z - x without cancelling
    other = expit(np.log1p(-w) - np.log(w) - logit)
    tail, up = np.exp(-abs(logit)), logit > 0
    less = (
        w
        * (1 - w)
        * np.expm1(-abs(logit))
        * np.where(up, 1, -1)
        / (w * np.where(up, 1, tail) + (1 - w) * np.where(up, tail, 1))
    )
    return _Nodes(x, w * step * np.exp(-(x**2) / 2 - ratio) / np.sqrt(2 * np.pi), other, less * (other + 1 - w))


def lost(gap: float, ratio: float, w: float) -> float:
    """e: the error of the best decoder over a², from 4w(1-w) at collapse to 0."""
    n = _nodes(gap, ratio, w)
    return float(4 * (n.a @ n.other))


def cost(shape: Array, u: float, w: float) -> Cost:
    """F(δ, ρ)."""
    (gap, ratio), k = shape.tolist(), w * (1 - w)
    n, s = _nodes(gap, ratio, w), np.exp(ratio)
    slopes = np.stack([n.x / s, n.x**2 - 1])  # ∂ ln a
    cut = w - n.a.sum() > SLACK * w  # what is cut off of a counts where π² does not fall with it
    told_apart = cut or n.a @ n.other**2 < n.a @ abs(n.excess)  # of the two forms of ∂e that which cancels less
    bend = 2 * u * n.a * n.other**2
    weight = bend if told_apart else 2 * u * n.a * n.excess
    turned = np.array([[-1 / s**2 + 0 * n.x, -2 * n.x / s], [-2 * n.x / s, -2 * n.x**2]]) @ bend  # ∂² ln a
    hessian = turned + (slopes * bend * (2 * n.other - 1)) @ slopes.T
    S = w * s**2 + 1 - w + k * gap**2
    rate = k / S * np.array([gap, np.expm1(2 * ratio) - w * gap**2])
    dS = np.array([2 * k * gap, 2 * w * s**2])
    hessian += np.diag([k, 2 * w * s**2]) / S - np.outer(dS, dS) / (2 * S**2)
    noise = SLACK * (abs(slopes) @ abs(weight) + abs(rate))
    value = 2 * u * (n.a @ n.other) + np.log(S) / 2 - w * ratio
    return Cost(float(value), slopes @ weight + rate, hessian, noise)


def code(shape: Array, w: float) -> Array:
    """[[m₁, v₁], [m₂, v₂]] with E z = 0 and E z² = 1."""
    (gap, ratio), k = shape, w * (1 - w)
    S = w * np.exp(2 * ratio) + 1 - w + k * gap**2
    return np.array([[(1 - w) * gap / np.sqrt(S), np.exp(2 * ratio) / S], [-w * gap / np.sqrt(S), 1 / S]])


def descend(start: Array, u: float, w: float) -> Minimum:
    """The local minimum that a descent from `start` reaches: Newton's method in a trust region that grows slowly."""
    from scipy.optimize import minimize

    unit = w * (1 - w)  # the size of F
    at = lru_cache(1)(lambda gap, ratio: cost(np.array([gap, ratio]), u, w))
    x = minimize(
        lambda x: at(*x).value / unit, start, method="trust-exact",
        jac=lambda x: at(*x).gradient / unit, hess=lambda x: at(*x).hessian / unit,
        options={"gtol": 1e-10, "initial_trust_radius": 0.1, "max_trust_radius": 0.5},
    ).x  # fmt: skip
    if abs(x[0]) < LOOSE:
        alone = _polished(np.array([0.0, x[1]]), u, w, [1])
        near = max(alone.error[1], abs(alone.shape[1] - x[1])) < 0.1 * abs(x[1])
        if near and _is_minimum(alone.shape, u, w):
            return alone
    found = _polished(x, u, w, [0, 1])
    return found if np.abs(found.shape).max() > COLLAPSED else Minimum(np.zeros(2), np.zeros(2), 2 * u * w * (1 - w))


def _polished(x: Array, u: float, w: float, free: list[int]) -> Minimum:
    """Newton's method on ∂F = 0 along the `free` coordinates, until rounding stops it."""
    last, step, rounds = STEP, np.zeros(2), 0
    while True:
        here = cost(x, u, w)
        H = here.hessian[np.ix_(free, free)]
        step[free] = np.linalg.solve(H, here.gradient[free])
        if not np.abs(step).max() < last:
            break
        last, x, rounds = np.abs(step).max(), x - step, rounds + 1
        if rounds == NEWTON:
            break
    error = np.abs(step)
    error[free] += np.abs(np.linalg.inv(H)) @ here.noise[free] + EPS * np.abs(x[free])
    return Minimum(x, error, here.value)


def _is_minimum(shape: Array, u: float, w: float) -> bool:
    """Whether a stationary code with δ = 0 is a minimum: ∂²F/∂ρ² > 0 and, with t = δ², F_tt F_ρρ > F_tρ²."""
    ratio, k = float(shape[1]), w * (1 - w)
    if abs(ratio) < 1e-6:  # collapse
        return u <= 1 / (4 * k)
    n, S = _nodes(0.0, ratio, w), w * np.exp(2 * ratio) + 1 - w
    y, p = n.x, 1 - n.other
    first, second, third, fourth = y, y**2 - 1, y**3 - 3 * y, y**4 - 6 * y**2 + 3  # of a(δ)/a(0) = Σ He_j(x) (δ/s)^j/j!
    series = fourth / 24 - p * (first * third / 3 + second**2 / 4) + p**2 * 1.5 * first**2 * second - p**3 * first**4
    quartic = 4 * np.exp(-4 * ratio) * ((n.a * n.other**2) @ series)  # the δ⁴ of e, as aπ = b - b²/(a+b)
    F_tt = u * quartic - k**2 / (2 * S**2)
    F_rr = cost(np.array([0.0, ratio]), u, w).hessian[1, 1]
    return bool(F_rr > 0 and F_tt > F_rr / (4 * np.expm1(2 * ratio) ** 2))


class Fold(NamedTuple):
    """A shape (2,) at which a minimum and a saddle meet, the u of it, and an estimate of u's error."""

    shape: Array
    u: float
    error: float


@cache
def end(w: float) -> Fold:
    """The least u at which anything but collapse is a minimum, 0 < w < ½: of codes whose means differ, or not.

    The first are followed down from well separated codes, each descent starting where the last ended, in steps that
    need be small only where it matters which ends first.
    """
    alone, shape, high, ratio = _fold_in_variance(w), np.array([FAR, 0.0]), PLAIN, 0.8
    while high * ratio > 1 and 1 - ratio > (NEARBY / 10 if high < 1.02 * alone.u else 1e-2):
        x = descend(shape, high * ratio, w).shape
        if x[0] > LOOSE:
            high, shape = high * ratio, x
        else:
            ratio = np.sqrt(ratio)
    return alone if alone.u < high else _fold(shape, high, w)


def separated(u: float, w: float) -> Minimum:
    """The minimum that a descent from well separated codes reaches; collapse up to `end`, and from there on none."""
    last = end(w) if w < 1 / 2 else Fold(np.zeros(2), 1.0, 0.0)
    if u <= last.u:
        return Minimum(np.zeros(2), np.zeros(2), 2 * u * w * (1 - w))
    found = descend(np.array([FAR, 0.0]), u, w)
    return found if found.shape.any() else descend(np.maximum(last.shape, [FAINT, -np.inf]), u, w)


def _fold_in_variance(w: float) -> Fold:
    """Where δ = 0: the least u(ρ) that makes ρ stationary.  Its location is known to a root of rounding, u to rounding."""

    def terms(ratio: float) -> tuple[float, float, float]:
        rate, whole = (cost(np.array([0.0, ratio]), u, w) for u in (0.0, 1.0))
        slope = whole.gradient[1] - rate.gradient[1]
        return -rate.gradient[1] / slope, whole.noise[1], abs(slope)

    from scipy.optimize import minimize_scalar

    tau = 1 - 2 * w
    least = minimize_scalar(lambda r: terms(r)[0], bounds=(0, tau), method="bounded", options={"xatol": 1e-9 * tau})
    ratio = float(least.x)  # pyright: ignore[reportAttributeAccessIssue]  scipy has no types: that inferred is object
    u, noise, slope = terms(ratio)
    return Fold(np.array([0.0, ratio]), float(u), float(u * noise / slope))


def _fold(shape: Array, u: float, w: float) -> Fold:
    """The solution (δ, ρ, u) of ∂F = 0, det ∂²F = 0 nearby; the start, and `NEARBY` for its error, where none is found."""
    from scipy.optimize import root

    unit = w * (1 - w)

    def equations(y: Array) -> Array:
        here = cost(y[:2], y[2], w)
        return np.array([*here.gradient / unit, np.linalg.det(here.hessian / unit)])

    y = root(equations, [*shape, u], options={"xtol": 1e-14}).x
    if abs(y[2] / u - 1) > NEARBY:
        return Fold(shape, u, NEARBY * u)
    here, free = cost(y[:2], y[2], w), cost(y[:2], 0.0, w)
    flat = np.linalg.eigh(here.hessian)[1][:, 0]
    miss = abs(flat @ here.gradient) + abs(flat) @ here.noise
    return Fold(y[:2], float(y[2]), float(y[2] * miss / abs(flat @ (here.gradient - free.gradient))))
