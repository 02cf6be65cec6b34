"""The mixture density network: a network whose outputs are the parameters of a mixture.

    p(y|x) = Σ_k w_k(x) Π_d N(y_d; μ_kd(x), σ_kd²(x)),   loss = -E ln p(y|x)     nats a sample

averaged over the minibatch; w by softmax, σ by exponential. One component is an L2 head with a variance of its own for
each x. Without inputs the network sees a constant and fits one mixture.

Source: Bishop (1994), Mixture density networks.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import torch
from jaxtyping import Float
from torch import Tensor

from toys.learner import Batch, Learner, Players, Source, Values, members_in_cache, supervised
from toys.networks import MLP, ActivationName, InitName
from toys.targets.target import Target
from toys.validation import positive_integer


@dataclass(frozen=True)
class MixtureNetwork(Learner):
    """Player "network", giving `components` weights, means and standard deviations at each input.

    Raises ValueError unless `components` is an integer ≥ 1; when its network is made, for what `MLP` refuses.
    """

    target: Target
    components: int = 3
    hidden: tuple[int, ...] = (32, 32)
    activation: ActivationName = "tanh"
    init: InitName = "uniform"
    gain: float = 1.0

    def __post_init__(self) -> None:
        positive_integer(self.components, "components")

    @property
    def outputs(self) -> int:
        """Dimensions of y."""
        return self.target.dim - self.target.inputs

    @cached_property
    def net(self) -> MLP:
        """x ↦ logits, means, ln σ."""
        width = self.components * (1 + 2 * self.outputs)
        return MLP((max(self.target.inputs, 1), *self.hidden, width), self.activation, self.init, self.gain)

    @property
    def chunk(self) -> int:
        return members_in_cache(self.net)

    @property
    def players(self) -> dict[str, int]:
        return {"network": self.net.length}

    def initialise(self, rng: np.random.Generator) -> dict[str, np.ndarray]:
        return {"network": self.net.initialise(rng)}

    def draw(self, steps: int, batch: int, data: Source, rng: np.random.Generator) -> dict[str, np.ndarray]:
        return supervised(data(steps * batch), steps, self.target.inputs)

    def loss(self, player: str, players: Players, batch: Batch, hyper: Values) -> Tensor:
        return -self._log_density(players["network"], batch["x"], batch["y"]).mean(1)

    def _heads(self, theta: Tensor, x: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """ln w (members, K, n), μ and ln σ (members, K, outputs, n)."""
        k, d = self.components, self.outputs
        logits, means, log_stds = torch.split(self.net(theta, x), [k, k * d, k * d], 1)
        shape = (x.shape[0], k, d, x.shape[2])
        return logits.log_softmax(1), means.reshape(shape), log_stds.reshape(shape)

    def _log_density(self, theta: Tensor, x: Tensor, y: Tensor) -> Tensor:
        log_weights, means, log_stds = self._heads(theta, x)
        error = ((y[:, None] - means) * (-log_stds).exp()).square()
        normal = (-0.5 * error - log_stds - 0.5 * math.log(2 * math.pi)).sum(2)
        return (log_weights + normal).logsumexp(1)

    def mixture(
        self, players: Players, hyper: Values, x: Float[Tensor, "members n inputs"]
    ) -> Float[Tensor, "members n {self.components*(1+2*self.outputs)}"]:
        """w, μ, σ side by side at inputs (members, n, inputs): (members, n, K·(1 + 2·outputs)), component first."""
        log_weights, means, log_stds = self._heads(players["network"], x.mT.contiguous())
        parts = [log_weights.exp(), means.flatten(1, 2), log_stds.exp().flatten(1, 2)]
        return torch.cat(parts, 1).mT

    def draw_from(
        self, row: Float[np.ndarray, " {self.components*(1+2*self.outputs)}"], count: int, rng: np.random.Generator
    ) -> Float[np.ndarray, "{count} {self.outputs}"]:
        """`count` draws of y, (count, outputs), from a row w, μ, σ of `mixture`.

        Raises ValueError unless `count` is an integer ≥ 1.
        """
        positive_integer(count, "count")
        weights, parts = np.split(row.astype(float), [self.components])
        means, stds = parts.reshape(2, self.components, self.outputs)
        chosen = rng.choice(self.components, size=count, p=weights / weights.sum())
        return means[chosen] + stds[chosen] * rng.standard_normal((count, self.outputs))

    def logpdf(
        self,
        players: Players,
        hyper: Values,
        x: Float[Tensor, "members n inputs"],
        y: Float[Tensor, "members n {self.outputs}"],
    ) -> Float[Tensor, "members n"]:
        """ln p(y|x), (members, n), for rows x (members, n, inputs) and y (members, n, outputs)."""
        return self._log_density(players["network"], x.mT.contiguous(), y.mT.contiguous())
