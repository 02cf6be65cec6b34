"""A code for two modes in symbols, from its definition: what derivations about it begin with.

After an output z the mode that is likelier has the posterior (1+t)/2. With modes ±1 and coupling u = a²/βσ² it costs

    F(t) = Σ over right and wrong guesses, of posterior p, of p [2u(1-p)² + ln 2p] = (u/2)(1-t²) + ρ(t)

nats over β, its decoding error x - E[x|z] = ±2(1-p) included. `x` is the vocabulary of a domain.
"""

from __future__ import annotations

from typing import Any


def gain(x: Any, t: Any) -> Any:
    """ρ(t) = ln 2 - h_b((1+t)/2), in closed form."""
    return ((1 + t) * x.log(1 + t) + (1 - t) * x.log(1 - t)) / 2


def cost(x: Any, t: Any, u: Any) -> Any:
    """F(t) in closed form."""
    return u / 2 * (1 - t**2) + gain(x, t)


def guesses(x: Any, t: Any, u: Any) -> Any:
    """F(t) as the sum over right and wrong guesses."""
    p = over_two(x, (1 + t) / 2, (1 - t) / 2)
    return x.Sum(p * (2 * u * (1 - p) ** 2 + x.log(2 * p)), (x.Symbol("k"), 0, 1))


def guess_error(x: Any, t: Any) -> Any:
    """E[(x-E[x|z])² | z] for modes ±1, as the sum over right and wrong guesses."""
    p = over_two(x, (1 + t) / 2, (1 - t) / 2)
    return x.Sum(p * (2 * (1 - p)) ** 2, (x.Symbol("k"), 0, 1))


def among(x: Any, K: Any, t: Any, u: Any) -> Any:
    """What an output costs that favours one of K equidistant modes by t, u = d²/4βσ²: the favoured mode and the others.

    Each mode of posterior p pays p [ln Kp + u·(posterior of all others)], since E|x-E[x|z]|² = Σ_{i<j} p_i p_j d².
    """
    favoured, other = (1 + t * (K - 1)) / K, (1 - t) / K
    first = favoured * (x.log(K * favoured) + u * (K - 1) * other)
    rest = (K - 1) * other * (x.log(K * other) + u * (favoured + (K - 2) * other))
    return x.Sum(over_two(x, first, rest), (x.Symbol("k"), 0, 1))


def over_two(x: Any, first: Any, second: Any) -> Any:
    """`first` where the letter k of a sum is 0, `second` where it is 1."""
    return x.Piecewise((first, x.Eq(x.Symbol("k"), 0)), (second, True))


def slope_at(x: Any, e: Any, letter: Any, value: Any, order: int = 1) -> Any:
    """The derivative of `e` in `letter` at `value`, to be worked out."""
    return x.Subs(x.Derivative(e, (letter, order)), letter, value)
