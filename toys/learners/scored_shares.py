"""The shares of known modes on the line, learned by denoising at one noise level or at many: nothing else is free.

    D(y, σ) = Σ_k π_k(y) (μ_k + (y - μ_k)/(1 + σ²/s_k²)),     π_k ∝ v_k N(y; μ_k, s_k² + σ²),     v = softmax of the logits
    loss = E |D(x + σε, σ) - x|²/σ² · L,      ln σ uniform on (ln lowest, ln highest),  L = ln(highest/lowest), 1 of one level

averaged over the minibatch. D is the posterior mean of the mixture with these shares, so what the loss has above its least is
∫ |∇ ln p_σ - ∇ ln q_σ|² σ dσ, nats: KL(p‖q) at the lowest level less that at the highest. Of one level it is the integrand, σ²|...|².

Sources: Vincent (2011); Song, Durkan, Murray & Ermon (2021) for the weight 1/σ².
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property
from typing import cast

import numpy as np
import torch
from jaxtyping import Float
from torch import Tensor

from theory.validation.inputs import instance
from toys.layout import Layout
from toys.learner import Batch, Learner, Players, Source, Values, columns
from toys.targets.mixtures import MixtureTarget
from toys.targets.target import Target
from toys.validation import noise_levels, nonnegative, require


@dataclass(frozen=True)
class ScoredShares(Learner):
    """Player "shares": a logit a mode of the target, from jitter·N(0, I).

    Raises ValueError for a target off the line, unless 0 < lowest ≤ highest, and for a jitter below 0.
    """

    target: Target
    lowest: float = 0.05
    highest: float = 50.0
    jitter: float = 0.3

    def __post_init__(self) -> None:
        instance("target", self.target, MixtureTarget, "a mixture")
        require(self._modes.dim == 1, "target", "a mixture on the line", self.target)
        noise_levels(self.lowest, self.highest)
        nonnegative(self.jitter, "jitter")

    @property
    def _modes(self) -> MixtureTarget:
        return cast(MixtureTarget, self.target)

    @cached_property
    def layout(self) -> Layout:
        """The logits, in a column."""
        return Layout(((len(self._modes.mixture), 1),))

    @property
    def chunk(self) -> int:
        return 64

    @property
    def players(self) -> dict[str, int]:
        return {"shares": self.layout.length}

    def initialise(self, rng: np.random.Generator) -> dict[str, np.ndarray]:
        return {"shares": self.layout.row(self.jitter * rng.standard_normal((len(self._modes.mixture), 1)))}

    def draw(self, steps: int, batch: int, data: Source, rng: np.random.Generator) -> dict[str, np.ndarray]:
        x = columns(data(steps * batch), steps)
        std = np.exp(rng.uniform(math.log(self.lowest), math.log(self.highest), x.shape))
        return {"x": x, "noisy": x + std * rng.standard_normal(x.shape), "std": std}

    def loss(self, player: str, players: Players, batch: Batch, hyper: Values) -> Tensor:
        error = self._denoised(players["shares"], batch["noisy"], batch["std"]) - batch["x"]
        span = math.log(self.highest / self.lowest) if self.highest > self.lowest else 1.0
        return span * (error / batch["std"]).square().mean((1, 2))

    def _denoised(self, theta: Tensor, noisy: Tensor, std: Tensor) -> Tensor:
        """D (members, 1, n)."""
        (logits,) = self.layout.unpack(theta)
        means, stds = (
            torch.tensor(part).to(noisy)[None, :, None]
            for part in (self._modes.mixture.means, self._modes.mixture.stds)
        )
        var = stds.square() + std.square()
        posterior = (logits - 0.5 * ((noisy - means).square() / var + var.log())).softmax(1)
        return (posterior * (means + (noisy - means) * stds.square() / var)).sum(1, keepdim=True)

    def shares(self, players: Players, hyper: Values) -> Float[Tensor, "members K"]:
        """v (members, K), in the order of the target's components."""
        return self.layout.unpack(players["shares"])[0][:, :, 0].softmax(1)
