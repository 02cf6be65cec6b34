"""ALI and VEEGAN against plain PyTorch, and what the encoder is for."""

import numpy as np
import pytest
import torch
from torch.nn import functional

from tests.toys.twins import network_of
from toys.learners.joint_gan import JointGAN
from toys.optimisers import SGD, Adam
from toys.targets import bishop_inverse, ring
from toys.train import TrainingData, fit, stream

SMALL = {"generator_hidden": (7, 5), "encoder_hidden": (6,), "discriminator_hidden": (6,), "latents": 3}


def textbook(objective, nets, x, z, noise):
    """Losses of discriminator, generator and encoder on rows, as the papers write them."""
    generator, encoder, discriminator = nets
    out = encoder(x)
    code = out if objective == "veegan" else out[:, :3] + out[:, 3:].exp() * noise
    made = generator(z)
    r, f = discriminator(torch.cat([x, code], 1)), discriminator(torch.cat([made, z], 1))
    one, zero = torch.ones_like(r), torch.zeros_like(r)
    bce = functional.binary_cross_entropy_with_logits
    judge = bce(r, one) + bce(f, zero)
    if objective == "ali":
        return judge, bce(f, one), bce(r, zero)
    recovered = (z - encoder(made)).square().sum(1).mean()
    return judge, -f.mean() + recovered, recovered


@pytest.mark.parametrize("objective", ["ali", "veegan"])
def test_one_step_is_that_of_the_textbook(objective):
    """All three players move by the slopes of their own losses at the old parameters, to 1e-9 in float64."""
    learner = JointGAN(ring(), objective, **SMALL)
    fitted = fit(learner, seeds=[4, 9], steps=1, batch=32, optimiser=SGD(0.1), dtype="float64", record=[0])
    names = ("generator", "encoder", "discriminator")
    nets = [network_of(getattr(learner, n), fitted.players[n][0, 1], torch.float64) for n in names]
    draws = learner.draw(32, 32, TrainingData(ring(), 9, None), stream(9, 2))
    x, z, noise = (torch.tensor(draws[k][0].T.astype(float).copy()) for k in ("real", "z", "noise"))
    judge, make, encode = textbook(objective, nets, x, z, noise)
    for name, net, loss in zip(names, nets, (make, encode, judge), strict=True):
        slopes = torch.autograd.grad(loss, list(net.parameters()), retain_graph=True)
        blocks = getattr(learner, name).unpack(torch.tensor(fitted.players[name][-1, 1:2]))
        moved = [p.reshape(p.shape[1:]) for pair in blocks for p in pair]
        for new, old, slope in zip(moved, net.parameters(), slopes, strict=True):
            assert torch.allclose(new.reshape(old.shape), old - 0.1 * slope, atol=1e-9)


@pytest.mark.parametrize("objective", ["ali", "veegan"])
def test_a_member_does_not_depend_on_its_neighbours(objective):
    """A seed gives bitwise the same networks alone and among eighteen."""
    learner = JointGAN(ring(), objective, **SMALL)
    crowd, alone = (fit(learner, seeds=seeds, steps=5, batch=32) for seeds in (range(18), [13]))
    for name in learner.players:
        assert np.array_equal(crowd.players[name][:, 13], alone.players[name][:, 0])


def test_veegans_encoder_recovers_the_latent_of_what_was_generated():
    """After 300 steps F(G(z)) explains most of the variance of z; samples have the target's shape."""
    fitted = fit(JointGAN(ring(), "veegan"), seeds=[1, 2], steps=300, batch=64, optimiser=Adam(2e-3))
    z = np.random.default_rng(0).standard_normal((2, 512, 2))
    back = fitted.evaluate(fitted.learner.reconstruct, own=[z])
    assert ((back - z) ** 2).mean() < 0.5
    assert fitted.evaluate(fitted.learner.sample, own=[z]).shape == (2, 512, 2)


@pytest.mark.parametrize(
    "bad", [{"objective": "bigan"}, {"latents": 0}, {"target": bishop_inverse()}], ids=lambda b: next(iter(b))
)
def test_bad_options_are_refused(bad):
    """Each is named."""
    with pytest.raises(ValueError, match=next(iter(bad))):
        JointGAN(**({"target": ring()} | bad))
