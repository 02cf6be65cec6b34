"""Rate and distortion of a code from their definitions: no information, no gap.

    rate = E ln q(z|x)/p(z),   distortion = -E ln p(x|z)

In the words of an arithmetic m (proofs.words.arithmetic), for the observed sides of `rate_is_information_plus_gap`. Nats.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from proofs.textbook import modes
from theory import GaussianMixture


def channels(s: Any) -> Any:
    """Source, channel and prior."""
    size = s.tuples(s.integers(2, 5), s.integers(2, 5))
    return size.flatmap(lambda n: s.tuples(s.weights(n[0], n[0]), s.channels(*n), s.weights(n[1], n[1])))


def rate(m: Any, source: Any, channel: Any, prior: Any) -> Any:
    """E KL(q(z|x)‖p(z))."""
    return (source[:, None] * m.kl(channel, np.broadcast_to(prior, channel.shape))).sum()


def gaussian(s: Any) -> Any:
    """Weights of two x, their encoders (mean, std), prior N(0, 1)."""
    prior = GaussianMixture([1.0], [0.0], stds=[1.0])
    return s.tuples(s.weights(2, 2), modes.gaussian_codes(s)).map(lambda d: (*d, prior))


def gaussian_rate(m: Any, source: Any, codes: Any, prior: Any) -> Any:
    """E KL(N(mean, std²)‖N(0, 1))."""
    return modes.gaussian_rate(m, source, codes)


def models(s: Any) -> Any:
    """Source, channel, prior and decoder; now and then those of Bayes' rule."""

    def bayes(parts: Any) -> Any:
        source, channel, _ = parts
        joint = source[:, None] * channel
        return source, channel, joint.sum(0), (joint / joint.sum(0)).T

    def other(parts: Any) -> Any:
        return s.tuples(*map(s.one_of, [[e] for e in parts]), s.channels(len(parts[2]), len(parts[0])))

    return s.either(channels(s).flatmap(other), channels(s).map(bayes))


def rate_and_distortion(m: Any, source: Any, channel: Any, prior: Any, decoder: Any) -> Any:
    """E ln q(z|x) - E ln p(z) - E ln p(x|z)."""
    joint = source[:, None] * channel
    return (joint * (m.log(channel) - m.log(prior) - m.log(decoder).T)).sum()
