"""Flow matching: a velocity field learned by L2 regression, integrated to turn noise into data.

    x_t = (1-t) x₀ + t x₁,   loss = E|v_θ(x_t, t) - (x₁ - x₀)|²,   t ~ U(0, 1),  x₀ ~ source,  x₁ ~ target
    sampling: dx/dt = v_θ(x, t) from x₀ at t = 0 to t = 1 by n Euler steps

averaged over the minibatch, summed over dimensions, squared data units. The optimum is v(x, t) = E[x₁ - x₀ | x_t = x].
The source is N(0, I), or a target. Couplings of x₀ and x₁: "independent"; "sorted" pairs them in order within the minibatch,
on the line, and "transport" by the least sum of squared distances, anywhere (both the optimal transport of the minibatch);
"given" takes for x₀ what the target gives with x₁, as a second flow takes the pairs that a first one has joined.
`start_share` of the minibatch is put at t = 0 exactly, for questions about the first step.
Otherwise of a target with inputs only the outputs move, and the network is given the inputs too. "transport" looks at
outputs alone, so the inputs come to depend on x₀; "conditional transport" pairs within rows of equal inputs, each x₀ keeping
those it was drawn with.

Source: Lipman et al. (2023), Liu et al. (2023); Tong et al. (2024) for minibatch couplings, Cheng & Schwing (2025) under conditions.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import torch
from jaxtyping import Float
from scipy.optimize import linear_sum_assignment
from scipy.spatial.distance import cdist
from torch import Tensor

from theory.validation.inputs import instance
from toys.learner import Batch, Learner, Players, Source, Values, columns, members_in_cache
from toys.networks import MLP, ActivationName, InitName
from toys.ode import euler
from toys.targets.target import Target
from toys.validation import choice, require

COUPLINGS = ("independent", "sorted", "transport", "conditional transport", "given")


@dataclass(frozen=True)
class FlowMatching(Learner):
    """Player "velocity": an MLP from (x, t), and inputs where the target has some, to v.

    Raises ValueError for an unknown coupling, "sorted" off the line and with inputs, "given" of a target without as many inputs
    as outputs or with a source, a source that has inputs or not as many columns as the target has outputs, a `start_share`
    outside [0, 1), and for what `MLP` refuses.
    """

    target: Target
    hidden: tuple[int, ...] = (64, 64)
    coupling: str = "independent"
    activation: ActivationName = "relu"
    start_share: float = 0.0
    init: InitName = "uniform"
    gain: float = 1.0
    source: Target | None = None
    net: MLP = field(init=False)

    def __post_init__(self) -> None:
        choice(self.coupling, COUPLINGS, "coupling")
        line = self.coupling != "sorted" or self.target.dim == 1
        require(line, "coupling", "independent, unless the target is one-dimensional", self.coupling)
        paired = self.coupling != "given" or 2 * self.target.inputs == self.target.dim
        require(paired, "coupling", "independent, unless the target has as many inputs as outputs", self.coupling)
        require(0 <= self.start_share < 1, "start_share", "a number in [0, 1)", self.start_share)
        outputs = self.target.dim - self.target.inputs
        if self.source is not None:
            source = instance("source", self.source, Target, "a target, or None")
            fits = (source.dim, source.inputs) == (outputs, 0) and self.coupling != "given"
            require(fits, "source", f"a target of {outputs} columns without inputs, and none of given pairs", source)
        sizes = (outputs + 1 + self._conditions, *self.hidden, outputs)
        object.__setattr__(self, "net", MLP(sizes, self.activation, self.init, self.gain))

    @property
    def _conditions(self) -> int:
        """Inputs that the network is given."""
        return 0 if self.coupling == "given" else self.target.inputs

    @property
    def chunk(self) -> int:
        return members_in_cache(self.net)

    @property
    def players(self) -> dict[str, int]:
        return {"velocity": self.net.length}

    def initialise(self, rng: np.random.Generator) -> dict[str, np.ndarray]:
        return {"velocity": self.net.initialise(rng)}

    def draw(self, steps: int, batch: int, data: Source, rng: np.random.Generator) -> dict[str, np.ndarray]:
        rows = columns(data(steps * batch), steps)
        given, x1 = rows[:, : self.target.inputs], rows[:, self.target.inputs :]
        x0 = given if self.coupling == "given" else self._starts(x1.shape, rng)
        if self.coupling == "sorted":
            x0, x1 = np.sort(x0, axis=2), np.sort(x1, axis=2)
        elif "transport" in self.coupling:
            within = given if self.coupling.startswith("conditional") else given[:, :0]
            x0 = np.stack([_nearest(*one) for one in zip(x0, x1, within, strict=True)])
        t = rng.random((steps, 1, batch))
        t[rng.random(t.shape) < self.start_share] = 0.0
        seen = np.concatenate([(1 - t) * x0 + t * x1, t], axis=1)
        return {"input": np.concatenate([seen, given], axis=1) if self._conditions else seen, "velocity": x1 - x0}

    def _starts(self, shape: tuple[int, ...], rng: np.random.Generator) -> np.ndarray:
        """x₀ (steps, outputs, batch)."""
        if self.source is None:
            return rng.standard_normal(shape)
        return columns(self.source.sample(shape[0] * shape[2], rng), shape[0])

    def start(self, n: int, rng: np.random.Generator) -> Float[np.ndarray, "{n} outputs"]:
        """n draws of the source, (n, outputs)."""
        return self._starts((1, self.target.dim - self.target.inputs, n), rng)[0].T

    def loss(self, player: str, players: Players, batch: Batch, hyper: Values) -> Tensor:
        error = self.net(players["velocity"], batch["input"]) - batch["velocity"]
        return error.square().sum(1).mean(1)

    def velocity(
        self,
        players: Players,
        hyper: Values,
        x: Float[Tensor, "members n dim"],
        t: Float[Tensor, "members n 1"],
        given: Float[Tensor, "members n inputs"] | None = None,
    ) -> Float[Tensor, "members n dim"]:
        """v_θ(x, t), (members, n, dim), for points x (members, n, dim) and times t (members, n, 1).

        With inputs, at `given` (members, n, inputs), points are of outputs alone.
        """
        seen = [x, t] if given is None else [x, t, given]
        return self.net(players["velocity"], torch.cat(seen, 2).mT.contiguous()).mT

    def transport(
        self,
        players: Players,
        hyper: Values,
        start: Float[Tensor, "members n dim"],
        times: Float[Tensor, "members times"],
        given: Float[Tensor, "members n inputs"] | None = None,
    ) -> Float[Tensor, "members n dim"]:
        """Where Euler steps along `times` (members, n_times), the first member's, from 0 to 1, take rows `start`.

        Both (members, n, dim); with inputs, at `given` (members, n, inputs), of outputs alone.
        """

        def v(x: Tensor, t: float) -> Tensor:
            return self.velocity(players, hyper, x, torch.full_like(x[..., :1], t), given)

        return euler(v, start, [float(t) for t in times[0]])


def _nearest(x0: np.ndarray, x1: np.ndarray, within: np.ndarray) -> np.ndarray:
    """x₀ (outputs, n) in the order of its partners x₁: the least Σ|x₀ - x₁|² among columns of equal `within` (inputs, n)."""
    paired = np.empty_like(x0)
    groups = np.unique(within, axis=1, return_inverse=True)[1] if len(within) else np.zeros(x0.shape[1], int)
    for group in np.unique(groups):
        at = np.flatnonzero(groups == group)
        rows, partners = linear_sum_assignment(cdist(x1[:, at].T, x0[:, at].T, "sqeuclidean"))
        paired[:, at[rows]] = x0[:, at[partners]]
    return paired
