"""Regression by a network under the p-th power of the error: L2 is p = 2, L1 is p = 1.

    loss = mean over the minibatch of Σ_j |y_j - f_θ(x)_j|^p

without a factor ½, so that at the optimum it is the Bayes risk. The minimiser is the conditional mean (p = 2), the
conditional median (p = 1) or what lies between. Without inputs (`target.inputs` = 0) the network sees a constant
and learns one vector: the best constant prediction.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from jaxtyping import Float
from torch import Tensor

from toys.learner import Batch, Hyper, Learner, Players, Source, Values, members_in_cache, supervised
from toys.networks import MLP, ActivationName, InitName
from toys.targets.target import Target
from toys.validation import require


@dataclass(frozen=True)
class Regressor(Learner):
    """An MLP predicting a target's outputs from its inputs; `hidden` widths, `power` p ≥ 1.

    Raises ValueError for a power below 1 or infinite, and for what `MLP` refuses.
    """

    target: Target
    hidden: tuple[int, ...] = (32, 32)
    power: Hyper = 2.0
    activation: ActivationName = "tanh"
    init: InitName = "uniform"
    gain: float = 1.0
    net: MLP = field(init=False)

    def __post_init__(self) -> None:
        power = np.asarray(self.power, dtype=float)
        require(bool((power >= 1).all() and np.isfinite(power).all()), "power", "numbers ≥ 1", self.power)
        outputs = self.target.dim - self.target.inputs
        net = MLP((max(self.target.inputs, 1), *self.hidden, outputs), self.activation, self.init, self.gain)
        object.__setattr__(self, "net", net)

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
        error = batch["y"] - self.net(players["network"], batch["x"])
        return error.abs().pow(hyper["power"][:, None, None]).sum(1).mean(1)

    def predict(
        self, players: Players, hyper: Values, x: Float[Tensor, "members n inputs"]
    ) -> Float[Tensor, "members n outputs"]:
        """f_θ(x), (members, n, outputs), for inputs x (members, n, inputs), all 1 where the target has none."""
        return self.net(players["network"], x.mT.contiguous()).mT
