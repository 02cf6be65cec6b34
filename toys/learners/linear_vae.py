"""The linear VAE by gradient descent, its loss exact to the constant.

    z ~ N(0, I_k),   x|z ~ N(Wz + μ, σ²I_D),   q(z|x) = N(Mx + c, LLᵀ),   L lower triangular with positive diagonal
    loss = (D/2) ln 2πσ² + E|x - μ - Wz|²/2σ² + β·½(tr LLᵀ + |Mx + c|² - k - ln det LLᵀ)     nats a sample

summed over dimensions, averaged over the minibatch; x is centred by the target's mean beforehand. The expectation over the encoder's noise is taken exactly, adding
‖WL‖² to the squared error of the encoder mean, or with one draw z = Mx + c + Lε per sample (`sampled`), as VAEs are
trained. The loss sees the data through mean and covariance alone; `population` replaces the minibatch by the points
± √D·(columns of a root of the covariance), which have exactly the target's, so that it is the population loss.

Source: Lucas et al. (2019); Higgins et al. (2017) for β. `theory.water_filling` knows the optimum.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import torch
from jaxtyping import Float
from torch import Tensor

from toys.layout import ALIGNMENT, Layout
from toys.learner import Batch, Hyper, Learner, Players, Source, Values, columns
from toys.networks import MLP
from toys.targets.target import Target
from toys.validation import nonnegative, positive, positive_integer


@dataclass(frozen=True)
class LinearVAE(Learner):
    """Player "vae": μ, W; c, M; L, ln σ. Training starts from entries `spread`·N(0, 1) of W and M, L = I, c = μ = 0.

    `full` lets the encoder covariance have off-diagonal entries; `learned_std` trains σ from `std` on.

    Raises ValueError unless `latents` is an integer ≥ 1, `beta` ≥ 0, and `std` and `spread` are positive.
    """

    target: Target
    latents: int = 2
    beta: Hyper = 1.0
    std: Hyper = 1.0
    full: bool = False
    learned_std: bool = False
    sampled: bool = False
    population: bool = False
    spread: float = 0.1

    def __post_init__(self) -> None:
        positive_integer(self.latents, "latents")
        nonnegative(self.beta, "beta")
        positive(self.std, "std")
        positive(self.spread, "spread")

    @cached_property
    def decoder_net(self) -> MLP:
        """z ↦ Wz + μ."""
        return MLP((self.latents, self.target.dim))

    @cached_property
    def encoder_net(self) -> MLP:
        """x ↦ Mx + c."""
        return MLP((self.target.dim, self.latents))

    @cached_property
    def layout(self) -> Layout:
        """The decoder's row, the encoder's, L (k, k) with the logarithm of its diagonal, ln(σ/std)."""
        k = self.latents
        return Layout(((self.decoder_net.length,), (self.encoder_net.length,), (k, k), (1,)))

    @property
    def chunk(self) -> int:
        return 32

    @property
    def players(self) -> dict[str, int]:
        return {"vae": self.layout.length}

    def initialise(self, rng: np.random.Generator) -> dict[str, np.ndarray]:
        d, k = self.target.dim, self.latents
        w, m = self.spread * rng.standard_normal((d, k)), self.spread * rng.standard_normal((k, d))
        decoder = self.decoder_net.layout.row(w, np.zeros((d, 1)))
        encoder = self.encoder_net.layout.row(m, np.zeros((k, 1)))
        return {"vae": self.layout.row(decoder, encoder, np.zeros((k, k)), np.zeros(1))}

    def draw(self, steps: int, batch: int, data: Source, rng: np.random.Generator) -> dict[str, np.ndarray]:
        if self.population:
            points = _sigma_points(self.target)
            x = np.broadcast_to(points.T, (steps, *points.T.shape))
        else:
            x = columns(data(steps * batch) - self.target.mean, steps)
        noise = rng.standard_normal((steps, self.latents, x.shape[2])) if self.sampled else np.zeros((steps, 0, 1))
        return {"x": x, "noise": noise}

    def loss(self, player: str, players: Players, batch: Batch, hyper: Values) -> Tensor:
        noise = batch["noise"] if self.sampled else None
        error, kl, log_std = self._terms(players, batch["x"], noise, hyper)
        constant = self.target.dim * (0.5 * np.log(2 * np.pi) + log_std)
        return constant + 0.5 * error * (-2 * log_std).exp() + hyper["beta"] * kl

    def _terms(self, players: Players, x: Tensor, noise: Tensor | None, hyper: Values) -> tuple[Tensor, Tensor, Tensor]:
        """E|x-μ-Wz|², the KL in nats and ln σ, each (members,); exact in ε without `noise`."""
        decoder, encoder, scale, log_ratio = self.layout.unpack(players["vae"])
        root = self._root(scale)
        z = mean = self.encoder_net(encoder, x)
        spread = 0.0
        if noise is not None:
            z = mean + _product(root, noise)
        else:
            spread = _product(self.decoder_net.unpack(decoder)[0][0], root).square().sum((1, 2))
        error = (x - self.decoder_net(decoder, z)).square().sum(1).mean(1) + spread
        log_det = 2 * scale.diagonal(dim1=1, dim2=2).sum(1)
        kl = 0.5 * (root.square().sum((1, 2)) + mean.square().sum(1).mean(1) - self.latents - log_det)
        return error, kl, hyper["std"].log() + (log_ratio[:, 0] if self.learned_std else 0.0)

    def _root(self, scale: Tensor) -> Tensor:
        """L (members, k, k)."""
        root = torch.diag_embed(scale.diagonal(dim1=1, dim2=2).exp())
        return root + scale.tril(-1) if self.full else root

    def rate_distortion(self, players: Players, hyper: Values) -> Float[Tensor, "members 2"]:
        """(members, 2): population rate E KL(q(z|x)‖p(z)) in nats, and distortion E|x-μ-Wz|², z from the encoder."""
        theta = players["vae"]
        x = torch.tensor(_sigma_points(self.target).T, dtype=theta.dtype, device=theta.device).expand(
            theta.shape[0], -1, -1
        )
        error, kl, _ = self._terms(players, x, None, hyper)
        return torch.stack([kl, error], 1)

    def decoder(self, players: Players, hyper: Values) -> Float[Tensor, "members {self.target.dim} {self.latents}"]:
        """W, (members, D, k)."""
        return self.decoder_net.unpack(self.layout.unpack(players["vae"])[0])[0][0]

    def encoder(self, players: Players, hyper: Values) -> Float[Tensor, "members {self.latents} {self.target.dim}"]:
        """M, (members, k, D)."""
        return self.encoder_net.unpack(self.layout.unpack(players["vae"])[1])[0][0]

    def encoder_cov(self, players: Players, hyper: Values) -> Float[Tensor, "members {self.latents} {self.latents}"]:
        """LLᵀ, (members, k, k)."""
        root = self._root(self.layout.unpack(players["vae"])[2])
        return root @ root.mT

    def noise_std(self, players: Players, hyper: Values) -> Float[Tensor, " members"]:
        """σ, (members,)."""
        log_ratio = self.layout.unpack(players["vae"])[3][:, 0]
        return hyper["std"] * log_ratio.exp() if self.learned_std else hyper["std"]


def _product(a: Tensor, b: Tensor) -> Tensor:
    """a @ b without a matrix routine, whose rounding would depend on how a small matrix happens to be aligned."""
    return (a[..., None] * b[:, None]).sum(2)


def _sigma_points(target: Target) -> np.ndarray:
    """2D points of mean zero whose (biased) covariance is exactly the target's, repeated to a multiple of 16."""
    values, vectors = np.linalg.eigh(target.cov)
    root = np.sqrt(np.maximum(values, 0) * target.dim) * vectors  # an eigenvalue of zero may come out as -1e-17
    points = np.concatenate([root.T, -root.T])
    return np.tile(points, (ALIGNMENT // math.gcd(ALIGNMENT, len(points)), 1))
