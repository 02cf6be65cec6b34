"""A policy over the modes of a mixture, fine-tuned on rewards under a KL penalty: REINFORCE.

    π = softmax(logits),   π_ref: the weights of the mixture
    "reverse"   ascends E_π R - β KL(π‖π_ref):  mean (A - mean A) ∇ ln π(a),  A = R(a) - β ln π(a)/π_ref(a),  a ~ π
    "forward"   ascends E_π R - β KL(π_ref‖π):  the same with A = R(a), and β mean ∇ ln π(x),  x a mode of the data

A minibatch is as many actions a, drawn by inverting uniform numbers, as it has data points; of these the mode is the one whose
mean is nearest. Losses are minus what is ascended, as the minibatch has it, in the units of the rewards (the forward one but
for the entropy of π_ref).

Source: Williams (1992); Jaques et al. (2017) for the penalty.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import cast

import numpy as np
import torch
from jaxtyping import Float
from torch import Tensor

from theory.validation.inputs import instance
from toys.learner import Batch, Hyper, Learner, Players, Source, Values
from toys.targets.mixtures import MixtureTarget
from toys.targets.target import Target
from toys.validation import choice, nonnegative, positive, require

DIRECTIONS = ("reverse", "forward")


@dataclass(frozen=True)
class PolicyGradient(Learner):
    """Player "policy": a logit a mode, which start at those of π_ref + jitter·N(0, I).

    Raises ValueError unless there are as many finite rewards as modes, two or more, all of weight above 0, the direction is known,
    `beta` is positive and `jitter` not below 0.
    """

    target: Target
    rewards: tuple[float, ...]
    direction: str = "reverse"
    beta: Hyper = 1.0
    jitter: float = 0.0

    def __post_init__(self) -> None:
        instance("target", self.target, MixtureTarget, "a mixture")
        weights, given = self._modes.mixture.weights, np.asarray(self.rewards, dtype=float)
        require(
            len(weights) > 1 and bool((weights > 0).all()), "target", "two or more modes of weight above 0", weights
        )
        fits = given.shape == weights.shape and bool(np.isfinite(given).all())
        require(fits, "rewards", f"{len(weights)} finite numbers", self.rewards)
        choice(self.direction, DIRECTIONS, "direction")
        positive(self.beta, "beta")
        nonnegative(self.jitter, "jitter")

    @property
    def _modes(self) -> MixtureTarget:
        return cast(MixtureTarget, self.target)

    @property
    def chunk(self) -> int:
        return 64

    @property
    def players(self) -> dict[str, int]:
        return {"policy": len(self.rewards)}

    def initialise(self, rng: np.random.Generator) -> dict[str, np.ndarray]:
        logits = np.log(self._modes.mixture.weights)
        return {"policy": logits + self.jitter * rng.standard_normal(len(logits))}

    def draw(self, steps: int, batch: int, data: Source, rng: np.random.Generator) -> dict[str, np.ndarray]:
        far = np.linalg.norm(data(steps * batch)[:, None] - self._modes.centres, axis=2)
        return {"action": rng.random((steps, 1, batch)), "data": far.argmin(axis=1).reshape(steps, 1, batch)}

    def loss(self, player: str, players: Players, batch: Batch, hyper: Values) -> Tensor:
        log_pi = torch.log_softmax(players["policy"], 1)
        edges = log_pi.detach().exp().cumsum(1)[:, :-1, None]
        action = (batch["action"] > edges).sum(1)
        worth, beta = self._worth(log_pi.detach(), hyper["beta"]).gather(1, action), hyper["beta"]
        value, chosen = worth.mean(1), log_pi.gather(1, action)
        ascended = ((worth - value[:, None]) * chosen).mean(1)
        ascended = value + ascended - ascended.detach()  # its value, and the slope of the estimator
        if self.direction == "forward":
            ascended = ascended + beta * log_pi.gather(1, batch["data"][:, 0].long()).mean(1)
        return -ascended

    def _worth(self, log_pi: Tensor, beta: Tensor) -> Tensor:
        """What each mode is worth to the estimator (members, modes)."""
        rewards = torch.tensor(self.rewards, dtype=log_pi.dtype, device=log_pi.device).expand_as(log_pi)
        if self.direction == "forward":
            return rewards
        reference = torch.tensor(self._modes.mixture.weights, dtype=log_pi.dtype, device=log_pi.device).log()
        return rewards - beta[:, None] * (log_pi - reference)

    def shares(self, players: Players, hyper: Values) -> Float[Tensor, "members {len(self.rewards)}"]:
        """π, (members, modes)."""
        return torch.softmax(players["policy"], 1)
