"""A student distilled from a mixture on the line by reverse KL at many noise levels: its place is free, or its shares are.

    loss = E_σ ω(σ) KL(q_σ‖p_σ),   ln σ uniform on (ln lowest, ln highest),   nats times what ω is in

"place"     q = N(μ, s²), s² that of the first mode
"shares"    q = the modes of the target with shares v, the softmax of the logits, of which a minibatch is drawn mode by mode

averaged over the minibatch, y = x + σε. ω: "variance" s²+σ², "none" 1, or "noise" σ². As ln q - ln p is differentiated at y,
the gradient is that of score distillation, E ω (∂ ln q_σ - ∂ ln p_σ) dy/dθ, and of shares Σ_k dv_k E ω ln(q_σ/p_σ).

Source: Yin et al. (2024), of the gradient.
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
from toys.learner import Batch, Learner, Players, Source, Values
from toys.targets.mixtures import MixtureTarget
from toys.targets.target import Target
from toys.validation import choice, noise_levels, nonnegative, require

FREE, WEIGHTS = ("place", "shares"), ("variance", "none", "noise")


@dataclass(frozen=True)
class Distilled(Learner):
    """Player "student": μ, or a logit a mode; from `start` + jitter·N(0, I), of logits the first from `start`, others from 0.

    Raises ValueError for a target off the line, an unknown `free` or `weight`, unless 0 < lowest ≤ highest, and for a start or
    jitter that is no finite number, or a jitter below 0.
    """

    target: Target
    free: str = "place"
    weight: str = "variance"
    lowest: float = 0.02
    highest: float = 80.0
    start: float = 0.0
    jitter: float = 0.1

    def __post_init__(self) -> None:
        instance("target", self.target, MixtureTarget, "a mixture")
        require(self._modes.dim == 1, "target", "a mixture on the line", self.target)
        choice(self.free, FREE, "free")
        choice(self.weight, WEIGHTS, "weight")
        noise_levels(self.lowest, self.highest)
        require(np.isfinite(self.start), "start", "a finite number", self.start)
        nonnegative(self.jitter, "jitter")

    @property
    def _modes(self) -> MixtureTarget:
        return cast(MixtureTarget, self.target)

    @cached_property
    def modes(self) -> int:
        """Modes of the student."""
        return 1 if self.free == "place" else len(self._modes.mixture)

    @cached_property
    def layout(self) -> Layout:
        """What is free, in a column."""
        return Layout(((self.modes, 1),))

    @property
    def chunk(self) -> int:
        return 64

    @property
    def players(self) -> dict[str, int]:
        return {"student": self.layout.length}

    def initialise(self, rng: np.random.Generator) -> dict[str, np.ndarray]:
        start = np.where(np.arange(self.modes) == 0, self.start, 0.0)[:, None]
        return {"student": self.layout.row(start + self.jitter * rng.standard_normal((self.modes, 1)))}

    def draw(self, steps: int, batch: int, data: Source, rng: np.random.Generator) -> dict[str, np.ndarray]:
        """Noise levels and normal draws, a row a mode; `data` has no say."""
        size = (steps, self.modes, batch)
        std = np.exp(rng.uniform(math.log(self.lowest), math.log(self.highest), size))
        return {"std": std, "normal": rng.standard_normal(size)}

    def loss(self, player: str, players: Players, batch: Batch, hyper: Values) -> Tensor:
        (free,) = self.layout.unpack(players["student"])
        law = self._modes.mixture
        means, var, logs = (
            torch.tensor(part).to(free)[None, :, None] for part in (law.means, law.stds**2, np.log(law.weights))
        )
        student = (free, var[:, :1], 0 * free) if self.free == "place" else (means, var, free.log_softmax(1))
        std = batch["std"]
        total = student[1] + std.square()
        y = student[0] + total.sqrt() * batch["normal"]
        fixed = (part.detach() for part in student)  # of what else moves ln q the mean is 0, and only noise is left
        nats = _log_density(y, std, *fixed) - _log_density(y, std, means, var, logs)
        scale = {"variance": total, "none": torch.ones_like(total), "noise": std.square()}[self.weight]
        return (student[2].exp() * (scale * nats).mean(2, keepdim=True)).sum((1, 2))

    def found(self, players: Players, hyper: Values) -> Float[Tensor, "members {self.modes}"]:
        """μ, or the shares v in the order of the target's modes, (members, modes)."""
        free = self.layout.unpack(players["student"])[0][:, :, 0]
        return free if self.free == "place" else free.softmax(1)


def _log_density(y: Tensor, std: Tensor, means: Tensor, var: Tensor, logs: Tensor) -> Tensor:
    """ln Σ_k e^{logs} N(y; means, var + σ²), but for the constant, at y and σ (members, rows, n)."""
    means, var, logs = (part[:, None] for part in (means, var, logs))
    total = var + std[:, :, None].square()
    return (logs - 0.5 * ((y[:, :, None] - means).square() / total + total.log())).logsumexp(2)
