"""What a code leaves unknown of the mode behind it, by summation over its outputs; knows no bound.

In the words of an arithmetic m (proofs.words.arithmetic), for the observed sides of `rate_limits_mode_identity`. Modes are
equally likely, channels (modes, outputs). Nats.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from proofs.textbook import modes
from proofs.words import sp
from theory import GaussianMixture


def codes(s: Any) -> Any:
    """A channel of two to six modes, and a prior; now and then the aggregated posterior."""
    channel = s.integers(2, 6).flatmap(lambda K: modes.channels(s, K))
    own = channel.map(lambda c: (c, c.mean(0)))
    return s.either(channel.flatmap(lambda c: s.tuples(s.one_of([c]), s.weights(c.shape[1], c.shape[1]))), own)


def rate_of_two(p: Any, q: Any, r: Any) -> Any:
    """E KL(q(z|c)‖p(z)) in symbols, of two modes and outputs; the first has probability p or q, and r in the prior."""
    return sum(one / 2 * sp.log(one / at) for one, at in ((p, r), (q, r), (1 - p, 1 - r), (1 - q, 1 - r)))


def conditional_entropy(m: Any, channel: Any, prior: Any) -> Any:
    """H(C|Z)."""
    posterior = channel / channel.sum(0)
    return -(channel * m.log(posterior)).sum() / len(channel)


def posteriors(s: Any) -> Any:
    """Posteriors of any shape, and those that favour the guess; the guess is the first mode."""
    even = s.tuples(s.integers(3, 6), s.inside(0.0, 1.0)).map(lambda d: modes.favoured(*d)[0])
    return s.either(s.weights(2, 6), even)


def entropy_of_posterior(m: Any, p: Any) -> Any:
    """H(C|z)."""
    return -(p * m.log(p)).sum()


def error_of_the_first(p: Any) -> tuple[float, int]:
    """How likely the mode is another than the first, and how many there are."""
    return min(p[1:].sum(), 1.0), len(p)


def symmetric(s: Any) -> Any:
    """K and a favour."""
    return s.tuples(s.integers(2, 8), s.inside(0.0, 1.0))


def of_the_channel(m: Any, K: int, f: Any) -> Any:
    """H(C|Z) = ln K - I(C; Z) where every output favours one mode by f."""
    return m.log(m.number(K)) - modes.information(m, [m.number(1) / K] * K, modes.favoured(K, f))


def blocks(s: Any) -> Any:
    """Channels in which every mode has outputs of its own, one to three of them."""
    rows = s.integers(2, 8).flatmap(lambda K: s.tuples(*[s.weights(1, 3)] * K))
    return rows.map(lambda own: _beside(own))


def _beside(own: Any) -> np.ndarray:
    ends = np.cumsum([len(block) for block in own])
    channel = np.zeros((len(own), ends[-1]))
    for row, block, end in zip(channel, own, ends, strict=True):
        row[end - len(block) : end] = block
    return channel


def of_separate_outputs(m: Any, channel: Any) -> np.ndarray:
    """The rate for the prior q(z), and the probability of a wrong best guess."""
    joint = channel / m.number(len(channel))
    prior = joint.sum(0)
    return np.array([m.kl(joint, prior / len(channel)).sum(), joint.sum() - joint.max(0).sum()])


def silent_codes(s: Any) -> Any:
    """Mean and variance of z for all x, and K."""
    return s.tuples(s.reals(-6.0, 6.0), s.scales(0.1, 5.0), s.integers(2, 8))


def by_quadrature(m: Any, shift: Any, v: Any, K: int) -> np.ndarray:
    """The rate of N(shift, v) on the prior N(0, 1), and the probability that a guess without any knowledge is wrong."""
    law = GaussianMixture([1.0], [float(shift)], stds=[float(v) ** 0.5])
    silent = np.ones((K, 1)) * (m.number(1) / K)
    told = m.expect(law, lambda z: (z**2 - (z - shift) ** 2 / v) / 2) - m.log(v) / 2
    return np.array([told, 1 - silent.max(0).sum()])
