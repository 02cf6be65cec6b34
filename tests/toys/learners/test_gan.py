"""The stacked GAN against its textbook twin, and what its options do."""

import numpy as np
import pytest
import torch

from tests.toys.twins import Twin
from toys.learner import Move
from toys.learners.gan import GAN, OBJECTIVES
from toys.optimisers import SGD, Adam
from toys.targets import ring, symmetric_pair, two_branch
from toys.train import fit

SMALL = {"generator_hidden": (7, 5), "discriminator_hidden": (6,), "activation": "tanh"}
VARIANTS = [
    *({"objective": objective} for objective in OBJECTIVES),
    {"r1": 0.7}, {"r2": 0.7, "objective": "least_squares"}, {"penalty": 0.3, "objective": "wasserstein"},
    {"pack": 3}, {"noise": 0.4}, {"discriminator_steps": 3}, {"generator_steps": 2}, {"latents": 1},
    {"pack": 2, "r1": 0.2, "noise": 0.1, "objective": "relativistic", "discriminator_steps": 2},
]  # fmt: skip
STEPS, BATCH, RATE = 12, 32, 1e-2


@pytest.mark.parametrize("target", [ring(), two_branch()], ids=lambda t: t.name)
@pytest.mark.parametrize("options", VARIANTS, ids=str)
def test_a_member_is_its_textbook_twin(options, target):
    """Twelve steps of Adam of one member among three equal a plain PyTorch loop, to 1e-9 in float64."""
    learner = GAN(target, **(SMALL | options))
    fitted = fit(learner, seeds=[5, 9, 2], steps=STEPS, batch=BATCH, optimiser=Adam(RATE), dtype="float64")
    twin = Twin(learner, 9, BATCH, RATE)
    twin.train(STEPS)
    for name, module in [("generator", twin.generator), ("discriminator", twin.discriminator)]:
        layers = getattr(learner, name).unpack(torch.tensor(fitted.players[name][-1, 1:2]))
        linear = [m for m in module if isinstance(m, torch.nn.Linear)]
        for (weight, bias), peer in zip(layers, linear, strict=True):
            assert torch.allclose(weight[0], peer.weight.detach(), atol=1e-9)
            assert torch.allclose(bias[0, :, 0], peer.bias.detach(), atol=1e-9)


@pytest.mark.parametrize("name", OBJECTIVES)
def test_the_slopes_of_each_objective_are_its_derivatives(name):
    """By autograd at unequal logits, for both players."""
    r, f = torch.tensor(np.random.default_rng(0).standard_normal((2, 9))).requires_grad_()
    objective = OBJECTIVES[name]
    slopes = torch.autograd.grad(objective.discriminator(r, f).sum(), (r, f))
    for found, expected in zip(objective.slopes.discriminator(r, f), slopes, strict=True):
        assert torch.allclose(found, expected, rtol=1e-12)
    (slope,) = torch.autograd.grad(objective.generator(r, f).sum(), f)
    assert torch.allclose(objective.slopes.generator(r, f), slope, rtol=1e-12)


@pytest.mark.parametrize("options", [*VARIANTS, {"unroll": 2}, {"simultaneous": True}], ids=str)
def test_every_variant_is_bitwise_independent_of_its_neighbours(options):
    """A seed gives the same network alone and among eighteen."""
    learner = GAN(ring(), **(SMALL | options))
    crowd = fit(learner, seeds=range(18), steps=5, batch=BATCH)
    alone = fit(learner, seeds=[13], steps=5, batch=BATCH)
    for name in learner.players:
        assert np.array_equal(crowd.players[name][:, 13], alone.players[name][:, 0])


def test_unrolling_differentiates_through_the_discriminators_steps():
    """The generator's slope with two unrolled steps equals a finite difference of the unrolled value."""
    learner = GAN(ring(), unroll=2, unroll_rate=0.5, **SMALL)
    rng = np.random.default_rng(0)
    players = {k: torch.tensor(v[None]) for k, v in learner.initialise(rng).items()}
    draws = learner.draw(1, 16, lambda n: ring().sample(n, rng), rng)
    batch = {k: torch.tensor(v.astype(float)) for k, v in draws.items()}
    hyper = {"unroll_rate": torch.tensor([0.5], dtype=torch.float64)}
    direction = torch.tensor(rng.standard_normal(players["generator"].shape))

    def value(h):
        moved = {**players, "generator": players["generator"] + h * direction}
        return float(learner.loss("generator", moved, batch, hyper).detach())

    move = next(m for m in learner.moves({"generator_steps": torch.ones(1)}) if "generator" in m.players)
    _, gradients = learner.gradients(move, players, batch, hyper)
    expected = (value(1e-5) - value(-1e-5)) / 2e-5
    assert float((gradients["generator"] * direction).sum()) == pytest.approx(expected, rel=1e-6)
    plain = GAN(ring(), **SMALL).loss("generator", players, batch, hyper)
    assert abs(float(plain.detach()) - value(0.0)) > 1e-4


def test_unrolling_descends_the_discriminators_loss():
    """The unrolled value is the generator's loss against a discriminator that made two plain steps downhill."""
    learner, plain = GAN(ring(), unroll=2, unroll_rate=0.5, **SMALL), GAN(ring(), **SMALL)
    players, batch = one_member(plain)
    hyper = {"unroll_rate": torch.tensor([0.5], dtype=torch.float64)}
    found = learner.loss("generator", players, batch, hyper)
    for _ in range(2):
        _, slopes = plain.gradients(Move(("discriminator",)), players, batch, hyper)
        players = {**players, "discriminator": players["discriminator"] - 0.5 * slopes["discriminator"]}
    assert torch.allclose(found.detach(), plain.loss("generator", players, batch, hyper).detach(), rtol=1e-12)


def test_unrolling_looks_ahead_of_the_discriminators_adam():
    """The unrolled value is the saddle loss against a discriminator that Adam took two steps on from where it stands."""
    shape = {"objective": "saddle", **SMALL}
    learner, plain = GAN(ring(), unroll=2, unroll_rate=0.05, unroll_betas=(0.5, 0.99), **shape), GAN(ring(), **shape)
    players, batch = one_member(plain)
    hyper, rule = {"unroll_rate": torch.tensor([0.05], dtype=torch.float64)}, Adam(0.05, 0.5, 0.99)
    constants = {"learning_rate": np.array([0.05]), "beta1": np.array([0.5]), "beta2": np.array([0.99])}
    state = rule.start(players["discriminator"])
    rng = np.random.default_rng(3)
    state["m"] += torch.tensor(1e-2 * rng.standard_normal(state["m"].shape))
    state["v"] += torch.tensor(1e-3 * rng.random(state["v"].shape))
    state["t"] += 7
    descent = learner.descent(players, {"discriminator": state, "generator": {}})
    losses, _ = descent(Move(("generator",)), batch, hyper)
    theta = {**players, "discriminator": players["discriminator"].clone()}
    state = {k: v.clone() for k, v in state.items()}
    for _ in range(2):
        _, slopes = plain.gradients(Move(("discriminator",)), theta, batch, hyper)
        rule.step(theta["discriminator"], slopes["discriminator"], state, constants, 1.0, True)
    assert torch.allclose(losses["generator"], plain.loss("generator", theta, batch, hyper).detach(), rtol=1e-6)
    standing = plain.loss("generator", players, batch, hyper).detach()
    assert not torch.allclose(losses["generator"], standing, rtol=1e-2)


def test_looking_ahead_of_adam_needs_adam():
    """Another optimiser has no moments to look ahead of: a clear error."""
    with pytest.raises(ValueError, match="unroll_betas"):
        fit(GAN(ring(), unroll=1, unroll_betas=(0.5, 0.99)), seeds=[1], steps=1, batch=16, optimiser=SGD(0.1))


def test_uniform_latents_are_uniform():
    """Within ±w, with the variance w²/3; without, standard normal."""
    z = GAN(ring(), uniform=5.0).latent(np.random.default_rng(0), (10_000,))
    assert np.abs(z).max() <= 5
    assert z.var() == pytest.approx(25 / 3, rel=0.03)
    assert GAN(ring()).latent(np.random.default_rng(0), (10_000,)).var() == pytest.approx(1, rel=0.05)


@pytest.mark.parametrize("order", [("generator", "discriminator"), ("discriminator", "generator", "generator")])
@pytest.mark.parametrize("options", [{}, {"objective": "relativistic"}, {"pack": 2, "noise": 0.3}], ids=str)
def test_descent_by_hand_follows_players_that_move(order, options):
    """On one minibatch, in any order of moves, losses and gradients are those of autograd at the present parameters."""
    learner = GAN(two_branch(), **(SMALL | options))
    players, batch = one_member(learner)
    hyper = {"noise": torch.tensor([0.3], dtype=torch.float64)}
    descent = learner.descent(players)
    for player in order:
        losses, slopes = descent(Move((player,)), batch, hyper)
        expected = learner.gradients(Move((player,)), players, batch, hyper)
        assert torch.allclose(losses[player], expected[0][player], rtol=1e-12)
        assert torch.allclose(slopes[player], expected[1][player], rtol=1e-10, atol=1e-14)
        players[player] -= 0.5 * slopes[player]


def one_member(learner):
    """Its parameters before training and one minibatch, in float64."""
    rng = np.random.default_rng(0)
    players = {k: torch.tensor(v[None]) for k, v in learner.initialise(rng).items()}
    draws = learner.draw(1, 16, lambda n: learner.target.sample(n, rng), rng)
    return players, {k: torch.tensor(v.astype(float)) for k, v in draws.items()}


def test_generator_steps_may_differ_per_member():
    """A member with one generator step beside one with three trains as it would among its like."""
    mixed = GAN(ring(), generator_steps=[1, 3], **SMALL)
    fitted = fit(mixed, seeds=[4, 5], steps=6, batch=BATCH)
    three = fit(GAN(ring(), generator_steps=3, **SMALL), seeds=[5], steps=6, batch=BATCH)
    for name in mixed.players:
        assert np.array_equal(fitted.players[name][:, 1], three.players[name][:, 0])
    moved = [fit(GAN(ring(), generator_steps=n, **SMALL), seeds=[4], steps=1, batch=BATCH) for n in (1, 3)]
    one = fit(GAN(ring(), generator_steps=[1, 3], **SMALL), seeds=[4, 5], steps=1, batch=BATCH)
    assert np.array_equal(one.players["generator"][:, 0], moved[0].players["generator"][:, 0])
    assert not np.array_equal(moved[0].players["generator"], moved[1].players["generator"])


def test_simultaneous_descent_answers_the_same_parameters():
    """With plain descent, simultaneous and alternating agree in the discriminator's first step, not the generator's."""
    runs = [
        fit(GAN(ring(), simultaneous=s, **SMALL), seeds=[1], steps=1, batch=BATCH, optimiser=SGD(0.5))
        for s in (False, True)
    ]
    alternating, simultaneous = (r.players for r in runs)
    assert np.allclose(alternating["discriminator"], simultaneous["discriminator"], atol=1e-6)
    assert np.abs(alternating["generator"] - simultaneous["generator"]).max() > 1e-5


def test_samples_and_logits_have_their_shapes_and_conditions():
    """Conditional samples carry their inputs; logits are one number a row of packed samples."""
    learner = GAN(two_branch(), pack=2, **SMALL)
    fitted = fit(learner, seeds=[1, 2], steps=2, batch=BATCH)
    z = np.stack([g.standard_normal((16, 2)) for g in fitted.generators()])
    given = np.linspace(0, 1, 16)[:, None]
    samples = fitted.evaluate(lambda p, h, c, z: learner.sample(p, h, z, c), given, own=[z])
    assert samples.shape == (2, 16, 2)
    assert np.allclose(samples[..., 0], given[:, 0])
    assert fitted.evaluate(learner.logit, np.zeros((16, 4))).shape == (2, 16)


def test_a_healthy_gan_finds_both_modes_of_a_wide_pair():
    """With R1 most of eight seeds put between 15 and 85 % on either side of the pair."""
    target = symmetric_pair(1.0, 0.3)
    learner = GAN(target, latents=1, r1=0.3, generator_hidden=(16,), discriminator_hidden=(16,))
    fitted = fit(learner, seeds=range(8), steps=500, batch=64, optimiser=Adam(5e-3, 0.5))
    z = np.random.default_rng(0).standard_normal((512, 1))
    right = (fitted.evaluate(learner.sample, z)[..., 0] > 0).mean(1)
    assert ((right > 0.15) & (right < 0.85)).sum() >= 6


@pytest.mark.parametrize(
    "bad",
    [{"objective": "hinge"}, {"latents": 0}, {"pack": 0}, {"discriminator_steps": 0}, {"r1": -1.0},
     {"noise": [0.1, -0.1]}, {"generator_steps": 1.5}, {"simultaneous": True, "discriminator_steps": 2}],
)  # fmt: skip
def test_bad_gans_are_refused(bad):
    """Settings are checked by name."""
    with pytest.raises(ValueError, match=next(iter(bad))):
        GAN(ring(), **bad)
