"""Classifier-free guidance: where scores γ·conditional + (1-γ)·unconditional lead, and what is not where.

    dx/dσ = -σ [γ ∇ln p_σ(x|c) + (1-γ) ∇ln p_σ(x)],   p_σ = p * N(0, σ²),  from σ = ∞ to 0;  γ = 1: no guidance

A class N(0, s²) among all data N(0, ρs²) ends with variance s²ρ^{1-γ} by this ODE, with another by the reverse SDE, and
with neither as p(x|c)^γ p(x)^{1-γ}. The class N(a, s²), a share w of the pair ±a, moves outward while its quantiles
close up: with ξ = (x-a)/√(s²+σ²), η = 1/√(s²+σ²), c = ½ ln(w/(1-w)),

    dξ/dη = (γ-1) a (1 - tanh(aη(ξ+aη) + c)),   x = a + ks√(γ-1) + κsN + O(1/√(γ-1)) under strong guidance,
    k = z(∞),  κ = exp(-∫₀^∞ θ sech²(zθ+c) dθ),  dz/dθ = 1 - tanh(zθ+c),  z(0) = 0.

k and κ exist since z rises: beyond θ it gains at most ln(1+e^{-2(z(θ)θ+c)})/z(θ). They are enclosed by Taylor's formula in
balls, whose remainder is that of the whole step.
"""

from functools import lru_cache
from typing import Any

import numpy as np
from scipy.integrate import solve_ivp
from scipy.special import exprel, logit

from theory.estimate import Estimate
from theory.validation.arrays import above, at_least, from_below, from_to, strictly_between
from theory.validation.elementwise import elementwise
from theory.validation.inputs import Array, array, between, nonnegative, positive, real, reject
from theory.validation.shapes import Numbers, Values

MOST = 1e4
"""The largest γ of the pair, or place in deviations."""
RATIO, GAMMA = 1e4, 20.0
"""Between Gaussians: the largest ratio of variances, or its inverse, and the largest |γ|."""
TERMS, STEP, BITS, LEFT = 16, 1 / 16, 120, 1e-15
"""Of Taylor's formula: its order, a step in θ, the digits of a ball; and what may be left of z when it ends."""


@elementwise
def ode_variance(var: Numbers, ratio: Numbers, gamma: Numbers) -> Values:
    """s²ρ^{1-γ}: of what the guided ODE ends with, s² = `var` and ρ = `ratio`; at σ > 0 with s²+σ² and (ρs²+σ²)/(s²+σ²).

    Raises ValueError unless var > 0, 1e-4 ≤ ratio ≤ 1e4, and -20 ≤ gamma ≤ 20.
    """
    var, ratio, gamma = _gaussian(var, ratio, gamma)
    return var * ratio ** (1 - gamma)


@elementwise
def sde_variance(var: Numbers, ratio: Numbers, gamma: Numbers) -> Values:
    """s²ρ^{2-2γ} (ρ^{2γ-1}-1)/((2γ-1)(ρ-1)): of what the guided reverse SDE ends with; s²ρ ln ρ/(ρ-1) for γ = ½.

    Raises ValueError unless var > 0, 0 < ratio < 1e4, and -1e4 < gamma < 1e4.
    """
    var, ratio, gamma = _gaussian(var, ratio, gamma)
    log, power = np.log(ratio), 2 * gamma - 1
    small = -np.abs(power * log)
    return var * np.exp((1 - power) * log + np.maximum(power * log, 0)) * exprel(small) / exprel(log)


@elementwise
def tilted_variance(var: Numbers, ratio: Numbers, gamma: Numbers) -> Values:
    """s²ρ/(γρ+1-γ): of the law p(x|c)^γ p(x)^{1-γ}, which there is for γρ+1-γ > 0 only.

    Raises ValueError unless var > 0, 1e-4 ≤ ratio ≤ 1e4, -20 ≤ gamma ≤ 20, and γρ+1-γ > 0.
    """
    var, ratio, gamma = _gaussian(var, ratio, gamma)
    precision = 1 + gamma * (ratio - 1)
    if not (precision > 0).all():
        reject("gamma", "γρ+1-γ > 0, where the tilted law exists", gamma)
    return var * ratio / precision


@elementwise
def log_error(var: Numbers, good: Numbers, bad: Numbers, gamma: Numbers) -> Values:
    """ln(Var/s²) = ln(v/s²) - (γ-1) ln(u/v): the ODE of a model of variance v guided by its worse version of variance u.

    The data are N(0, s²); s² = `var`, v = `good`, u = `bad`.

    Raises ValueError unless var, good, bad > 0, and gamma is finite.
    """
    own, apart = _ratios(var, good, bad)
    return own - (array("gamma", gamma) - 1) * apart


@elementwise
def exact_strength(var: Numbers, good: Numbers, bad: Numbers) -> Values:
    """γ = 1 + ln(v/s²)/ln(u/v), at which that error is 0; it is smaller than without guidance up to twice as far from 1.

    Raises ValueError unless var, good, bad > 0, and bad ≠ good.
    """
    own, apart = _ratios(var, good, bad)
    if not np.all(apart):
        reject("bad", "a model that differs from the good one", bad)
    return 1 + own / apart


def _ratios(var: Numbers, good: Numbers, bad: Numbers) -> tuple[Array, Array]:
    """ln(v/s²) and ln(u/v)."""
    var, good, bad = above("var", var), above("good", good), above("bad", bad)
    return np.log(good / var), np.log(bad / good)


@elementwise
def slope(xi: Numbers, eta: Numbers, a: Numbers, gamma: Numbers, weight: Numbers = 0.5) -> Values:
    """dξ/dη = (γ-1) a (1 - tanh(aη(ξ+aη) + ½ ln(w/(1-w)))): how the class at a, a share w of the pair ±a, is pushed.

    Raises ValueError unless xi is finite, eta ≥ 0, a > 0, -1e4 < gamma < 1e4, and 0 ≤ weight < 1.
    """
    xi, eta, a = array("xi", xi), at_least("eta", eta), above("a", a)
    gamma, weight = strictly_between("gamma", gamma, -MOST, MOST), from_below("weight", weight, 0, 1)
    return (gamma - 1) * a * _off_class(a * eta * (xi + a * eta) + logit(weight) / 2)


@elementwise
def closing(xi: Numbers, eta: Numbers, a: Numbers, gamma: Numbers, weight: Numbers = 0.5) -> Values:
    """∂(dξ/dη)/∂ξ = -(γ-1) a²η sech²(aη(ξ+aη) + ½ ln(w/(1-w))): the rate at which neighbouring quantiles close up.

    Raises ValueError unless xi is finite, eta ≥ 0, a > 0, -1e4 < gamma < 1e4, and 0 ≤ weight < 1.
    """
    xi, eta, a = array("xi", xi), at_least("eta", eta), above("a", a)
    gamma, weight = strictly_between("gamma", gamma, -MOST, MOST), from_below("weight", weight, 0, 1)
    u = a * eta * (xi + a * eta) + logit(weight) / 2
    return -(gamma - 1) * a**2 * eta * _off_class(u) * _off_class(-u)


def _off_class(u: Any) -> Any:
    """1 - tanh u, to all its digits."""
    with np.errstate(over="ignore"):
        return 2 / (1 + np.exp(2 * u))


def quantile(z: float, r: float, gamma: float, weight: float = 0.5, start_std: float | None = None) -> float:
    """x/s where the ODE ends that started `z` deviations above the class' mean, r = a/s; `start_std` = σ_max/s, ∞ if None.

    The rare class, w = 0, sees all data on the other side and ends at r + z + 2(γ-1)r. By a Runge-Kutta pair of order 8,
    to 1e-9.

    Raises ValueError unless z is finite, 0 < r < 1e4, 1 ≤ gamma ≤ 1e4, 0 ≤ weight ≤ 1, and start_std ≥ 0.
    """
    z, r, gamma = real("z", z, within=MOST), positive("r", r), between("gamma", gamma, 1, MOST)
    weight, r = between("weight", weight, 0, 1), between("r", r, 0, MOST)
    first = 0.0 if start_std is None else 1 / np.hypot(1.0, nonnegative("start_std", start_std))
    shift = float(logit(weight)) / 2

    def pushed(eta: float, xi: Any) -> Any:
        return (gamma - 1) * r * _off_class(r * eta * (xi + r * eta) + shift)

    if weight == 0:
        return r + z + 2 * (gamma - 1) * r * (1 - first)
    end = solve_ivp(pushed, (first, 1.0), (z,), method="LSODA" if gamma * r > 300 else "DOP853", rtol=1e-12, atol=1e-12)
    return r + float(end.y[0, -1])


@elementwise
def strong_slope(z: Numbers, theta: Numbers, weight: Numbers = 0.5) -> Values:
    """dz/dθ = 1 - tanh(zθ + ½ ln(w/(1-w))), z = ξ/√(γ-1) and θ = aη√(γ-1), γ → ∞.

    Raises ValueError unless z is finite, theta ≥ 0, and 0 ≤ weight < 1.
    """
    z, theta, weight = array("z", z), at_least("theta", theta), from_below("weight", weight, 0, 1)
    return _off_class(z * theta + logit(weight) / 2)


@elementwise
def at_most(z: Numbers, theta: Numbers, weight: Numbers = 0.5) -> Values:
    """z + ln(1+e^{-2(zθ+c)})/z, c = ½ ln(w/(1-w)): a bound on k for what has come to z > 0 at θ.

    Raises ValueError unless z > 0, theta ≥ 0, and 0 < weight < 1.
    """
    z, theta, weight = above("z", z), at_least("theta", theta), strictly_between("weight", weight, 0, 1)
    return z + np.logaddexp(0, -2 * z * theta - logit(weight)) / z


def strong_shift(weight: float = 0.5) -> Estimate:
    """k: how far beyond its mode the median goes, in s√(γ-1), as γ → ∞; 0.93329475101 for w = ½. Enclosed.

    Raises ValueError unless 0.01 ≤ weight ≤ 0.99.
    """
    return _strong(between("weight", weight, 0.01, 0.99))[0]


def strong_width(weight: float = 0.5) -> Estimate:
    """κ: the deviation that is left, in s, as γ → ∞; 0.38871592333 for w = ½. Enclosed.

    Raises ValueError unless 0.01 ≤ weight ≤ 0.99.
    """
    return _strong(between("weight", weight, 0.01, 0.99))[1]


@lru_cache(maxsize=256)
def _strong(weight: float) -> tuple[Estimate, Estimate]:
    """k and κ by steps in balls: Taylor's polynomial about the start of a step, its remainder over all that z may reach."""
    from flint import arb, ctx

    with ctx.workprec(BITS):
        c, h = (arb(weight) / (1 - arb(weight))).log() / 2, arb(STEP)
        z, spread, theta = arb(0), arb(0), arb(0)
        while True:
            reach, span = z.union(z + 2 * h), theta.union(theta + h)
            here, over = _taylor(z, theta, c, TERMS), _taylor(reach, span, c, TERMS + 1)
            z, spread = (
                before + sum((q * h**k for k, q in enumerate(p[1:], 1)), arb(0)) + rest[-1] * h ** (TERMS + 1)
                for before, p, rest in zip((z, spread), here, over, strict=True)
            )
            theta += h
            left = (-2 * (z * theta + c)).exp() / z
            if float(left.upper()) < LEFT:
                break
        # ∫ θ sech²(Zθ+c) beyond θ is at most 4 ∫ θ e^{-2(Zθ+c)}
        beyond = 4 * (-2 * (z * theta + c)).exp() * (theta / (2 * z) + 1 / (4 * z**2))
        return _enclosed(z.union(z + left)), _enclosed((-spread.union(spread + beyond)).exp())


def _taylor(z0: Any, theta: Any, c: Any, terms: int) -> tuple[list[Any], list[Any]]:
    """Taylor's coefficients of z and ∫θ sech²(zθ+c) about θ, up to h^terms, from T = tanh u, T' = (1-T²) u', u = zθ+c."""
    z, u = [z0], [z0 * theta + c]
    tanh, sech2 = [u[0].tanh()], list[Any]()
    for n in range(terms):
        sech2.append((n == 0) - sum(tanh[k] * tanh[n - k] for k in range(n + 1)))
        z.append(((n == 0) - tanh[n]) / (n + 1))
        u.append(z[n + 1] * theta + z[n])
        tanh.append(sum(sech2[n - k] * (k + 1) * u[k + 1] for k in range(n + 1)) / (n + 1))
    rates = [sech2[n] * theta + (sech2[n - 1] if n else 0) for n in range(terms)]
    return z, [z0 * 0, *(rate / (n + 1) for n, rate in enumerate(rates))]


def _enclosed(ball: Any) -> Estimate:
    """A ball as a float and what it may be off."""
    value = float(ball.mid())
    return Estimate(value, float((ball - value).abs_upper()) + 2.0**-52 * abs(value), "enclosed")


def _gaussian(var: Numbers, ratio: Numbers, gamma: Numbers) -> tuple[Array, Array, Array]:
    """s², ρ and γ."""
    return above("var", var), from_to("ratio", ratio, 1 / RATIO, RATIO), from_to("gamma", gamma, -GAMMA, GAMMA)
