"""A discriminator alone, between two fixed laws: the real target and a frozen generator.

    loss = E ς(-D(real)) + E ς(D(fake)),   ς(t) = ln(1+eᵗ),   D a logit     nats

averaged over the minibatch. Its least value is ln 4 - 2 JS(p, q), at σ(D) = p/(p+q).

Source: Goodfellow et al. (2014), proposition 1.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import torch
from jaxtyping import Float
from torch import Tensor
from torch.nn.functional import softplus

from toys.learner import Batch, Learner, Players, Source, Values, columns, members_in_cache
from toys.networks import MLP, ActivationName, InitName
from toys.targets.target import Target
from toys.validation import require


@dataclass(frozen=True)
class Discriminator(Learner):
    """Player "discriminator" between samples of `target` (real) and of `fake`.

    Raises ValueError where `fake` has another dimension; when its network is made, for what `MLP` refuses.
    """

    target: Target
    fake: Target
    hidden: tuple[int, ...] = (32, 32)
    activation: ActivationName = "tanh"
    init: InitName = "uniform"
    gain: float = 1.0

    def __post_init__(self) -> None:
        require(self.fake.dim == self.target.dim, "fake", f"dimension {self.target.dim}", self.fake.dim)

    @cached_property
    def net(self) -> MLP:
        """x ↦ logit."""
        return MLP((self.target.dim, *self.hidden, 1), self.activation, self.init, self.gain)

    @property
    def chunk(self) -> int:
        return members_in_cache(self.net)

    @property
    def players(self) -> dict[str, int]:
        return {"discriminator": self.net.length}

    def initialise(self, rng: np.random.Generator) -> dict[str, np.ndarray]:
        return {"discriminator": self.net.initialise(rng)}

    def draw(self, steps: int, batch: int, data: Source, rng: np.random.Generator) -> dict[str, np.ndarray]:
        real, fake = data(steps * batch), self.fake.sample(steps * batch, rng)
        return {"both": np.concatenate([columns(real, steps), columns(fake, steps)], axis=2)}

    def loss(self, player: str, players: Players, batch: Batch, hyper: Values) -> Tensor:
        real, fake = self.net(players["discriminator"], batch["both"]).chunk(2, 2)
        return (softplus(-real) + softplus(fake)).mean((1, 2))

    def logit(self, players: Players, hyper: Values, x: Float[Tensor, "members n dim"]) -> Float[Tensor, "members n"]:
        """D, (members, n), at rows x (members, n, dim)."""
        return self.net(players["discriminator"], x.mT.contiguous())[:, 0]

    def logit_slope(
        self, players: Players, hyper: Values, x: Float[Tensor, "members n dim"]
    ) -> Float[Tensor, "members n dim"]:
        """∇D, (members, n, dim), at rows x (members, n, dim)."""
        with torch.enable_grad():
            points = x.mT.contiguous().requires_grad_()
            (slope,) = torch.autograd.grad(self.net(players["discriminator"], points).sum(), points)
        return slope.mT
