"""A denoiser: a network trained by L2 to recover x from x + σε, at all noise levels at once.

    D(y, σ) = y/(1 + σ²/c²) + σ/√(1 + σ²/c²) F(y/√(c² + σ²), ¼ ln σ),       c² = mean variance of the target
    loss = E |D(x + σε, σ) - x|² (1/σ² + 1/c²),     ln σ uniform on (ln lowest, ln highest)

averaged over the minibatch, summed over dimensions. Weight and skip connection make F's task of unit size at every σ;
neither moves the minimiser, which is the posterior mean E[x | x + σε]. About the target's mean throughout. Sampling
integrates the probability-flow ODE dx/dσ = (x - D(x, σ))/σ downwards from the highest level. Of a target with inputs only the
outputs are noisy, and F is given the inputs too: the minimiser is E[y | y + σε, x].

Source: Karras et al. (2022), equations 1, 7 and table 1; Miyasawa (1961).
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import torch
from jaxtyping import Float
from torch import Tensor

from toys.learner import Batch, Learner, Players, Source, Values, columns, members_in_cache
from toys.networks import MLP, ActivationName, InitName
from toys.ode import heun
from toys.targets.target import Target
from toys.validation import noise_levels


@dataclass(frozen=True)
class Denoiser(Learner):
    """Player "denoiser": F, an MLP from (scaled x, ¼ ln σ), and inputs where the target has some.

    Raises ValueError unless 0 < lowest ≤ highest; when its network is made, for what `MLP` refuses.
    """

    target: Target
    lowest: float = 0.01
    highest: float = 10.0
    hidden: tuple[int, ...] = (64, 64)
    activation: ActivationName = "relu"
    init: InitName = "uniform"
    gain: float = 1.0

    def __post_init__(self) -> None:
        noise_levels(self.lowest, self.highest)

    @cached_property
    def net(self) -> MLP:
        """F."""
        sizes = (self.target.dim + 1, *self.hidden, self.target.dim - self.target.inputs)
        return MLP(sizes, self.activation, self.init, self.gain)

    @cached_property
    def scale(self) -> float:
        """c, the root mean variance of the target's coordinates, inputs apart."""
        given = self.target.inputs
        return math.sqrt(np.trace(self.target.cov[given:, given:]) / (self.target.dim - given))

    @property
    def chunk(self) -> int:
        return members_in_cache(self.net)

    @property
    def players(self) -> dict[str, int]:
        return {"denoiser": self.net.length}

    def initialise(self, rng: np.random.Generator) -> dict[str, np.ndarray]:
        return {"denoiser": self.net.initialise(rng)}

    def draw(self, steps: int, batch: int, data: Source, rng: np.random.Generator) -> dict[str, np.ndarray]:
        x = columns(data(steps * batch) - self.target.mean, steps)
        log_std = rng.uniform(math.log(self.lowest), math.log(self.highest), (steps, 1, batch))
        std = np.exp(log_std)
        given, x = x[:, : self.target.inputs], x[:, self.target.inputs :]
        draws = {"x": x, "noisy": x + std * rng.standard_normal(x.shape), "std": std}
        return {**draws, "given": given} if self.target.inputs else draws

    def loss(self, player: str, players: Players, batch: Batch, hyper: Values) -> Tensor:
        std = batch["std"]
        error = self._denoise(players["denoiser"], batch["noisy"], std, batch.get("given")) - batch["x"]
        return (error.square() * (std**-2 + self.scale**-2)).sum(1).mean(1)

    def _denoise(self, theta: Tensor, noisy: Tensor, std: Tensor, given: Tensor | None) -> Tensor:
        """D about the target's mean, (members, outputs, n)."""
        total = (1 + (std / self.scale).square()).sqrt()
        seen = [noisy / (self.scale * total), 0.25 * std.log(), *([] if given is None else [given])]
        f = self.net(theta, torch.cat(seen, 1))
        return noisy / total.square() + std / total * f

    def denoise(
        self,
        players: Players,
        hyper: Values,
        x: Float[Tensor, "members n dim"],
        std: Float[Tensor, "members n 1"],
        given: Float[Tensor, "members n inputs"] | None = None,
    ) -> Float[Tensor, "members n dim"]:
        """D(x, σ), (members, n, dim), for rows x (members, n, dim) and levels σ > 0 (members, n, 1).

        With inputs, at `given` (members, n, inputs), rows are of outputs alone.
        """
        mean = torch.as_tensor(self.target.mean, dtype=x.dtype, device=x.device)
        place, centre = mean[: self.target.inputs], mean[self.target.inputs :]
        about = None if given is None else (given - place).mT.contiguous()
        return centre + self._denoise(players["denoiser"], (x - centre).mT.contiguous(), std.mT, about).mT

    def sample(
        self,
        players: Players,
        hyper: Values,
        start: Float[Tensor, "members n dim"],
        levels: Float[Tensor, "members levels"],
        given: Float[Tensor, "members n inputs"] | None = None,
    ) -> Float[Tensor, "members n dim"]:
        """Heun's method along `levels` (members, n_levels), the first member's, highest first, from rows `start`
        (members, n, dim) at the highest level: (members, n, dim). Source: Karras et al. (2022), algorithm 1.
        With inputs, at `given` (members, n, inputs), rows are of outputs alone.
        """

        def slope(x: Tensor, std: float) -> Tensor:
            return (x - self.denoise(players, hyper, x, torch.full_like(x[..., :1], std), given)) / std

        return heun(slope, start, [float(level) for level in levels[0]])
