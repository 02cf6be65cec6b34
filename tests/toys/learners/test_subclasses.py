"""What a subclass overrides is what is trained: gradients written by hand serve the exact class they were written for."""

from dataclasses import dataclass

import numpy as np
import pytest
import torch
from torch.nn.functional import relu

from toys.learner import Learner, Move
from toys.learners import gan as gans
from toys.learners.gan import GAN, OBJECTIVES, Objective
from toys.learners.joint_gan import JointGAN
from toys.learners.linear_vae import LinearVAE
from toys.learners.vae import VAE
from toys.learners.vq import VQVAE
from toys.networks import MLP
from toys.normalised_layers import NormalisedMLP
from toys.optimisers import SGD, RMSProp
from toys.piecewise import layers_of
from toys.targets import power_law_signal, ring, two_branch
from toys.train import fit

SMALL = {"generator_hidden": (7, 5), "discriminator_hidden": (6,), "activation": "tanh"}
SETTINGS = {"seeds": [3, 8], "steps": 6, "batch": 32, "dtype": "float64"}
OPTIONS = [
    {}, {"pack": 2, "noise": 0.2}, {"simultaneous": True}, {"clip": 0.2}, {"r1": 0.3}, {"unroll": 2, "unroll_rate": 0.3},
    {"unroll": 2, "r1": 0.3, "pack": 2}, {"discriminator_steps": 2, "generator_steps": [1, 2]}, {"objective": "relativistic"},
]  # fmt: skip


def same(one, other, players=None):
    """Whether two runs end at the same parameters, to 1e-9."""
    return all(np.allclose(one.players[p], other.players[p], rtol=0, atol=1e-9) for p in players or one.players)


def differ(one, other):
    """Whether every player ends elsewhere."""
    return all(np.abs(one.players[p] - other.players[p]).max() > 1e-4 for p in one.players)


def hinge(player, r, f):
    """Of logits (members, n): max(0, 1-r) + max(0, 1+f), and -f (Lim & Ye 2017)."""
    return (relu(1 - r) + relu(1 + f)).mean(1) if player == "discriminator" else -f.mean(1)


class Hinge(GAN):
    """By its own `loss`, which knows nothing of how the parent computes."""

    def loss(self, player, players, batch, hyper):
        real, fake = self.shown(self.generator(players["generator"], batch["z"]), batch, hyper)
        theta = players["discriminator"]
        return hinge(player, *(self.discriminator(theta, x)[:, 0] for x in (real, fake)))


class HingeByLogits(GAN):
    """The same by the method that turns logits into a loss."""

    def mean_loss(self, player, logits):
        r, f = logits.chunk(2, 2) if player == "discriminator" else (logits, logits)
        return hinge(player, r[:, 0], f[:, 0])


class Slow(Learner):
    """The twin: the same loss in a learner with no parent, in ordinary operations, on the draws of a plain `gan`."""

    def __init__(self, gan):
        self.gan, self.target, self.initialise, self.draw = gan, gan.target, gan.initialise, gan.draw

    players = property(lambda self: self.gan.players)
    initialise, draw = None, None

    def moves(self, hyper):
        return [Move(("discriminator",)), Move(("generator",))]

    def loss(self, player, players, batch, hyper):
        judge, theta = self.gan.discriminator.plain, players["discriminator"]
        fake = self.gan.generator.plain(players["generator"], batch["z"])
        return hinge(player, *(judge(theta, x)[:, 0] for x in (batch["real"], fake)))


def test_an_overridden_loss_is_trained():
    """A hinge loss ends elsewhere than its parent, and where the same loss ends in a twin by autograd."""
    parent, child, twin = (
        fit(learner, optimiser=SGD(0.1), **SETTINGS)
        for learner in (GAN(ring(), **SMALL), Hinge(ring(), **SMALL), Slow(GAN(ring(), **SMALL)))
    )
    assert differ(parent, child)
    assert same(child, twin)
    assert np.allclose(child.loss["generator"], twin.loss["generator"], rtol=1e-9)


@pytest.mark.parametrize("options", [{}, {"pack": 2, "noise": 0.2}, {"simultaneous": True}, {"clip": 0.2}], ids=str)
def test_a_loss_may_be_overridden_at_any_depth(options):
    """By the public method, by the one that judges logits, by an objective of one's own: the same networks."""
    OBJECTIVES["hinge"] = Objective(lambda r, f: relu(1 - r) + relu(1 + f), lambda r, f: -f)
    try:
        learners = Hinge, HingeByLogits, lambda *args, **kw: GAN(*args, objective="hinge", **kw)
        runs = [fit(make(ring(), **SMALL, **options), optimiser=SGD(0.1), **SETTINGS) for make in learners]
    finally:
        del OBJECTIVES["hinge"]
    assert same(runs[0], runs[1])
    assert same(runs[0], runs[2])
    assert differ(runs[0], fit(GAN(ring(), **SMALL, **options), optimiser=SGD(0.1), **SETTINGS))


def test_unrolling_looks_ahead_of_the_loss_that_is_trained():
    """The generator of a subclass meets the discriminator that descended the subclass's own loss, through its fakes."""
    options = {**SMALL, "unroll": 2, "unroll_rate": 0.3}

    class HalfHinge(GAN):
        def loss(self, player, players, batch, hyper):
            if player == "generator":
                return super().loss(player, players, batch, hyper)
            return Hinge.loss(self, player, players, batch, hyper)

    class HalfHingeByLogits(GAN):
        def mean_loss(self, player, logits):
            if player == "generator":
                return super().mean_loss(player, logits)
            return HingeByLogits.mean_loss(self, player, logits)

    public, private, parent = (
        fit(kind(ring(), **options), optimiser=SGD(0.1), **SETTINGS) for kind in (HalfHinge, HalfHingeByLogits, GAN)
    )
    assert same(public, private)
    assert differ(public, parent)


def test_an_objective_of_ones_own_may_pair():
    """Registered with `paired`, without slopes, it gives the generator real logits: relativistic once more."""
    known = OBJECTIVES["relativistic"]
    OBJECTIVES["mine"] = Objective(known.discriminator, known.generator, paired=True)
    try:
        mine = fit(GAN(ring(), objective="mine", **SMALL), **SETTINGS)
    finally:
        del OBJECTIVES["mine"]
    assert same(mine, fit(GAN(ring(), objective="relativistic", **SMALL), **SETTINGS))


@pytest.mark.parametrize("options", OPTIONS, ids=str)
@pytest.mark.parametrize("target", [ring(), two_branch()], ids=lambda t: t.name)
def test_a_subclass_that_changes_nothing_trains_as_its_parent(target, options):
    """By autograd instead of by hand: the same networks, to 1e-9 in float64."""
    same_kind = type("Renamed", (GAN,), {})
    runs = [fit(kind(target, **(SMALL | options)), optimiser=SGD(0.1), **SETTINGS) for kind in (GAN, same_kind)]
    assert same(*runs)


def doubled(name):
    """A subclass of `GAN` whose method `name` gives twice what its parent gives."""

    def method(self, *args):
        found = getattr(GAN, name)(self, *args)
        return tuple(2 * part for part in found) if isinstance(found, tuple) else 2 * found

    return type("Doubled", (GAN,), {name: method})


@pytest.mark.parametrize("name", ["shown", "fed", "_complete", "mean_loss", "latent", "loss"])
def test_methods_of_a_gan_that_are_overridden_are_honoured(name):
    """Whatever what is seen, fed, completed or lost becomes twice as large, both players end elsewhere."""
    child = fit(doubled(name)(ring(), **SMALL), optimiser=SGD(0.1), **SETTINGS)
    assert differ(child, fit(GAN(ring(), **SMALL), optimiser=SGD(0.1), **SETTINGS))


def test_gradients_and_moves_that_are_overridden_are_honoured():
    """Half gradients are half the rate; without moves of the generator it stays."""

    class Half(GAN):
        def gradients(self, move, players, batch, hyper):
            losses, slopes = super().gradients(move, players, batch, hyper)
            return losses, {name: slope / 2 for name, slope in slopes.items()}

    class Still(GAN):
        def moves(self, hyper):
            return [Move(("discriminator",))]

    half, slow = (
        fit(kind(ring(), **SMALL), optimiser=SGD(rate), **SETTINGS) for kind, rate in ((Half, 0.2), (GAN, 0.1))
    )
    assert same(half, slow)
    still = fit(Still(ring(), **SMALL), record=[0], **SETTINGS)
    assert np.array_equal(*still.players["generator"])


class Bent(MLP):
    """An MLP with sin at its end, by `__call__`."""

    def __call__(self, theta, x):
        return super().__call__(theta, x).sin()


class BentPlainly(MLP):
    """The same by `plain`."""

    def plain(self, theta, x):
        return super().plain(theta, x).sin()


@dataclass(frozen=True)
class Wrapped:
    """The same by an MLP inside, called in its fast form."""

    sizes: tuple[int, ...]

    def __post_init__(self):
        inner = MLP(self.sizes)
        for name, value in (("inner", inner), ("length", inner.length), ("initialise", inner.initialise)):
            object.__setattr__(self, name, value)

    def __call__(self, theta, x):
        return self.inner(theta, x).sin()


class BentNormalised(NormalisedMLP):
    """The same of a network that is normalised, here by nothing."""

    def __call__(self, theta, x):
        return super().__call__(theta, x).sin()


@pytest.mark.parametrize("options", [o for o in OPTIONS if "activation" not in o], ids=str)
def test_a_network_of_ones_own_is_called_as_it_defines_itself(options):
    """Subclassed, wrapped or normalised, in either player, under second derivatives too; and not as its parent."""
    shape = {"generator_hidden": (7, 5), "discriminator_hidden": (6,)}

    def run(form):
        learner = GAN(ring(), generator_form=form, discriminator_form=form, **shape, **options)
        return fit(learner, optimiser=SGD(0.1), **SETTINGS)

    first, *others = (run(form) for form in (Bent, BentPlainly, Wrapped, BentNormalised))
    assert all(same(first, other) for other in others)
    assert differ(first, run(MLP))


@pytest.mark.parametrize("objective", ["ali", "veegan"])
def test_joint_gans_honour_networks_and_losses(objective):
    """A bent network in every player, and a doubled loss, whose step is twice as long."""
    shape = {"generator_hidden": (5,), "encoder_hidden": (5,), "discriminator_hidden": (6,), "objective": objective}
    players = ("generator", "encoder", "discriminator")
    runs = [
        fit(JointGAN(ring(), **shape, **{f"{p}_form": form for p in players}), **SETTINGS)
        for form in (Bent, BentNormalised, MLP)
    ]
    assert same(runs[0], runs[1])
    assert differ(runs[0], runs[2])

    class Doubled(JointGAN):
        def loss(self, *args):
            return 2 * super().loss(*args)

    child, parent = (
        fit(kind(ring(), **shape), optimiser=SGD(rate), **SETTINGS) for kind, rate in ((Doubled, 0.05), (JointGAN, 0.1))
    )
    assert same(child, parent)


@pytest.mark.parametrize(
    ("kind", "players"), [(VAE, ["decoder"]), (VQVAE, ["decoder", "codebook"])], ids=lambda x: str(x)
)
def test_a_loss_that_tells_its_players_apart_is_not_shared(kind, players):
    """An encoder that descends twice the loss moves twice as far at first, and the others as before."""

    class Apart(kind):
        def loss(self, player, *args):
            return super().loss(player, *args) * (2 if player == "encoder" else 1)

    settings = SETTINGS | {"steps": 1, "optimiser": SGD(0.1), "record": [0]}
    apart, parent, equal = (
        fit(k(ring(), hidden=(5,)), **settings) for k in (Apart, kind, type("Renamed", (kind,), {}))
    )
    first, second = (run.players["encoder"][1] - run.players["encoder"][0] for run in (apart, parent))
    assert np.abs(second).max() > 1e-4
    assert np.allclose(first, 2 * second, rtol=0, atol=1e-12)
    assert same(apart, parent, players)
    assert same(equal, parent)


def test_rate_and_distortion_are_those_of_the_subclass():
    """Its doubled L adds (4-1)/2 for each latent to the rate that the same row has in the parent."""

    class Doubled(LinearVAE):
        def _root(self, scale):
            return 2 * super()._root(scale)

    learner, parent = (kind(power_law_signal(4), 2, sampled=True) for kind in (Doubled, LinearVAE))
    rows = {"vae": torch.tensor(learner.initialise(np.random.default_rng(0))["vae"][None])}
    (rate, _), (least, _) = (made.rate_distortion(rows, {"std": torch.ones(1)})[0] for made in (learner, parent))
    assert float(rate - least) == pytest.approx(2 * (4 - 1) / 2, rel=1e-9)


def test_only_plain_networks_are_worked_out_as_broken_lines():
    """The layers of a network with more to it do not say what it is: a clear error."""
    row = MLP((1, 4, 1)).initialise(np.random.default_rng(0))
    for net in (Bent((1, 4, 1)), NormalisedMLP((1, 4, 1))):
        with pytest.raises(ValueError, match="net: expected an MLP"):
            layers_of(net, row)


def test_looking_ahead_of_adam_needs_all_its_moments():
    """RMSProp's mean square alone does not do."""
    with pytest.raises(ValueError, match="unroll_betas"):
        fit(GAN(ring(), unroll=1, unroll_betas=(0.5, 0.99)), seeds=[1], steps=1, batch=16, optimiser=RMSProp(0.1))


def test_the_hand_written_gradient_is_still_in_use(monkeypatch):
    """By a plain GAN, and by nothing else."""
    used = []
    monkeypatch.setattr(gans, "_ByHand", lambda gan, players: used.append(type(gan).__name__) or (lambda *_: ({}, {})))
    players = {k: torch.zeros(1, n) for k, n in GAN(ring()).players.items()}
    for learner in (GAN(ring()), Hinge(ring()), GAN(ring(), r1=0.1), GAN(ring(), generator_form=Bent)):
        learner.descent(players)
    assert used == ["GAN"]
