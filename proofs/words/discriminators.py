"""What a discriminator gets of two cells, and what a generator descends, in symbols for derivations. Nats.

The cells hold the masses p and 1-p of reals, q and 1-q of fakes; the discriminator is d on the first and e on the second.
"""

from __future__ import annotations

from typing import Any

from proofs.words.algebra import sp
from proofs.words.cells import both, divergence


def best_term(p: Any, q: Any) -> Any:
    """p ln D* + q ln(1-D*)."""
    return p * sp.log(p / (p + q)) + q * sp.log(q / (p + q))


def twice_js(p: Any, q: Any) -> Any:
    """2 JS, written out."""
    return 2 * sum(both(divergence("js"), p, q))


def lost(p: Any, q: Any, d: Any, e: Any) -> Any:
    """∫ (p+q) kl(D*‖D)."""
    return _excess(p, q, d) + _excess(1 - p, 1 - q, e)


def _excess(p: Any, q: Any, d: Any) -> Any:
    return p * sp.log(p / ((p + q) * d)) + q * sp.log(q / ((p + q) * (1 - d)))


def slope_of_kl(p: Any, q: Any) -> Any:
    """dKL(q‖p)/dq."""
    return sp.log(q / p) - sp.log((1 - q) / (1 - p))


def middle(p: Any, q: Any) -> Any:
    """2 KL(m‖p), m = (p+q)/2."""
    return (p + q) * sp.log((p + q) / (2 * p)) + (2 - p - q) * sp.log((2 - p - q) / (2 - 2 * p))
