"""Two modes behind a noisy encoder, from the definition: x = ±a equally likely, z | x ~ N(±m, v), γ = m²/v.

In symbols: given x = a the decoder sees Y = mz/v = γ+√γN; seen from the middle, Y = √γN, averages are weighted by
e^{Y-γ/2} = e^{-γ/2}(C + H), C = cosh Y, H = sinh Y. Odd means vanish there, and with S = 1/C the others reduce to
E C = e^{γ/2}, E Y H = γ E C (by parts) and E S = E sech √γN, which balls can evaluate. The letter γ is called g.
In numbers: quadrature over z of the two densities, in either arithmetic.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np


def mean_sech(x: Any) -> Any:
    """E sech(√γN)."""
    from proofs.words.gaussian_averages import mean_of

    return mean_of("sech")(0, x.sqrt(x.g))


def given_plus(x: Any, f: Callable[[Any, Any], Any]) -> Any:
    """E[f(tanh Y, Y) | x = a] = e^{-γ/2} E[(C+H) f(HS, Y)], to be worked out, for f = 1, t, t², t·Y and their sums."""
    C, H, S, Y = map(x.Symbol, "CHSY")
    mean, left = x.exp(x.g / 2), x.exp(x.g / 2) - mean_sech(x)
    odd = (H, H * S * C, H**3 * S**2, Y * H**2 * S)
    table = {C: mean, S: mean_sech(x), H**2 * S: left, H**2 * S**2 * C: left, Y * H * S * C: x.g * mean}
    moments = x.Tuple(*table.items(), *((monomial, 0) for monomial in odd))
    return x.exp(-x.g / 2) * x.Expectation((C + H) * f(H * S, Y), moments)


def in_middle(x: Any) -> Any:
    """a² e^{-γ/2} E sech(√γN)."""
    return x.a**2 * x.exp(-x.g / 2) * mean_sech(x)


def mode_sum(x: Any, value: Callable[[Any], Any]) -> Any:
    """Σ over the signs of the modes of value(sign)·e^{-(z ∓ m)²/2v}, to be worked out."""
    k = x.Symbol("k")
    return x.Sum(value(2 * k - 1) * x.exp(-((x.z - (2 * k - 1) * x.m) ** 2) / (2 * x.v)), (k, 0, 1))


def densities(m: Any, spread: Any, z: Any, var: Any) -> Any:
    """N(z; m, v) and N(z; -m, v)."""
    return [m.exp(-((z - sign * spread) ** 2) / (2 * var)) / m.sqrt(2 * m.pi * var) for sign in (1, -1)]


def over_codes(m: Any, spread: Any, var: Any, f: Callable[[Any, Any], Any]) -> Any:
    """∫ f(N(z; m, v), N(z; -m, v)) dz, on panels of three widths of the tanh, at most four deviations."""
    spread, var = m.number(spread), m.number(var)
    std = float(m.sqrt(var))
    reach = float(spread) + 10 * std
    edges = np.linspace(-reach, reach, int(reach / min(1.5 * std**2 / float(spread), 2 * std)) + 2)
    return m.integrate(lambda z: f(*densities(m, spread, z, var)), edges, panels=1)


def error(m: Any, a: Any, spread: Any, var: Any) -> Any:
    """E(x - E[x|z])²; the difference is 2a times the posterior of the other mode."""

    def harmonic(plus: Any, minus: Any) -> Any:
        total = plus + minus
        return (plus * (minus / total) ** 2 + minus * (plus / total) ** 2) / 2

    return 4 * m.number(a) ** 2 * over_codes(m, spread, var, harmonic)


def information(m: Any, spread: Any, var: Any) -> Any:
    """I(x; z) = ½ Σ ∫ N ln(2N/(N+N')), nats."""

    def gain(plus: Any, minus: Any) -> Any:
        middle = (plus + minus) / 2
        return (plus * m.log(plus / middle) + minus * m.log(minus / middle)) / 2

    return over_codes(m, spread, var, gain)


def codes(s: Any, low: float, high: float) -> Any:
    """a, m and v with γ = m²/v from `low` to `high`."""
    drawn = s.tuples(s.scales(0.2, 5.0), s.scales(low, high), s.scales(0.05, 3.0))
    return drawn.map(lambda d: (d[0], float(np.sqrt(d[1] * d[2])), d[2]))
