"""Entropies of coins and bits in symbols, for derivations; `x` is the vocabulary of a domain. Nats."""

from __future__ import annotations

from typing import Any


def entropy(x: Any, *masses: Any) -> Any:
    """-Σ p ln p."""
    return -sum(p * x.log(p) for p in masses)


def mean(x: Any, value: Any) -> Any:
    """E L for a random L of this mean, to be worked out."""
    return x.Expectation(x.Symbol("L"), x.Tuple((x.Symbol("L"), value)))


def kl(x: Any, w: Any, v: Any) -> Any:
    """kl(w‖v)."""
    return w * x.log(w / v) + (1 - w) * x.log((1 - w) / (1 - v))


def bit(x: Any, e: Any) -> Any:
    """h_b(e)."""
    return entropy(x, e, 1 - e)


def cross(x: Any, e: Any, d: Any) -> Any:
    """-e ln d - (1-e) ln(1-d)."""
    return -e * x.log(d) - (1 - e) * x.log(1 - d)


# Two bits: P(X₁ = 1) = x.w, P(X₂ = 1 | X₁) = x.f or x.g.


def second(x: Any) -> Any:
    """P(X₂ = 1)."""
    return (1 - x.w) * x.f + x.w * x.g


def against(x: Any, u: Any, v: Any) -> Any:
    """Σ p ln p/(q₁q₂) for factors with q₁(1) = u, q₂(1) = v."""
    cells = (
        ((1 - x.w) * (1 - x.f), (1 - u) * (1 - v)), ((1 - x.w) * x.f, (1 - u) * v),
        (x.w * (1 - x.g), u * (1 - v)), (x.w * x.g, u * v),
    )  # fmt: skip
    return sum(p * x.log(p / q) for p, q in cells)


# A bit behind Gaussian posteriors N(±x.m, x.v): Y = γ + √γN, γ = m²/v.


def gaussian_rate(x: Any) -> Any:
    """KL(N(m, v)‖N(0, 1))."""
    return (x.m**2 + x.v - 1 - x.log(x.v)) / 2


def gaussian_entropy(x: Any) -> Any:
    """H(bit|z) = E ln(1 + e^{-2Y}) = E[ln 2 + ln cosh Y - Y], to be worked out."""
    Y, L = x.Symbol("Y"), x.Symbol("L")
    return x.Expectation(x.log(2) + L - Y, x.Tuple((Y, x.m**2 / x.v), (L, _log_cosh(x))))


def gaussian_told(x: Any) -> Any:
    """I(bit; z) = γ - E ln cosh Y."""
    return x.m**2 / x.v - _log_cosh(x)


def _log_cosh(x: Any) -> Any:
    from proofs.words.gaussian_averages import mean_of

    return mean_of("log_cosh")(x.m**2 / x.v, x.m / x.sqrt(x.v))
