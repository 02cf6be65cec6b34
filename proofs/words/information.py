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


def event(a: Any, t: Any) -> tuple[Any, Any]:
    """What E and its complement add to JS: p(E) = a, q(E) = 1-t."""
    return half(a, 1 - t), half(1 - a, t)


def curve_cells(order: Any, f: Any, inside: Any) -> Any:
    """JS of Hilbert's curve of this order, N pieces, and the square of C cells, f·2^order a side, to be worked out.

    `inside` of the cells are met in between for 1/N of the time, two at the ends for half as long, the others not.
    """
    C, N = f**2 * 4**order, f * (4**order - 1)
    return inside * half(1 / C, 1 / N) + 2 * half(1 / C, 1 / (2 * N)) + (1 - (inside + 2) / C) * sp.log(2) / 2


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


def bill(D: Any, e: Any, d: Any) -> Any:
    """Rate and cost of D outputs that show a bit as it is told, rightly or with error e, and decoded with error d, less H = ln 2."""
    right, wrong = ((p * (sp.log(2 * p) - D * sp.log(q))) for p, q in ((1 - e, 1 - d), (e, d)))
    return total(right, wrong) - sp.log(2)


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
