"""What a point with masses p and q contributes to each divergence: the definitions, written once for every arithmetic.

    D(p, q) = Σ contribution(p_i, q_i)          or the same of densities, times the step of a quadrature

A contribution is a function of (m, p, q) in the words m of SymPy (`symbols`) or of an arithmetic (proofs.words.arithmetic):
kl(p, q) = p ln(p/q), over(a, b) = a/b, size = |·|, sqrt. Numbers follow the usual conventions 0 ln 0 = 0, 0/0 = 0 and
a/0 = ∞; they are the limits along which a mass disappears.
"""

from __future__ import annotations

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any, NamedTuple

from proofs.words.algebra import expectation, sp
from theory.validation.told import told


@told
class Divergence(NamedTuple):
    """How a divergence is written, and what a point contributes to it."""

    symbol: str
    contribution: Callable[[Any, Any, Any], Any]


DIVERGENCES = {
    "kl": Divergence("KL(p‖q)", lambda m, p, q: m.kl(p, q)),
    "reverse_kl": Divergence("KL(q‖p)", lambda m, p, q: m.kl(q, p)),
    "js": Divergence("JS", lambda m, p, q: (m.kl(p, (p + q) / 2) + m.kl(q, (p + q) / 2)) / 2),
    "tv": Divergence("TV", lambda m, p, q: m.size(p - q) / 2),
    "hellinger2": Divergence("Hellinger²", lambda m, p, q: (m.sqrt(p) - m.sqrt(q)) ** 2 / 2),
    "jeffrey": Divergence("Jeffrey", lambda m, p, q: m.kl(p, q) + m.kl(q, p)),
    "pearson": Divergence("∫(p-q)²/q", lambda m, p, q: m.over((p - q) ** 2, q)),
    "neyman": Divergence("∫(p-q)²/p", lambda m, p, q: m.over((p - q) ** 2, p)),
    "nonsaturating": Divergence(
        "KL(q‖p) - 2JS", lambda m, p, q: m.kl(q, p) - m.kl(p, (p + q) / 2) - m.kl(q, (p + q) / 2)
    ),
}


def alpha(a: float) -> Divergence:
    """Of (1 - ∫p^a q^{1-a})/(a(1-a)), 0 < a < 1."""
    return Divergence(f"α = {a:g}", lambda m, p, q: (a * p + (1 - a) * q - p**a * q ** (1 - a)) / (a * (1 - a)))


def symbols() -> SimpleNamespace:
    """The words of SymPy; a size is the root of an expanded square, which limits can pass."""
    return SimpleNamespace(
        kl=lambda p, q: p * sp.log(p / q),
        over=lambda a, b: a / b,
        size=lambda d: sp.sqrt(sp.expand(d**2)),
        sqrt=sp.sqrt,
        log=sp.log,
        exp=sp.exp,
        oo=sp.oo,
    )


def cross_entropy(m: Any, v: Any, mean: Any, variance: Any) -> Any:
    """-E ln N(X; m, v), nats, of any X with this mean and variance, to be worked out."""
    X = sp.Symbol("X")
    return expectation((X - m) ** 2 / (2 * v), {X: mean, X**2: variance + mean**2}) + sp.log(2 * sp.pi * v) / 2


def between_normals(m: Any, v: Any, mean: Any, variance: Any) -> Any:
    """KL(N(mean, variance)‖N(m, v)), nats."""
    return sp.log(v / variance) / 2 + (variance + (mean - m) ** 2) / (2 * v) - sp.Rational(1, 2)
