"""What a code for a few modes tells and what it leaves, by summation: a point of the plane of rate and distortion.

    modes ±a of weights w and 1-w;   K equiprobable modes at mutual distance d, at the corners of a simplex

Codes are those of `proofs.textbook.modes`, words those of `m` (proofs.words.arithmetic). Nothing here knows a binary entropy or a
rate-distortion function. Nats; errors in the unit of a² or d².
"""

from __future__ import annotations

from typing import Any

import numpy as np

from proofs.textbook import modes
from proofs.words.arithmetic import DOUBLE


def point(weights: Any, points: Any, channel: Any) -> tuple[float, float]:
    """I(x; z) and E|x-E[x|z]|² in floats."""
    return float(modes.information(DOUBLE, weights, channel)), float(modes.error(weights, points, channel))


def rate(channel: Any, w: Any) -> float:
    """I(x; z) of two modes in floats, no rounding below 0."""
    return max(float(modes.information(DOUBLE, modes.pair_weights(w), channel)), 0.0)


def left(channel: Any, w: Any, a: Any) -> Any:
    """E(x-E[x|z])² of two modes."""
    return modes.error(modes.pair_weights(w), modes.pair(a), channel)


def random_channels(m: Any, w: Any, channel: Any, a: Any) -> Any:
    """What a code of two modes tells."""
    return modes.information(m, modes.pair_weights(w), channel)


def random_posteriors(m: Any, posterior: Any) -> Any:
    """What an output of K equiprobable modes tells."""
    return (posterior * m.log(posterior)).sum() + m.log(m.number(len(posterior)))


def by_summation(m: Any, w: Any, t: Any, a: Any) -> Any:
    """What a code leaves that favours the likelier mode by t."""
    return left(modes.favouring(t, w), w, a)


def at_its_rate(w: float, t: float, a: float) -> tuple[float, float, float]:
    """What that code tells, a and w."""
    return rate(modes.favouring(t, w), w), a, w


def at_its_error(w: float, channel: Any, a: float) -> tuple[float, float, float]:
    """What a code leaves, a and w."""
    return left(channel, w, a), a, w


def by_posterior(m: Any, w: Any, t: Any, a: Any) -> Any:
    """How far from 0 that code decodes the mode at -a."""
    return -modes.decoded(modes.pair_weights(w), modes.pair(a), modes.favouring(t, w))[0, 0]


def by_differences(m: Any, w: Any, t: Any, a: Any) -> Any:
    """How much less it leaves for every nat that it tells more."""
    size = (1 - t) / 8
    saved = m.slope(lambda at: by_summation(m, w, at, a), t, size)
    return saved / m.slope(lambda at: modes.information(m, modes.pair_weights(w), modes.favouring(at, w)), t, size)


def of_faint_codes(m: Any, a: Any) -> Any:
    """The same of the first nats, of equal modes."""
    half = m.number(0.5)

    def saved_per_nat(square: Any) -> Any:
        code = modes.favouring(m.sqrt(square), half)
        return (left(code, half, a) - a**2) / modes.information(m, modes.pair_weights(half), code)

    return modes.limit(m, saved_per_nat, m.number(0.1))


def curvature_of_information(m: Any, t: Any, a: Any) -> Any:
    """d²I/dt² of equal modes, by Cauchy's formula, which is 1/(1-t²)."""

    def told(step: Any) -> Any:
        return sum(p * m.log(2 * p) for p in ((1 + t + step) / 2, (1 - t - step) / 2))

    return modes.curvature(m, told, (1 - t) / 3, 40)


def end_of_descent(m: Any, w: Any, channel: Any, u: Any, rounds: int = 100) -> Any:
    """Where Blahut's steps end from a given code for modes ±1, at coupling u."""
    return modes.descended(m, modes.pair_weights(w), modes.pair(m.number(1)), channel, 1 / u, rounds)


def blahut_arimoto(m: Any, w: Any, channel: Any, u: Any) -> Any:
    """What is left there."""
    return left(end_of_descent(m, w, channel, u), w, m.number(1))


def at_the_end(w: float, channel: Any, u: float) -> tuple[float, float, float]:
    """What is told there, a = 1 and w."""
    return rate(end_of_descent(DOUBLE, w, channel, u), w), 1.0, w


def beyond_the_bend(K: Any, above: Any) -> Any:
    """A favour t between (K-2)/(K-1), `above` = 0, and 1."""
    return ((K - 2) + above) / (K - 1)


def shared(m: Any, K: int, share: Any, above: Any, d: Any) -> tuple[Any, Any, Any]:
    """Weights, points, channel: with probability `share` an output that favours one mode, else an erasure."""
    channel = share * modes.favoured(K, beyond_the_bend(K, above))
    if share < 1:
        channel = np.hstack([channel, (1 - share) * np.ones((K, 1))])
    return modes.equal_weights(m, K), modes.simplex(K) * (d / m.sqrt(m.number(2))), channel


def left_of_many(m: Any, K: int, share: Any, above: Any, d: Any) -> Any:
    """What that code leaves."""
    return modes.error(*shared(m, K, share, above, d))


def at_the_shared_rate(K: int, share: float, above: float, d: float) -> tuple[float, float, int]:
    """What it tells, d and K."""
    return point(*shared(DOUBLE, K, share, above, d))[0], d, K


def squared(K: int, share: float, above: float, d: float) -> float:
    """d²."""
    return d**2


def of_the_posterior(m: Any, K: int) -> Any:
    """What an output tells that favours one of K modes by (K-2)/(K-1)."""
    posterior = np.array([m.number(K - 1) / K, *[m.number(1) / (K * (K - 1))] * (K - 1)])
    return (posterior * m.log(K * posterior)).sum()


def favouring_codes(s: Any) -> Any:
    """Strategy: w, t from |1-2w| to 1 and a; now and then equal weights."""
    w = s.either(s.inside(0.03, 0.97), s.one_of((0.5,)))
    part = s.tuples(w, s.inside(0.02, 0.98), s.scales(0.3, 3.0))
    return part.map(lambda d: (d[0], abs(1 - 2 * d[0]) * (1 - d[1]) + d[1], d[2]))


def equal_codes(s: Any) -> Any:
    """Strategy: t and a."""
    return s.tuples(s.scales(1e-5, 0.95), s.scales(0.3, 3.0))


def half_distances(s: Any) -> Any:
    """Strategy: a."""
    return s.scales(0.1, 10.0)


def numbers_of_modes(s: Any) -> Any:
    """Strategy: K."""
    return s.integers(3, 400)


def coded_always(s: Any) -> Any:
    """Strategy: K, no erasures, t beyond the bend, d."""
    return s.tuples(s.integers(3, 6), s.one_of((1.0,)), s.inside(0.02, 0.98), s.scales(0.3, 3.0))


def coded_at_times(s: Any) -> Any:
    """Strategy: K, a share that is coded, t at the bend, d."""
    return s.tuples(s.integers(3, 6), s.inside(0.02, 0.98), s.one_of((0.0,)), s.scales(0.3, 3.0))


def telling_codes(s: Any) -> Any:
    """Strategy: the same, with room for a difference below and above t."""
    inside = favouring_codes(s).map(lambda d: (d[0], abs(1 - 2 * d[0]) * 0.9 + 0.05 + 0.03 * d[1], d[2]))
    return inside.filter(lambda d: d[1] > abs(1 - 2 * d[0]) + 0.01)


def pressed_codes(s: Any) -> Any:
    """Strategy: w, a channel near a perfect one, and a coupling well above what collapses the code."""
    channel = modes.channels(s).map(lambda c: 0.02 * c + 0.98 * np.eye(*c.shape))
    return s.tuples(s.inside(0.1, 0.9), channel, s.scales(2.6, 8.0))


def any_codes(s: Any) -> Any:
    """Strategy: w, a channel and a; now and then the best channel."""
    best = s.tuples(s.inside(0.51, 0.97), s.inside(0.02, 0.98)).map(
        lambda d: (d[0], modes.favouring((2 * d[0] - 1) * (1 - d[1]) + d[1], d[0]))
    )
    code = s.either(s.tuples(s.inside(0.03, 0.97), modes.faint_channels(s)), best)
    return s.tuples(code, s.scales(0.3, 3.0)).map(lambda d: (*d[0], d[1]))


def posteriors(s: Any) -> Any:
    """Strategy: of three to six modes; now and then one that favours one mode."""
    favoured = s.tuples(s.integers(3, 6), s.inside(0.0, 1.0)).map(lambda d: modes.favoured(*d)[0])
    return s.either(s.weights(3, 6), favoured)
