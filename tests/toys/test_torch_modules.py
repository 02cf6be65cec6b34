"""Modules stacked over seeds are what each of them is alone, whatever they are made of and whoever moves them."""

from dataclasses import replace
from functools import partial

import numpy as np
import pytest
import torch
from torch import nn
from torch.func import grad
from torch.nn.functional import softplus

from tests.toys import three_ways
from tests.toys.three_ways import MODULES, TARGET, PlainGAN
from toys import torch_modules
from toys.learners.gan import GAN
from toys.optimisers import Adam
from toys.plain import Stream, sampled
from toys.targets import ring, symmetric_pair, two_branch
from toys.torch_modules import MANY, Modules, StackedModules, drawn, train
from toys.train import BLOCK, Fitted, fit, local_processes, stream

PAIR = symmetric_pair(1.0, 0.4)
SETTINGS = {"seeds": [5, 9, 2], "steps": 40, "batch": 32, "dtype": "float64"}


def weights(nets):
    return [p.detach().numpy() for net in nets.values() for p in net.parameters()]


def test_the_same_model_by_three_ways_is_the_same_to_rounding():
    """From the same weights and draws: forty steps, so that operations are recorded on the way, to 1e-12 in float64."""
    assert 2 * SETTINGS["steps"] > MANY + 2
    stacked = train(MODULES, TARGET, **SETTINGS)
    learned = fit(GAN(TARGET), optimiser=Adam(three_ways.RATE), **SETTINGS)
    for name in ("generator", "discriminator"):
        assert np.allclose(stacked.players[name], learned.players[name], rtol=0, atol=1e-12)
        assert np.allclose(stacked.loss[name], learned.loss[name], rtol=0, atol=1e-12)
    for index, seed in enumerate(SETTINGS["seeds"]):
        alone = PlainGAN(torch.float64)
        alone.fit(Stream(TARGET, seed, 32), seed=seed, steps=40, batch=32)
        nets = stacked.learner.member(stacked, index)
        for found, peer in zip(weights(nets), weights(alone.trained), strict=True):
            assert np.allclose(found, peer, rtol=0, atol=1e-12)


class Odd(nn.Module):
    """Layers called by hand, a norm with running means, a parameter of its own, and a method beside `forward`."""

    def __init__(self):
        super().__init__()
        self.first, self.norm = nn.Linear(1, 5), nn.BatchNorm1d(5)
        self.rest = nn.Sequential(nn.GELU(), nn.Linear(5, 4), nn.LayerNorm(4), nn.Linear(4, 1))
        self.log_std = nn.Parameter(torch.tensor(0.3))
        self.head = nn.Sequential(
            nn.Linear(1, 3), nn.LeakyReLU(0.1), nn.Linear(3, 3), nn.Tanh(), nn.Linear(3, 1), nn.Sigmoid()
        )

    def mean(self, x):
        return self.rest(self.norm(torch.tanh(self.first(x)))) + self.head(x)


def odd_loss(net, x, noise):
    return ((net.mean(x + 0.1 * noise["eps"]) - x).square() * torch.exp(-net.log_std) + net.log_std).mean()


def odd_noise(rng, n):
    return {"eps": rng.standard_normal((n, 1)), "unused": rng.random((n, 2))}


ODD = Modules(lambda target: Odd(), odd_loss, lambda net, n, rng: net.mean(torch.randn(n, 1, generator=rng)), noise=odd_noise)  # fmt: skip


def by_hand(modules, seed, steps, batch, target=PAIR):
    """One member in a plain loop, on the draws of a stack."""
    learner = StackedModules(target, modules)
    untrained = Fitted(
        learner, np.array([seed]), np.array([0]), {k: v[None, None] for k, v in learner.initialise(stream(seed, 0)).items()},
        {}, np.array([-1]), {}, "cpu",
    )  # fmt: skip
    net = learner.member(untrained, 0).double().train()
    rule, data, rng = modules.optimiser(list(net.parameters())), Stream(target, seed, batch), stream(seed, 2)
    schedule = modules.schedule(rule, steps) if modules.schedule else None
    for step in range(steps):
        if step % BLOCK == 0:
            noise = modules.noise(rng, BLOCK * batch)
        rows = slice(step % BLOCK * batch, (step % BLOCK + 1) * batch)
        rule.zero_grad()
        modules.loss(net, torch.tensor(data(batch)), {k: torch.tensor(v[rows]) for k, v in noise.items()}).backward()
        rule.step()
        if schedule:
            schedule.step()
    return net


def cosine(rule, steps):
    return torch.optim.lr_scheduler.CosineAnnealingLR(rule, steps)


RULES = {
    "Adam": partial(torch.optim.Adam, lr=1e-2), "AdamW": partial(torch.optim.AdamW, lr=1e-2, weight_decay=0.1),
    "SGD": partial(torch.optim.SGD, lr=1e-2, momentum=0.9), "NAdam": partial(torch.optim.NAdam, lr=1e-2),
    "not fused": partial(torch.optim.Adam, lr=1e-2, fused=False), "Adafactor": partial(torch.optim.Adafactor, lr=1e-2),
}  # fmt: skip


@pytest.mark.parametrize("schedule", [None, cosine])
@pytest.mark.parametrize("rule", RULES)
def test_a_member_is_the_module_trained_alone(rule, schedule):
    """Norms with buffers, layers by hand, noise by name; Adafactor, which looks at whole matrices, has one a member."""
    steps = 12 if rule != "Adam" else MANY + 8
    modules = replace(ODD, optimiser=RULES[rule], schedule=schedule)
    fitted = train(modules, PAIR, seeds=[4, 7], steps=steps, batch=32, dtype="float64")
    peer = by_hand(modules, 7, steps, 32).state_dict()
    found = fitted.learner.member(fitted, 1).state_dict()
    assert found["norm.num_batches_tracked"] == steps
    for name, value in peer.items():
        assert torch.allclose(found[name].double(), value.double(), rtol=0, atol=1e-9), name


def test_recording_changes_no_bit(monkeypatch):
    """With and without, the same parameters, in float32; a loss without noise too."""
    for modules in (ODD, Modules(lambda t: nn.Linear(1, 1), lambda net, x, noise: (net(x) - 1).square().mean(), None or three_ways.sample)):  # fmt: skip
        with monkeypatch.context() as patch:
            recorded = train(modules, PAIR, seeds=[4], steps=MANY + 8, batch=32)
            assert all(step is not None for step in recorded.learner.recordings.values())
            assert recorded.learner.recordings
            patch.setattr(torch_modules, "MANY", 10**9)
            plainly = train(modules, PAIR, seeds=[4], steps=MANY + 8, batch=32)
        assert not plainly.learner.recordings
        assert all(np.array_equal(recorded.players[k], plainly.players[k]) for k in recorded.players)


def test_a_seed_decides_alone_and_anywhere():
    """Beside others, alone, in two processes: the same bits."""
    settings = {"steps": 40, "batch": 32}
    beside = train(MODULES, TARGET, seeds=range(18), **settings)
    alone = train(MODULES, TARGET, seeds=[17], **settings)
    with local_processes(1) as executor:
        away = train(MODULES, TARGET, seeds=[17], executor=executor, **settings)
    for name in alone.players:
        assert np.array_equal(beside.players[name][:, 17:], alone.players[name])
        assert np.array_equal(away.players[name], alone.players[name])


def test_a_loss_may_differentiate_inside():
    """A penalty on the slope by `torch.func.grad`, through a chain, is differentiated as through ordinary operations."""

    def penalised(net, x, noise):
        slopes = grad(lambda x: net(x).sum())(x)
        return (slopes.square().sum(1) + softplus(net(x))[:, 0]).mean()

    class Plainly(nn.Sequential):
        """Not known as a chain."""

    def layers():
        return nn.Linear(2, 6), nn.Tanh(), nn.Linear(6, 1)

    runs = []
    for kind in (nn.Sequential, Plainly):
        modules = Modules(lambda target, kind=kind: kind(*layers()), penalised, three_ways.sample)
        runs.append(train(modules, TARGET, seeds=[1, 2], steps=6, batch=16, dtype="float64").players["network"])
    assert np.allclose(*runs, rtol=0, atol=1e-12)
    assert np.abs(runs[0] - runs[0][:, :1]).max() > 1e-3


def test_a_member_that_diverges_is_frozen_and_has_no_samples():
    """The step is its reason; the others have samples, which are those they have without it."""

    def exploding(net, x, noise):
        return (net.weight * x).square().mean() + torch.where(x[0, 0] > 0.8, torch.inf, 0.0) * net.weight.sum()

    modules = Modules(
        lambda target: nn.Linear(1, 1), exploding, lambda net, n, rng: net(torch.randn(n, 1, generator=rng))
    )
    fitted = train(modules, PAIR, seeds=range(8), steps=3, batch=16)
    rows, failed = drawn(fitted, np.empty((20, 0)))
    assert 0 < (fitted.diverged >= 0).sum() < 8
    for step, x, why in zip(fitted.diverged, rows, failed, strict=True):
        assert why == (f"diverged at step {step}" if step >= 0 else "")
        assert np.isfinite(x).all() == (step < 0)


def test_what_is_saved_is_loaded(tmp_path):
    """And draws the same."""
    fitted = train(MODULES, TARGET, seeds=[1], steps=2, batch=16)
    fitted.save(tmp_path / "kept.npz")
    kept = Fitted.load(StackedModules(TARGET, MODULES), tmp_path / "kept.npz")
    given = np.empty((10, 0))
    assert np.array_equal(drawn(kept, given)[0], drawn(fitted, given)[0])


def test_steps_of_a_player_are_minibatches_of_their_own():
    """Three of the discriminator to one of the generator are those of `GAN`."""
    settings = SETTINGS | {"steps": 4}
    found = train(replace(MODULES, steps={"discriminator": 3}), TARGET, **settings)
    peer = fit(GAN(TARGET, discriminator_steps=3), optimiser=Adam(three_ways.RATE), **settings)
    assert all(np.allclose(found.players[k], peer.players[k], rtol=0, atol=1e-12) for k in peer.players)


def test_conditional_networks_draw_at_what_is_given():
    """Inputs come in with the data, and in front of what is drawn."""

    def loss(net, x, noise):
        return (net(x[:, :1]) - x[:, 1:]).square().mean()

    modules = Modules(lambda target: nn.Linear(1, 1), loss, lambda net, n, rng, given: net(given))
    found = torch_modules.sampled(
        modules, two_branch(), seeds=[1, 2], steps=2, n=5, batch=16, given=np.full((5, 1), 0.3)
    )
    assert found.samples.shape == (2, 5, 2)
    assert (found.samples[..., 0] == 0.3).all()
    assert found.parameters == 2
    assert found.seen.tolist() == [32, 32]


def dropping(target):
    return nn.Sequential(nn.Linear(1, 1), nn.Dropout())


BAD = {
    "loss: expected no random numbers": {"networks": dropping},
    "loss: expected a number": {"loss": lambda net, x, noise: net(x)},
    "loss: expected one for each": {"loss": {"generator": odd_loss}},
    "networks: expected a torch.nn.Module": {"networks": lambda target: 3},
    "networks: expected parameters to move": {"networks": lambda target: nn.ReLU()},
    "optimiser: expected one that takes dense": {"optimiser": partial(torch.optim.LBFGS, lr=0.1)},
    "optimiser: expected a torch.optim class": {"optimiser": partial(torch.optim.Adam, lr=-1.0)},
    "steps: expected players": {"steps": {"nobody": 2}},
    "noise: expected an array": {"noise": lambda rng, n: np.zeros(3)},
}


@pytest.mark.parametrize("said", BAD)
def test_bad_modules_are_refused(said):
    """By the name of what is wrong, before anything is trained."""
    fine = Modules(lambda target: nn.Linear(1, 1), lambda net, x, noise: net(x).mean(), three_ways.sample)
    with pytest.raises(ValueError, match=said):
        train(replace(fine, **BAD[said]), PAIR, seeds=[0], steps=1, batch=16)


def test_any_python_is_sampled_with_its_reasons(tmp_path):
    """A learner that raises, ends its process, or gives nothing finite is a failed seed; the others are not concerned."""
    with local_processes(1) as executor:
        found = sampled(Moody(), TARGET, seeds=[0, 1, 3, 4, 5, 2], steps=2, n=6, batch=16, executor=executor)
    assert found.failed == (
        "", "ZeroDivisionError: division by zero", "its samples are not finite", "",
        "samples: expected shape (6, 2), got shape (6, 3)", "its process ended",
    )  # fmt: skip
    assert found.diverged.tolist() == [bool(why) for why in found.failed]
    assert found.seen[0] == 32
    here = sampled(Moody(), TARGET, seeds=[4, 0], steps=2, n=6, batch=16)
    assert np.array_equal(here.samples, found.samples[[3, 0]])
    found.save(tmp_path / "kept.npz")
    kept = type(found).load(tmp_path / "kept.npz")
    assert kept.failed == found.failed
    assert np.array_equal(kept.samples, found.samples, equal_nan=True)


class Moody:
    """Gives its data back, moved by what the global generators say; or does not."""

    def fit(self, data, *, seed, steps, batch):
        import os

        x = np.concatenate([data(batch) for _ in range(steps)])
        moved = x + np.random.random() + torch.rand(1).item()  # noqa: NPY002
        if seed == 1:
            1 / 0  # noqa: B018
        if seed == 2:
            os._exit(3)
        return lambda n, rng: {3: np.nan * moved[:n], 5: np.ones((n, 3))}.get(seed, rng.permutation(moved)[:n])


def test_data_come_in_one_stream():
    """Asked for at once or in parts: the same rows."""
    whole, parts = Stream(ring(), 3, 16), Stream(ring(), 3, 16)
    assert np.array_equal(whole(700), np.concatenate([parts(n) for n in (1, 511, 5, 183)]))
    assert parts.seen == 700
