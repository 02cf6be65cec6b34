"""What separate codes cost, from the definition: K equispaced posteriors on a line, and two modes ±a behind codes N(±m, v).

In symbols, the letters are k = κ, n = K-1 and g = γ = m²/v; in numbers, `m` is an arithmetic of proofs.words.arithmetic.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from proofs.textbook import noisy_code


def kl(x: Any, mean: Any, std: Any) -> Any:
    """KL(N(mean, std²)‖N(0, 1)), to be worked out."""
    e = x.Symbol("e")
    return x.Expectation(((mean + std * e) ** 2 - e**2) / 2, x.Tuple((e, 0), (e**2, 1))) - x.log(std)


def line(x: Any, s: Any) -> Any:
    """1/K Σ KL(N(κs(j-(K+1)/2), s²)‖N(0, 1)), K = n+1, to be worked out."""
    j, e, K = x.Symbol("j"), x.Symbol("e"), x.n + 1
    code = x.k * s * (j - (K + 1) / 2) + s * e
    return x.Expectation(x.Sum((code**2 - e**2) / (2 * K), (j, 1, K)), x.Tuple((e, 0), (e**2, 1))) - x.log(s**2) / 2


def spread(x: Any) -> Any:
    """κ²(K²-1)/12, K = n+1."""
    return x.k**2 * x.n * (x.n + 2) / 12


def line_slope(x: Any, value: Any) -> Any:
    """Its derivative in s, at a value, to be worked out."""
    s = x.Symbol("s", positive=True)
    return x.Subs(x.Derivative(line(x, s), s), s, value)


def with_many(x: Any, ratio: Callable[[Any], Any]) -> Any:
    """½ ln ratio(K) as K → ∞, to be worked out."""
    K = x.Symbol("N", positive=True)
    return x.Limit(x.log(ratio(K)) / 2, K, x.oo)


def balanced(x: Any, gamma: Any) -> Any:
    """m and √v with m² + v = 1, in symbols or numbers."""
    return x.sqrt(gamma / (1 + gamma)), 1 / x.sqrt(1 + gamma)


def error(x: Any) -> Any:
    """E(x - E[x|z])²/a², to be worked out: by symmetry that given x = a."""
    return noisy_code.given_plus(x, lambda tanh, _: (1 - tanh) ** 2)


def mean_sech_cubed(x: Any) -> Any:
    """E sech³(√γN)."""
    from proofs.words.gaussian_averages import mean_of

    return mean_of("sech3")(0, x.sqrt(x.g))


def flat(x: Any, power: int) -> Any:
    """∫ sech^power/√2πγ, by w = e^y and to be worked out: E sech^power(√γN) if φ were flat."""
    w = x.Symbol("w", positive=True)
    return x.Integral((2 * w / (1 + w**2)) ** power / w, (w, 0, x.oo)) / x.sqrt(2 * x.pi * x.g)


def under_error(x: Any) -> Any:
    """e^{γ/2}/(1+γ) over the least that E sech(√γN) can be, ∫sech/√2πγ · (1-π²/8γ)."""
    return x.exp(x.g / 2) / ((1 + x.g) * flat(x, 1) * (1 - x.pi**2 / (8 * x.g)))


def best_coupling(x: Any) -> Any:
    """The u at which the cost is stationary: (u/2) d(error)/dγ = -½/(1+γ), d(error)/dγ = -E Var(x|z)²/a²."""
    return 1 / ((1 + x.g) * mean_squared_var(x))


def mean_squared_var(x: Any) -> Any:
    """E Var(x|z)²/a⁴ = E(1-tanh²Y)² = e^{-γ/2} E[(C+H)/C⁴], to be worked out."""
    C, H, S = map(x.Symbol, "CHS")
    return x.exp(-x.g / 2) * x.Expectation((C + H) * S**4, x.Tuple((C * S**4, mean_sech_cubed(x)), (H * S**4, 0)))


def line_rate(m: Any, spacing: Any, K: Any) -> Any:
    """`line` as a function of ln s, in numbers."""
    square = sum((2 * i + 1 - K) ** 2 for i in range(K)) * m.number(spacing) ** 2 / (4 * K)
    return lambda t: (m.exp(2 * t) * (1 + square) - 1) / 2 - t


def rate(m: Any, spread: Any, std: Any) -> Any:
    """E ln q(z|x)/p(z) of N(±m, std²), by Gauss-Hermite quadrature."""
    nodes, weights = m.hermite()
    return (weights * ((spread + std * nodes) ** 2 - nodes**2)).sum() / 2 - m.log(std)


def cost(m: Any, u: Any, gamma: Any) -> Any:
    """(u/2) error/a² + rate, at m² + v = 1."""
    spread, std = balanced(m, m.number(gamma))
    return m.number(u) / 2 * noisy_code.error(m, 1, spread, std**2) + rate(m, spread, std)


def falling(m: Any, gamma: Any) -> Any:
    """-d(error)/dγ, by differences."""
    return -m.slope(lambda g: noisy_code.error(m, 1, m.sqrt(g), 1), m.number(gamma))


def coupling(m: Any, gamma: Any) -> Any:
    """u where the cost is stationary, by differences of the error."""
    return 1 / ((1 + m.number(gamma)) * falling(m, gamma))


def lines(s: Any) -> Any:
    """κ and K."""
    return s.tuples(s.scales(0.3, 15.0), s.integers(2, 12))
