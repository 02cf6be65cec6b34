"""A GAN and a linear VAE in plain PyTorch, one at a time: the textbook twins of `toys`, and peers of its benchmark."""

import numpy as np
import torch
from torch import nn
from torch.nn import functional

from toys.learners.gan import GAN
from toys.learners.linear_vae import LinearVAE
from toys.train import BLOCK, TrainingData, stream

ACTIVATIONS = {"relu": nn.ReLU, "tanh": nn.Tanh, "sigmoid": nn.Sigmoid}


def network_of(mlp, row, dtype):
    """An `nn.Sequential` with the weights of a member's row."""
    modules = []
    for weight, bias in mlp.unpack(torch.tensor(row[None], dtype=dtype)):
        linear = nn.Linear(weight.shape[2], weight.shape[1], dtype=dtype)
        linear.weight.data, linear.bias.data = weight[0].clone(), bias[0, :, 0].clone()
        modules += [linear, ACTIVATIONS[mlp.activation]()]
    return nn.Sequential(*modules[:-1])


def losses(objective, real, fake):
    """(discriminator's, generator's) from logits, in the words of PyTorch."""
    one, zero = torch.ones_like(real), torch.zeros_like(real)
    bce, mse = functional.binary_cross_entropy_with_logits, functional.mse_loss
    if objective == "minimax":
        return bce(real, one) + bce(fake, zero), -bce(fake, zero)
    if objective == "saddle":
        value = bce(real, one) + bce(fake, zero)
        return value, -value
    if objective == "nonsaturating":
        return bce(real, one) + bce(fake, zero), bce(fake, one)
    if objective == "wasserstein":
        return fake.mean() - real.mean(), -fake.mean()
    if objective == "least_squares":
        return 0.5 * (mse(real, one) + mse(fake, zero)), 0.5 * mse(fake, one)
    return bce(real - fake, one), bce(fake - real, one)


def slope(discriminator, x):
    """|∇D| at each row."""
    x = x.detach().requires_grad_()
    (g,) = torch.autograd.grad(discriminator(x).sum(), x, create_graph=True)
    return g.norm(dim=1)


class Twin:
    """One member of a GAN learner, trained by Adam in a plain loop on the same draws."""

    def __init__(self, learner: GAN, seed: int, batch: int, rate: float, dtype=torch.float64):
        self.learner, self.batch, self.dtype = learner, batch, dtype
        rows = learner.initialise(stream(seed, 0))
        self.generator = network_of(learner.generator, rows["generator"], dtype)
        self.discriminator = network_of(learner.discriminator, rows["discriminator"], dtype)
        self.g_adam = torch.optim.Adam(self.generator.parameters(), rate)
        self.d_adam = torch.optim.Adam(self.discriminator.parameters(), rate)
        self.source, self.rng = TrainingData(learner.target, seed, None), stream(seed, 2)

    def train(self, steps):
        for step in range(steps):
            if step % BLOCK == 0:
                block = self.learner.draw(BLOCK * self.learner.turns, self.batch, self.source, self.rng)
            first = (step % BLOCK) * self.learner.turns
            draws = [
                {k: torch.as_tensor(np.ascontiguousarray(v[first + t].T), dtype=self.dtype) for k, v in block.items()}
                for t in range(self.learner.turns)
            ]
            for turn in range(self.learner.discriminator_steps):
                self.judge(draws[turn])
            for turn in range(int(self.learner.generator_steps)):
                self.forge(draws[turn])

    def pair(self, draws):
        """Real and fake rows as the discriminator sees them."""
        inputs = draws["real"][:, : self.learner.target.inputs]
        fake = torch.cat([inputs, self.generator(torch.cat([draws["z"], inputs], 1))], 1)
        real = draws["real"]
        if "real_noise" in draws:
            real, fake = (
                real + self.learner.noise * draws["real_noise"],
                fake + self.learner.noise * draws["fake_noise"],
            )
        return packed(real, self.learner.pack), packed(fake, self.learner.pack)

    def judge(self, draws):
        with torch.no_grad():
            real, fake = self.pair(draws)
        loss = losses(self.learner.objective, self.discriminator(real), self.discriminator(fake))[0]
        if self.learner.r1:
            loss = loss + 0.5 * self.learner.r1 * slope(self.discriminator, real).square().mean()
        if self.learner.r2:
            loss = loss + 0.5 * self.learner.r2 * slope(self.discriminator, fake).square().mean()
        if self.learner.penalty:
            mix = draws["share"] * real + (1 - draws["share"]) * fake
            loss = loss + self.learner.penalty * (slope(self.discriminator, mix) - 1).square().mean()
        self.d_adam.zero_grad(set_to_none=True)
        loss.backward()
        self.d_adam.step()

    def forge(self, draws):
        real, fake = self.pair(draws)
        judged = self.discriminator(fake)
        # Real samples matter to the generator only where they are paired with fakes.
        paired = self.learner.objective == "relativistic"
        loss = losses(self.learner.objective, self.discriminator(real) if paired else judged.detach(), judged)[1]
        self.g_adam.zero_grad(set_to_none=True)
        loss.backward()
        self.g_adam.step()

    def sample(self, z):
        with torch.no_grad():
            return self.generator(torch.as_tensor(z, dtype=self.dtype)).numpy()


def packed(x, pack):
    """Rows of `pack` samples: the j-th of each of `pack` equal stretches, coordinate by coordinate."""
    n = len(x) // pack
    return torch.stack([x[p * n : (p + 1) * n] for p in range(pack)], 2).reshape(n, -1)


class LinearTwin:
    """One linear VAE with a diagonal encoder covariance, its expectation exact, trained by Adam on the same draws."""

    def __init__(self, learner: LinearVAE, seed: int, batch: int, rate: float, dtype=torch.float64):
        self.learner, self.batch, self.dtype = learner, batch, dtype
        decoder, encoder, _, _ = learner.layout.unpack(learner.initialise(stream(seed, 0))["vae"][None])
        self.decoder = network_of(learner.decoder_net, decoder[0], dtype)
        self.encoder = network_of(learner.encoder_net, encoder[0], dtype)
        self.log_scale = nn.Parameter(torch.zeros(learner.latents, dtype=dtype))
        parameters = [*self.decoder.parameters(), *self.encoder.parameters(), self.log_scale]
        self.adam = torch.optim.Adam(parameters, rate)
        self.source, self.rng = TrainingData(learner.target, seed, None), stream(seed, 2)

    def train(self, steps):
        for step in range(steps):
            if step % BLOCK == 0:
                block = self.learner.draw(BLOCK, self.batch, self.source, self.rng)["x"]
            x = torch.as_tensor(np.ascontiguousarray(block[step % BLOCK].T), dtype=self.dtype)
            self.adam.zero_grad(set_to_none=True)
            self.loss(x).backward()
            self.adam.step()

    def loss(self, x):
        mean, scale, std = self.encoder(x), self.log_scale.exp(), self.learner.std
        error = (x - self.decoder(mean)).square().sum(1).mean() + (self.decoder[0].weight * scale).square().sum()
        kl = 0.5 * (scale.square() + mean.square() - 1 - 2 * self.log_scale).sum(1).mean()
        constant = 0.5 * self.learner.target.dim * np.log(2 * np.pi * std**2)
        return constant + error / (2 * std**2) + self.learner.beta * kl
