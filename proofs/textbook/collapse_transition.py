"""Codes for two equal modes ±1 at coupling u = a²/βσ², from the definition; knows no threshold and no root.

In the words of an arithmetic m (proofs.words.arithmetic), for the observed sides of `collapse_threshold`.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from proofs.textbook import modes

EQUAL = (0.5, 0.5)
MODES = np.array([-1.0, 1.0])


def any_codes(s: Any) -> Any:
    """A channel, half the distance of the modes, θ = βσ²."""
    return s.tuples(modes.channels(s), s.scales(0.3, 3.0), s.scales(0.1, 4.0))


def summed(m: Any, channel: Any, a: Any, v: Any) -> Any:
    """E|x-E[x|z]|²/2θ + I(x; z) of modes ±a."""
    return modes.objective(m, EQUAL, np.array([-a, a]), channel, v)


def up_to_one(below: Any) -> Any:
    """u ≤ 1, whatever number says how far below."""
    return 1 / (1 + abs(below))


def _below(s: Any) -> Any:
    return s.either(s.one_of((0.0,)), s.scales(1e-6, 20.0))


def faint(s: Any) -> Any:
    """Channels of all shades, and how far u is below 1."""
    return s.tuples(modes.faint_channels(s), _below(s))


def of_channel(m: Any, channel: Any, below: Any) -> Any:
    """What a channel costs."""
    return modes.objective(m, EQUAL, MODES, channel, 1 / up_to_one(below))


def gaussian(s: Any) -> Any:
    """Gaussian encoders, and how far u is below 1."""
    return s.tuples(modes.gaussian_codes(s), _below(s))


def of_gaussian_code(m: Any, codes: Any, below: Any) -> Any:
    """What one costs with the prior N(0, 1) and the rate E KL(q(z|x)‖p(z))."""
    u = up_to_one(below)
    return u / 2 * modes.gaussian_error(m, EQUAL, codes) + modes.gaussian_rate(m, EQUAL, codes)


def couplings(s: Any) -> Any:
    """u on both sides of 1, near it and far."""
    return s.either(s.scales(0.1, 6.0), s.reals(0.9, 0.98), s.reals(1.02, 1.1))


def curved(m: Any, u: Any) -> Any:
    """F''(0) by Cauchy's formula, F from right and wrong guesses."""

    def cost(t: Any) -> Any:
        return sum(p * (2 * u * (1 - p) ** 2 + m.log(2 * p)) for p in ((1 + t) / 2, (1 - t) / 2))

    return modes.curvature(m, cost, m.number(0.4), 48)


def curved_in_shifts(m: Any, u: Any) -> Any:
    """From E (x-E[x|z])² and E ln q(z|x)/p(z) by Gauss-Hermite quadrature, on a circle of shifts."""
    nodes, weights = m.hermite()

    def objective(shift: Any) -> Any:
        total = 0
        for sign in (-1, 1):
            z = sign * shift + nodes
            above, below = m.exp(-((z - shift) ** 2) / 2), m.exp(-((z + shift) ** 2) / 2)
            missed = sign - (above - below) / (above + below)
            total += (weights * (u * missed**2 + z**2 - nodes**2)).sum() / 4
        return total

    return modes.curvature(m, objective, m.number(0.08))


def either_side(s: Any) -> Any:
    """u away from 1, where a root is to be had to nine digits."""
    return s.either(s.scales(0.2, 0.98), s.scales(1.02, 6.0))


def where_the_slope_vanishes(m: Any, u: Any) -> Any:
    """F over y = artanh t falls and then rises, or only rises."""
    half, low = m.number(0.5), m.number(0.05)

    def cost(y: Any) -> Any:
        return modes.objective(m, EQUAL, MODES, modes.favouring(m.tanh(y), half), 1 / u)

    def slope(y: Any) -> Any:
        return m.slope(cost, y)

    return m.tanh(m.root(slope, low, 12)) if slope(low) < 0 else 0 * low


def starts(s: Any) -> Any:
    """A channel of up to five outputs that says something, and u away from 1."""
    telling = modes.channels(s).map(lambda c: (c + np.eye(*c.shape)) / 2)
    return s.tuples(telling, s.either(s.scales(0.2, 0.8), s.scales(1.25, 6.0)))


def descent(m: Any, channel: Any, u: Any, steps: int) -> Any:
    """Where Blahut's steps lead from a channel."""
    return modes.descended(m, EQUAL, MODES, channel, 1 / u, steps)


def descended(m: Any, channel: Any, u: Any) -> Any:
    """What is left to pay there: the nearer u = 1, the slower, hence the more steps."""
    return modes.objective(m, EQUAL, MODES, descent(m, channel, u, int(200 / abs(u - 1))), 1 / u)


def beyond(s: Any) -> Any:
    """u - 1 > 0, from very near."""
    return s.scales(1e-8, 5.0)


def squared_root(m: Any, excess: Any) -> Any:
    """tanh² y where y = u tanh y, by y - tanh y = ∫tanh² from 0 to y."""
    e = m.number(excess)

    def over(y: Any) -> Any:
        return m.integrate(lambda z: m.tanh(z) ** 2, [0 * y, y / 2, y]) - e * m.tanh(y)

    return m.tanh(m.root(over, m.sqrt(e), 7)) ** 2
