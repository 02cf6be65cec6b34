"""A channel from two x to two z in symbols, for derivations: what a rate consists of, cell by cell. Nats.

The letters: w = p(x=0), p and q = q(z=0|x=0 and 1), r = p(z=0), a and b = p(x=0|z=0 and 1).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from proofs.words.algebra import sp


def pairs(w: Any, p: Any, q: Any, r: Any) -> Iterator[tuple[Any, Any, Any, Any]]:
    """p(x), q(z|x), q(z), p(z) of the four pairs."""
    for weight, first, other, second in ((w, p, 1 - w, q), (1 - w, q, w, p)):
        for told, beside, prior in ((first, second, r), (1 - first, 1 - second, 1 - r)):
            yield weight, told, weight * told + other * beside, prior


def models(w: Any, p: Any, q: Any, r: Any, a: Any, b: Any) -> Iterator[tuple[Any, Any, Any]]:
    """p(x), q(z|x), p(z) p(x|z) of the four pairs."""
    for (at, told, _, prior), back in zip(pairs(w, p, q, r), (a, b, 1 - a, 1 - b), strict=True):
        yield at, told, prior * back


def information(w: Any, p: Any, q: Any, r: Any) -> Any:
    """I(x; z)."""
    return sum(at * told * (sp.log(told) - sp.log(marginal)) for at, told, marginal, _ in pairs(w, p, q, r))


def gap(w: Any, p: Any, q: Any, r: Any) -> Any:
    """KL(q(z)‖p(z))."""
    return sum(at * told * (sp.log(marginal) - sp.log(prior)) for at, told, marginal, prior in pairs(w, p, q, r))


def model_gap(w: Any, p: Any, q: Any, r: Any, a: Any, b: Any) -> Any:
    """KL(p(x) q(z|x)‖p(z) p(x|z))."""
    return sum(at * told * sp.log(at * told / model) for at, told, model in models(w, p, q, r, a, b))
