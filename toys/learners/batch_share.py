"""A generator whose one parameter is the share θ of the second of two points, trained on a distance between batches.

K of B true samples and J of B generated ones are at the second point, k = K/B, j = J/B, d between the points:

    wasserstein  d|k - j|                    unbiased  2d[(k-j)² - k(1-k)/(B-1) - j(1-j)/(B-1)]: energy, U-statistic
    biased       2d(k - j)²: energy, V-statistic

A minibatch of N points is N/B batches (what is left over is not used), so that all B see as much data. Of every generated
batch one sample is integrated out: the loss is θ L(J'+1) + (1-θ) L(J'), J' of the B-1 others, which has the right
mean, and B times its slope in θ has that of E L, since each sample has the same share in it. θ = 1/(1+e^{-t}).

Source: Bellemare et al. (2017) for the losses. `theory.minibatch_transport` knows the best shares.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import cast

import numpy as np
import torch
from jaxtyping import Float
from torch import Tensor

from theory.validation.inputs import instance
from toys.layout import Layout
from toys.learner import Batch, Hyper, Learner, Players, Source, Values, columns
from toys.targets.target import Target
from toys.targets.two_points import TwoPoints
from toys.validation import choice, nonnegative, require

LOSSES = ("wasserstein", "unbiased", "biased")
_LAYOUT = Layout(((1,),))


@dataclass(frozen=True)
class BatchShare(Learner):
    """Player "share": t, which starts at jitter·N(0, 1), that is θ near ½. `size` is B, one for all seeds or one a seed.

    Raises ValueError for a target that is not two points, an unknown loss, sizes that are no integers ≥ 1 (≥ 2 if unbiased), and `jitter` below 0.
    """

    target: Target
    loss_of: str = "wasserstein"
    size: Hyper = 8
    jitter: float = 0.1

    def __post_init__(self) -> None:
        instance("target", self.target, TwoPoints, "two points")
        choice(self.loss_of, LOSSES, "loss_of")
        sizes, least = np.asarray(self.size, dtype=float), 2 if self.loss_of == "unbiased" else 1
        whole = bool(((sizes >= least) & (sizes == np.round(sizes))).all())
        require(whole, "size", f"integers ≥ {least}", self.size)
        nonnegative(self.jitter, "jitter")

    @property
    def _pair(self) -> TwoPoints:
        return cast(TwoPoints, self.target)

    @property
    def chunk(self) -> int:
        return 128

    @property
    def players(self) -> dict[str, int]:
        return {"share": _LAYOUT.length}

    def initialise(self, rng: np.random.Generator) -> dict[str, np.ndarray]:
        return {"share": _LAYOUT.row(self.jitter * rng.standard_normal(1))}

    def draw(self, steps: int, batch: int, data: Source, rng: np.random.Generator) -> dict[str, np.ndarray]:
        """True points, and a level for every generated one; raises ValueError where a batch does not fit."""
        largest = int(np.max(np.asarray(self.size)))
        require(batch >= largest, "batch", f"at least the largest size, {largest}", batch)
        return {"x": columns(data(steps * batch), steps), "level": rng.random((steps, 1, batch))}

    def loss(self, player: str, players: Players, batch: Batch, hyper: Values) -> Tensor:
        theta, size = self.share(players, hyper)[:, None], hyper["size"][:, None]
        true = _before(batch["x"][:, 0] > self._pair.distance / 2)
        made = _before(batch["level"][:, 0] < theta.detach())
        points = true.shape[1] - 1
        first = torch.arange(points, device=theta.device) * size
        whole = (first + size <= points).to(theta)
        start, last, end = ((first + more).clamp(max=points).long() for more in (0, size - 1, size))
        k = (true.gather(1, end) - true.gather(1, start)) / size
        others = made.gather(1, last) - made.gather(1, start)
        without, beside = (self._value(k, (others + one) / size, size) for one in (0, 1))
        mean = ((theta * beside + (1 - theta) * without) * whole).sum(1) / whole.sum(1)
        return mean.detach() + size[:, 0] * (mean - mean.detach())

    def _value(self, k: Tensor, j: Tensor, size: Tensor) -> Tensor:
        """L of shares k and j in batches of `size`."""
        if self.loss_of == "wasserstein":
            return self._pair.distance * (k - j).abs()
        spread = 0.0 if self.loss_of == "biased" else (k * (1 - k) + j * (1 - j)) / (size - 1)
        return 2 * self._pair.distance * ((k - j).square() - spread)

    def share(self, players: Players, hyper: Values) -> Float[Tensor, " members"]:
        """θ, (members,)."""
        return _LAYOUT.unpack(players["share"])[0][:, 0].sigmoid()


def _before(flags: Tensor) -> Tensor:
    """How many of the first 0 ... n of them are true, (members, n+1)."""
    counts = flags.to(torch.get_default_dtype()).cumsum(1)
    return torch.cat([torch.zeros_like(counts[:, :1]), counts], 1)
