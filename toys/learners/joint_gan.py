"""Adversaries with an encoder: ALI and VEEGAN, whose discriminator judges pairs of a sample and its latent.

Real pairs are (x, F(x)) with x from the data, generated ones (G(z), z) with z ~ N(0, I_k). With r = D(real pair),
f = D(generated pair), ς(t) = ln(1+eᵗ), all players move at once and descend the mean over the minibatch of

    loss      discriminator     generator               encoder
    ali       ς(-r) + ς(f)      ς(-f)                   ς(r)                F(x) = m(x) + s(x) ε
    veegan    ς(-r) + ς(f)      -f + |z - F(G(z))|²     |z - F(G(z))|²      F deterministic

VEEGAN's logit is the logarithm of a density ratio, and minus it what its generator descends; its encoder learns from
generated pairs alone, which is what makes it notice when many z come out as one x.

Source: Dumoulin et al. (2017), algorithm 1 and section 2.2; Srivastava et al. (2017), algorithm 1.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import torch
from jaxtyping import Float
from torch import Tensor
from torch.nn.functional import softplus

from theory.validation.told import told
from toys.learner import Batch, Learner, Players, Source, Values, columns, members_in_cache
from toys.networks import MLP
from toys.normalised_layers import NetworkFactory, NormalisedMLP
from toys.targets.target import Target
from toys.validation import choice, positive_integer, require


@told
@dataclass(frozen=True)
class JointGAN(Learner):
    """Players "generator", "encoder" and "discriminator"; each network an MLP unless its form makes another.

    Raises ValueError for an unknown objective, latents that are no integer ≥ 1, and a target with inputs.
    """

    target: Target
    objective: str = "ali"
    latents: int = 2
    generator_hidden: tuple[int, ...] = (32, 32)
    encoder_hidden: tuple[int, ...] = (32, 32)
    discriminator_hidden: tuple[int, ...] = (32, 32)
    generator_form: NetworkFactory = MLP
    encoder_form: NetworkFactory = MLP
    discriminator_form: NetworkFactory = MLP

    def __post_init__(self) -> None:
        choice(self.objective, ("ali", "veegan"), "objective")
        positive_integer(self.latents, "latents")
        require(self.target.inputs == 0, "target", "no inputs", self.target.inputs)

    @cached_property
    def generator(self) -> MLP | NormalisedMLP:
        """z ↦ x."""
        return self.generator_form((self.latents, *self.generator_hidden, self.target.dim))

    @cached_property
    def encoder(self) -> MLP | NormalisedMLP:
        """x ↦ z, or its m and ln s."""
        outputs = self.latents * (2 if self.objective == "ali" else 1)
        return self.encoder_form((self.target.dim, *self.encoder_hidden, outputs))

    @cached_property
    def discriminator(self) -> MLP | NormalisedMLP:
        """(x, z) ↦ logit."""
        return self.discriminator_form((self.target.dim + self.latents, *self.discriminator_hidden, 1))

    @property
    def chunk(self) -> int:
        return members_in_cache(self.generator, self.encoder, self.discriminator)

    @property
    def players(self) -> dict[str, int]:
        return {name: getattr(self, name).length for name in ("discriminator", "generator", "encoder")}

    def initialise(self, rng: np.random.Generator) -> dict[str, np.ndarray]:
        return {name: getattr(self, name).initialise(rng) for name in ("generator", "encoder", "discriminator")}

    def draw(self, steps: int, batch: int, data: Source, rng: np.random.Generator) -> dict[str, np.ndarray]:
        z, noise = rng.standard_normal((2, steps, self.latents, batch), dtype=np.float32)
        return {"real": columns(data(steps * batch), steps), "z": z, "noise": noise}

    def loss(self, player: str, players: Players, batch: Batch, hyper: Values) -> Tensor:
        made = self.generator(players["generator"], batch["z"])
        missed = 0.0
        if self.objective == "veegan" and player != "discriminator":
            missed = (batch["z"] - self.encoder(players["encoder"], made)).square().sum(1)
            if player == "encoder":
                return missed.mean(1)
        code = self._code(players, batch["real"], batch["noise"])
        pairs = torch.cat([torch.cat([batch["real"], made], 2), torch.cat([code, batch["z"]], 2)], 1)
        r, f = self.discriminator(players["discriminator"], pairs)[:, 0].chunk(2, 1)
        if player == "discriminator":
            return (softplus(-r) + softplus(f)).mean(1)
        if player == "encoder":
            return softplus(r).mean(1)
        return (softplus(-f) if self.objective == "ali" else missed - f).mean(1)

    def _code(self, players: Players, x: Tensor, noise: Tensor) -> Tensor:
        out = self.encoder(players["encoder"], x)
        if self.objective == "veegan":
            return out
        mean, log_std = out.chunk(2, 1)
        return mean + log_std.exp() * noise

    def sample(
        self, players: Players, hyper: Values, z: Float[Tensor, "members n latents"]
    ) -> Float[Tensor, "members n {self.target.dim}"]:
        """Samples (members, n, dim) from latents (members, n, latents)."""
        return self.generator(players["generator"], z.mT.contiguous()).mT

    def reconstruct(
        self, players: Players, hyper: Values, z: Float[Tensor, "members n latents"]
    ) -> Float[Tensor, "members n latents"]:
        """F(G(z)), or its mean, (members, n, latents)."""
        made = self.generator(players["generator"], z.mT.contiguous())
        return self.encoder(players["encoder"], made)[:, : self.latents].mT
