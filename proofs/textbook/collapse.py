"""When a code for a few modes begins to pay, and which one then is best: by slopes, limits and descent, not by formulas.

    modes ±1 of weights w and 1-w, u = 1/βσ²;   K equiprobable modes at the corners of a simplex of side d, u = d²/4βσ²

Codes are those of `proofs.textbook.modes`, words those of `m` (proofs.words.arithmetic); a function here is the observed side of a
check and takes its instance. Of the thresholds only the strategies know one, to draw on both sides of it.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from proofs.textbook import modes

PAIR = np.array([-1.0, 1.0])
HEAVY = 0.9
CODE = ((0.0591, 0.9428), (-0.532, 1.2982))
"""Mean and deviation of z for the mode of weight 0.9 and for the other, about the best near u = 1.98."""


def where_the_slope_vanishes(m: Any, w: Any, u: Any) -> Any:
    """The favour t of the cheapest two outputs: from t = |1-2w|, where one output takes all, up."""
    start = m.atanh(abs(1 - 2 * w)) * (1 + m.number(1e-9))

    def slope(y: Any) -> Any:
        """Of Σ p [2u(1-p)² + ln p] over right and wrong guesses."""
        return m.slope(lambda at: sum(p * (2 * u * (1 - p) ** 2 + m.log(p)) for p in _guesses(m, at)), y)

    return m.tanh(m.root(slope, start, 14) if slope(start) < 0 else start)


def _guesses(m: Any, y: Any) -> tuple[Any, Any]:
    return (1 + m.tanh(y)) / 2, (1 - m.tanh(y)) / 2


def blahut_arimoto(m: Any, channel: Any, w: Any, u: Any) -> Any:
    """The cost to which Blahut's steps lead from near a perfect code: from a faint one they may end in collapse."""
    weights = modes.pair_weights(w)
    return modes.objective(m, weights, PAIR, modes.descended(m, weights, PAIR, channel, 1 / u, 150), 1 / u)


def any_code(m: Any, w: Any, channel: Any) -> Any:
    """From where a code of two modes pays."""
    return modes.pays_from(m, modes.pair_weights(w), PAIR, channel)


def of_rare_outputs(m: Any, w: Any) -> Any:
    """From where it pays if the posterior of the larger mode just exceeds its weight: the other output is rare."""
    tau = abs(1 - 2 * w)
    return modes.limit(m, lambda extra: any_code(m, w, modes.favouring(tau + extra, w)), (1 - tau) / 4)


def of_faint_signals(m: Any, w: Any) -> Any:
    """From where it pays if both posteriors are near the weight."""
    return modes.limit(m, lambda square: any_code(m, w, modes.faint(m.sqrt(square), w)), min(w, 1 - w) ** 2 / 2)


def any_code_of_many(m: Any, channel: Any) -> Any:
    """From where a code of K modes at mutual distance √2 pays, relative to d²/4βσ² = K/2."""
    K = len(channel)
    return modes.pays_from(m, modes.equal_weights(m, K), modes.simplex(K), channel) / K


def of_faint_favours(m: Any, K: int, side: Any) -> Any:
    """From where it pays to favour one of K modes a little; corners of a simplex of any size."""
    corners = modes.simplex(K) * side / m.sqrt(m.number(2))

    def price(favour: Any) -> Any:
        return modes.pays_from(m, modes.equal_weights(m, K), corners, modes.favoured(K, favour))

    return side**2 / 4 * modes.limit(m, price, m.number(0.2))


def price_of_favour(m: Any, K: int) -> Callable[[Any], Any]:
    """From where it pays to favour one of K modes by odds e^λ : 1, as a function of λ."""

    def price(odds: Any) -> Any:
        t = (m.exp(odds) - 1) / (m.exp(odds) + K - 1)
        first, other = (1 + t * (K - 1)) / K, (1 - t) / K
        information = first * m.log(K * first) + (K - 1) * other * m.log(K * other)
        return information / (first**2 + (K - 1) * other**2 - m.number(1) / K)

    return price


def by_its_slope(m: Any, K: int) -> Any:
    """The favour t that pays first."""
    price = price_of_favour(m, K)
    odds = m.root(lambda y: m.slope(price, y), m.log(m.number(K)), 2 * m.log(m.number(K)) + 2)
    return (m.exp(odds) - 1) / (m.exp(odds) + K - 1)


def by_golden_sections(m: Any, K: int) -> Any:
    """From where that one pays."""
    return m.least(price_of_favour(m, K), m.log(m.number(K)), 2 * m.log(m.number(K)) + 2)[1]


def of_random_codes(m: Any, codes: Any, u: Any, w: Any) -> Any:
    """(u/2) E(x-E[x|z])² + E KL(q(z|x)‖N(0, 1)) of Gaussian codes, (mean, std) for each mode."""
    weights = modes.pair_weights(w)
    return u / 2 * modes.gaussian_error(m, weights, codes) + modes.gaussian_rate(m, weights, codes)


def of_its_neighbours(m: Any, u: Any, shift: Any) -> tuple[Any, Any]:
    """The same of `CODE` and of codes beside it, moved by less than 0.001 whatever the shift; then u."""
    beside = [(mean + m.tanh(m.number(shift)) / 1000, std) for mean, std in CODE]
    return of_random_codes(m, beside, u, m.number(HEAVY)), u


def saved_per_rate(m: Any, c: Any, d: Any) -> Any:
    """Error saved over twice the rate, rarer mode 0.1, of the codes with v₁/v₂ = c/(1-c), |m₁-m₂|/√v₂ = 4d/(1-d), E z = 0, E z² = 1."""
    ratio, gap, rare = c / (1 - c), 4 * d / (1 - d), 1 - m.number(HEAVY)
    wide = m.sqrt(rare * ratio + (1 - rare) * (1 + rare * gap**2))
    codes = ((1 - rare) * gap / wide, m.sqrt(ratio) / wide), (-rare * gap / wide, 1 / wide)
    weights = modes.pair_weights(rare)
    saved = 4 * rare * (1 - rare) - modes.gaussian_error(m, weights, codes)
    return saved / (2 * modes.gaussian_rate(m, weights, codes))


def of_equal_modes(m: Any, u: Any) -> Any:
    """m, 1-m² and cost of the codes N(±m, 1-m²) of two equal modes, E z² = 1, where the cost is stationary at m > 0; m = 0 if nowhere."""
    weights = modes.pair_weights(0.5)

    def of(gap: Any) -> Any:
        std = 1 / m.sqrt(1 + gap**2)
        return (gap * std, std), (-gap * std, std)

    def cost(gap: Any) -> Any:
        return u / 2 * modes.gaussian_error(m, weights, of(gap)) + modes.gaussian_rate(m, weights, of(gap))

    gap = m.root(lambda gap: m.slope(cost, gap, gap), 0.02, 50) if u > 1 else m.number(0)
    (mean, std), _ = of(gap)
    return np.array([mean, std**2, cost(gap)])


def where_branches_end(m: Any, w: Any) -> Any:
    """The least u of codes that tell by variance alone, and that from which faint signals pay."""
    return np.array([end_at_equal_means(m, w), of_faint_signals(m, w)])


def end_at_equal_means(m: Any, w: Any) -> Any:
    """The least u at which a code that tells the modes apart by variance alone is stationary, w > ½."""
    tau = 2 * m.number(w) - 1
    price = _price_of_variance(m, w)
    return price(m.vertex(price, tau / 3, tau / 500))


def by_variance(m: Any, c: Any) -> Any:
    """1/u for the u at which the code of variances c/(1-c) is stationary among those that differ in nothing else, w = 0.9."""
    return 1 / _price_of_variance(m, HEAVY)(m.log(c / (1 - c)) / 2)


def _price_of_variance(m: Any, w: Any) -> Callable[[Any], Any]:
    """-2 rate'/error', a function of half the logarithm of the rarer mode's variance over the other's."""
    weights, tau = modes.pair_weights(w), 2 * m.number(w) - 1

    def codes(ratio: Any) -> Any:
        narrow = 1 / m.sqrt(w + (1 - w) * m.exp(2 * ratio))  # E z² = 1
        return (m.number(0), narrow), (m.number(0), narrow * m.exp(ratio))

    def price(ratio: Any) -> Any:
        paid = m.slope(lambda r: modes.gaussian_rate(m, weights, codes(r)), ratio, tau)
        return -2 * paid / m.slope(lambda r: modes.gaussian_error(m, weights, codes(r)), ratio, tau)

    return price


def unequal(s: Any) -> Any:
    """Strategy: w, not near ½."""
    return s.either(s.inside(0.04, 0.45), s.inside(0.55, 0.96))


def heavy(s: Any) -> Any:
    """Strategy: w > ½, for which a code tells by variance."""
    return s.inside(0.6, 0.92)


def numbers_of_modes(s: Any) -> Any:
    """Strategy: K."""
    return s.integers(3, 400)


def simplices(s: Any) -> Any:
    """Strategy: K and the side."""
    return s.tuples(s.integers(3, 6), s.scales(0.3, 3.0))


def equal_couplings(s: Any) -> Any:
    """Strategy: u on both sides of 1, not next to it, where the root is flat."""
    return s.either(s.inside(0.1, 1.0), s.scales(1.05, 10.0))


def shapes(s: Any) -> Any:
    """Strategy: c and d; now and then next to the code that pays first."""
    some = s.either(s.inside(0.01, 0.99), s.scales(1e-4, 0.5), s.scales(1e-4, 0.5).map(lambda rest: 1 - rest))
    return s.either(*[s.tuples(some, some)] * 3, s.tuples(s.inside(0.64, 0.67), s.inside(0.12, 0.15)))


def variances(s: Any) -> Any:
    """Strategy: c of codes that differ in variance, not next to ½; now and then next to that which is stationary first."""
    narrow, wide = (s.either(s.inside(0.01, 0.48), s.scales(1e-4, 0.4)) for _ in range(2))
    return s.either(narrow, wide.map(lambda rest: 1 - rest), s.inside(0.645, 0.655))


def neighbours(s: Any) -> Any:
    """Strategy: u from where `CODE` pays, and a shift of the means."""
    return s.tuples(s.inside(1.99, 3.0), s.reals(-3.0, 3.0))


def gaussian_codes(s: Any) -> Any:
    """Strategy: Gaussian codes, u and w."""
    return s.tuples(modes.gaussian_codes(s), s.scales(0.3, 4.0), s.inside(0.05, 0.95))


def couplings(s: Any) -> Any:
    """Strategy: w, and u on both sides of artanh(τ)/τ, down to a thousandth of it."""
    return _about_onset(s, s.either(s.scales(1e-3, 2.0), s.scales(1e-3, 0.5).map(lambda e: -e)))


def descents(s: Any) -> Any:
    """Strategy: a channel near a perfect one, w, and u a third and more off artanh(τ)/τ, where descent is fast."""
    off = _about_onset(s, s.either(s.scales(0.35, 2.0), s.reals(-0.6, -0.35)))
    return s.tuples(modes.channels(s), off).map(lambda d: (0.01 * d[0] + 0.99 * np.eye(*d[0].shape), *d[1]))


def _about_onset(s: Any, beyond: Any) -> Any:
    return s.tuples(unequal(s), beyond).map(lambda d: (d[0], (1 + d[1]) * _onset(d[0])))


def _onset(w: float) -> float:
    tau = abs(1 - 2 * w)
    return float(np.arctanh(tau) / tau)


def codes(s: Any) -> Any:
    """Strategy: w and a channel; now and then the best one near the threshold."""
    best = s.tuples(s.scales(1e-4, 0.3), s.inside(0.55, 0.96)).map(
        lambda d: (d[1], modes.favouring(2 * d[1] - 1 + d[0] * (2 - 2 * d[1]), d[1]))
    )
    return s.either(s.tuples(unequal(s), modes.telling_channels(s)), best)


def codes_of_many(s: Any) -> Any:
    """Strategy: channels of K modes, with posteriors of any shape; now and then the best one, and its neighbours."""
    any_channel = s.integers(3, 6).flatmap(lambda K: modes.telling_channels(s, K))
    near = s.either(s.one_of((0.0,)), s.reals(-0.05, 0.05))
    best = s.tuples(s.integers(3, 6), near).map(lambda d: modes.favoured(d[0], (d[0] - 2) / (d[0] - 1) + d[1]))
    return s.either(any_channel, best)
