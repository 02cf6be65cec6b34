"""Losses of n points, a discriminator best at every place, term by term in the words of SymPy."""

from __future__ import annotations

from typing import Any

from proofs.words.algebra import sp


def judged(f: Any) -> Any:
    """ln D + f ln(1-D) at a data point with f fakes, at the best D, to be worked out."""
    D = sp.Symbol("D", positive=True)
    return sp.Subs(sp.log(D) + f * sp.log(1 - D), D, 1 / (1 + f))


def at_best(f: Any) -> Any:
    """The same with D = 1/(1+f)."""
    return sp.log(1 / (1 + f)) + f * sp.log(f / (1 + f))


def entropic(f: Any) -> Any:
    """The same as f ln f - (1+f) ln(1+f)."""
    return f * sp.log(f) - (1 + f) * sp.log(1 + f)


def log_sigmoid(d: Any) -> Any:
    """ln σ(d)."""
    return -sp.log(1 + sp.exp(-d))


def tied(count: Any = 1) -> Any:
    """`count` pairs with D(x_i) = D(y_i): ln σ(0) each, to be worked out."""
    d = sp.Symbol("d")
    return sp.Sum(sp.Subs(log_sigmoid(d), d, 0), (sp.Symbol("k", integer=True), 1, count))


def decided() -> Any:
    """ln σ(D(x_i) - D(y_i)) where the difference may grow without bound, to be worked out."""
    t = sp.Symbol("t")
    return sp.Limit(log_sigmoid(t), t, sp.oo)


def crossed(f: Any, g: Any) -> Any:
    """Two points with f and g fakes, each against the fakes on the other, at the best difference of D, to be worked out."""
    d = sp.Symbol("d")
    return sp.Subs(g * log_sigmoid(d) + f * log_sigmoid(-d), d, sp.log(g / f))


def out_of_collapse(n: Any) -> Any:
    """The climb of the separable loss where all n fakes are on one point: half of (1+t) ln(1+t) + (1-t) ln(1-t), t = 1/n."""
    return sp.atanh(1 / n) / n + sp.log(1 - 1 / n**2) / 2
