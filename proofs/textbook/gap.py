"""Modes of pairs and rings of equal Gaussians by counting and climbing; knows of no threshold. Deviations are 1, or s.

Written in the words of an arithmetic m (proofs.words.arithmetic), for the observed sides of `mean_falls_in_gap`.
"""

from __future__ import annotations

from itertools import pairwise
from typing import Any

from proofs.textbook.noisy_code import mode_sum
from theory import GaussianMixture


def pair(t: Any, a: Any, s: Any) -> Any:
    """The density of modes at ±a at t, to be summed over both, but for the factor 1/(2s√2π)."""
    return mode_sum(lambda _: 1, t, a, s**2)


def pairs(s: Any) -> Any:
    """a and s: the modes from 0.05 to 12 deviations from their mean."""
    return s.tuples(s.scales(0.05, 12.0), s.scales(0.1, 10.0)).map(lambda p: (p[0] * p[1], p[1]))


def centre_over_mode(m: Any, a: Any, s: Any) -> tuple[Any, Any]:
    """p(0)/p(a) of the pair at ±a; then a/s."""
    p = GaussianMixture([0.5, 0.5], [-float(a), float(a)], stds=[float(s), float(s)])
    return m.pdf(p, m.number(0)) / m.pdf(p, a), a / s


def points(s: Any) -> Any:
    """r from 0.2 to 4, and a point of the line, in half of the instances the mean."""
    return s.tuples(s.scales(0.2, 4.0), s.either(s.one_of((0.0,)), s.reals(-4.0, 4.0)))


def curvature(m: Any, r: Any, u: Any) -> tuple[Any, Any]:
    """(ln p)'' of the pair at ±r, by differences; then r."""
    return m.slope(lambda t: pair_score(m, r, t), u, 1 / (1 + r)), r


def bend(r: Any, u: Any) -> Any:
    """Its size."""
    return 1 + r**4


def _turn(turned: Any, near: Any) -> Any:
    """Where between a half and double of `near` it has turned, to 10⁻⁹: thirty halvings."""
    low, high = near / 2, 2 * near
    for _ in range(30):
        middle = (low + high) / 2
        low, high = (low, middle) if turned(middle) else (middle, high)
    return (low + high) / 2


def near_bimodal(s: Any) -> Any:
    """a and s."""
    return _about(s, 1.0)


def _about(s: Any, at: float) -> Any:
    """A length whose ratio to s is off `at` by 10⁻² to 10⁻⁷ of it, and s."""
    off = s.tuples(s.one_of((-1, 1)), s.reals(2.0, 7.0)).map(lambda t: at * (1 + t[0] * 10 ** -t[1]))
    return s.tuples(off, s.scales(0.1, 10.0)).map(lambda p: (p[0] * p[1], p[1]))


def second_mode_from(m: Any, a: Any, s: Any) -> tuple[Any, Any]:
    """Where between a/2 and 2a the count of the pair's modes goes from 1 to 2; then s."""
    return s * _turn(lambda r: pair_modes(m, r) > 1, a / s), s


def deviations(s: Any) -> Any:
    """s."""
    return s.scales(0.05, 20.0)


def tie(m: Any, s: Any) -> Any:
    """The half distance at which p(0) = p(a)."""
    return s * m.root(lambda r: 2 * m.exp(-(r**2) / 2) - 1 - m.exp(-2 * r**2), 0.5, 3)


def rings(s: Any) -> Any:
    """How many modes, and their radius."""
    return s.tuples(s.integers(1, 9), s.scales(0.1, 9.0))


def near_hollow(s: Any) -> Any:
    """How many modes, their radius and deviation, and a direction."""
    return s.tuples(s.integers(4, 9), _about(s, 2**0.5), s.reals(0.0, 6.0))


def hollow_from(m: Any, K: int, at: Any, angle: Any) -> tuple[Any, Any]:
    """The radius between half and double that of the instance from which p rises from the centre; then s."""
    radius, s = map(m.number, at)
    return s * _turn(lambda r: ring_falls(m, K, r, angle) < 0, radius / s), s


def directions(s: Any) -> Any:
    """How many modes, and a direction."""
    return s.tuples(s.integers(4, 9), s.reals(0.0, 6.3))


def fourth_cumulant(m: Any, K: int, angle: Any) -> Any:
    """`ring_cumulant` at radius √2."""
    return ring_cumulant(m, K, m.sqrt(m.number(2)), angle)


def pair_modes(m: Any, r: Any) -> Any:
    """Modes of the pair at ±r: where p' turns from + to - on (10⁻⁴, ∞), on both sides, and 0 if p' begins with -."""
    u = m.exp(m.grid(-9.2, 1.5, 120))
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
