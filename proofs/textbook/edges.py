"""Edges, lines and templates whose place is uncertain, by convolution, sorting and scanning; knows no threshold.

Written in the words of an arithmetic m (proofs.words.arithmetic), for the observed sides of `edge_blur`.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable
from typing import Any

import numpy as np

from proofs.words import sp


def places(s: Any) -> Any:
    """t within four deviations of μ, μ and σ."""
    drawn = s.tuples(s.reals(-4.0, 4.0), s.reals(-3.0, 3.0), s.scales(0.05, 5.0))
    return drawn.map(lambda p: (p[1] + p[0] * p[2], *p[1:]))


def convolved(m: Any, t: Any, mu: Any, sigma: Any) -> tuple[Any, Any, Any, Any]:
    """∫ 1[t-u ≥ 0] p(u) du; then (t-μ)/σ, μ and σ."""
    shown = m.integrate(lambda u: m.normal(u, mu, sigma), [min(mu, t) - 9 * sigma, min(mu, t), t], 4)
    return shown, (t - mu) / sigma, mu, sigma


def looks(s: Any) -> Any:
    """(t-μ)/σ, b/σ, μ and σ."""
    return s.tuples(s.reals(-4.0, 4.0), s.scales(1e-8, 1e8), s.reals(-3.0, 3.0), s.scales(1e-8, 1e8))


def convolved_line(m: Any, z: Any, c: Any, mu: Any, sigma: Any) -> tuple[Any, Any, Any, Any, Any]:
    """∫ p(u) du over the places at which the line covers t: within b/2 of it; then the letters."""
    ends = [max(-9, -z - c / 2), max(-9, min(-z + c / 2, 9))]
    return m.integrate(lambda u: m.normal(u), [*ends], 8), z, c, mu, sigma


def fractions(s: Any) -> Any:
    """σ, and how high an edge climbs."""
    return s.tuples(s.scales(0.05, 5.0), s.one_of((0.75, 0.9, 0.95, 0.99)))


def between_crossings(m: Any, sigma: Any, fraction: Any) -> Any:
    """The distance between the places where the mean edge crosses 1-f and f."""
    level = m.number(0.9) if fraction == 0.9 else m.number(fraction)
    low, high = (m.root(lambda t, f=f: m.normal_cdf(t) - f, -9, 9) for f in (1 - level, level))
    return sigma * (high - low)


def templates(s: Any) -> Any:
    """A template on a ring of samples, and the weights of its shifts."""
    return s.integers(2, 16).flatmap(lambda n: s.tuples(s.vectors(s.reals(-2.0, 2.0), n, n), s.weights(n, n)))


def weights(p: Any, q: Any, r: Any) -> list[Any]:
    """Four that sum to one."""
    return [p * q, p * (1 - q), (1 - p) * r, (1 - p) * (1 - r)]


def frequency(k: Any, f: Any, w: Any) -> Any:
    """i^k f̂(k) ŵ(k) on a ring of four, in symbols: four times what it adds to sample 1 of the inverse transform."""
    f_hat, w_hat = (sum(v * (-sp.I) ** (j * k) for j, v in enumerate(values)) for values in (f, w))
    return sp.I**k * f_hat * w_hat


def shifted(m: Any, f: Any, w: Any) -> Any:
    """Σ_j P(U=j) f(i-j), shift by shift."""
    return np.array([sum(p * f[(i - j) % len(f)] for j, p in enumerate(w)) for i in range(len(f))])


QUANTILES = 101


def ramps(s: Any) -> Any:
    """Heights and direction of a rising or falling function, t, μ and σ."""
    heights = s.vectors(s.reals(0.01, 1.0), 4, 7).map(np.cumsum)
    return s.tuples(heights, s.one_of((1, -1)), s.reals(-2.0, 2.0), s.reals(-1.0, 1.0), s.scales(0.1, 2.0))


def ramp(heights: Any, direction: int) -> Callable[[Any], Any]:
    """Piecewise linear between -2, ..., 2, and constant beyond."""
    return lambda age: direction * np.interp(age, np.linspace(-2, 2, len(heights)), heights)


def a_ramp(heights: Any, direction: int, t: Any, mu: Any, sigma: Any) -> tuple[Callable[[Any], Any], Any, Any]:
    """The function, t and the median of U = μ + σE, E exponential."""
    return ramp(heights, direction), t, mu + sigma * float(np.log(2))


def middle_one(m: Any, heights: Any, direction: int, t: Any, mu: Any, sigma: Any) -> Any:
    """The middle one of f(t-U) over evenly spaced quantiles of U, sorted; f as a sum of slopes between its corners."""
    places = np.array([mu - sigma * m.log(1 - (m.number(k) + 0.5) / QUANTILES) for k in range(QUANTILES)])
    corners = np.linspace(-2, 2, len(heights))
    climbed = [np.clip((t - places - low) / (high - low), 0, 1) for low, high in itertools.pairwise(corners)]
    values = heights[0] + sum(rise * share for rise, share in zip(np.diff(heights), climbed, strict=True))
    return direction * np.sort(values)[QUANTILES // 2]


def lines(s: Any) -> Any:
    """A width near which to begin, in units of σ, then μ and σ."""
    off = s.tuples(s.one_of((-1, 1)), s.reals(1.0, 7.0)).map(lambda t: 1.3489795003921634 * (1 + t[0] * 10 ** -t[1]))
    return s.tuples(off, s.reals(-2.0, 2.0), s.scales(0.1, 5.0))


def widest_unseen(m: Any, start: Any, mu: Any, sigma: Any) -> tuple[Any, Any]:
    """The width from which a line is on more often than off somewhere on a grid of t through μ; then σ."""
    places = [mu + sigma * v for v in m.grid(-3, 3, 61)]

    def most(width: Any) -> Any:
        ends = [((t - mu) / sigma + width / 2, (t - mu) / sigma - width / 2) for t in places]
        return max(m.normal_cdf(high) - m.normal_cdf(low) for high, low in ends)

    return sigma * m.root(lambda width: most(width) - m.number(1) / 2, start / 2, 2 * start), sigma
