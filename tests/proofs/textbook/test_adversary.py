"""Observed sides of games, lines, samples and scores: both precisions, and what theory says of them."""

from collections.abc import Callable
from typing import Any

import mpmath as mp
import numpy as np
import pytest

from proofs.textbook import adversary, lines, samples, scores
from proofs.textbook import dirac as game
from proofs.words.arithmetic import DOUBLE, PRECISE
from theory import GaussianMixture, discriminator, divergence, ring
from theory import scores as told

P = GaussianMixture([0.3, 0.7], [-1.0, 0.8], stds=[0.5, 0.7])
Q = GaussianMixture([0.6, 0.4], [0.5, -2.0], stds=[1.0, 0.6])
LAW, OTHER, D = np.array([0.2, 0.5, 0.3]), np.array([0.6, 0.1, 0.3]), np.array([0.3, 0.8, 0.5])
HEIGHTS = np.array([0.1, 0.7, 0.4])
JS = float(divergence.js(P, Q))
MIDDLE = float(divergence.nonsaturating(P, Q))
TILT = np.array([1.0, -0.5, 0.2])
FOUR = np.array([[1.0, 0.0], [0.0, 1.2], [0.5, 0.5], [-1.0, 0.1]])
WORDS: dict[str, tuple[Callable[[Any], Any], float]] = {
    "best_at_a_point": (lambda m: adversary.best_at_a_point(m, P, Q, 0.3), float(discriminator.optimal_discriminator(P, Q, 0.3))),
    "by_relative_entropies": (lambda m: adversary.by_relative_entropies(m, LAW, OTHER, D), discriminator.value(LAW, OTHER, D)),
    "best_value": (lambda m: adversary.best_value(m, P, Q), float(discriminator.optimal_value(JS))),
    "above_the_least": (lambda m: adversary.above_the_least(m, P, Q), 2 * JS),
    "along_exponential_paths": (
        lambda m: adversary.along_exponential_paths(m, LAW, OTHER, TILT),
        discriminator.nonsaturating_slope(LAW, OTHER, OTHER * (TILT - OTHER @ TILT)),
    ),
    "of_a_generator": (
        lambda m: adversary.of_a_generator(m, np.full(10, 0.1), m.number(0.4), m.number(1.5)),
        discriminator.nonsaturating_slope(*adversary.moving_bins(np.full(10, 0.1), 0.4, 1.5)),
    ),
    "with_that_slope": (
        lambda m: adversary.with_that_slope(m, P, Q, 0.3), float(discriminator.optimal_discriminator(P, Q, 0.3))
    ),
    "to_the_middle": (lambda m: adversary.to_the_middle(m, P, Q), MIDDLE),
    "of_the_middle": (lambda m: adversary.of_the_middle(m, P, Q), MIDDLE),
    "unfooled": (lambda m: adversary.unfooled(m, np.log(D / (1 - D)), LAW), -float(LAW @ np.log(1 - D))),
    "against_every_point": (lambda m: adversary.against_every_point(m, LAW, D), -float(LAW @ np.log(D)) - np.log(1 - 0.8)),
    "over_latents": (lambda m: adversary.over_latents(m, P), float(P.var)),
    "jensen_shannon": (lambda m: lines.jensen_shannon(m, m.number(0.3), HEIGHTS)[0], np.log(2)),
    "cheapest_plan": (lambda m: lines.cheapest_plan(m, m.number(-0.3), HEIGHTS)[0], 0.3),
    "of_the_minimax_loss": (lambda m: lines.of_the_minimax_loss(m, (0.5, -1.0), m.number(-2.0))[0].sum() / 2, 1 / (1 + np.exp(2.0))),
    "of_the_nonsaturating_loss": (
        lambda m: lines.of_the_nonsaturating_loss(m, (0.5, -1.0), m.number(-2.0))[0].sum() / 2, 1 / (1 + np.exp(-2.0))
    ),
    "disc": (lambda m: scores.disc(m, m.number(3.0))[0], float(told.due_quality(3.0))),
    "one_by_one": (lambda m: scores.one_by_one(m, FOUR, ring(4, 1.0, 0.1), m.number(3.0)).sum(), 3 + 0.75),
    "of_differences": (
        lambda m: samples.of_differences(m, GaussianMixture([1.0], [0.5], stds=[0.8]), 3, m.number(0.9)),
        (1 - 0.9 / np.hypot(0.9, 0.8 * 2**0.5)) / 3,
    ),
    "draws_by_bisection": (lambda m: samples.draws_by_bisection(m, m.number(365.0), m.number(0.5)), (730 * np.log(2)) ** 0.5),
    "fallen": (lambda m: game.fallen(m, m.number(2.0), m.number(1.0))[0], 2 / np.e),
    "jumped": (lambda m: game.jumped(m, m.number(0.3), m.number(0.7)), 1.4),
    "growth_under_noise": (lambda m: game.growth_under_noise(m, m.number(0.2), m.number(1.0))[0], 1 + 0.01 - 0.1),
}  # fmt: skip


@pytest.mark.parametrize("name", WORDS)
def test_words_in_both_precisions(name: str) -> None:
    """What is observed is what theory, or a line of algebra, says, and fifty digits say the same."""
    seen, expected = WORDS[name]
    with PRECISE.digits():
        exact = seen(PRECISE)
        assert isinstance(exact, mp.mpf)
    assert float(exact) == pytest.approx(expected, rel=1e-8)
    assert float(seen(DOUBLE)) == pytest.approx(float(exact), rel=1e-8)


def test_lines_apart_share_no_place() -> None:
    """KL is infinite either way, and 0 where the lines coincide."""
    assert np.isinf(lines.kl_both_ways(DOUBLE, 1e-6, HEIGHTS)).all()
    assert (lines.kl_both_ways(DOUBLE, 0.0, HEIGHTS) == 0).all()


def test_what_is_seen_tells_where_it_has_been() -> None:
    """The level at which ε is exceeded; the time of a fall, R₀ and R = 1/(1/R₀ + t/8) far from it; moments of a kernel."""
    value, n, delta = samples.quantile(DOUBLE, 7, -0.4)
    assert 0.6 < value * np.sqrt(7) < 1.85
    assert (n, delta) == (7, pytest.approx(samples.exceeded(DOUBLE, 7, value)))
    assert samples.quantile(DOUBLE, 1, 9.0)[2] == 1e-300
    value, start, time = game.fallen(DOUBLE, 2.0, 1.0)
    assert value == pytest.approx(1 / (1 / start + time / 8))
    mean, own, cross, n = samples.every_sample(DOUBLE, np.array([0.3, 0.7]), np.array([1.0, 0.0, 0.0, 1.0]), 2)
    assert mean == pytest.approx((own - cross) / n)
