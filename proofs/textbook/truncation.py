"""Truncated draws of a law by its own distribution function: what lies between the images of -c and c, and how much of it where.

In the words of an arithmetic m (proofs.words.arithmetic), for the observed sides of `truncation_keeps_the_bridge`; knows of the
map only that it rises and carries N(0, 1) onto the law.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from theory import GaussianMixture


def image(m: Any, p: GaussianMixture, z: Any) -> Any:
    """The y below which the law has as much as N(0, 1) has below z."""
    reach = float(np.abs(p.means).max() + 12 * p.stds.max())
    return m.root(lambda y: m.cdf(p, y) - m.normal_cdf(z), -reach, reach)


def between(m: Any, p: GaussianMixture, low: Any, high: Any, c: Any) -> Any:
    """Of the law between the images of -c and c, the share from low to high."""
    first, last = image(m, p, -c), image(m, p, c)
    low, high = max(low, first), min(high, last)
    within = m.cdf(p, high) - m.cdf(p, low) if low < high else m.number(0)
    return within / (m.cdf(p, last) - m.cdf(p, first))


def symmetric_laws(s: Any) -> Any:
    """Two equal modes at ±a with a bridge at 0, half the gap, and a cut."""

    def build(drawn: tuple[float, float, float, float, float]) -> tuple[Any, ...]:
        a, std, mass, gap, c = drawn
        law = GaussianMixture([(1 - mass) / 2, mass, (1 - mass) / 2], [-a, 0.0, a], stds=[std, 1.0, std])
        return law, gap * a, c

    return s.tuples(
        s.reals(1.0, 4.0), s.scales(0.3, 1.5), s.reals(0.05, 0.5), s.reals(0.2, 0.9), s.reals(0.2, 3.0)
    ).map(build)


def in_the_gap(m: Any, p: GaussianMixture, half: Any, c: Any) -> Any:
    """The share between -half and half."""
    return between(m, p, -m.number(half), m.number(half), m.number(c))


def laws_and_bands(s: Any) -> Any:
    """A law of up to three modes, a band, and a cut."""
    ends = s.tuples(s.reals(-4.0, 4.0), s.reals(-4.0, 4.0)).map(sorted)
    parts = s.tuples(s.mixtures(1, 3, spread=3.0, std=(0.4, 2.0)), ends, s.reals(0.2, 3.0))
    return parts.map(lambda drawn: (drawn[0], *drawn[1], drawn[2]))


def in_the_band(m: Any, p: GaussianMixture, low: Any, high: Any, c: Any) -> Any:
    """The share from low to high."""
    return between(m, p, m.number(low), m.number(high), m.number(c))


def of_one_mode(s: Any) -> Any:
    """Mean and deviation, how many deviations count as near, and how much farther the cut is."""
    return s.tuples(s.reals(-3.0, 3.0), s.scales(0.1, 5.0), s.scales(0.1, 2.0), s.scales(0.05, 2.0))


def near_the_mode(m: Any, mean: Any, std: Any, k: Any, more: Any) -> Any:
    """The share within k deviations of the mean."""
    p = GaussianMixture([1.0], [float(mean)], stds=[float(std)])
    mean, std, k = (m.number(v) for v in (mean, std, k))
    return between(m, p, mean - k * std, mean + k * std, k + more)


def cuts(s: Any) -> Any:
    """Half the gap in the latent, and how much farther the cut is."""
    return s.tuples(s.scales(0.05, 2.0), s.scales(0.05, 2.0))


def slope_by_differences(m: Any, q: Any, h: Any) -> Any:
    """The slope in c of the share of N(0, 1) within ±c that is within ±q."""
    mass = lambda z: m.normal_cdf(z) - m.normal_cdf(-z)  # noqa: E731
    return m.slope(lambda c: mass(m.number(q)) / mass(c), q + h, min(q, h))
