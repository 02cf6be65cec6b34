"""A code for a few modes, from its definition: what it tells, what it leaves, and Blahut's descent to the best one.

    x = x_k with weight w_k,   z | x_k by row k of a channel (a stochastic matrix),   decoded as E[x|z]

Everything is a finite sum in the words of `m` (proofs.words.arithmetic), in floats or at 50 digits. Nothing here knows an
optimum, a threshold or a binary entropy; points are (K,) on the line or (K, D). Nats.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np


def pair_weights(w: Any) -> Any:
    """Of two modes."""
    return np.array([w, 1 - w])


def pair(a: Any) -> Any:
    """Two modes."""
    return np.array([-a, a])


def equal_weights(m: Any, modes: int) -> Any:
    """Of K modes."""
    return [m.number(1) / modes] * modes


def information(m: Any, weights: Any, channel: Any) -> Any:
    """I(x; z) = Σ p(x, z) ln(p(x, z)/p(x) p(z))."""
    joint = np.asarray(weights)[:, None] * channel
    return m.kl(joint, np.outer(joint.sum(1), joint.sum(0))).sum()


def decoded(weights: Any, points: Any, channel: Any) -> Any:
    """E[x|z], (outputs, D)."""
    joint = np.asarray(weights)[:, None] * channel
    return joint.T @ np.reshape(points, (len(joint), -1)) / joint.sum(0)[:, None]


def costs(weights: Any, points: Any, channel: Any) -> Any:
    """|x - E[x|z]|² of every pair, (K, outputs)."""
    points = np.reshape(points, (len(channel), -1))
    return ((points[:, None] - decoded(weights, points, channel)) ** 2).sum(-1)


def error(weights: Any, points: Any, channel: Any) -> Any:
    """E|x - E[x|z]|²."""
    return (np.asarray(weights)[:, None] * channel * costs(weights, points, channel)).sum()


def objective(m: Any, weights: Any, points: Any, channel: Any, level: Any) -> Any:
    """E|x - E[x|z]|²/2θ + I(x; z), θ = βσ² = `level`: the objective over β, less constants, prior = aggregated posterior."""
    return error(weights, points, channel) / (2 * level) + information(m, weights, channel)


def pays_from(m: Any, weights: Any, points: Any, channel: Any) -> Any:
    """The 1/θ from which the code costs less than none: 2 I(x; z)/(error saved), ∞ where it saves nothing."""
    silent = error(weights, points, np.ones((len(channel), 1)))
    return 2 * m.over(information(m, weights, channel), silent - error(weights, points, channel))


def descended(m: Any, weights: Any, points: Any, channel: Any, level: Any, rounds: int = 100) -> Any:
    """The channel after `rounds` of q(z|x) ← q(z) e^{-|x-E[x|z]|²/2θ}/norm, each of which lowers the objective."""
    for _ in range(rounds):
        marginal = (np.asarray(weights)[:, None] * channel).sum(0)
        channel = marginal * m.exp(-costs(weights, points, channel) / (2 * level))
        channel = channel / channel.sum(1)[:, None]
    return channel


def favouring(favour: Any, weight: Any) -> Any:
    """The channel between two modes of weight w, 1-w after which the first has the posterior (1 ± favour)/2."""
    likely, other = (1 + favour) / 2, (1 - favour) / 2
    share = (weight - other) / favour  # of the output that favours it
    first, second = likely * share / weight, other * share / (1 - weight)
    return np.array([[first, 1 - first], [second, 1 - second]])


def faint(strength: Any, weight: Any) -> Any:
    """The channel between two modes with two equally likely outputs and posteriors w ± strength of the first mode."""
    lean = np.array([strength, -strength])
    return np.array([(1 + lean / weight) / 2, (1 - lean / (1 - weight)) / 2])


def simplex(modes: int) -> np.ndarray:
    """Corners at mutual distance √2."""
    return np.eye(modes)


def favoured(modes: int, favour: Any) -> Any:
    """The channel of K equiprobable modes and K outputs, each of which favours a mode by `favour` in the posterior."""
    return np.eye(modes) * favour + (1 - favour) / modes * np.ones((modes, modes))


def limit(m: Any, f: Callable[[Any], Any], size: Any) -> Any:
    """f(0⁺) of a smooth f that varies on the scale `size`: the polynomial through six points."""
    h = size * m.number(0.01)
    return sum(sign * count * f(k * h) for k, (sign, count) in enumerate(_THROUGH_SIX, 1))


_THROUGH_SIX = ((1, 6), (-1, 15), (1, 20), (-1, 15), (1, 6), (-1, 1))


def curvature(m: Any, f: Callable[[Any], Any], radius: Any, nodes: int = 16) -> Any:
    """f''(0) by Cauchy's formula on a circle inside which f is analytic."""
    around = [m.exp(2j * m.pi * k / nodes) for k in range(nodes)]
    return 2 * sum((f(radius * w) / w**2).real for w in around) / nodes / radius**2


def gaussian_error(m: Any, weights: Any, codes: Any) -> Any:
    """E(x-E[x|z])² for modes ±1 behind z | mode ~ N(mean, std²): 4 ∫ w q · v p/(wq + vp) dz."""
    flanks = sorted({float(at + k * std) for at, std in codes for k in (-9, -6, -4, -2, 0, 2, 4, 6, 9)})

    def lost(z: Any) -> Any:
        first, second = (w * m.normal(z, *map(m.number, code)) for w, code in zip(weights, codes, strict=True))
        return 4 * first * second / (first + second + 1e-300)  # nothing where neither is a number above 0

    return m.integrate(lost, flanks)


def gaussian_rate(m: Any, weights: Any, codes: Any) -> Any:
    """E KL(N(mean, std²)‖N(0, 1))."""
    exact = [tuple(map(m.number, code)) for code in codes]
    return sum(w * ((at**2 + std**2 - 1) / 2 - m.log(std)) for w, (at, std) in zip(weights, exact, strict=True))


def channels(s: Any, inputs: int = 2) -> Any:
    """Strategy: channels of two to five outputs."""
    return s.integers(2, 5).flatmap(lambda n: s.channels(inputs, n))


def telling_channels(s: Any, inputs: int = 2) -> Any:
    """Strategy: channels of which each says something."""
    return channels(s, inputs).map(
        lambda c: (c + 0.2 * np.eye(*c.shape)) / (c + 0.2 * np.eye(*c.shape)).sum(1)[:, None]
    )


def faint_channels(s: Any, inputs: int = 2) -> Any:
    """Strategy: channels, silent ones (all rows alike) and all shades between."""
    silent = s.weights(2, 4).map(lambda w: np.array([w] * inputs))
    faint = s.tuples(channels(s, inputs), s.scales(1e-3, 1.0)).map(lambda d: d[1] * d[0] + (1 - d[1]) * d[0].mean(0))
    return s.either(channels(s, inputs), silent, faint)


def gaussian_codes(s: Any) -> Any:
    """Strategy: (mean, std) of z given either of two modes; now and then the prior's N(0, 1), or N(±e, 1) beside it."""
    one = s.tuples(s.reals(-2.0, 2.0), s.scales(0.2, 2.0))
    prior = s.one_of((((0.0, 1.0), (0.0, 1.0)),))
    return s.either(s.tuples(one, one), prior, s.reals(0.0, 0.2).map(lambda e: ((-e, 1.0), (e, 1.0))))
