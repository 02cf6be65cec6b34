"""n generated points against n data points, one discriminator network between them.

With r_i = D(x_i), f_i = D(y_i), ς(t) = ln(1+eᵗ) and a pairing π, the discriminator descends

    separable   mean ς(-r_i) + ς(f_i)             fixed, shuffled   mean ς(f_π(i) - r_i)

plus (r1/2) mean |∇D(x_i)|²; π is the identity ("fixed") or drawn afresh at every move ("shuffled"). The points descend
the same with the signs of r and f exchanged ("nonsaturating") or the negative of it ("minimax"). They are parameters
themselves, with no network to tie them, and start at the first data point: collapsed. A step is
`discriminator_steps` moves of the discriminator, then one of the points.

Sources: Sun, Fang & Schwing (2020), sections 3 and 4; Jolicoeur-Martineau (2019); Mescheder et al. (2018) for r1.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import torch
from jaxtyping import Float
from torch import Tensor
from torch.nn.functional import softplus

from toys.layout import Layout
from toys.learner import Batch, Hyper, Learner, Move, Players, Source, Values
from toys.networks import MLP, ActivationName, twice
from toys.targets.atoms import Atoms
from toys.validation import choice, nonnegative, positive_integer, require

LOSSES = ("separable", "fixed", "shuffled")
DESCENTS = ("nonsaturating", "minimax")


@dataclass(frozen=True)
class PairedPoints(Learner):
    """Players "points" and "discriminator"; the points start at the first place + jitter·N(0, I).

    Raises ValueError for an unknown pairing or descent, steps that are no integer ≥ 1, and `r1` or `jitter` below 0.
    """

    target: Atoms  # pyright: ignore[reportIncompatibleVariableOverride]  frozen, nobody puts another there
    pairing: str = "fixed"
    descent_of: str = "nonsaturating"
    hidden: tuple[int, ...] = (32,)
    activation: ActivationName = "tanh"
    r1: Hyper = 0.3
    jitter: float = 0.01
    discriminator_steps: int = 8

    def __post_init__(self) -> None:
        choice(self.pairing, LOSSES, "pairing")
        choice(self.descent_of, DESCENTS, "descent_of")
        positive_integer(self.discriminator_steps, "discriminator_steps")
        require(bool((np.asarray(self.r1, dtype=float) >= 0).all()), "r1", "numbers ≥ 0", self.r1)
        nonnegative(self.jitter, "jitter")

    @cached_property
    def layout(self) -> Layout:
        """The generated points, in columns."""
        return Layout((self.target.points.T.shape,))

    @cached_property
    def discriminator(self) -> MLP:
        """x ↦ logit."""
        return MLP((self.target.dim, *self.hidden, 1), self.activation)

    @property
    def turns(self) -> int:
        return self.discriminator_steps + 1

    @property
    def chunk(self) -> int:
        return 24

    @property
    def players(self) -> dict[str, int]:
        return {"discriminator": self.discriminator.length, "points": self.layout.length}

    def initialise(self, rng: np.random.Generator) -> dict[str, np.ndarray]:
        start = self.target.points[:1].T + self.jitter * rng.standard_normal(self.target.points.T.shape)
        return {"points": self.layout.row(start), "discriminator": self.discriminator.initialise(rng)}

    def draw(self, steps: int, batch: int, data: Source, rng: np.random.Generator) -> dict[str, np.ndarray]:
        """The pairings of every move; `batch` and `data` have no say."""
        n = len(self.target.points)
        return {"partner": rng.permuted(np.tile(np.arange(n), (steps, 1, 1)), axis=2)}

    def moves(self, hyper: Values) -> list[Move]:
        answers = [Move(("discriminator",), turn) for turn in range(self.discriminator_steps)]
        return [*answers, Move(("points",), self.discriminator_steps)]

    def loss(self, player: str, players: Players, batch: Batch, hyper: Values) -> Tensor:
        (y,) = self.layout.unpack(players["points"])
        x = torch.tensor(self.target.points.T).to(y).expand_as(y)
        theta = players["discriminator"]
        if player == "points":
            r, f = self.discriminator(theta, torch.cat([x, y], 2))[:, 0].chunk(2, 1)
            return self._value(f, r, batch) if self.descent_of == "nonsaturating" else -self._value(r, f, batch)
        x = x.clone().requires_grad_()
        with torch.enable_grad():
            r, f = (twice(self.discriminator)(theta, at)[:, 0] for at in (x, y))
            (slope,) = torch.autograd.grad(r.sum(), x, create_graph=True)
        return self._value(r, f, batch) + 0.5 * hyper["r1"] * slope.square().sum(1).mean(1)

    def _value(self, r: Tensor, f: Tensor, batch: Batch) -> Tensor:
        """The discriminator's loss (members,) at logits (members, n)."""
        if self.pairing == "separable":
            return (softplus(-r) + softplus(f)).mean(1)
        if self.pairing == "shuffled":
            f = f.gather(1, batch["partner"][:, 0].long())
        return softplus(f - r).mean(1)

    def generated(self, players: Players, hyper: Values) -> Float[Tensor, "members n {self.target.dim}"]:
        """The points (members, n, dim)."""
        return self.layout.unpack(players["points"])[0].mT
