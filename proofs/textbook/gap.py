"""Modes of pairs and rings of equal Gaussians by counting and climbing; knows of no threshold. Deviations are 1.

Written in the words of an arithmetic m (proofs.words.arithmetic), for the observed sides of `mean_falls_in_gap`.
"""

from __future__ import annotations

from itertools import pairwise
from typing import Any


def pair_modes(m: Any, r: Any) -> Any:
    """Modes of the pair at ±r: where p' turns from + to - on (10⁻⁴, ∞), on both sides, and 0 if p' begins with -."""
    u = m.exp(m.grid(-9.2, 1.5, 400))
    rises = [bool(v > 0) for v in (r - u) * m.exp(r * u) - (r + u) * m.exp(-r * u)]
    return m.number(2 * sum(before and not after for before, after in pairwise(rises)) + (not rises[0]))


def pair_score(m: Any, r: Any, t: Any) -> Any:
    """p'/p of the pair at ±r."""
    low, high = m.normal(t, -r), m.normal(t, r)
    return ((r - t) * high - (r + t) * low) / (high + low)


def ring_centre(m: Any, K: int, r: Any) -> Any:
    """p(0)/max p of K modes at radius r. On the ray through a mode p rises at most once, then falls; no ray has more."""
    turns = [(m.cos(2 * m.pi * k / K), m.sin(2 * m.pi * k / K)) for k in range(K)]
    at = lambda t: -sum(m.exp(-((t - r * c) ** 2 + (r * s) ** 2) / 2) for c, s in turns)  # noqa: E731
    centre = at(m.number(0))
    return centre / min(m.least(at, 0, r)[1], centre, at(r))


def ring_falls(m: Any, K: int, r: Any, angle: Any) -> Any:
    """+1 where p is lower at 10⁻⁴ from the centre than at it, else -1: the sign of Σ (e^v - 1)."""
    t = m.number(1) / 10**4
    steps = [t * r * m.cos(2 * m.pi * k / K - angle) - t**2 / 2 for k in range(K)]
    return m.number(1 if sum(v + v**2 / 2 + v**3 / 6 + v**4 / 24 for v in steps) < 0 else -1)


def ring_cumulant(m: Any, K: int, r: Any, angle: Any) -> Any:
    """The fourth cumulant of r cos over K evenly spaced angles, from all its moments."""
    values = [r * m.cos(2 * m.pi * k / K - angle) for k in range(K)]
    one, two, three, four = (sum(v**j for v in values) / K for j in (1, 2, 3, 4))
    return four - 4 * three * one - 3 * two**2 + 12 * two * one**2 - 6 * one**4
