"""Rewarded laws: optima against other laws and other solvers, best of n against draws."""

import numpy as np
import pytest
from scipy.optimize import brentq, minimize_scalar

from theory import rewards

W, R, BETA = np.array([0.5, 0.3, 0.2]), np.array([0.4, -0.1, 1.3]), 0.7


def worth(law):
    return law @ R - BETA * np.sum(law * np.log(law / W))


def test_tilted_law_is_worth_the_most():
    """It attains the best value, and no law beside it does."""
    best = rewards.tilted(W, R, BETA)
    assert worth(best) == pytest.approx(rewards.best_value(W, R, BETA), rel=1e-12)
    for other in np.random.default_rng(0).dirichlet(50 * best, 200):
        assert worth(other) <= worth(best)


def test_equal_rewards_keep_odds():
    """Whatever β; and a law without a mode stays without it."""
    for beta in (1e-3, 1.0, 1e3):
        assert rewards.tilted([0.6, 0.3, 0.1, 0.0], [2.0, 2.0, 2.0, 9.0], beta) == pytest.approx([0.6, 0.3, 0.1, 0.0])


def test_odds_of_the_tilted_law():
    """ln odds of two of three modes grow by Δ/β; at a huge Δ/β they are not lost."""
    best = rewards.tilted(W, R, BETA)
    assert np.log(best[0] / best[1]) == pytest.approx(rewards.log_odds(0.625, 0.5, BETA), rel=1e-12)
    assert rewards.log_odds(0.5, 1.0, 1e-10) == pytest.approx(1e10)


def test_noisy_rewards_by_simulation():
    """A million draws of a mode's reward, weighed by e^{R/β}, to five standard errors."""
    weighed = np.exp(np.random.default_rng(1).normal(0, 0.5, 10**6) / 0.7)
    found = np.log(0.3 / 0.7) + np.log(weighed.mean())
    assert rewards.noisy_log_odds(0.3, 0.5, 0.7) == pytest.approx(found, abs=5 * weighed.std() / weighed.mean() / 1000)


@pytest.mark.parametrize(("w", "x"), [(0.2, 3.0), (0.7, 0.01), (0.01, 40.0), (0.5, 1.0)])
def test_what_either_direction_leaves(w, x):
    """By minimising either objective."""
    kl = lambda p, q: p * np.log(p / q) + (1 - p) * np.log((1 - p) / (1 - q))  # noqa: E731
    options = {"method": "bounded", "bounds": (1e-15, w), "options": {"xatol": 1e-14}}
    forward = brentq(lambda v: w / v - (1 - w) / (1 - v) - x, 1e-15, 1 - 1e-15, xtol=1e-16, rtol=1e-14)
    reverse = minimize_scalar(lambda v: v * x + kl(v, w), **options).x
    assert rewards.forward_share_left(w, x) == pytest.approx(forward, rel=1e-10, abs=0)
    assert rewards.share_left(w, x) == pytest.approx(reverse, rel=1e-5)


def test_far_gaps():
    """One falls like w/x, the other like e^{-x}; without a gap both leave everything."""
    assert 1e9 * rewards.forward_share_left(0.3, 1e9) == pytest.approx(0.3, rel=1e-8)
    assert np.exp(50) * rewards.share_left(0.3, 50.0) == pytest.approx(0.3 / 0.7, rel=1e-12)
    assert rewards.share_left(0.3, 0.0) == pytest.approx(0.3)
    assert rewards.forward_share_left(0.3, 0.0) == pytest.approx(0.3)


def test_the_other_direction_leaves_more_of_a_minority():
    """And not of a majority that falls short a little."""
    w, x = np.meshgrid(np.linspace(0.01, 0.49, 40), np.linspace(0.05, 20, 40))
    assert (rewards.forward_share_left(w, x) > rewards.share_left(w, x)).all()
    assert rewards.forward_share_left(0.9, 0.1) < rewards.share_left(0.9, 0.1)
    assert (rewards.forward_pull(w, np.linspace(0.01, 0.99, 40)) > 0).all()


def test_best_of_n_by_draws():
    """ln of the density nu^{n-1} at the ranks of 200,000 winners, to five standard errors."""
    ranks = np.random.default_rng(2).uniform(size=(200_000, 5)).max(1)
    seen = np.log(5 * ranks**4)
    assert rewards.best_of_kl(5) == pytest.approx(seen.mean(), abs=5 * seen.std() / np.sqrt(len(seen)))
    assert rewards.best_of_kl(1) == 0


BAD = [
    (lambda: rewards.tilted([0.5, 0.6], R, 1.0), "weights"),
    (lambda: rewards.tilted(W, [1.0], 1.0), "rewards"),
    (lambda: rewards.best_value(W, R, 0.0), "beta"),
    (lambda: rewards.log_odds(1.0, 0.1, 1.0), "w"),
    (lambda: rewards.noisy_log_odds(0.5, -0.1, 1.0), "tau"),
    (lambda: rewards.share_left(0.5, -1.0), "ratio"),
    (lambda: rewards.forward_pull(0.5, 0.5), "w"),
    (lambda: rewards.best_of_kl(0), "n"),
]


@pytest.mark.parametrize(("call", "named"), BAD)
def test_bad_input_is_named(call, named):
    """Laws, rewards and strengths out of range are refused by name."""
    with pytest.raises(ValueError, match=f"^{named}: "):
        call()
