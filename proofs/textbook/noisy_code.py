"""Two modes behind a noisy encoder, from the definition: x = ±a equally likely, z | x ~ N(±m, v), γ = m²/v.

In symbols: given x = a the decoder sees Y = mz/v = γ+√γN; seen from the middle, Y = √γN, averages are weighted by
e^{Y-γ/2} = e^{-γ/2}(C + H), C = cosh Y, H = sinh Y. Odd means vanish there, and with S = 1/C the others reduce to
E C = e^{γ/2}, E Y H = γ E C (by parts) and E S = E sech √γN, which balls can evaluate. The letter γ is called g.
In numbers: quadrature over z of the two densities, in either arithmetic. For `encoder_noise_averages`,
`latent_noise_interpolates`, `small_noise_beats_kl` and `prior_holes_bridge`.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from proofs.words import expectation, sp


def mean_sech(g: Any, power: int = 1) -> Any:
    """E sech^power(√γN)."""
    from proofs.words.gaussian_averages import mean_of

    return mean_of({1: "sech", 2: "sech2", 3: "sech3"}[power])(0, sp.sqrt(g))


def given_plus(f: Callable[[Any, Any], Any], g: Any) -> Any:
    """E[f(tanh Y, Y) | x = a] = e^{-γ/2} E[(C+H) f(HS, Y)], to be worked out, for f = 1, t, t², t·Y and their sums."""
    C, H, S, Y = sp.symbols("C H S Y")
    mean, left = sp.exp(g / 2), sp.exp(g / 2) - mean_sech(g)
    odd = (H, H * S * C, H**3 * S**2, Y * H**2 * S)
    table = {C: mean, S: mean_sech(g), H**2 * S: left, H**2 * S**2 * C: left, Y * H * S * C: g * mean}
    return sp.exp(-g / 2) * expectation((C + H) * f(H * S, Y), {**table, **dict.fromkeys(odd, 0)})


def missed(g: Any) -> Any:
    """E(x - E[x|z])²/a², to be worked out: by symmetry that given x = a."""
    return given_plus(lambda tanh, _: (1 - tanh) ** 2, g)


def in_middle(g: Any) -> Any:
    """e^{-γ/2} E sech(√γN), which is the same, seen from the middle."""
    return sp.exp(-g / 2) * mean_sech(g)


def gained(g: Any) -> Any:
    """dI(x; z)/dγ at fixed N = (Y-γ)/√γ, to be worked out: 1 - E tanh(Y) dY/dγ, dY/dγ = 1 + N/2√γ."""
    return 1 - given_plus(lambda tanh, Y: tanh * (1 + (Y - g) / sp.sqrt(g) / (2 * sp.sqrt(g))), g)


def flat(g: Any, power: int = 1) -> Any:
    """∫ sech^power/√2πγ, by w = e^y and to be worked out: E sech^power(√γN) if φ were flat."""
    w = sp.Symbol("w", positive=True)
    return sp.Integral((2 * w / (1 + w**2)) ** power / w, (w, 0, sp.oo)) / sp.sqrt(2 * sp.pi * g)


def mode_sum(value: Callable[[Any], Any], z: Any, m: Any, v: Any) -> Any:
    """Σ over the signs of the modes of value(sign)·e^{-(z ∓ m)²/2v}, to be worked out."""
    k = sp.Symbol("k")
    return sp.Sum(value(2 * k - 1) * sp.exp(-((z - (2 * k - 1) * m) ** 2) / (2 * v)), (k, 0, 1))


def densities(m: Any, spread: Any, z: Any, var: Any) -> Any:
    """N(z; m, v) and N(z; -m, v)."""
    return [m.exp(-((z - sign * spread) ** 2) / (2 * var)) / m.sqrt(2 * m.pi * var) for sign in (1, -1)]


def over_codes(m: Any, spread: Any, var: Any, f: Callable[[Any, Any], Any], widths: float = np.inf) -> Any:
    """∫ f(N(z; m, v), N(z; -m, v)) dz, on panels of three widths v/m of the tanh, at most four deviations.

    widths: how many of them on either side f is looked at.
    """
    spread, var = m.number(spread), m.number(var)
    std = float(m.sqrt(var))
    width = std**2 / float(spread)
    reach = min(float(spread) + 10 * std, widths * width)
    edges = np.linspace(-reach, reach, int(reach / min(1.5 * width, 2 * std)) + 2)
    return m.integrate(lambda z: f(*densities(m, spread, z, var)), edges, panels=1)


def error(m: Any, a: Any, spread: Any, var: Any) -> Any:
    """E(x - E[x|z])²; the difference is 2a times the posterior of the other mode, e^{-γ/2} sech of the widths between."""

    def harmonic(plus: Any, minus: Any) -> Any:
        total = plus + minus
        return (plus * (minus / total) ** 2 + minus * (plus / total) ** 2) / 2

    return 4 * m.number(a) ** 2 * over_codes(m, spread, var, harmonic, 130)


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


def above_one(s: Any) -> Any:
    """The same with γ from 1 to 300."""
    return codes(s, 1.0, 300.0)


def up_to_sixty(s: Any) -> Any:
    """The same with γ from 0.01 to 60."""
    return codes(s, 0.01, 60.0)


def error_of(m: Any, a: Any, spread: Any, var: Any) -> tuple[Any, Any, Any]:
    """E(x - E[x|z])², and where that is: a and γ."""
    return error(m, a, spread, var), a, spread**2 / var


def points(s: Any) -> Any:
    """z, a, m and v."""
    return s.tuples(s.reals(-4.0, 4.0), s.scales(0.2, 5.0), s.scales(0.1, 3.0), s.scales(0.1, 3.0))


def decoded(m: Any, z: Any, a: Any, spread: Any, var: Any) -> Any:
    """E[x|z], by both densities."""
    plus, minus = densities(m, m.number(spread), m.number(z), m.number(var))
    return a * (plus - minus) / (plus + minus)


def slope_of_information(m: Any, gamma: Any) -> Any:
    """dI(x; z)/dγ, by differences."""
    return m.slope(lambda g: information(m, m.sqrt(g), 1), m.number(gamma), gamma)


# --- any law behind a noisy code ----------------------------------------------------------------------------------------


def covariance(w: Any, v: Any, z: Any, d: Any, m: Any, e: Any) -> Any:
    """Of x and its code given z, in symbols: two values d apart with codes m and m + e, the second of weight w."""
    share = 1 / (1 + (1 - w) / w * sp.exp(((z - m - e) ** 2 - (z - m) ** 2) / (2 * v)))
    return share * (1 - share) * d * e


def laws(s: Any) -> Any:
    """z, and weights, values and codes of x, and v."""
    values = s.integers(2, 5).flatmap(
        lambda n: s.tuples(s.weights(n, n), s.vectors(s.reals(-3.0, 3.0), n, n), s.vectors(s.reals(-2.0, 2.0), n, n))
    )
    return s.tuples(s.reals(-3.0, 3.0), values, s.scales(0.3, 3.0)).map(lambda d: (d[0], *d[1], d[2]))


def _decoded_by_bayes(m: Any, z: Any, weights: Any, outputs: Any, codes: Any, v: Any) -> Any:
    weights, outputs, codes = ([m.number(value) for value in values] for values in (weights, outputs, codes))
    masses = [w * m.exp(-((z - c) ** 2) / (2 * m.number(v))) for w, c in zip(weights, codes, strict=True)]
    return sum(mass * x for mass, x in zip(masses, outputs, strict=True)) / sum(masses)


def slope_of_mean(m: Any, z: Any, weights: Any, outputs: Any, codes: Any, v: Any) -> Any:
    """d E[x|z]/dz, by differences of Bayes' rule."""
    return m.slope(lambda at: _decoded_by_bayes(m, at, weights, outputs, codes, v), m.number(z), 0.3)


def between_modes(s: Any) -> Any:
    """z, often 0, and a, m, v."""
    z = s.either(s.one_of((0.0,)), s.reals(-2.0, 2.0))
    return s.tuples(z, s.scales(0.2, 5.0), s.scales(0.2, 2.0), s.scales(0.3, 3.0))


def slope_between_modes(m: Any, z: Any, a: Any, spread: Any, v: Any) -> Any:
    """The same for two modes."""
    law = ((0.5, 0.5), (-a, a), (-spread, spread), v)
    return m.slope(lambda at: _decoded_by_bayes(m, at, *law), m.number(z), 0.2 * min(1.0, float(v) / float(spread)))


# --- fed from the prior -------------------------------------------------------------------------------------------------


def any_codes(s: Any) -> Any:
    """a, m and v, free of one another."""
    return s.tuples(s.scales(0.2, 5.0), s.scales(0.03, 3.0), s.scales(0.05, 3.0))


def _log_odds(z: Any, spread: Any, var: Any) -> Any:
    return ((z + spread) ** 2 - (z - spread) ** 2) / (2 * var)


def prior_spread(m: Any, a: Any, spread: Any, v: Any) -> Any:
    """∫φ g², g by Bayes: a tanh(½ ln N(z; m, v)/N(z; -m, v)), on panels of its width."""
    spread, v = m.number(spread), m.number(v)
    ratio = float(spread / v)
    edges = sorted({*np.linspace(-12, 12, 13), *(np.linspace(-20, 20, 17) / max(ratio, 20 / 12))})
    return m.number(a) ** 2 * m.integrate(lambda z: m.normal(z) * m.tanh(_log_odds(z, spread, v) / 2) ** 2, edges)


def signals(s: Any) -> Any:
    """a, and m² = 1 - v."""
    return s.tuples(s.scales(0.2, 5.0), s.scales(1e-8, 0.9))


def balanced_spread(m: Any, a: Any, rest: Any) -> tuple[Any, Any, Any]:
    """The spread at m² = `rest`, v = 1 - m²; then a and v."""
    return prior_spread(m, a, m.sqrt(m.number(rest)), 1 - m.number(rest)), a, 1 - rest


def divergence(m: Any, gamma: Any) -> Any:
    """KL(q(z)‖N(0, 1)) at m² + v = 1, nats: E z² = 1."""

    def own(plus: Any, minus: Any) -> Any:
        q = (plus + minus) / 2
        return q * m.log(q)

    spread, v = m.sqrt(gamma / (1 + gamma)), 1 / (1 + gamma)
    return over_codes(m, spread, v, own) + (m.log(2 * m.pi) + 1) / 2


def not_too_noisy(s: Any) -> Any:
    """γ."""
    return s.tuples(s.scales(0.05, 10.0))


def filling(m: Any, gamma: Any) -> Any:
    """2 dKL/dγ by differences, and the error for a = 1."""
    g = m.number(gamma)
    return 2 * m.slope(lambda at: divergence(m, at), g, gamma) + error(m, 1.0, m.sqrt(g), 1.0)


def codes_and_bands(s: Any) -> Any:
    """m, v and f."""
    return s.tuples(s.scales(0.1, 5.0), s.scales(0.05, 3.0), s.inside(0.02, 0.95))


def bands(s: Any, low: float, high: float) -> Any:
    """γ from `low` to `high`, and f."""
    return s.tuples(s.scales(low, high), s.inside(0.02, 0.95))


def drawn_between(m: Any, spread: Any, var: Any, f: Any) -> Any:
    """P(|E[x|z]| < fa) for z ~ N(0, 1): E[x|z] = a tanh(½ ln N(z; m, v)/N(z; -m, v)) rises, so look where it reaches fa."""
    spread, var, f = m.number(spread), m.number(var), m.number(f)
    edge = m.root(lambda z: m.tanh(_log_odds(z, spread, var) / 2) - f, 0, 20 * var / spread)
    return m.integrate(m.normal, [-min(edge, 38), 0, min(edge, 38)], panels=int(min(edge, 38)) + 1)


def drawn_when_balanced(m: Any, gamma: Any, f: Any) -> Any:
    """The same at m² + v = 1."""
    return drawn_between(m, m.sqrt(gamma / (1 + gamma)), 1 / (1 + m.number(gamma)), f)
