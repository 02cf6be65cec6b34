"""A Gaussian moved along the symmetric pair, from the definition of a divergence; knows no slope and no minimum.

    p = ½N(-r, 1) + ½N(r, 1),  q = N(μ, 1) or a part of p,  D = ∫ c(p, q) (proofs.words.divergences)

D is a trapezoidal sum and its derivatives come from Cauchy's formula; m is an arithmetic (proofs.words.arithmetic). For
the observed sides of `dropped_mode_is_stable_for_translation`.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import numpy as np

from proofs.words.divergences import DIVERGENCES

Seen = Callable[[Any, Any], Any]
"""What is observed at a separation r."""


def words(m: Any) -> Any:
    """For contributions at complex q too."""
    return SimpleNamespace(kl=lambda a, b: a * (m.log(a) - m.log(b)))


def density(r: float) -> float:
    """φ(r)."""
    return math.exp(-(r**2) / 2) / math.sqrt(2 * math.pi)


def _line(m: Any, r: Any) -> tuple[Any, Any]:
    """Points and their distance; ln p is singular at x = iπ/2r."""
    reach = float(r) + 9.5
    x = m.grid(-reach, reach, int(8 * reach * max(1.0, float(r))))
    return x, 2 * m.number(reach) / (len(x) - 1)


def moved(m: Any, name: str, r: Any, means: Any) -> Any:
    """D(p, N(mean, 1)) at an array of means, complex ones too."""
    x, step = _line(m, r)
    p, q = (m.normal(x, -r) + m.normal(x, r)) / 2, m.normal(x, means[:, None])
    return DIVERGENCES[name].contribution(words(m), p, q).sum(-1) * step


def derivatives(m: Any, name: str, r: Any, mean: Any) -> tuple[Any, Any]:
    """dD/dμ and d²D/dμ², from the upper half of a circle of radius 1/20: eight points of it in all."""
    w = np.array([m.exp(1j * m.pi * k / 4) for k in range(5)])
    around = moved(m, name, r, mean + w / 20) * np.array([1, 2, 2, 2, 1]) / 8
    return (around / w).sum().real * 20, (around / w**2).sum().real * 800


def slope_at_the_mode(name: str) -> Seen:
    """dD/dμ at μ = r."""

    def at_the_mode(m: Any, r: Any) -> Any:
        return derivatives(m, name, r, r)[0]

    return at_the_mode


def bend_at_the_centre(name: str, sign: int = 1) -> Seen:
    """±d²D/dμ² at μ = 0."""

    def at_the_centre(m: Any, r: Any) -> Any:
        return sign * derivatives(m, name, r, m.number(0))[1]

    return at_the_centre


def of_the_middle(m: Any, r: Any) -> Any:
    """JS at μ = 0."""
    return moved(m, "js", r, np.array([m.number(0)]))[0]


def of_the_mode(m: Any, r: Any) -> Any:
    """JS at μ = r."""
    return moved(m, "js", r, np.array([r]))[0]


def minimum(m: Any, r: Any) -> Any:
    """The μ > 0 where the slope of JS vanishes, by Newton's method from the mode."""
    mean, shift = r, m.number(1)
    while abs(shift) > 1e-9:  # the next step would be of the order of its square
        slope, bend = derivatives(m, "js", r, mean)
        shift = slope / bend
        mean = mean - shift
    return mean


def below_the_mode(m: Any, r: Any) -> Any:
    """How far that is below the mode."""
    return r - minimum(m, r)


def bend_at_the_minimum(m: Any, r: Any) -> Any:
    """d²JS/dμ² there."""
    return derivatives(m, "js", r, minimum(m, r))[1]


def shared(m: Any, r: Any) -> Any:
    """dJS/dα at α = 0 for q = αN(-r, 1) + (1-α)N(r, 1): ½∫(N(-r, 1) - N(r, 1)) ln(2q/(p+q))."""
    x, step = _line(m, r)
    dropped, kept = m.normal(x, -r), m.normal(x, r)
    return ((dropped - kept) * m.log(2 * kept / ((dropped + kept) / 2 + kept))).sum() * step / 2


def mixed(m: Any, r: Any, share: Any) -> Any:
    """JS of the pair and αN(-r, 1) + (1-α)N(r, 1)."""
    x, step = _line(m, r)
    left, right = m.normal(x, -r), m.normal(x, r)
    return DIVERGENCES["js"].contribution(words(m), (left + right) / 2, share * left + (1 - share) * right).sum() * step


def descended(m: Any, name: str, r: Any) -> Any:
    """Where gradient descent from the mode comes to rest."""
    mean, step = r, 2.0 if name == "js" else 1.0
    for _ in range(120):
        mean = mean - step * derivatives(m, name, r, mean)[0]
    return mean
