"""When a latent stops being used: posterior collapse of two modes, equal or not, and of K equidistant ones.

Modes ±a with weights 1-w and w, decoder variance σ², KL weight β: all depends on u = a²/(βσ²) and τ = |1-2w|.
With an unrestricted encoder, a posterior that tells the modes apart to the degree t ∈ [τ, 1] costs, divided
by β,

    F(t) = (u/2)(1-t²) + ρ(t) - ρ(τ),   ρ(t) = ln 2 - h_b((1+t)/2),   F'(t) = artanh t - ut

so the optimum is t = tanh(ut) (Curie-Weiss), or t = τ, collapsed, as long as u ≤ artanh(τ)/τ: a continuous
transition, at u = 1 for equal modes. The collapsed solution remains a local minimum up to u = 1/(1-τ²) >
artanh(τ)/τ. For K ≥ 3 modes of side d in the same unit, u = d²/4βσ², the rate jumps at (K-1)ln(K-1)/(K-2),
collapse stays local up to K/2.

With Gaussian encoders z|± ~ N(m±, v±) and prior N(0, 1) unequal modes jump, too: `separated_branch`. Nats.
"""

from dataclasses import dataclass

import numpy as np
from numpy.polynomial.polynomial import polyval
from numpy.typing import ArrayLike
from scipy.special import xlogy, zeta

from theory.estimate import Estimate
from theory.numerics import two_codes
from theory.validation.arrays import above, at_least, strictly_between
from theory.validation.elementwise import elementwise
from theory.validation.inputs import Array, array, between, integer, positive, reject
from theory.validation.shapes import Numbers, Values

BISECTIONS = 60
LEAST_WEIGHT = 1e-12
"""Of an encoder's rarer mode."""
NEAR = 0.5
"""Below it the series of x coth x."""
COTH = [-2 * zeta(2 * n) / (-(np.pi**2)) ** n for n in range(1, 14)]
"""Coefficients of (x coth x - 1)/x² in x²: 4ⁿB₂ₙ/(2n)!."""


@elementwise
def objective(t: Numbers, u: Numbers, weight: Numbers = 0.5) -> Values:
    """F(t) = (u/2)(1-t²) + ρ(t) - ρ(τ), the objective over β less the constant of a perfect decoder, nats.

    Raises ValueError unless u > 0, 0 < weight < 1, and τ ≤ t ≤ 1.
    """
    t, u, tau = array("t", t), above("u", u), _tau(weight)
    if np.any((t < tau - 1e-15) | (t > 1)):
        reject("t", f"numbers in [{tau}, 1]", t)
    return u / 2 * (1 - t**2) + _rho(t) - _rho(tau)


@elementwise
def separation(u: Numbers, weight: Numbers = 0.5) -> Values:
    """The optimal t: the largest root of t = tanh(ut), or τ where u ≤ `global_threshold`: then the rate is 0.

    Raises ValueError unless u > 0 and 0 < weight < 1.
    """
    return separation_beyond(above("u", u) - 1, weight)


@elementwise
def separation_beyond(excess: Numbers, weight: Numbers = 0.5) -> Values:
    """`separation` at u = 1 + excess, to all digits however near to 1.

    Raises ValueError unless excess > -1 and 0 < weight < 1.
    """
    e, tau = np.broadcast_arrays(np.maximum(above("excess", excess, -1), 0), _tau(weight))
    # x = artanh t solves `self_coupled`(x) = e, so that t → 1 keeps 1-t; x²/(x+3) ≤ x coth x - 1 ≤ min(x, x²/3) brackets it
    low, high = np.maximum(np.sqrt(3 * e), e), (e + np.sqrt(e * (e + 12))) / 2
    for _ in range(BISECTIONS):
        middle = (low + high) / 2
        below = self_coupled(middle) < e
        low, high = np.where(below, middle, low), np.where(below, high, middle)
    return np.maximum(np.tanh(low), tau)


def self_coupled(x: Numbers) -> Values:
    """x coth x - 1, x ≥ 0: the u - 1 at which the optimal t of equal modes is tanh x, artanh(t)/t - 1.

    By its series at 0, where x coth x is 1 but for what counts. Raises ValueError unless x ≥ 0.
    """
    x = at_least("x", x, 0)
    square, far = np.minimum(x, NEAR) ** 2, np.maximum(x, NEAR)
    return np.where(x < NEAR, square * polyval(square, COTH), far / np.tanh(far) - 1)


@elementwise
def least_objective(u: Numbers, weight: Numbers = 0.5) -> Values:
    """min F(t) over all codes, that at `separation`; u(1-τ²)/2 where it is collapsed. Nats, over β.

    Raises ValueError unless u > 0 and 0 < weight < 1.
    """
    return objective(separation(u, weight), u, weight)


def onset(excess: Numbers) -> Values:
    """3(u-1), excess = u-1 ≥ 0: what t² of equal modes tends to, from below, as u falls to the threshold; as artanh(t)/t ≥ 1+t²/3.

    Raises ValueError unless excess ≥ 0.
    """
    return 3 * at_least("excess", excess, 0)


def global_threshold(weight: Numbers) -> Values:
    """artanh(τ)/τ, τ = |1-2w|: the u up to which the collapsed solution is the best; 1 for equal modes.

    Raises ValueError unless 0 < weight < 1.
    """
    tau = _below_one(weight)
    return np.where(tau > 0, np.arctanh(tau) / np.where(tau > 0, tau, 1), 1.0)


def local_threshold(weight: Numbers) -> Values:
    """1/(1-τ²) = 1/4w(1-w): the u up to which the collapsed solution is a local minimum.

    Raises ValueError unless 0 < weight < 1.
    """
    return 1 / (1 - _below_one(weight) ** 2)


def equidistant_global_threshold(modes: int) -> float:
    """(K-1) ln(K-1)/(K-2): the d²/4βσ² at which the rate of K equidistant modes leaves 0; 1 for K = 2.

    Raises ValueError unless modes is an integer ≥ 2.
    """
    K = integer("modes", modes, 2)
    return 1.0 if K == 2 else float(xlogy(K - 1, K - 1)) / (K - 2)


def equidistant_jump(modes: int) -> float:
    """(K-2)/(K-1): how far the posterior favours one of K modes where the rate jumps, `rate_distortion.favour_rate`.

    Raises ValueError unless modes is an integer ≥ 2.
    """
    K = integer("modes", modes, 2)
    return (K - 2) / (K - 1)


def equidistant_local_threshold(modes: int) -> float:
    """K/2: the d²/4βσ² up to which collapse of K equidistant modes is a local minimum.

    Raises ValueError unless modes is an integer ≥ 2.
    """
    return integer("modes", modes, 2) / 2


@dataclass(frozen=True)
class GaussianEncoder:
    """z | mode ~ N(m, v) for the modes of weight w (`minor`) and 1-w (`major`), and its objective over β.

    error: an estimate of how far any of these five numbers is off.
    """

    minor: tuple[float, float]
    major: tuple[float, float]
    value: float
    error: float


def gaussian_objective(minor: tuple[float, float], major: tuple[float, float], u: float, weight: float = 0.5) -> float:
    """The objective over β, best decoder, for encoders (m, v) of the modes of weight w and 1-w; nats.

    (u/2) E(x-E[x|z])²/a² + w KL(N(m,v)‖N(0,1)) + (1-w) KL(...); the error is 4w(1-w) ∫ N₁N₂/(wN₁+(1-w)N₂)
    dz, by the trapezoid rule to rounding. Collapsed: (u/2)(1-τ²).

    Raises ValueError unless minor and major are pairs of a mean and a variance > 0, u > 0, and weight lies 1e-12 or more inside (0, 1).
    """
    w, u = between("weight", weight, LEAST_WEIGHT, 1 - LEAST_WEIGHT), positive("u", u)
    (m1, v1), (m2, v2) = _encoder("minor", minor), _encoder("major", major)
    error = two_codes.lost((m1 - m2) / v2**0.5, np.log(v1 / v2) / 2, w)
    rate = w * (m1**2 + v1 - 1 - np.log(v1)) + (1 - w) * (m2**2 + v2 - 1 - np.log(v2))
    return float(u * error + rate) / 2


def separated_branch(u: float, weight: float = 0.5) -> GaussianEncoder:
    """The local minimum over Gaussian encoders that descent reaches from well separated modes, means m(w) ≥ 0 ≥ m(1-w).

    Good to 1e-12 and better where it is well conditioned, as `error` says; at a distance d above
    `separated_branch_end` it is known to about 1e-14/√d, to less for w < 1e-3 and just where the means part. At the end and below both posteriors are N(0, 1), exactly,
    and the value is (u/2)(1-τ²).

    Raises ValueError unless u > 0 and weight lies 1e-12 or more inside (0, 1).
    """
    u, w = positive("u", u), between("weight", weight, LEAST_WEIGHT, 1 - LEAST_WEIGHT)
    found, rare = two_codes.separated(u, min(w, 1 - w)), min(w, 1 - w)
    codes = two_codes.code(found.shape, rare) + 0.0  # no -0
    corners = [two_codes.code(found.shape + found.error * sign, rare) for sign in ((1, 1), (1, -1), (-1, 1), (-1, -1))]
    error = max(np.abs(corner - codes).max() for corner in corners) if found.shape.any() else 0.0
    if w > 1 / 2:
        codes = codes[::-1] * [-1, 1] + 0.0
    (m1, v1), (m2, v2) = codes.tolist()
    return GaussianEncoder((m1, v1), (m2, v2), found.value, float(error))


def separated_branch_end(weight: float = 0.5) -> Estimate:
    """The u up to which no Gaussian encoder but the collapsed one is a local minimum; the branch ends there in a fold.

    Equal modes: 1, where the branch leaves collapse (a pitchfork). Otherwise the encoders that are left last have
    equal means and unequal variances, or, where the rarer weight is below 0.0754, means well apart.

    Raises ValueError unless 0 < weight < 1.
    """
    w = between("weight", weight, LEAST_WEIGHT, 1 - LEAST_WEIGHT)
    if w == 1 / 2:
        return Estimate(1.0, 0.0, "exact")
    fold = two_codes.end(min(w, 1 - w))
    return Estimate(fold.u, fold.error, "estimated")


def separated_rate(u: float, weight: float = 0.5) -> float:
    """E KL(q(z|x)‖N(0, 1)) on the separated branch, w (m²+v-1-ln v)/2 + (1-w)(...): nats; 0 where it has ended.

    Raises ValueError unless u > 0 and 0 < weight < 1.
    """
    code, weight = separated_branch(u, weight), between("weight", weight, 0, 1)
    minor, major = ((m**2 + v - 1 - float(np.log(v))) / 2 for m, v in (code.minor, code.major))
    return weight * minor + (1 - weight) * major


def hysteresis(weight: float = 0.5) -> tuple[float, float]:
    """Between which two u Gaussian encoders may be collapsed or not: `separated_branch_end` and `local_threshold`.

    Raises ValueError unless 0 < weight < 1.
    """
    return separated_branch_end(weight).value, float(local_threshold(weight))


def _encoder(name: str, value: tuple[float, float]) -> tuple[float, float]:
    """Mean and variance of a Gaussian posterior."""
    pair = array(name, value)
    if pair.shape != (2,) or pair[1] <= 0:
        reject(name, "a mean and a variance > 0", value)
    return float(pair[0]), float(pair[1])


def _tau(weight: ArrayLike) -> Array:
    return np.abs(1 - 2 * strictly_between("weight", weight, 0, 1))


def _below_one(weight: ArrayLike) -> Array:
    """|1-2w| where it is divided by what is left of it to 1."""
    tau = _tau(weight)
    return tau if np.all(tau < 1) else reject("weight", "numbers in (0, 1) whose 1 - 2w is below 1 in floats", weight)


def _rho(t: Array) -> Array:
    """ln 2 - h_b((1+t)/2) = ½[(1+t) ln(1+t) + (1-t) ln(1-t)]."""
    return (xlogy(1 + t, 1 + t) + xlogy(1 - t, 1 - t)) / 2
