"""A policy over modes: its estimator's mean is the slope of what it ascends, and it ends where theory says."""

import numpy as np
import pytest
import torch
from scipy.optimize import approx_fprime
from scipy.special import log_softmax, rel_entr

from theory import GaussianMixture, rewards
from toys.learners.policy_gradient import DIRECTIONS, PolicyGradient
from toys.optimisers import SGD, Adam
from toys.targets import symmetric_pair
from toys.targets.mixtures import MixtureTarget
from toys.train import fit, stream

WEIGHTS = np.array([0.5, 0.2, 0.3])
THREE = MixtureTarget("three", GaussianMixture(WEIGHTS, [-3.0, 0.5, 4.0], stds=[0.1, 0.2, 0.1]), "here")
WORTH = (0.3, -1.0, 0.7)


def ascended(logits, direction, beta):
    """E_π R - β KL, to constants."""
    pi = np.exp(log_softmax(logits))
    pair = (pi, WEIGHTS) if direction == "reverse" else (WEIGHTS, pi)
    return pi @ WORTH - beta * rel_entr(*pair).sum()


@pytest.mark.parametrize("direction", DIRECTIONS)
def test_the_mean_of_the_estimator_is_the_slope_of_what_is_ascended(direction):
    """With actions and data in the exact proportions the estimate is the slope, to 1e-5, and the loss its negative."""
    learner, logits, beta = PolicyGradient(THREE, WORTH, direction), np.array([0.4, -0.3, 0.1]), 0.7
    n = 200_000
    batch = {
        "action": torch.tensor((np.arange(n) + 0.5)[None, None] / n),
        "data": torch.tensor(np.repeat([0, 1, 2], (WEIGHTS * n).astype(int))[None, None]),
    }
    hyper = {"beta": torch.tensor([beta], dtype=torch.float64)}
    (losses, slopes) = learner.gradients(learner.moves(hyper)[0], {"policy": torch.tensor(logits[None])}, batch, hyper)
    exact = approx_fprime(logits, ascended, 1e-7, direction, beta)
    assert np.allclose(-slopes["policy"][0], exact, atol=2e-5)
    entropy = beta * (WEIGHTS * np.log(WEIGHTS)).sum() if direction == "forward" else 0.0
    assert -float(losses["policy"].detach()) == pytest.approx(ascended(logits, direction, beta) + entropy, abs=2e-5)


@pytest.mark.parametrize("direction", DIRECTIONS)
def test_a_policy_is_its_textbook_twin(direction):
    """Twenty steps of plain descent of one member among three equal a loop over actions, to 1e-9."""
    learner, rate, batch, steps = PolicyGradient(THREE, WORTH, direction, beta=0.7), 0.3, 16, 20
    fitted = fit(learner, seeds=[5, 9, 2], steps=steps, batch=batch, optimiser=SGD(rate), dtype="float64")
    made = learner.draw(steps, batch, lambda n: THREE.sample(n, stream(9, 1)), stream(9, 2))
    logits = np.log(WEIGHTS)
    for actions, modes in zip(made["action"][:, 0], made["data"][:, 0], strict=True):
        pi = np.exp(log_softmax(logits))
        chosen = [int(np.searchsorted(np.cumsum(pi)[:-1], u)) for u in actions]
        worth = [WORTH[a] - (0.7 * np.log(pi[a] / WEIGHTS[a]) if direction == "reverse" else 0.0) for a in chosen]
        slope = np.zeros(3)
        for a, value in zip(chosen, worth, strict=True):
            slope += (value - np.mean(worth)) * (np.eye(3)[a] - pi) / batch
        if direction == "forward":
            slope += 0.7 * np.mean([np.eye(3)[k] - pi for k in modes], axis=0)
        logits = logits + rate * slope
    assert np.allclose(fitted.evaluate(learner.shares)[1], np.exp(log_softmax(logits)), atol=1e-9)


def test_a_seed_is_bitwise_independent_of_its_neighbours():
    """A seed gives the same policy alone and among seventy."""
    learner = PolicyGradient(THREE, WORTH)
    crowd, alone = (fit(learner, seeds=seeds, steps=6, batch=16) for seeds in (range(70), [13]))
    assert np.array_equal(crowd.players["policy"][:, 13], alone.players["policy"][:, 0])


def test_a_policy_without_a_gap_comes_back_to_the_reference():
    """From anywhere, under either penalty: equal rewards leave nothing to stay away for."""
    for direction in DIRECTIONS:
        learner = PolicyGradient(THREE, (1.0, 1.0, 1.0), direction, jitter=1.5)
        fitted = fit(learner, seeds=range(9), steps=800, optimiser=Adam(0.05, decay="cosine"), record=[0])
        begun, ended = (np.abs(fitted.evaluate(learner.shares, at=k) - WEIGHTS).max(axis=1) for k in (0, -1))
        assert np.median(begun) > 0.15
        assert ended.max() < 0.03


@pytest.mark.parametrize("direction", DIRECTIONS)
def test_policies_end_at_the_optimum_of_their_penalty(direction):
    """Two unequal modes far from the origin, a gap of two penalties: what the other direction leaves is elsewhere."""
    target = MixtureTarget("far", GaussianMixture([0.3, 0.7], [10.0, 14.0], stds=[0.3, 0.5]), "here")
    learner = PolicyGradient(target, (1.0, 2.0), direction, beta=0.5)
    fitted = fit(learner, seeds=range(9), steps=1500, optimiser=Adam(0.05, decay="cosine"))
    left = {"reverse": rewards.share_left(0.3, 2.0), "forward": rewards.forward_share_left(0.3, 2.0)}
    found = np.median(fitted.evaluate(learner.shares)[:, 0])
    assert found == pytest.approx(left.pop(direction), rel=0.03)
    assert abs(found / next(iter(left.values())) - 1) > 0.3


@pytest.mark.parametrize(
    ("named", "options"),
    [
        ("rewards", {"rewards": (1.0,)}), ("rewards", {"rewards": (1.0, np.inf)}), ("direction", {"direction": "both"}),
        ("beta", {"beta": 0.0}), ("jitter", {"jitter": -0.1}), ("target", {"target": symmetric_pair(2.0, 0.3, 1.0)}),
    ],
)  # fmt: skip
def test_bad_input_is_named(named, options):
    """What does not fit is refused by name."""
    with pytest.raises(ValueError, match=f"^{named}: "):
        PolicyGradient(**{"target": symmetric_pair(2.0, 0.3), "rewards": (0.0, 1.0), **options})
