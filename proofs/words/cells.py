"""Two cells, of which the first holds the mass p of one law and q of another: what derivations about divergences sum over.

    sp.Sum over both cells, to be worked out:   over_cells(term, p, q)       written out:   sum(both(term, p, q))

A term is a function of a cell's masses, such as `divergence("js")`.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from proofs.words.algebra import sp
from proofs.words.divergences import DIVERGENCES, symbols


def both(term: Callable[..., Any], *masses: Any) -> tuple[Any, Any]:
    """The term of the first cell and that of the second, which holds the rest of every law."""
    return term(*masses), term(*(1 - mass for mass in masses))


def of_two(first: Any, second: Any) -> Any:
    """first + second as a sum that is to be worked out."""
    k = sp.Symbol("k", integer=True)
    return sp.Sum(sp.Piecewise((first, sp.Eq(k, 0)), (second, True)), (k, 0, 1))


def over_cells(term: Callable[..., Any], *masses: Any) -> Any:
    """Σ over both cells, to be worked out."""
    return of_two(*both(term, *masses))


def divergence(name: str) -> Callable[[Any, Any], Any]:
    """What a cell contributes to the divergence of this name (proofs.words.divergences)."""
    return lambda p, q: DIVERGENCES[name].contribution(symbols(), p, q)
