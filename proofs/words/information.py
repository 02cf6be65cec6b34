"""Entropies of coins and bits in symbols, for derivations. Nats."""

from __future__ import annotations

from typing import Any

from proofs.words.algebra import expectation, sp


def total(*terms: Any) -> Any:
    """Σ of these, to be worked out; the letter k counts them."""
    k = sp.Symbol("k")
    return sp.Sum(sp.Piecewise(*[(term, sp.Eq(k, place)) for place, term in enumerate(terms)]), (k, 0, len(terms) - 1))


def entropy(*masses: Any) -> Any:
    """-Σ p ln p."""
    return -sum(p * sp.log(p) for p in masses)


def kl(w: Any, v: Any) -> Any:
    """kl(w‖v)."""
    return w * sp.log(w / v) + (1 - w) * sp.log((1 - w) / (1 - v))


def bit(e: Any) -> Any:
    """h_b(e)."""
    return entropy(e, 1 - e)


def half(p: Any, q: Any) -> Any:
    """What a cell with masses p and q adds to JS: half of p ln(2p/(p+q)) + q ln(2q/(p+q))."""
    return (p * sp.log(2 * p / (p + q)) + q * sp.log(2 * q / (p + q))) / 2


# Two bits: P(X₁ = 1) = w, P(X₂ = 1 | X₁) = f or g.


def second(w: Any, f: Any, g: Any) -> Any:
    """P(X₂ = 1)."""
    return (1 - w) * f + w * g


def against(w: Any, f: Any, g: Any, u: Any, v: Any) -> list[Any]:
    """p ln p/q₁q₂ of the four cells, for factors with q₁(1) = u, q₂(1) = v."""
    cells = (
        ((1 - w) * (1 - f), (1 - u) * (1 - v)), ((1 - w) * f, (1 - u) * v), (w * (1 - g), u * (1 - v)), (w * g, u * v),
    )  # fmt: skip
    return [p * sp.log(p / q) for p, q in cells]


# A bit behind Gaussian posteriors N(±m, v): Y = γ + √γN, γ = m²/v.


def gaussian_rate(m: Any, v: Any) -> Any:
    """KL(N(m, v)‖N(0, 1))."""
    return (m**2 + v - 1 - sp.log(v)) / 2


def gaussian_entropy(m: Any, v: Any) -> Any:
    """H(bit|z) = E ln(1 + e^{-2Y}) = E[ln 2 + ln cosh Y - Y], to be worked out."""
    Y, L = sp.symbols("Y L")
    return expectation(sp.log(2) + L - Y, {Y: m**2 / v, L: _log_cosh(m, v)})


def gaussian_told(m: Any, v: Any) -> Any:
    """I(bit; z) = γ - E ln cosh Y."""
    return m**2 / v - _log_cosh(m, v)


def _log_cosh(m: Any, v: Any) -> Any:
    from proofs.words.gaussian_averages import mean_of

    return mean_of("log_cosh")(m**2 / v, m / sp.sqrt(v))
