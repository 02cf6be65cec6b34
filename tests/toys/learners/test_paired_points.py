"""Points against points: losses to the constant, pairings, starts, and the atoms that are their data."""

import numpy as np
import pytest
import torch
from scipy.special import log_expit

from toys.learners.paired_points import DESCENTS, LOSSES, PairedPoints
from toys.optimisers import SGD, Adam
from toys.targets.atoms import Atoms
from toys.targets.laws import violations
from toys.train import fit

THREE = Atoms(((-1.0, 0.5), (1.5, 0.0), (0.0, 2.0)))
HYPER = {"r1": torch.full((1,), 0.7, dtype=torch.float64)}


def one_member(learner, seed=4):
    """A member in double precision and one pairing that moves every point."""
    players = {k: torch.tensor(v[None]) for k, v in learner.initialise(np.random.default_rng(seed)).items()}
    return players, {"partner": torch.tensor([[[1.0, 2.0, 0.0]]], dtype=torch.float64)}


def logits(learner, players, points):
    at = torch.tensor(points.T[None]).requires_grad_()
    d = learner.discriminator.plain(players["discriminator"], at)[0, 0]
    (slope,) = torch.autograd.grad(d.sum(), at)
    return d.detach().numpy(), slope[0].numpy()


@pytest.mark.parametrize("pairing", LOSSES)
@pytest.mark.parametrize("descent_of", DESCENTS)
def test_losses_are_those_written_out(pairing, descent_of):
    """From the logits of both sides, pair by pair, and the slope of the discriminator at the data."""
    learner = PairedPoints(THREE, pairing, descent_of, jitter=0.8)
    players, batch = one_member(learner)
    r, slope = logits(learner, players, THREE.points)
    f, _ = logits(learner, players, learner.generated(players, {})[0].detach().numpy())
    partner = {"fixed": [0, 1, 2], "shuffled": [1, 2, 0]}.get(pairing)

    def value(a, b):
        return -np.mean(log_expit(a - b[partner]) if partner else log_expit(a) + log_expit(-b))

    penalty = 0.7 / 2 * np.mean((slope**2).sum(axis=0))
    found = {player: float(learner.loss(player, players, batch, HYPER).detach()) for player in learner.players}
    assert found["discriminator"] == pytest.approx(value(r, f) + penalty, rel=1e-12)
    assert found["points"] == pytest.approx(value(f, r) if descent_of == "nonsaturating" else -value(r, f), rel=1e-12)


def test_pairings_are_permutations_drawn_afresh():
    """Every one of the six in turn, about equally often."""
    learner = PairedPoints(THREE, "shuffled")
    drawn = learner.draw(1200, 16, lambda n: np.empty((0, 2)), np.random.default_rng(0))["partner"][:, 0]
    kinds, counts = np.unique(drawn, axis=0, return_counts=True)
    assert sorted(map(tuple, kinds)) == [(0, 1, 2), (0, 2, 1), (1, 0, 2), (1, 2, 0), (2, 0, 1), (2, 1, 0)]
    assert counts.min() > 140


def test_arms_of_one_seed_start_alike_at_the_first_place():
    """The pairing changes neither the network nor the start, which lies within a few jitters of the first point."""
    starts = [PairedPoints(THREE, pairing).initialise(np.random.default_rng(7)) for pairing in LOSSES]
    for other in starts[1:]:
        assert all(np.array_equal(other[k], starts[0][k]) for k in starts[0])
    points = PairedPoints(THREE).layout.unpack(starts[0]["points"][None])[0][0].T
    assert np.abs(points - THREE.points[0]).max() < 0.05
    assert len(np.unique(points, axis=0)) == 3


def test_a_step_is_the_answers_and_one_move_of_the_points():
    """On as many pairings as there are moves."""
    learner = PairedPoints(THREE, discriminator_steps=3)
    assert [(m.players, m.turn) for m in learner.moves({})] == [
        (("discriminator",), 0), (("discriminator",), 1), (("discriminator",), 2), (("points",), 3),
    ]  # fmt: skip
    assert learner.turns == 4


@pytest.mark.parametrize("pairing", LOSSES)
def test_a_seed_is_bitwise_independent_of_its_neighbours(pairing):
    """A seed gives the same points alone and among thirty."""
    learner = PairedPoints(THREE, pairing)
    rules = {"discriminator": Adam(1e-2), "points": SGD(0.1)}
    crowd = fit(learner, seeds=range(30), steps=6, batch=16, optimiser=rules)
    alone = fit(learner, seeds=[13], steps=6, batch=16, optimiser=rules)
    for name in learner.players:
        assert np.array_equal(crowd.players[name][:, 13], alone.players[name][:, 0])


@pytest.mark.parametrize("places", [((0.0,), (1.0,)), THREE.places])
def test_atoms_obey_the_laws_of_targets(places):
    """Sampler and moments belong together."""
    assert violations(Atoms(places), np.random.default_rng(3)) == []


BAD = [
    (lambda: Atoms(((0.0,), (0.0,))), "places"), (lambda: Atoms(((0.0,), (0.0, 1.0))), "places"),
    (lambda: PairedPoints(THREE, "paired"), "pairing"), (lambda: PairedPoints(THREE, descent_of="least"), "descent_of"),
    (lambda: PairedPoints(THREE, discriminator_steps=0), "discriminator_steps"), (lambda: PairedPoints(THREE, r1=-1.0), "r1"),
    (lambda: PairedPoints(THREE, jitter=-0.1), "jitter"),
]  # fmt: skip


@pytest.mark.parametrize(("call", "named"), BAD)
def test_bad_input_is_named(call, named):
    """What does not fit is refused by name."""
    with pytest.raises(ValueError, match=f"^{named}: "):
        call()
