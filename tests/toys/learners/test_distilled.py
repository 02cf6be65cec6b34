"""Students distilled by reverse KL: the loss and its gradient against closed forms, and seeds on their own."""

import numpy as np
import pytest
import torch

from theory import GaussianMixture, distillation
from toys.learners.distilled import Distilled
from toys.optimisers import SGD
from toys.targets import ring, symmetric_pair
from toys.targets.mixtures import MixtureTarget
from toys.train import fit

PAIR = symmetric_pair(2.0, 0.7)
THREE = MixtureTarget(
    "three", GaussianMixture([0.5, 0.3, 0.2], [-1.0, 0.5, 3.0], stds=[0.4, 1.0, 0.2]), "unequal, off-centre"
)


def drawn(learner, n, seed=2):
    """One minibatch in double precision."""
    made = learner.draw(1, n, lambda _: np.empty((0, 1)), np.random.default_rng(seed))
    return {k: torch.tensor(value) for k, value in made.items()}


def slope(learner, start, batch):
    """Loss and gradient in what is free."""
    theta = torch.tensor(learner.layout.row(np.reshape(start, (-1, 1)))[None])
    losses, gradients = learner.gradients(learner.moves({})[0], {"student": theta}, batch, {})
    return float(losses["student"].detach()), gradients["student"][0, : learner.modes].numpy()


def test_gradient_of_a_place_is_its_pull():
    """At one level, weighted by its variance, to five standard errors of 200,000 draws."""
    learner = Distilled(PAIR, lowest=0.9, highest=0.9)
    _, found = slope(learner, [1.1], drawn(learner, 200_000))
    assert found[0] == pytest.approx(distillation.pull(1.1, 2.0, 0.7, 0.9), abs=5 * 2.0 / np.sqrt(200_000))


@pytest.mark.parametrize(("weight", "factor"), [("variance", 0.49 + 0.81), ("none", 1.0), ("noise", 0.81)])
def test_levels_are_weighted(weight, factor):
    """Loss and gradient are those without weights, times s²+σ², 1 or σ²."""
    plain, weighted = (
        slope(Distilled(PAIR, "place", kind, 0.9, 0.9), [0.4], drawn(Distilled(PAIR, lowest=0.9, highest=0.9), 64))
        for kind in ("none", weight)
    )
    assert weighted[0] == pytest.approx(factor * plain[0], rel=1e-12)
    assert weighted[1] == pytest.approx(factor * plain[1], rel=1e-12)


def test_loss_of_shares_is_kl():
    """Of 200,000 draws a mode at one level: KL of the noisy laws, and 0 with no gradient at the true shares."""
    from theory import divergence

    learner, shares = Distilled(THREE, "shares", "none", 0.5, 0.5), np.array([0.2, 0.2, 0.6])
    batch = drawn(learner, 200_000)
    model = GaussianMixture(shares, THREE.mixture.means, stds=THREE.mixture.stds)
    expected = float(divergence.kl(model.smooth(0.5), THREE.mixture.smooth(0.5)))
    assert slope(learner, np.log(shares), batch)[0] == pytest.approx(expected, abs=5 * 2.0 / np.sqrt(200_000))
    loss, gradient = slope(learner, np.log(THREE.mixture.weights), batch)
    assert abs(loss) < 1e-12
    assert np.abs(gradient).max() < 1e-12


def test_a_seed_is_bitwise_independent_of_its_neighbours():
    """A seed gives the same student alone and among thirty; shares sum to one."""
    for free in ("place", "shares"):
        learner = Distilled(THREE, free, start=0.5)
        crowd, alone = (fit(learner, seeds=s, steps=6, batch=16, optimiser=SGD(0.01)) for s in (range(30), [13]))
        assert np.array_equal(crowd.players["student"][:, 13], alone.players["student"][:, 0])
    assert crowd.evaluate(learner.found).sum(axis=1) == pytest.approx(np.ones(30), rel=1e-6)


BAD = [
    (lambda: Distilled(ring()), "target"), (lambda: Distilled(PAIR, "both"), "free"), (lambda: Distilled(PAIR, weight="even"), "weight"),
    (lambda: Distilled(PAIR, lowest=0.0), "lowest"), (lambda: Distilled(PAIR, lowest=2.0, highest=1.0), "highest"),
    (lambda: Distilled(PAIR, start=np.inf), "start"), (lambda: Distilled(PAIR, jitter=-0.1), "jitter"),
]  # fmt: skip


@pytest.mark.parametrize(("call", "named"), BAD)
def test_bad_input_is_named(call, named):
    """What does not fit is refused by name."""
    with pytest.raises(ValueError, match=f"^{named}: "):
        call()
