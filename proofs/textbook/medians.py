"""Medians, and what other powers of the error prefer, by weighing mass and finding roots; knows no closed form.

Written in the words of an arithmetic m (proofs.words.arithmetic), for the observed sides of `l1_optimum_is_median`
and `lp_ladder`.
"""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import numpy as np
from scipy.special import ndtr

from theory import GaussianMixture

Law = GaussianMixture


def pair(r: float, s: float, w: float) -> Law:
    """w N(-r, s²) + (1-w) N(r, s²)."""
    return GaussianMixture([w, 1 - w], [-r, r], stds=[s, s])


def size(p: Law) -> float:
    """How far from 0 the law reaches."""
    return float(np.abs(p.means).max() + p.stds.max())


def laws(s: Any) -> Any:
    """Asymmetric mixtures whose median is not in a gap: there the arg-min is not to be had to all digits."""
    return s.mixtures(2, 3, std=(0.4, 2.0)).filter(lambda p: p.pdf(p.ppf(0.5)) > 0.02)


def weighed(m: Any, p: Law) -> Any:
    """Where E|Y-c| stops falling: as much mass on either side of c, by quadrature."""
    low, high = float((p.means - 9 * p.stds).min()), float((p.means + 9 * p.stds).max())
    cuts = [low, *(t for t in m.line(p) if low < t < high), high]
    below = m.number(0)
    for a, b in pairwise(cuts):
        mass = m.integrate(lambda y: m.pdf(p, y), [a, b], 1)
        if below + mass > m.number(1) / 2:
            break
        below += mass
    return m.root(lambda c: below + m.integrate(lambda y: m.pdf(p, y), [a, c], 1) - m.number(1) / 2, a, b)


def far(s: Any) -> Any:
    """r and w > ½: the first-order error between 1e-8 and a half."""
    return s.tuples(s.scales(0.7, 2.8), s.reals(0.52, 0.95))


def half_of_all(m: Any, r: Any, w: Any) -> Any:
    """Where the heavier mode alone has half of all mass."""
    return -r + m.root(lambda t: w * m.normal_cdf(t) - m.number(1) / 2, -9, 9)


def given_up(m: Any, r: Any, w: Any) -> Any:
    """t* - (med Y + a)/s, from what the heavier mode must give up for the other's tail."""
    limit = m.root(lambda t: w * m.normal_cdf(t) - m.number(1) / 2, -9, 9)

    def short(g: Any) -> Any:
        return w * m.integrate(m.normal, [limit - g, limit], 1) - (1 - w) * m.normal_cdf(limit - g - 2 * r)

    return m.root(short, m.number(1) / 10**12, 2 * limit + 1)


def twins(s: Any) -> Any:
    """Two modes of equal weight about any place."""
    parts = s.tuples(s.reals(-5.0, 5.0), s.reals(0.0, 4.0), s.scales(0.5, 2.0))
    return parts.map(lambda t: GaussianMixture([0.5, 0.5], [t[0] - t[1] * t[2], t[0] + t[1] * t[2]], stds=[t[2]] * 2))


def average(m: Any, p: Law) -> Any:
    """E Y."""
    return m.expect(p, lambda y: y)


def tilted(r: float) -> Law:
    """The pair whose median is halfway between its middle and the heavier mode, s = 1."""
    return pair(r, 1.0, float((ndtr(1.5 * r) - 0.5) / (ndtr(r / 2) - ndtr(-1.5 * r))))


def ratios(s: Any) -> Any:
    """r."""
    return s.scales(0.05, 6.0)


def halfway_down(m: Any, r: Any) -> Any:
    """-r/2."""
    return -r / 2


# --- powers of the error between two values -a and a, the former with probability w -----------------------------------------


def rungs(s: Any) -> Any:
    """a, w and p from 1.03 to 40."""
    return s.tuples(s.scales(0.1, 10.0), s.inside(0.02, 0.98), s.scales(0.03, 39.0).map(lambda t: 1 + t))


def balance(m: Any, a: Any, w: Any, p: Any) -> Any:
    """Where the slope of E|Y-c|^p changes its sign."""
    return a * m.root(lambda t: w * (1 + t) ** (p - 1) - (1 - w) * (1 - t) ** (p - 1), -1, 1)


def majorities(s: Any) -> Any:
    """a, and w > ½."""
    return s.tuples(s.scales(0.1, 10.0), s.reals(0.51, 0.98))


def least_absolute_error(m: Any, a: Any, w: Any) -> Any:
    """arg-min_c E|Y-c|."""
    return m.least(lambda c: w * m.size(c + a) + (1 - w) * m.size(c - a), -2 * a, 2 * a)[0]


def two_values(s: Any) -> Any:
    """a and w."""
    return s.tuples(s.scales(0.1, 10.0), s.inside(0.02, 0.98))


def averaged(m: Any, a: Any, w: Any) -> Any:
    """E Y."""
    return w * -a + (1 - w) * a


def far_up(s: Any) -> Any:
    """a, w and p, far up."""
    return s.tuples(s.scales(0.1, 10.0), s.inside(0.02, 0.98), s.scales(1.0, 1e7).map(lambda t: 1 + t))


def distance_from_midrange(m: Any, a: Any, w: Any, p: Any) -> Any:
    """|c| where the slopes of the two parts balance, to all digits near 0."""
    end = 1 - m.number(1) / 10**15
    return m.size(a * m.root(lambda t: m.log(w / (1 - w)) + 2 * (p - 1) * m.atanh(t), -end, end))
