"""Models of the line that learn from their own samples, generation after generation, within one run.

    model      parameters     a sample                loss, averaged over what a generation learns from
    flow       m, l           m + e^l z               ½((x-m)e^{-l})² + l + ½ ln 2π
    vae        b, w, l; v, t  b + wz + e^l z'         ½((r-wvr)² + w²e^{2t})e^{-2l} + l + ½ ln 2π + ½(v²r² + e^{2t} - 1) - t
    shares     t              d if u < 1/(1+e^{-t})   ln(1+e^t) - t·1[x > d/2], at the points 0 and d

z, z' ~ N(0, 1), u ~ U(0, 1); the VAE is linear: p(x|z) = N(b + wz, e^{2l}), q(z|x) = N(vr, e^{2t}), r = x - b, and its loss, exact
in the encoder's noise, is -ELBO. All of them see the points through mean and variance (divisor n) alone, which flow and VAE have
at their least, and shares the mean: maximum likelihood, all three.

Generation 1 learns from n real points; generation k+1 from n samples of generation k alone, or with all points before
(`pooled`). A generation's points are made of fixed random numbers, which a player holds that never moves, by the networks of
the generation before as they were left. Flows and VAEs take the mean and the deviation of the generation before for their
units, so that each starts from N(0, 1) as the copy of the one before. Lineages are repetitions, side by side, which share nothing.

Source: Shumailov et al. (2024) and Gerstgrasser et al. (2024) for the protocols; Lucas et al. (2019) for the VAE.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import cast

import numpy as np
import torch
from jaxtyping import Float
from torch import Tensor
from torch.nn.functional import softplus

from theory.validation.inputs import instance
from toys.layout import Layout
from toys.learner import Batch, Descent, Hyper, Learner, Move, Players, Source, Values
from toys.targets.target import Target
from toys.targets.two_points import TwoPoints
from toys.validation import choice, positive_integer, require

START = {
    "flow": (0.0, 0.0),
    "vae": (0.0, math.sqrt(0.5), 0.5 * math.log(0.5), math.sqrt(0.5), 0.5 * math.log(0.5)),
    "shares": (0.0,),
}
"""Of the parameters: N(0, 1), a VAE's with its best encoder, and equal shares."""
NOISES = {"flow": 1, "vae": 2, "shares": 1}
HALF_LOG_2PI = 0.5 * math.log(2 * math.pi)


@dataclass(frozen=True)
class OwnSamples(Learner):
    """Players "1", "2" … of the generations, "real" of the first points and "noise" of the others; the last two do not move.

    `generation` is the number of the one that learns at a step, for all seeds: a (1, steps) table that counts upwards.
    Raises ValueError for an unknown model, a target off the line or with inputs, shares of what is not two points, counts that are
    no integers ≥ 1, and numbers of generations that are not among them, fall, or differ between seeds.
    """

    target: Target
    model: str = "flow"
    pooled: bool = False
    points: int = 10
    generations: int = 8
    lineages: int = 16
    generation: Hyper = 1.0

    def __post_init__(self) -> None:
        choice(self.model, tuple(START), "model")
        if self.model == "shares":
            instance("target", self.target, TwoPoints, "two points")
        require(self.target.dim == 1 and self.target.inputs == 0, "target", "a law on the line", self.target)
        for name in ("points", "generations", "lineages"):
            positive_integer(getattr(self, name), name)
        given = np.asarray(self.generation, dtype=float)
        table = given if given.ndim == 2 else given.reshape(-1, 1)
        named = (table == np.round(table)) & (table >= 1) & (table <= self.generations) & (table == table[:1])
        upwards = bool(named.all() and (np.diff(table, axis=1) >= 0).all())
        expected = f"numbers from 1 to {self.generations} that do not fall, for all seeds"
        require(upwards, "generation", expected, self.generation)

    @cached_property
    def _layouts(self) -> dict[str, Layout]:
        """Of the rows of real points, random numbers and one generation."""
        made = (self.generations - 1, NOISES[self.model], self.points, self.lineages)
        shapes = {"real": (self.points, self.lineages), "noise": made, "model": (len(START[self.model]), self.lineages)}
        return {name: Layout((shape,)) for name, shape in shapes.items()}

    @property
    def chunk(self) -> int:
        return 64

    @property
    def players(self) -> dict[str, int]:
        lengths = {name: layout.length for name, layout in self._layouts.items()}
        models = {str(k): lengths["model"] for k in range(1, self.generations + 1)}
        return {"real": lengths["real"], "noise": lengths["noise"], **models}

    def initialise(self, rng: np.random.Generator) -> dict[str, np.ndarray]:
        shape = self._layouts["noise"].shapes[0]
        real = self.target.sample(self.points * self.lineages, rng).reshape(self.points, self.lineages)
        noise = rng.random(shape) if self.model == "shares" else rng.standard_normal(shape)
        model = self._layouts["model"].row(np.tile(START[self.model], (self.lineages, 1)).T)
        models = {str(k): model for k in range(1, self.generations + 1)}
        return {"real": self._layouts["real"].row(real), "noise": self._layouts["noise"].row(noise), **models}

    def draw(self, steps: int, batch: int, data: Source, rng: np.random.Generator) -> dict[str, np.ndarray]:
        """Nothing new: all that is learned from is there from the start."""
        return {"none": np.zeros((steps, 1, 1))}

    def moves(self, hyper: Values) -> list[Move]:
        return [Move((str(int(hyper["generation"][0])),))]

    def loss(self, player: str, players: Players, batch: Batch, hyper: Values) -> Tensor:
        seen = batch["seen"] if "seen" in batch else self.seen(players, player)
        return self._losses(self._model(players, player), seen).mean((1, 2))

    def descent(self, players: Players, states: Mapping[str, Values] | None = None) -> Descent:
        """The points of the generation that learns are made once."""
        kept: Batch = {}

        def descend(move: Move, batch: Batch, hyper: Values) -> tuple[Values, Values]:
            (player,) = move.players
            if player not in kept:
                kept.clear()
                kept[player] = self.seen(players, player)
            return self.gradients(move, players, {"seen": kept[player]}, hyper)

        return descend

    def seen(self, players: Players, player: str) -> Float[Tensor, "members 2 {self.lineages}"]:
        """Mean and variance of what this generation learns from, in its units."""
        last = int(player)
        units = self._units(players, last)
        batches = [self._points(players, units, k) for k in range(1 if self.pooled else last, last + 1)]
        (mean, std), points = units[last - 1], torch.cat(batches, 1)
        return torch.cat(
            [(points.mean(1, keepdim=True) - mean) / std, points.var(1, correction=0, keepdim=True) / std.square()], 1
        )

    def _points(self, players: Players, units: list[tuple[Tensor, Tensor]], k: int) -> Tensor:
        """Batch k, (members, points, lineages): real, or samples of the generation before."""
        if k == 1:
            return self._layouts["real"].unpack(players["real"])[0]
        noise = self._layouts["noise"].unpack(players["noise"])[0][:, k - 2]
        mean, std = units[k - 2]
        return mean + std * self._made(self._model(players, str(k - 1)), noise)

    def _units(self, players: Players, most: int) -> list[tuple[Tensor, Tensor]]:
        """In which the generations 1 ... `most` learn: mean and deviation (members, 1, lineages) of the one before each."""
        first = self._model(players, "1")[:, 0]
        units = [(torch.zeros_like(first), torch.ones_like(first))]
        for k in range(1, most):
            (mean, std), (own, var) = units[-1], self._own(self._model(players, str(k)))
            units.append(units[0] if self.model == "shares" else (mean + std * own, std * var.sqrt()))
        return units

    def _model(self, players: Players, player: str) -> Tensor:
        """Parameters (members, parameters, 1, lineages), in its units."""
        return self._layouts["model"].unpack(players[player])[0][:, :, None]

    def _made(self, theta: Tensor, noise: Tensor) -> Tensor:
        """Samples (members, points, lineages) of random numbers (members, noises, points, lineages)."""
        if self.model == "shares":
            return self._distance * (noise[:, 0] < theta[:, 0].sigmoid())
        if self.model == "flow":
            return theta[:, 0] + theta[:, 1].exp() * noise[:, 0]
        return theta[:, 0] + theta[:, 1] * noise[:, 0] + theta[:, 2].exp() * noise[:, 1]

    def _losses(self, theta: Tensor, seen: Tensor) -> Tensor:
        """Nats a point, (members, 1, lineages)."""
        mean, var = seen[:, :1], seen[:, 1:]
        if self.model == "shares":
            return softplus(theta[:, 0]) - theta[:, 0] * mean / self._distance
        square = (mean - theta[:, 0]).square() + var
        if self.model == "flow":
            return 0.5 * square * (-2 * theta[:, 1]).exp() + theta[:, 1] + HALF_LOG_2PI
        w, log_std, v, log_code = theta[:, 1], theta[:, 2], theta[:, 3], theta[:, 4]
        code = (2 * log_code).exp()
        error = (1 - w * v).square() * square + w.square() * code
        return 0.5 * (error * (-2 * log_std).exp() + v.square() * square + code - 1) + log_std - log_code + HALF_LOG_2PI

    @property
    def _distance(self) -> float:
        return cast(TwoPoints, self.target).distance

    def _own(self, theta: Tensor) -> tuple[Tensor, Tensor]:
        """Mean and variance of its samples in its units, (members, 1, lineages)."""
        if self.model == "shares":
            share = theta[:, 0].sigmoid()
            return self._distance * share, self._distance**2 * share * (1 - share)
        if self.model == "flow":
            return theta[:, 0], (2 * theta[:, 1]).exp()
        return theta[:, 0], theta[:, 1].square() + (2 * theta[:, 2]).exp()

    def moments(self, players: Players, hyper: Values) -> Float[Tensor, "members 2 {self.generations} {self.lineages}"]:
        """Mean and variance of what each generation samples, (members, 2, generations, lineages)."""
        found: list[Tensor] = []
        for k, (mean, std) in enumerate(self._units(players, self.generations), 1):
            own, var = self._own(self._model(players, str(k)))
            found.append(torch.stack([mean + std * own, std.square() * var], 1))
        return torch.cat(found, 2)
