"""What separate codes cost, from the definition: K equispaced posteriors on a line, and two modes ±a behind codes N(±m, v).

In symbols, the letters are k = κ, n = K-1 and g = γ = m²/v; in numbers, `m` is an arithmetic of proofs.words.arithmetic.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from proofs.textbook import noisy_code
from proofs.words import expectation, sp


def kl(mean: Any, std: Any) -> Any:
    """KL(N(mean, std²)‖N(0, 1)), to be worked out."""
    e = sp.Symbol("e")
    return expectation(((mean + std * e) ** 2 - e**2) / 2, {e: 0, e**2: 1}) - sp.log(std)


def line(k: Any, n: Any, s: Any) -> Any:
    """1/K Σ KL(N(κs(j-(K+1)/2), s²)‖N(0, 1)), K = n+1, to be worked out."""
    j, e, K = sp.Symbol("j"), sp.Symbol("e"), n + 1
    code = k * s * (j - (K + 1) / 2) + s * e
    return expectation(sp.Sum((code**2 - e**2) / (2 * K), (j, 1, K)), {e: 0, e**2: 1}) - sp.log(s**2) / 2


def spread(k: Any, n: Any) -> Any:
    """κ²(K²-1)/12, K = n+1."""
    return k**2 * n * (n + 2) / 12


def with_many(ratio: Callable[[Any], Any]) -> Any:
    """½ ln ratio(K) as K → ∞, to be worked out."""
    K = sp.Symbol("N", positive=True)
    return sp.Limit(sp.log(ratio(K)) / 2, K, sp.oo)


def balanced(m: Any, gamma: Any) -> Any:
    """m and √v with m² + v = 1, in symbols (m = sp) or numbers."""
    return m.sqrt(gamma / (1 + gamma)), 1 / m.sqrt(1 + gamma)


def best_coupling(g: Any) -> Any:
    """The u at which the cost is stationary: (u/2) d(error)/dγ = -½/(1+γ), d(error)/dγ = -E Var(x|z)²/a²."""
    return 1 / ((1 + g) * mean_squared_var(g))


def mean_squared_var(g: Any) -> Any:
    """E Var(x|z)²/a⁴ = E(1-tanh²Y)² = e^{-γ/2} E[(C+H)/C⁴], to be worked out."""
    C, H, S = sp.symbols("C H S")
    return sp.exp(-g / 2) * expectation((C + H) * S**4, {C * S**4: noisy_code.mean_sech(g, 3), H * S**4: 0})


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


def size_of_rate(spacing: float, K: int) -> float:
    """About what they cost."""
    return max(1.0, np.log(spacing * K))


def scale_of_least_rate(m: Any, spacing: Any, K: Any) -> tuple[Any, Any, Any]:
    """s where the slope of `line` in ln s vanishes; then κ and n = K-1."""
    rate = line_rate(m, spacing, K)
    return m.exp(m.root(lambda t: m.slope(rate, t), -6, 1)), spacing, K - 1


def least_rate(m: Any, spacing: Any, K: Any) -> tuple[Any, Any, Any]:
    """The least of `line`, by search; then κ and n = K-1."""
    return m.least(line_rate(m, spacing, K), -6, 1)[1], spacing, K - 1


def many_lines(s: Any) -> Any:
    """κ and a large K."""
    return s.tuples(s.scales(4.0, 20.0), s.integers(800, 1500))


def overhead_of_many(m: Any, spacing: Any, K: Any) -> tuple[Any, Any]:
    """The least of `line` over ln K; then κ."""
    return m.least(line_rate(m, spacing, K), -12, 1)[1] - m.log(m.number(K)), spacing


def shares(s: Any) -> Any:
    """A probability for each of 2 to 9 modes."""
    return s.integers(2, 9).flatmap(lambda K: s.vectors(s.inside(0.0, 1.0), K, K))


def of_two_outputs_each(m: Any, share: Any) -> Any:
    """E ln q(z|c)/q(z) where mode c has two outputs, with probabilities `share` and 1 - `share`."""
    joint = np.stack([share, 1 - share]) / m.number(len(share))
    return m.kl(joint, joint / len(share)).sum(), len(share)


def ratios(low: float, high: float) -> Callable[[Any], Any]:
    """Strategies for γ from `low` to `high`."""
    return lambda s: s.tuples(s.scales(low, high))


def least_rate_of_two(m: Any, gamma: Any) -> Any:
    """The least rate of N(±√γ s, s²) over all s."""
    return m.least(lambda t: rate(m, m.exp(t) * m.sqrt(m.number(gamma)), m.exp(t)), -5, 1)[1]


def beyond_one(s: Any) -> Any:
    """u > 1, from very near."""
    return s.scales(1e-8, 20.0).map(lambda d: 1 + d)


def cost_apart(m: Any, u: Any) -> Any:
    """`cost` at γ = u - 1."""
    return cost(m, u, m.number(u) - 1)


def large_couplings(s: Any) -> Any:
    """ln u up to 300."""
    return s.tuples(s.scales(1.0, 300.0))


def cost_at_that_spacing(m: Any, log_u: Any) -> Any:
    """`cost` at γ = 2 ln u."""
    return cost(m, m.exp(m.number(log_u)), 2 * log_u)


def blur(m: Any, gamma: Any) -> Any:
    """u · error/a² where the cost is stationary, by differences."""
    return coupling(m, gamma) * noisy_code.error(m, 1, m.sqrt(m.number(gamma)), 1)
