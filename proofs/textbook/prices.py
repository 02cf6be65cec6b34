"""Divergences of laws on four atoms, two of which only one law has, and of a pair that lost a mode; knows no price.

In the words of an arithmetic m (proofs.words.arithmetic), for the observed sides of `price_of_dropping_and_inventing`.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np

from proofs.words.arithmetic import DOUBLE
from proofs.words.divergences import DIVERGENCES

Metric = Callable[[Any, Any, Any], Any]
"""Of masses and their points."""


def weights(s: Any) -> Any:
    """w from tiny to nearly one, either end in detail."""
    return s.reals(-16.0, 16.0).map(lambda t: 1 / (1 + math.exp(-t)))


def shares(s: Any) -> Any:
    """The same, from so tiny that first orders are all there is."""
    return s.either(weights(s), s.scales(1e-14, 1e-7))


def atoms(s: Any) -> Any:
    """w, and how the mass is shared out within the parts."""
    return s.tuples(weights(s), s.reals(0.0, 1.0))


def masses(w: Any, a: Any) -> tuple[Any, Any]:
    """Four atoms, w (a, 1-a) on A (or of the junk) and (1-w) (a², 1-a²) off it; and without A."""
    b = a * a
    return np.array([w * a, w * (1 - a), (1 - w) * b, (1 - w) * (1 - b)]), np.array([0 * a, 0 * a, b, 1 - b])


def summed(row: str, side: str) -> Callable[[Any, Any, Any], Any]:
    """A divergence between these: p and q of a drop, q and p of an invention."""

    def by_summation(m: Any, w: Any, a: Any) -> Any:
        full, less = masses(w, a)
        return DIVERGENCES[row].contribution(m, *((full, less) if side == "drop" else (less, full))).sum()

    return by_summation


def places(s: Any) -> Any:
    """The same, A at y and y + 1, the rest at z and z + 2."""
    return s.tuples(weights(s), s.reals(0.0, 1.0), s.reals(-3.0, 3.0), s.reals(-3.0, 2.0))


def wasserstein(m: Any, v: Any, x: Any) -> Any:
    """∫|F - G| over the line, for the differences v of the masses at the points x."""
    points = sorted(zip(x, v, strict=True))
    steps = zip(points, points[1:], np.cumsum([v for _, v in points]), strict=False)
    return sum(m.size(total) * (right - left) for (left, _), (right, _), total in steps)


def mmd(m: Any, v: Any, x: Any) -> Any:
    """‖E_p k(x, ·) - E_q k(x, ·)‖ for the kernel e^{-(x-y)²/2}."""
    kernel = m.exp(-((x[:, None] - x) ** 2) / 2)
    return m.sqrt(m.size(v @ kernel @ v))


def between(metric: Metric, m: Any, w: Any, a: Any, y: Any, z: Any) -> Any:
    """The distance of the laws; w = 1: of the parts."""
    return metric(m, np.subtract(*masses(w, a)), np.array([y, y + 1, z, z + 2]))


def by_atoms(metric: Metric) -> Callable[..., Any]:
    """The distance of the laws, w, and that of the parts."""

    def of_atoms(m: Any, w: Any, a: Any, y: Any, z: Any) -> tuple[Any, Any, Any]:
        return between(metric, m, w, a, y, z), w, between(metric, DOUBLE, 1.0, float(a), float(y), float(z))

    return of_atoms


def of_a_sum_under_a_root(metric: Metric) -> Callable[..., float]:
    """Its error, relative to 1."""
    return lambda w, *places: 3e-14 / max(between(metric, DOUBLE, 1.0, *places), 1e-9)


def lost_mode(m: Any, r: Any) -> Any:
    """KL(p‖q) of a pair and of its right mode, by quadrature."""
    p = lambda z: (m.normal(z, -r) + m.normal(z, r)) / 2  # noqa: E731
    return m.integrate(lambda z: m.kl(p(z), m.normal(z, r)), (-9 - r, 0, 9 + r), panels=4)


def by_logarithms(m: Any, r: Any) -> Any:
    """ln of ∫(p-q)²/q, whose integrand peaks at -3r, kept in logarithms where it overflows."""

    def log(z: Any) -> Any:
        kept, lost = -((z - r) ** 2) / 2, -((z + r) ** 2) / 2
        return 2 * m.largest(kept, lost) + 2 * m.log(1 - m.exp(-m.size(kept - lost))) - kept

    top = log(-3 * r)
    total = m.integrate(lambda z: m.exp(log(z) - top), (-3 * r - 9, -3 * r, -3 * r + 9, r + 9), panels=2)
    return top + m.log(total / (4 * m.sqrt(2 * m.pi)))
