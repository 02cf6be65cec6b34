"""Two modes behind a noisy encoder: x = ±a equally likely, z | x ~ N(±m, v), everything a function of γ = m²/v.

    best decoder           E[x|z] = a tanh(mz/v), slope Cov(x, m|z)/v = (am/v) sech²(mz/v) ≤ am/v
    its squared error      a²(1 - E tanh(γ+√γN)) = a² e^{-γ/2} E sech(√γN) ~ a²√(π/2γ) e^{-γ/2}
    information I(x; z)    γ - E ln cosh(γ+√γN), with dI/dγ = error/2a² (Guo, Shamai & Verdú 2005)
    rate to N(0, 1)        ½(m²+v-1-ln v) = I(x; z) + KL(q(z)‖N(0, 1))

Decoded from the prior instead, the means have variance a² E tanh²(mN/v). N is a standard normal; nats.

The tilted forms with e^{-γ/2} keep relative accuracy for every γ. Their expectations are trapezoid sums
with steps a fifth of the narrower of the Gaussian and 1/√γ: the integrands are analytic in a strip, so 401
nodes reach 1e-15.
"""

from collections.abc import Callable

import numpy as np
from scipy.special import expit

from theory.validation.arrays import above, at_least
from theory.validation.elementwise import elementwise
from theory.validation.inputs import Array, array, numbers, positive, reject
from theory.validation.inputs import weights as checked_weights
from theory.validation.shapes import Numbers, Values, Vector, Weights

STEPS = np.arange(-200, 201)


@elementwise
def decoder(z: Numbers, a: Numbers, m: Numbers, v: Numbers) -> Values:
    """E[x|z] = a tanh(mz/v).

    Raises ValueError unless z has no NaN, a > 0, v > 0, and m is finite.
    """
    return above("a", a) * np.tanh(_pull(z, m, v))


@elementwise
def decoder_slope(z: Numbers, a: Numbers, m: Numbers, v: Numbers) -> Values:
    """(am/v) sech²(mz/v): how fast the best decoder interpolates.

    Raises ValueError unless z has no NaN, a > 0, v > 0, and m is finite.
    """
    x = 2 * _pull(z, m, v)
    return above("a", a) * (array("m", m) / above("v", v)) * 4 * expit(x) * expit(-x)


def _pull(z: Numbers, m: Numbers, v: Numbers) -> Values:
    """mz/v, half the log odds of the modes: 0 where both have one code, however far off z is."""
    m = array("m", m)
    return m * np.where(m == 0, 0.0, numbers("z", z)) / above("v", v)


def best_decoder_slope(z: Numbers, weights: Weights, outputs: Vector, codes: Vector, v: float) -> Values:
    """Cov(x, m|z)/v, the slope of E[x|z] for x = `outputs` with these weights and z | x ~ N(m, v), m = `codes`.

    Raises ValueError unless weights is a distribution, outputs and codes are as long, z has no NaN, and v > 0.
    """
    w, x, m = checked_weights("weights", weights), array("outputs", outputs, ndim=1), array("codes", codes, ndim=1)
    for name, values in (("outputs", x), ("codes", m)):
        if values.shape != w.shape:
            reject(name, f"{len(w)} numbers, as there are weights", values)
    v, z = positive("v", v), numbers("z", z)
    far = np.isinf(z)  # there one code is certain
    exponent = -((np.where(far, 0.0, z)[..., None] - m) ** 2) / (2 * v)
    p = w * np.exp(exponent - exponent.max(axis=-1, keepdims=True))
    p /= p.sum(axis=-1, keepdims=True)
    apart = [values - (p @ values)[..., None] for values in (x, m)]
    return np.where(far, 0.0, (p * apart[0] * apart[1]).sum(axis=-1) / v)


@elementwise
def linear_error(a: Numbers, gamma: Numbers) -> Values:
    """a²/(1+γ): the least squared error of a decoder linear in z, never below `error`.

    Raises ValueError unless a > 0 and gamma ≥ 0.
    """
    return above("a", a) ** 2 / (1 + at_least("gamma", gamma))


@elementwise
def error(a: Numbers, gamma: Numbers) -> Values:
    """E(x - E[x|z])² = a² e^{-γ/2} E sech(√γN).

    Raises ValueError unless a > 0 and gamma ≥ 0.
    """
    gamma = at_least("gamma", gamma)
    return above("a", a) ** 2 * np.exp(-gamma / 2) * _normal_mean(lambda y: 1 / np.cosh(y), np.sqrt(gamma))


@elementwise
def far_error(a: Numbers, gamma: Numbers) -> Values:
    """a²√(π/2γ) e^{-γ/2}: what `error` tends to, from above it, as γ grows.

    Raises ValueError unless a, gamma > 0.
    """
    gamma = above("gamma", gamma)
    return above("a", a) ** 2 * np.sqrt(np.pi / (2 * gamma)) * np.exp(-gamma / 2)


@elementwise
def far_error_floor(a: Numbers, gamma: Numbers) -> Values:
    """a²√(π/2γ) e^{-γ/2} (1 - π²/8γ): what `error` never falls below, since e^{-t} ≥ 1-t and ∫y² sech y dy = π³/4.

    Raises ValueError unless a, gamma > 0.
    """
    gamma = above("gamma", gamma)
    return far_error(a, gamma) * (1 - np.pi**2 / (8 * gamma))


def information(gamma: Numbers) -> Values:
    """I(x; z) in nats, from γ/2 at small γ to ln 2: e^{-γ/2} E[cosh(y) (y tanh y - ln cosh y)], y = √γN.

    Above γ = 1, where that integrand spreads, ln 2 less `mode_entropy`; relatively exact everywhere.

    Raises ValueError unless gamma ≥ 0.
    """
    gamma = at_least("gamma", gamma)
    gain = lambda y: np.cosh(y) * (y * np.tanh(y) - np.log1p(2 * np.sinh(y / 2) ** 2))  # noqa: E731
    small = np.minimum(gamma, 1)
    direct = np.exp(-small / 2) * _normal_mean(gain, np.sqrt(small))
    return np.where(gamma < 1, direct, np.log(2) - mode_entropy(gamma))


def mode_entropy(gamma: Numbers) -> Values:
    """H(x|z) = ln 2 - I(x; z) in nats, relatively exact for every γ: e^{-γ/2} E[cosh(y) h_b(1/(1+e^{2y}))].

    Raises ValueError unless gamma ≥ 0.
    """
    gamma = at_least("gamma", gamma)

    def left(y: Array) -> Array:
        y = np.abs(y)
        return np.cosh(y) * (np.log1p(np.exp(-2 * y)) + 2 * y * expit(-2 * y))

    return np.exp(-gamma / 2) * _normal_mean(left, np.sqrt(gamma))


@elementwise
def rate(m: Numbers, v: Numbers) -> Values:
    """E KL(q(z|x)‖N(0, 1)) = ½(m² + v - 1 - ln v), nats; least at given γ where m² + v = 1: ½ ln(1+γ).

    Raises ValueError unless m is finite and v > 0.
    """
    v = above("v", v)
    return (array("m", m) ** 2 + (v - 1 - np.log(v))) / 2


@elementwise
def prior_gap(m: Numbers, v: Numbers) -> Values:
    """KL(q(z)‖N(0, 1)) of the aggregated posterior, nats: rate less information.

    Raises ValueError unless m is finite and v > 0.
    """
    return rate(m, v) - information(array("m", m) ** 2 / above("v", v))


@elementwise
def prior_decoded_var(a: Numbers, m: Numbers, v: Numbers) -> Values:
    """a² E tanh²(mN/v) = a²(1 - E sech²(mN/v)): the variance of decoder means over the prior N(0, 1).

    Raises ValueError unless a, v > 0 and m is finite.
    """
    ratio = np.abs(array("m", m)) / above("v", v)
    direct = _normal_mean(lambda y: np.tanh(y) ** 2, np.minimum(ratio, 1))
    rest = 1 - _normal_mean(lambda y: 1 / np.cosh(y) ** 2, ratio)
    return above("a", a) ** 2 * np.where(ratio < 1, direct, rest)


@elementwise
def prior_decoded_bound(a: Numbers, m: Numbers, v: Numbers) -> Values:
    """a²m²/v², never below `prior_decoded_var`, since tanh² y ≤ y², and close to it where m ≪ v.

    Raises ValueError unless a, v > 0 and m is finite.
    """
    return (above("a", a) * array("m", m) / above("v", v)) ** 2


def _normal_mean(f: Callable[[Array], Array], scale: Array) -> Array:
    """E f(scale·N) by the trapezoid rule: f even, analytic within π/2 of the real axis, and where
    scale > 1 decaying like e^{-|y|} or faster, since nodes reach |y| = 40.
    """
    step = 0.2 / np.maximum(scale, 1)[..., None]
    n = STEPS * step
    return np.sum(step * np.exp(-(n**2) / 2) * f(scale[..., None] * n), axis=-1) / np.sqrt(2 * np.pi)
