"""The linear VAE by gradient descent, its loss exact to the constant.

    z ~ N(0, I_k),   x|z ~ N(Wz + μ, σ²I_D),   q(z|x) = N(M(x-μ), LLᵀ),   L lower triangular with positive diagonal
    loss = (D/2) ln 2πσ² + E|x - μ - Wz|²/2σ² + β·½(tr LLᵀ + |M(x-μ)|² - k - ln det LLᵀ)     nats a sample

summed over dimensions, averaged over the minibatch. The expectation over the encoder's noise is taken exactly, adding
‖WL‖² to the squared error of the encoder mean, or with one draw z = M(x-μ) + Lε per sample (`sampled`), as VAEs are
trained. The loss sees the data through mean and covariance alone; `population` replaces the minibatch by 2D points
mean ± √D·(columns of a root of the covariance) that have exactly the target's, so that it is the population loss.

Source: Lucas et al. (2019); Higgins et al. (2017) for β. `theory.water_filling` knows the optimum.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from toys.doors import positive, positive_integer
from toys.layout import Layout
from toys.learner import Batch, Hyper, Learner, Players, Source, Values, columns, per_member
from toys.targets.target import Target


@dataclass(frozen=True)
class LinearVAE(Learner):
    """Player "vae": W, M, L, μ and ln σ. Training starts from entries `spread`·N(0, 1) of W and M, L = I, μ = 0.

    `full` lets the encoder covariance have off-diagonal entries; `learned_std` trains σ from `std` on.
    """

    target: Target
    latents: int = 2
    beta: Hyper = per_member(1.0)
    std: Hyper = per_member(1.0)
    full: bool = False
    learned_std: bool = False
    sampled: bool = False
    population: bool = False
    spread: float = 0.1
    chunk = 32

    def __post_init__(self) -> None:
        positive_integer(self.latents, "latents")
        positive(self.beta, "beta")
        positive(self.std, "std")
        positive(self.spread, "spread")

    @property
    def layout(self) -> Layout:
        """W (D, k), M (k, D), L (k, k) with the logarithm of its diagonal, μ (D, 1), ln(σ/std) (1, 1)."""
        d, k = self.target.dim, self.latents
        return Layout(((d, k), (k, d), (k, k), (d, 1), (1, 1)))

    @property
    def players(self) -> dict[str, int]:
        return {"vae": self.layout.length}

    def initialise(self, rng: np.random.Generator) -> dict[str, np.ndarray]:
        w, m, *rest = (np.zeros(shape) for shape in self.layout.shapes)
        w, m = (self.spread * rng.standard_normal(a.shape) for a in (w, m))
        return {"vae": self.layout.row(w, m, *rest)}

    def draw(self, steps: int, batch: int, data: Source, rng: np.random.Generator) -> dict[str, np.ndarray]:
        if self.population:
            points = _sigma_points(self.target)
            x = np.broadcast_to(points.T, (steps, *points.T.shape))
        else:
            x = columns(data(steps * batch), steps)
        noise = rng.standard_normal((steps, self.latents, x.shape[2])) if self.sampled else np.zeros((steps, 0, 1))
        return {"x": x, "noise": noise}

    def loss(self, player: str, players: Players, batch: Batch, hyper: Values) -> Tensor:
        error, kl, log_std = self._terms(players, batch, hyper)
        constant = self.target.dim * (0.5 * np.log(2 * np.pi) + log_std)
        return constant + 0.5 * error * (-2 * log_std).exp() + hyper["beta"] * kl

    def _terms(self, players: Players, batch: Batch, hyper: Values) -> tuple[Tensor, Tensor, Tensor]:
        """E|x-μ-Wz|², the KL in nats and ln σ, each (members,)."""
        w, m, scale, mu, log_ratio = self.layout.unpack(players["vae"])
        log_diagonal = scale.diagonal(dim1=1, dim2=2)
        root = torch.diag_embed(log_diagonal.exp())
        root = root + scale.tril(-1) if self.full else root
        centred = batch["x"] - mu
        z = m @ centred
        if self.sampled:
            error = (centred - w @ (z + root @ batch["noise"])).square().sum(1).mean(1)
        else:
            error = (centred - w @ z).square().sum(1).mean(1) + (w @ root).square().sum((1, 2))
        kl = root.square().sum((1, 2)) + z.square().sum(1).mean(1) - self.latents - 2 * log_diagonal.sum(1)
        log_std = hyper["std"].log() + (log_ratio[:, 0, 0] if self.learned_std else 0.0)
        return error, 0.5 * kl, log_std

    def rate_distortion(self, players: Players, hyper: Values) -> Tensor:
        """(members, 2): population rate E KL(q(z|x)‖p(z)) in nats, and distortion E|x-μ-Wz|², z from the encoder."""
        exact = LinearVAE(self.target, self.latents, full=self.full, learned_std=self.learned_std)
        theta = players["vae"]
        x = torch.tensor(_sigma_points(self.target).T, dtype=theta.dtype).expand(theta.shape[0], -1, -1)
        error, kl, _ = exact._terms(players, {"x": x}, hyper)
        return torch.stack([kl, error], 1)

    def decoder(self, players: Players, hyper: Values) -> Tensor:
        """W, (members, D, k)."""
        return self.layout.unpack(players["vae"])[0]

    def encoder(self, players: Players, hyper: Values) -> Tensor:
        """M, (members, k, D)."""
        return self.layout.unpack(players["vae"])[1]

    def encoder_cov(self, players: Players, hyper: Values) -> Tensor:
        """LLᵀ, (members, k, k)."""
        scale = self.layout.unpack(players["vae"])[2]
        root = torch.diag_embed(scale.diagonal(dim1=1, dim2=2).exp())
        root = root + scale.tril(-1) if self.full else root
        return root @ root.mT

    def noise_std(self, players: Players, hyper: Values) -> Tensor:
        """σ, (members,)."""
        log_ratio = self.layout.unpack(players["vae"])[4][:, 0, 0]
        return hyper["std"] * log_ratio.exp() if self.learned_std else hyper["std"]


def _sigma_points(target: Target) -> np.ndarray:
    """2D points (2D, D) whose mean and (biased) covariance are exactly the target's."""
    values, vectors = np.linalg.eigh(target.cov)
    root = np.sqrt(np.maximum(values, 0) * target.dim) * vectors  # an eigenvalue of zero may come out as -1e-17
    return target.mean + np.concatenate([root.T, -root.T])
