"""Shares learned by denoising: the loss written out, what it is worth in nats, and seeds on their own."""

import numpy as np
import pytest
import torch

from theory import GaussianMixture, score_matching
from toys.learners.scored_shares import ScoredShares
from toys.optimisers import SGD
from toys.targets import ring, symmetric_pair
from toys.targets.mixtures import MixtureTarget
from toys.train import fit

THREE = MixtureTarget(
    "three", GaussianMixture([0.5, 0.3, 0.2], [-1.0, 0.5, 3.0], stds=[0.4, 1.0, 0.2]), "unequal, off-centre"
)


def logits(learner, shares):
    """A member in double precision with these shares."""
    return {"shares": torch.tensor(learner.layout.row(np.log(shares)[:, None])[None])}


def test_denoised_is_the_posterior_mean():
    """Of the mixture with these shares, by the loss at one noisy point at a time."""
    learner, shares = ScoredShares(THREE, 0.3, 3.0), np.array([0.2, 0.1, 0.7])
    law = GaussianMixture(shares, THREE.mixture.means, stds=THREE.mixture.stds)
    for noisy, std, x in ((0.3, 0.5, -0.4), (-2.0, 2.5, 1.0), (3.2, 0.31, 2.9)):
        batch = {"noisy": noisy, "std": std, "x": x}
        tensors = {k: torch.full((1, 1, 1), value, dtype=torch.float64) for k, value in batch.items()}
        expected = np.log(10.0) * ((law.denoise(noisy, std) - x) / std) ** 2
        assert float(learner.loss("shares", logits(learner, shares), tensors, {})) == pytest.approx(expected, rel=1e-12)


def test_excess_of_the_loss_is_nats():
    """Over that of the true shares, on 400,000 draws to five standard errors: KL at the lowest level less that at the highest."""
    learner, shares = ScoredShares(THREE, 0.05, 20.0), np.array([0.2, 0.4, 0.4])
    rng = np.random.default_rng(3)
    drawn = learner.draw(40, 10_000, lambda n: THREE.sample(n, rng), rng)
    batch = {k: torch.tensor(value) for k, value in drawn.items()}
    losses = [
        learner.loss("shares", logits(learner, law), batch, {}).numpy() for law in (shares, THREE.mixture.weights)
    ]
    gaps = losses[0] - losses[1]
    model = GaussianMixture(shares, THREE.mixture.means, stds=THREE.mixture.stds)
    nats = score_matching.over_levels(THREE.mixture.smooth(0.05), model.smooth(0.05), 20.0**2 - 0.05**2)
    assert gaps.mean() == pytest.approx(nats, abs=5 * gaps.std() / np.sqrt(len(gaps)))


def test_one_level_has_no_span():
    """At one level the loss is the error over the variance of the noise."""
    learner = ScoredShares(symmetric_pair(1.0, 0.5), 0.7, 0.7)
    drawn = learner.draw(1, 16, lambda n: np.zeros((n, 1)), np.random.default_rng(0))
    assert drawn["std"] == pytest.approx(0.7)
    batch = {k: torch.tensor(value) for k, value in drawn.items()}
    denoised = symmetric_pair(1.0, 0.5).mixture.denoise(drawn["noisy"][0, 0], 0.7)
    loss = learner.loss("shares", logits(learner, np.array([0.5, 0.5])), batch, {})
    assert float(loss) == pytest.approx(np.mean((denoised / 0.7) ** 2), rel=1e-12)


def test_a_seed_is_bitwise_independent_of_its_neighbours():
    """A seed gives the same shares alone and among thirty; they sum to one."""
    learner = ScoredShares(THREE)
    crowd, alone = (fit(learner, seeds=s, steps=6, batch=16, optimiser=SGD(0.5)) for s in (range(30), [13]))
    assert np.array_equal(crowd.players["shares"][:, 13], alone.players["shares"][:, 0])
    assert crowd.evaluate(learner.shares).sum(axis=1) == pytest.approx(np.ones(30), rel=1e-6)


BAD = [
    (lambda: ScoredShares(ring()), "target"), (lambda: ScoredShares(THREE, 0.0), "lowest"),
    (lambda: ScoredShares(THREE, 2.0, 1.0), "highest"), (lambda: ScoredShares(THREE, jitter=-0.1), "jitter"),
]  # fmt: skip


@pytest.mark.parametrize(("call", "named"), BAD)
def test_bad_input_is_named(call, named):
    """What does not fit is refused by name."""
    with pytest.raises(ValueError, match=f"^{named}: "):
        call()
