"""The variational autoencoder with networks for encoder and decoder.

    z ~ N(0, I_k),   x|z ~ N(g(z), σ²),   q(z|x) = N(m(x), diag s²(x)),   z = m(x) + s(x) ε
    loss = E Σ_d [ln σ_d + ½ ln 2π + (x_d - g_d(z))²/2σ_d²] + β·½ Σ_j (s_j² + m_j² - 1 - ln s_j²)     nats a sample

averaged over the minibatch, one ε a sample. `noise` says whose σ it is: "fixed" at `std`; "isotropic", one number
learned from `std` on; "factorised", a number for each dimension and latent, g's network giving ln(σ_d(z)/std) too.
Targets with inputs make encoder and decoder conditional on them, and the outputs are what is coded. Decoder noise of one's
own is a `Residual`: ln p of (x_d - g_d)/σ_d in the place of the normal one, and how it is drawn.

Source: Kingma & Welling (2014); Rezende et al. (2014); Higgins et al. (2017) for β; Sohn et al. (2015), conditional.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import torch
from jaxtyping import Float
from torch import Tensor

from theory.validation.told import told
from toys.layout import Layout
from toys.learner import (
    Batch,
    Hyper,
    Learner,
    Move,
    Players,
    Source,
    Values,
    columns,
    members_in_cache,
    shared_gradients,
)
from toys.networks import MLP, ActivationName, InitName
from toys.targets.target import Target
from toys.validation import choice, nonnegative, positive, positive_integer


@told
@dataclass(frozen=True)
class Residual:
    """The law of (x - g)/σ: its log density in nats, number by number, and `draw(rng, shape)` from it."""

    log_density: Callable[[Tensor], Tensor]
    draw: Callable[[np.random.Generator, tuple[int, ...]], np.ndarray]


@dataclass(frozen=True)
class VAE(Learner):
    """Players "encoder" and "decoder" (with ln σ/std of the isotropic noise), both descending the one loss.

    Raises ValueError unless `latents` is an integer ≥ 1, `beta` ≥ 0, `std` is positive and `noise` is known; when its
    networks are made, for what `MLP` refuses.
    """

    target: Target
    latents: int = 2
    hidden: tuple[int, ...] = (32, 32)
    beta: Hyper = 1.0
    std: Hyper = 0.1
    noise: str = "fixed"
    activation: ActivationName = "relu"
    init: InitName = "uniform"
    gain: float = 1.0
    residual: Residual | None = None

    def __post_init__(self) -> None:
        positive_integer(self.latents, "latents")
        nonnegative(self.beta, "beta")
        positive(self.std, "std")
        choice(self.noise, ("fixed", "isotropic", "factorised"), "noise")

    @property
    def outputs(self) -> int:
        """Dimensions that are coded."""
        return self.target.dim - self.target.inputs

    @cached_property
    def encoder(self) -> MLP:
        """(inputs, outputs) ↦ m, ln s."""
        return MLP((self.target.dim, *self.hidden, 2 * self.latents), self.activation, self.init, self.gain)

    @cached_property
    def decoder(self) -> MLP:
        """(inputs, z) ↦ g, and ln(σ/std) where it is factorised."""
        width = self.outputs * (2 if self.noise == "factorised" else 1)
        return MLP((self.target.inputs + self.latents, *self.hidden, width), self.activation, self.init, self.gain)

    @cached_property
    def layout(self) -> Layout:
        """The decoder's row and ln(σ/std)."""
        return Layout(((self.decoder.length,), (1,)))

    @property
    def chunk(self) -> int:
        return members_in_cache(self.encoder, self.decoder)

    @property
    def players(self) -> dict[str, int]:
        return {"encoder": self.encoder.length, "decoder": self.layout.length}

    def initialise(self, rng: np.random.Generator) -> dict[str, np.ndarray]:
        encoder = self.encoder.initialise(rng)
        return {"encoder": encoder, "decoder": self.layout.row(self.decoder.initialise(rng), np.zeros(1))}

    def draw(self, steps: int, batch: int, data: Source, rng: np.random.Generator) -> dict[str, np.ndarray]:
        x = columns(data(steps * batch), steps)
        return {"x": x, "noise": rng.standard_normal((steps, self.latents, batch), dtype=np.float32)}

    def loss(self, player: str, players: Players, batch: Batch, hyper: Values) -> Tensor:
        likelihood, kl = self._terms(players, batch["x"], batch["noise"], hyper)
        return (hyper["beta"][:, None] * kl - likelihood).mean(1)

    def gradients(self, move: Move, players: Players, batch: Batch, hyper: Values) -> tuple[Values, Values]:
        if type(self) is VAE:  # a subclass's loss may tell its players apart
            return shared_gradients(self, players, batch, hyper)
        return super().gradients(move, players, batch, hyper)

    def _terms(self, players: Players, x: Tensor, noise: Tensor, hyper: Values) -> tuple[Tensor, Tensor]:
        """ln p(x|z) and the KL, both (members, batch) in nats."""
        mean, log_std = self.encoder(players["encoder"], x).chunk(2, 1)
        kl = 0.5 * ((2 * log_std).exp() + mean.square() - 1 - 2 * log_std).sum(1)
        given, coded = x[:, : self.target.inputs], x[:, self.target.inputs :]
        g, log_noise = self._decode(players["decoder"], mean + log_std.exp() * noise, given, hyper)
        if self.residual is not None:
            return (self.residual.log_density((coded - g) * (-log_noise).exp()) - log_noise).sum(1), kl
        error = ((coded - g) * (-log_noise).exp()).square()
        return (-log_noise - 0.5 * math.log(2 * math.pi) - 0.5 * error).sum(1), kl

    def _decode(self, theta: Tensor, z: Tensor, given: Tensor, hyper: Values) -> tuple[Tensor, Tensor]:
        """g(z) and ln σ(z), both (members, outputs, batch)."""
        row, log_ratio = self.layout.unpack(theta)
        out = self.decoder(row, torch.cat([given, z], 1) if self.target.inputs else z)
        log_std = hyper["std"].log()[:, None, None]
        if self.noise == "factorised":
            g, ratio = out.chunk(2, 1)
            return g, log_std + ratio
        if self.noise == "isotropic":
            log_std = log_std + log_ratio[:, :, None]
        return out, log_std.expand_as(out)

    def residuals(self, shape: tuple[int, ...], rng: np.random.Generator) -> np.ndarray:
        """Draws of (x - g)/σ, standard normal unless they are a law of their own."""
        return rng.standard_normal(shape) if self.residual is None else self.residual.draw(rng, shape)

    def terms(
        self,
        players: Players,
        hyper: Values,
        x: Float[Tensor, "members n dim"],
        noise: Float[Tensor, "members n {self.latents}"],
    ) -> Float[Tensor, "members n 2"]:
        """-ln p(x|z) and KL at rows x (members, n, dim) with noise (members, n, latents): (members, n, 2) in nats."""
        likelihood, kl = self._terms(players, x.mT.contiguous(), noise.mT.contiguous(), hyper)
        return torch.stack([-likelihood, kl], 2)

    def encode(
        self, players: Players, hyper: Values, x: Float[Tensor, "members n dim"]
    ) -> Float[Tensor, "members n {2*self.latents}"]:
        """m(x) and s(x) side by side, (members, n, 2·latents)."""
        mean, log_std = self.encoder(players["encoder"], x.mT.contiguous()).chunk(2, 1)
        return torch.cat([mean, log_std.exp()], 1).mT

    def decode(
        self,
        players: Players,
        hyper: Values,
        z: Float[Tensor, "members n {self.latents}"],
        given: Float[Tensor, "members n inputs"] | None = None,
    ) -> Float[Tensor, "members n {2*self.outputs}"]:
        """g(z) and σ(z) side by side, (members, n, 2·outputs), for latents (members, n, latents).

        `given` (members, n, inputs) where the target has inputs.
        """
        inputs = z[..., :0] if given is None else given
        g, log_std = self._decode(players["decoder"], z.mT.contiguous(), inputs.mT.contiguous(), hyper)
        return torch.cat([g, log_std.exp()], 1).mT
