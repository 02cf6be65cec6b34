"""A code for two modes in symbols, from its definition: what derivations about it begin with.

After an output z the mode that is likelier has the posterior (1+t)/2. With modes ±1 and coupling u = a²/βσ² it costs

    F(t) = Σ over right and wrong guesses, of posterior p, of p [2u(1-p)² + ln 2p] = (u/2)(1-t²) + ρ(t)

nats over β, its decoding error x - E[x|z] = ±2(1-p) included. `x` is the vocabulary of a domain.
"""

from __future__ import annotations

from typing import Any


def artanh(x: Any, t: Any) -> Any:
    """Written by logarithms."""
    return (x.log(1 + t) - x.log(1 - t)) / 2


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


def among_leaves(x: Any, K: Any, t: Any) -> Any:
    """E|x-E[x|z]|² of that output in units of d²: Σ p_k (posterior of all others)/2."""
    first, other = (1 + t * (K - 1)) / K, (1 - t) / K
    pairs = over_two(x, first * (K - 1) * other, (K - 1) * other * (first + (K - 2) * other))
    return x.Sum(pairs, (x.Symbol("k"), 0, 1)) / 2


def among_informs(x: Any, K: Any) -> Any:
    """What such an output tells, a function of the letter t."""
    return among(x, K, x.Symbol("t"), 0)


def among_saves(x: Any, K: Any) -> Any:
    """The error it saves in units of d²/2, a function of the letter t."""
    return 1 - 1 / K - among(x, K, x.Symbol("t"), 1) + among_informs(x, K)


def among_closed(x: Any, K: Any, t: Any) -> tuple[Any, Any]:
    """Both in closed form: ρ_K(t) and (1-1/K)t²."""
    first, other = (1 + t * (K - 1)) / K, (1 - t) / K
    return first * x.log(K * first) + (K - 1) * other * x.log(K * other), (1 - 1 / K) * t**2


def over_two(x: Any, first: Any, second: Any) -> Any:
    """`first` where the letter k of a sum is 0, `second` where it is 1."""
    return x.Piecewise((first, x.Eq(x.Symbol("k"), 0)), (second, True))


def entropy(x: Any, tau: Any) -> Any:
    """That of the weights (1±τ)/2, as a sum."""
    weight = over_two(x, (1 + tau) / 2, (1 - tau) / 2)
    return x.Sum(-weight * x.log(weight), (x.Symbol("k"), 0, 1))


def slope_of_cost(x: Any, u: Any, value: Any, order: int = 1) -> Any:
    """F'(t), or a higher derivative, at `value`."""
    t = x.Symbol("t")
    return slope_at(x, guesses(x, t, u), t, value, order)


def error_per_nat(x: Any, t: Any) -> Any:
    """Slope of the error, in the unit of a², over that of what is told, as the favour passes t."""
    return slope_at(x, guess_error(x, x.Symbol("t")), x.Symbol("t"), t) / slope_of_cost(x, 0, t)


def slope_of_ratio(x: Any, top: Any, bottom: Any, value: Any) -> Any:
    """The numerator of (top/bottom)' in the letter t, at `value`."""
    t = x.Symbol("t")
    here = [x.Subs(e, t, value) for e in (top, bottom)]
    rising = [slope_at(x, e, t, value) for e in (top, bottom)]
    return rising[0] * here[1] - here[0] * rising[1]


def slope_at(x: Any, e: Any, letter: Any, value: Any, order: int = 1) -> Any:
    """The derivative of `e` in `letter` at `value`, to be worked out."""
    return x.Subs(x.Derivative(e, (letter, order)), letter, value)


def gaussian_lost(x: Any, z: Any, weights: Any, codes: Any) -> Any:
    """4 wq·vp/(wq+vp): E(x-E[x|z])² per dz for modes ±1 behind z | mode ~ N(mean, std²); codes in exact decimals."""
    parts = []
    for weight, (mean, std) in zip(weights, _exactly(x, codes), strict=True):
        parts.append(weight * x.exp(-(((z - mean) / std) ** 2) / 2) / (std * x.sqrt(2 * x.pi)))
    return 4 * parts[0] * parts[1] / (parts[0] + parts[1])


def gaussian_rate(x: Any, weights: Any, codes: Any) -> Any:
    """E KL(N(mean, std²)‖N(0, 1))."""
    exact = zip(weights, _exactly(x, codes), strict=True)
    return sum(weight * ((mean**2 + std**2 - 1) / 2 - x.log(std)) for weight, (mean, std) in exact)


def _exactly(x: Any, codes: Any) -> Any:
    return [tuple(x.Rational(str(number)) for number in code) for code in codes]
