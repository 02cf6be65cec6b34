"""Guided by scores that differ: variances, paths and laws by their definitions.

Scores are those of Gaussians and of the pair, written out; paths are integrated in the noise level. For the observed
sides of `guidance_is_not_tilting`; knows no closed form of where they end.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from proofs.words.arithmetic import DOUBLE


def noisy_classes(s: Any) -> Any:
    """Deviation of a class, how many times larger the variance of all data is, γ and a noise level."""
    return s.tuples(s.scales(0.3, 2.5), s.scales(0.1, 20.0), s.reals(-1.5, 6.0), s.reals(0.0, 4.0))


def tilted_classes(s: Any) -> Any:
    """Variance of a class, how many times larger that of all data is, and γ, where the tilted law exists."""
    return s.tuples(s.scales(0.1, 5.0), s.scales(0.2, 20.0), s.reals(0.0, 1.2))


def _pull(var: Any, ratio: Any, gamma: Any, t: Any) -> Any:
    """What the guided score is of -x, at σ² = t."""
    return gamma / (var + t) + (1 - gamma) / (ratio * var + t)


def narrowed(m: Any, s: Any, ratio: Any, gamma: Any, std: Any) -> Any:
    """ln Var/(s²+σ²) at σ = `std` by ∫(d ln Var/dσ² - 1/(s²+σ²)), t = σ² + size u/(1-u); and the letters under noise."""
    s, ratio, gamma, std = map(m.number, (s, ratio, gamma, std))
    var, start = s**2, std**2
    size = var * (1 + ratio) + start

    def rest(u: Any) -> Any:
        t = start + size * u / (1 - u)
        return (_pull(var, ratio, gamma, t) - 1 / (var + t)) * size / (1 - u) ** 2

    total = m.integrate(rest, [0, *(2.0**-k for k in range(8, 0, -1)), 0.75, 1])
    return -total


def sde_variance(m: Any, s: Any, ratio: Any, gamma: Any, std: Any) -> Any:
    """Every noise ever added, contracted on the way that is left: ∫ exp(-2 ∫ pull) dt, the inner one as logarithms.

    t = σ² + size (v/(1-v))².
    """
    s, ratio, gamma, std = map(m.number, (s, ratio, gamma, std))
    var, start = s**2, std**2
    low, high = var + start, ratio * var + start
    size = m.sqrt(low * high)

    def left(v: Any) -> Any:
        t = size * (v / (1 - v)) ** 2
        inner = gamma * m.log(1 + t / low) + (1 - gamma) * m.log(1 + t / high)
        return m.exp(-2 * inner) * size * 2 * v / (1 - v) ** 3

    return m.integrate(left, [k / 12 for k in range(13)])


def tilted_variance(m: Any, var: Any, ratio: Any, gamma: Any) -> Any:
    """∫x² w / ∫w of w = p(x|c)^γ p(x)^{1-γ}, by Gauss-Legendre over ±12 deviations that its curvature tells."""
    var, ratio, gamma = map(m.number, (var, ratio, gamma))
    power = lambda x: gamma * x**2 / (2 * var) + (1 - gamma) * x**2 / (2 * ratio * var)  # noqa: E731
    reach = 1 / m.sqrt(2 * power(m.number(1)))
    edges = [k * reach for k in range(-12, 13, 2)]
    weigh = lambda x: m.exp(-power(x))  # noqa: E731
    return m.integrate(lambda x: x**2 * weigh(x), edges) / m.integrate(weigh, edges)


def excess(m: Any, ratio: Any, gamma: Any) -> Any:
    """ln of the tilted variance less ln of that of the ODE, both by quadrature."""
    return m.log(tilted_variance(m, 1.0, ratio, gamma)) - narrowed(m, 1.0, ratio, gamma, 0.0)


def guided_models(s: Any) -> Any:
    """Variances of the data, of a model and of its worse version, and γ."""
    return s.tuples(s.scales(0.2, 5.0), s.scales(0.2, 5.0), s.scales(0.2, 5.0), s.reals(1.0, 6.0))


def model_error(m: Any, target: Any, good: Any, bad: Any, gamma: Any) -> Any:
    """ln Var/s² where the ODE ends, by quadrature."""
    good, bad, target = map(m.number, (good, bad, target))
    return m.log(good / target) + narrowed(m, m.sqrt(good), bad / good, gamma, 0.0)


def apart_models(s: Any) -> Any:
    """Variances of the data, a model, and a worse version that is farther out by as much again, up to a third more or less."""
    parts = s.tuples(s.scales(0.5, 2.0), s.one_of((-1, 1)), s.reals(0.2, 1.0), s.reals(0.7, 1.3))
    return parts.map(lambda d: (d[0], d[0] * math.exp(d[1] * d[2]), d[0] * math.exp(d[1] * d[2] * (1 + d[3]))))


def strength_found(m: Any, target: Any, good: Any, bad: Any) -> Any:
    """The γ at which that error changes sign."""
    return m.root(lambda gamma: model_error(m, target, good, bad, gamma), 1.0, 4.0)


def gained(m: Any, target: Any, good: Any, bad: Any, gamma: Any) -> Any:
    """The square of the error with guidance, less that without."""
    return model_error(m, target, good, bad, gamma) ** 2 - model_error(m, target, good, bad, 1.0) ** 2


# --- the pair -----------------------------------------------------------------------------------------------------------


def pushed_places(s: Any) -> Any:
    """x, a, s, σ, γ and the share of the class at a."""
    places = s.tuples(s.reals(-4.0, 4.0), s.scales(0.3, 5.0), s.scales(0.3, 2.0), s.scales(0.1, 5.0))
    return s.tuples(places, s.reals(1.1, 9.0), s.reals(0.05, 0.95)).map(lambda d: (*d[0], *d[1:]))


def largest_push(x: float, a: float, s: float, std: float, gamma: float, share: float) -> float:
    """(γ-1) a, and a/√(s²+σ²) times it where that is more."""
    return (gamma - 1) * a * max(1.0, a / math.hypot(s, std))


def reach(z: float, r: float, gamma: float, share: float) -> float:
    """How far out a path may end."""
    return abs(z) + 2 * gamma * r


def _guided_score(m: Any, x: Any, var: Any, a: Any, gamma: Any, share: Any) -> Any:
    """γ ∂ ln p(x|c) + (1-γ) ∂ ln p(x), at the variance of a noisy mode."""
    near, far = -((x - a) ** 2) / (2 * var), -((x + a) ** 2) / (2 * var)
    other = (1 - share) / (1 - share + share * m.exp(near - far))
    return -(x - a) / var - (1 - gamma) * other * 2 * a / var


def pushed(m: Any, x: Any, a: Any, s: Any, std: Any, gamma: Any, share: Any) -> Any:
    """dξ/dη along the ODE by steps to either side of σ."""
    a, s, x, std, gamma, share = map(m.number, (a, s, x, std, gamma, share))
    var = s**2 + std**2
    speed = -std * _guided_score(m, x, var, a, gamma, share)

    def place(h: Any) -> Any:
        return (x + h * speed - a) / m.sqrt(s**2 + (std + h) ** 2)

    size = std / 4
    xi = m.slope(place, m.number(0), size)
    eta = m.slope(lambda h: 1 / m.sqrt(s**2 + (std + h) ** 2), m.number(0), size)
    return xi / eta


def closed(m: Any, x: Any, a: Any, s: Any, std: Any, gamma: Any, share: Any) -> Any:
    """d/dξ of what the score difference makes of dξ/dη, v(γ-1) times it, by central differences."""
    a, s, x, std, gamma, share = map(m.number, (a, s, x, std, gamma, share))
    var = s**2 + std**2

    def push(xi: Any) -> Any:
        at = a + xi * m.sqrt(var)
        return var * (_guided_score(m, at, var, a, gamma, share) + (at - a) / var)

    xi = (x - a) / m.sqrt(var)
    return m.slope(push, xi, 1 / (1 + a / m.sqrt(var)))


def guided_points(s: Any) -> Any:
    """z, r, γ and the share of the class."""
    return s.tuples(s.reals(-2.0, 2.0), s.reals(0.3, 5.0), s.reals(1.0, 9.0), s.reals(0.02, 0.98))


def end_of_path(m: Any, z: Any, r: Any, gamma: Any, share: Any) -> float:
    """Where the ODE in tan φ = σ leads from φ = π/2, y = (x-r) cos φ, which the class' own score does not move."""
    from scipy.integrate import solve_ivp

    def moved(phi: float, y: Any) -> tuple[float]:
        log = min(2 * r * math.cos(phi) * (r * math.cos(phi) + y[0]), 700.0)
        other = (1 - share) / (1 - share + share * math.exp(log))
        return (-(gamma - 1) * 2 * r * math.sin(phi) * other,)

    end = solve_ivp(moved, (math.pi / 2, 0.0), (z,), method="DOP853", rtol=1e-11, atol=1e-11)
    return float(end.y[0, -1]) + r


# --- strong guidance --------------------------------------------------------------------------------------------------------


def strong_places(s: Any) -> Any:
    """z, θ, and the share of the class."""
    return s.tuples(s.reals(0.0, 3.0), s.reals(0.0, 4.0), s.reals(0.05, 0.95))


def strong_slope(m: Any, z: Any, theta: Any, share: Any) -> Any:
    """dz/dθ of ξ = λz, η = θ/(aλ) at λ² = γ-1 = 10¹², a = 1, from the score difference."""
    z, theta, share = map(m.number, (z, theta, share))
    lam = m.number(1e6)
    eta = theta / lam
    log = 2 * eta * (lam * z + eta)
    return 2 * (1 - share) / (1 - share + share * m.exp(log))


def rests(s: Any) -> Any:
    """θ and the share of the class."""
    return s.tuples(s.reals(0.3, 9.0), s.reals(0.1, 0.9))


def end_of_z(_: Any, theta: Any, share: Any) -> tuple[float, float, float, float]:
    """z(∞) by a Runge-Kutta pair of order 8, and the letters z(θ), θ, w."""
    from scipy.integrate import solve_ivp

    odds = share / (1 - share)

    def rate(t: float, z: Any) -> tuple[float]:
        return (2 / (1 + odds * math.exp(min(2 * z[0] * t, 700.0))),)

    here = solve_ivp(rate, (0.0, theta), (0.0,), method="DOP853", rtol=1e-12, atol=1e-13).y[0, -1]
    far = solve_ivp(rate, (theta, theta + 120.0), (here,), method="DOP853", rtol=1e-12, atol=1e-13).y[0, -1]
    return float(far), float(here), theta, share


def tilted_median(r: float, gamma: float, share: float = 0.5) -> float:
    """Of p(x|c)^γ p(x)^{1-γ} on the pair, s = 1, by its distribution function on a grid."""
    x = np.linspace(r - 12, r + 12, 200001)
    log = -((x - r) ** 2) / 2 - (gamma - 1) * np.log(share + (1 - share) * DOUBLE.exp(-2 * r * x))
    mass = np.cumsum(np.exp(log - log.max()))
    return float(np.interp(0.5, mass / mass[-1], x))
