"""A code for two modes in symbols, from its definition: what derivations about it begin with.

After an output z the mode that is likelier has the posterior (1+t)/2. With modes ±1 and coupling u = a²/βσ² it costs

    F(t) = Σ over right and wrong guesses, of posterior p, of p [2u(1-p)² + ln 2p] = (u/2)(1-t²) + ρ(t)

nats over β, its decoding error x - E[x|z] = ±2(1-p) included.
"""

from __future__ import annotations

from typing import Any

from proofs.words.algebra import slope_at, sp
from proofs.words.information import total


def artanh(t: Any) -> Any:
    """Written by logarithms."""
    return (sp.log(1 + t) - sp.log(1 - t)) / 2


def any_pays(tau: Any) -> Any:
    """artanh(τ)/τ: the coupling from which on some code pays."""
    return artanh(tau) / tau


def faint_pays(tau: Any) -> Any:
    """1/(1-τ²): that from which on a faint one does."""
    return 1 / (1 - tau**2)


def gain(t: Any) -> Any:
    """ρ(t) = ln 2 - h_b((1+t)/2), in closed form."""
    return ((1 + t) * sp.log(1 + t) + (1 - t) * sp.log(1 - t)) / 2


def cost(t: Any, u: Any) -> Any:
    """F(t) in closed form."""
    return u / 2 * (1 - t**2) + gain(t)


def guesses(t: Any, u: Any) -> Any:
    """F(t) as the sum over right and wrong guesses."""
    return total(*[p * (2 * u * (1 - p) ** 2 + sp.log(2 * p)) for p in _posteriors(t)])


def guess_error(t: Any) -> Any:
    """E[(x-E[x|z])² | z] for modes ±1, as the sum over right and wrong guesses."""
    return total(*[p * (2 * (1 - p)) ** 2 for p in _posteriors(t)])


def entropy(tau: Any) -> Any:
    """That of the weights (1±τ)/2, as a sum."""
    return total(*[-weight * sp.log(weight) for weight in _posteriors(tau)])


def _posteriors(t: Any) -> tuple[Any, Any]:
    return (1 + t) / 2, (1 - t) / 2


def slope_of_cost(u: Any, value: Any, order: int = 1) -> Any:
    """F'(t), or a higher derivative, at `value`."""
    t = sp.Symbol("t")
    return slope_at(guesses(t, u), t, value, order)


def error_per_nat(t: Any) -> Any:
    """Slope of the error, in the unit of a², over that of what is told, as the favour passes t."""
    s = sp.Symbol("t")
    return slope_at(guess_error(s), s, t) / slope_of_cost(0, t)


def among(K: Any, t: Any, u: Any) -> Any:
    """What an output costs that favours one of K equidistant modes by t, u = d²/4βσ²: the favoured mode and the others.

    Each mode of posterior p pays p [ln Kp + u·(posterior of all others)], since E|x-E[x|z]|² = Σ_{i<j} p_i p_j d².
    """
    favoured, other = _among(K, t)
    first = favoured * (sp.log(K * favoured) + u * (K - 1) * other)
    return total(first, (K - 1) * other * (sp.log(K * other) + u * (favoured + (K - 2) * other)))


def among_leaves(K: Any, t: Any) -> Any:
    """E|x-E[x|z]|² of that output in units of d²: Σ p_k (posterior of all others)/2."""
    favoured, other = _among(K, t)
    return total(favoured * (K - 1) * other, (K - 1) * other * (favoured + (K - 2) * other)) / 2


def among_informs(K: Any) -> Any:
    """What such an output tells, a function of the letter t."""
    return among(K, sp.Symbol("t"), 0)


def among_saves(K: Any) -> Any:
    """The error it saves in units of d²/2, a function of the letter t."""
    return 1 - 1 / K - among(K, sp.Symbol("t"), 1) + among_informs(K)


def among_closed(K: Any, t: Any) -> tuple[Any, Any]:
    """Both in closed form: ρ_K(t) and (1-1/K)t²."""
    favoured, other = _among(K, t)
    return favoured * sp.log(K * favoured) + (K - 1) * other * sp.log(K * other), (1 - 1 / K) * t**2


def _among(K: Any, t: Any) -> tuple[Any, Any]:
    """Posteriors of the favoured mode and of any other."""
    return (1 + t * (K - 1)) / K, (1 - t) / K


def slope_of_ratio(top: Any, bottom: Any, value: Any) -> Any:
    """The numerator of (top/bottom)' in the letter t, at `value`."""
    t = sp.Symbol("t")
    here = [sp.Subs(e, t, value) for e in (top, bottom)]
    rising = [slope_at(e, t, value) for e in (top, bottom)]
    return rising[0] * here[1] - here[0] * rising[1]


def gaussian_lost(z: Any, weights: Any, codes: Any) -> Any:
    """4 wq·vp/(wq+vp): E(x-E[x|z])² per dz for modes ±1 behind z | mode ~ N(mean, std²); codes in exact decimals."""
    first, second = (
        weight * sp.exp(-(((z - mean) / std) ** 2) / 2) / (std * sp.sqrt(2 * sp.pi))
        for weight, (mean, std) in zip(weights, _exactly(codes), strict=True)
    )
    return 4 * first * second / (first + second)


def gaussian_rate(weights: Any, codes: Any) -> Any:
    """E KL(N(mean, std²)‖N(0, 1))."""
    exact = zip(weights, _exactly(codes), strict=True)
    return sum(weight * ((mean**2 + std**2 - 1) / 2 - sp.log(std)) for weight, (mean, std) in exact)


def gaussian_cost(u: Any, weights: Any, codes: Any) -> Any:
    """Both, u of the error and the rate; beyond |z| = 12 no more than 1e-18 of the error is left."""
    z = sp.Symbol("z")
    lost = sp.Integral(gaussian_lost(z, weights, codes), (z, -12, 12)) + sp.Rational(1, 10**18)
    return u / 2 * lost + gaussian_rate(weights, codes)


def _exactly(codes: Any) -> Any:
    return [tuple(sp.Rational(str(number)) for number in code) for code in codes]
