"""One GAN written three times, from the same weights and draws: any Python, torch modules, and a learner of `toys`."""

from dataclasses import dataclass, field

import numpy as np
import torch
from torch import nn
from torch.nn.functional import softplus

from toys.contest import Arm
from toys.learners.gan import GAN
from toys.optimisers import Adam
from toys.targets import ring
from toys.torch_modules import Modules
from toys.train import BLOCK, stream

RATE, LATENTS = 1e-3, 2
TARGET = ring()


def mlp(inputs, outputs, width=32):
    return nn.Sequential(
        nn.Linear(inputs, width), nn.ReLU(), nn.Linear(width, width), nn.ReLU(), nn.Linear(width, outputs)
    )


def networks(target, width=32):
    return {"generator": mlp(LATENTS, target.dim, width), "discriminator": mlp(target.dim, 1, width)}


def judge(nets, x, z):
    real, fake = nets["discriminator"](x), nets["discriminator"](nets["generator"](z))
    return softplus(-real).mean() + softplus(fake).mean()


def forge(nets, x, z):
    return softplus(-nets["discriminator"](nets["generator"](z))).mean()


def sample(nets, n, rng):
    return nets["generator"](torch.randn(n, LATENTS, generator=rng))


def as_the_learner(nets, rng):
    """The weights that a `GAN` draws from the same generator."""
    gan = GAN(TARGET)
    rows = gan.initialise(rng)
    for name, net in (("generator", gan.generator), ("discriminator", gan.discriminator)):
        linear = [layer for layer in nets[name] if isinstance(layer, nn.Linear)]
        for (weight, bias), layer in zip(net.unpack(torch.tensor(rows[name][None])), linear, strict=True):
            layer.weight.data, layer.bias.data = weight[0].clone(), bias[0, :, 0].clone()


MODULES = Modules(
    networks, {"discriminator": judge, "generator": forge}, sample, noise=LATENTS, initialise=as_the_learner
)


def arm(target):
    """The same as a learner of `toys`."""

    def draw(fitted, given):
        z = np.stack([rng.standard_normal((len(given), LATENTS)) for rng in fitted.generators()])
        return fitted.evaluate(fitted.learner.sample, own=[z])

    return Arm(GAN(target), Adam(RATE), draw)


@dataclass
class PlainGAN:
    """The same as a loop that anybody would write; `trained` keeps the networks of the last seed."""

    dtype: torch.dtype = torch.float32
    trained: dict = field(default_factory=dict)

    def fit(self, data, *, seed, steps, batch):
        nets = {name: net.to(self.dtype) for name, net in networks(TARGET).items()}
        as_the_learner(nets, stream(seed, 0))
        nets = {name: net.to(self.dtype) for name, net in nets.items()}
        rules = {name: torch.optim.Adam(net.parameters(), lr=RATE) for name, net in nets.items()}
        noise = stream(seed, 2)
        for step in range(steps):
            if step % BLOCK == 0:
                z = torch.as_tensor(noise.standard_normal((BLOCK, LATENTS, batch), dtype=np.float32)).to(self.dtype)
            x = torch.as_tensor(data(batch)).to(self.dtype)
            for name, loss in (("discriminator", judge), ("generator", forge)):
                rules[name].zero_grad()
                loss(nets, x, z[step % BLOCK].T).backward()
                rules[name].step()
        self.trained = nets

        def sampler(n, rng):
            with torch.no_grad():
                return nets["generator"](torch.as_tensor(rng.standard_normal((n, LATENTS))).to(self.dtype)).numpy()

        return sampler
