"""What a learner is: networks by name, what they draw, and what each of them minimises.

A learner is a frozen dataclass holding a target, its networks' shapes and its hyper-parameters. Its parameters live
in one flat buffer (members, P) per *player*: most learners have one player, a GAN has two, each descending its own
loss. One training step is a list of *moves*; a move updates some players at once, from the same parameters, on one
minibatch (a step has `turns` minibatches).

A field of a learner or optimiser declared `Hyper` is a number, or one per seed, or a (seeds, steps) table that changes while
training; losses receive it as a tensor (members,). Losses are returned per member, in nats or squared data units as
each says, averaged over the minibatch and summed over dimensions.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import get_type_hints

import numpy as np
import torch
from torch import Tensor

from theory.validation.unchanging import Unchanging
from toys.networks import MLP
from toys.normalised_layers import NormalisedMLP
from toys.targets.target import Target
from toys.validation import hold, require

Hyper = float | Sequence[float] | np.ndarray
Values = dict[str, Tensor]  # hyper-parameters by name
Players = dict[str, Tensor]  # flat buffers (members, P) by name
Batch = dict[str, Tensor]  # draws (members, dim, batch) by name
Source = Callable[[int], np.ndarray]  # n ↦ n data points (n, dim)


@dataclass(frozen=True)
class Move:
    """Some players updated at once on minibatch number `turn`; where `active` (members,) is False nothing moves."""

    players: tuple[str, ...]
    turn: int = 0
    active: Tensor | None = None


Descent = Callable[[Move, Batch, Values], tuple[Values, Values]]  # losses and gradients by player


class Learner(Unchanging, ABC):
    """The interface that `toys.train.fit` trains; concrete learners are frozen dataclasses."""

    target: Target

    def __init_subclass__(cls) -> None:
        hold(cls)

    @property
    def chunk(self) -> int:
        """Members trained in one stack: few enough for their activations to stay in cache."""
        return 16

    @property
    def turns(self) -> int:
        """Minibatches in one step."""
        return 1

    @property
    @abstractmethod
    def players(self) -> dict[str, int]:
        """Length P of each player's row."""

    @abstractmethod
    def initialise(self, rng: np.random.Generator) -> dict[str, np.ndarray]:
        """One member's rows (P,), by player, drawn from the member's generator of weights."""

    @abstractmethod
    def draw(self, steps: int, batch: int, data: Source, rng: np.random.Generator) -> dict[str, np.ndarray]:
        """One member's minibatches for `steps` steps, arrays (steps, dim, batch) by name."""

    @abstractmethod
    def loss(self, player: str, players: Players, batch: Batch, hyper: Values) -> Tensor:
        """What `player` minimises, per member (members,)."""

    def moves(self, hyper: Values) -> list[Move]:
        """The moves of one step; by default every player once, simultaneously."""
        return [Move(tuple(self.players))]

    def gradients(self, move: Move, players: Players, batch: Batch, hyper: Values) -> tuple[Values, Values]:
        """Losses (members,) and their gradients (members, P), of each moving player in its own parameters."""
        losses: Values = {}
        gradients: Values = {}
        for name in move.players:
            theta = players[name].detach().requires_grad_()
            losses[name] = self.loss(name, {**players, name: theta}, batch, hyper)
            (gradients[name],) = torch.autograd.grad(losses[name].sum(), theta)
        return losses, gradients

    def descent(self, players: Players, states: Mapping[str, Values] | None = None) -> Descent:
        """`gradients` at these buffers, as long as they train: where a learner may keep room for its intermediates.

        `states` holds those of the optimisers by player, for learners that look ahead of them.
        """
        return lambda move, batch, hyper: self.gradients(move, players, batch, hyper)


def shared_gradients(learner: Learner, players: Players, batch: Batch, hyper: Values) -> tuple[Values, Values]:
    """`Learner.gradients` in one pass where all players move at once and descend the same loss."""
    leaves = {name: theta.detach().requires_grad_() for name, theta in players.items()}
    loss = learner.loss(next(iter(leaves)), leaves, batch, hyper)
    slopes = torch.autograd.grad(loss.sum(), list(leaves.values()))
    return dict.fromkeys(leaves, loss), dict(zip(leaves, slopes, strict=True))


def hyper_table(owner: object, members: int, steps: int) -> dict[str, np.ndarray]:
    """Every field of `owner` declared `Hyper` as an array (1, members), or (steps, members) where it changes.

    Raises ValueError where a field has another shape than (), (members,), (members, steps) or (1, steps).
    """
    tables: dict[str, np.ndarray] = {}
    for name, kind in get_type_hints(type(owner)).items():
        if kind == Hyper:
            value = np.asarray(getattr(owner, name), dtype=float)
            fits = value.ndim == 0 or value.shape in {(members,), (members, steps), (1, steps)}
            require(fits, name, f"a number, {members} of them, or a ({members}, {steps}) table", value.shape)
            table = value.T if value.ndim == 2 else value[None]
            tables[name] = np.broadcast_to(table, (len(table), members))
    return tables


def columns(array: np.ndarray, steps: int) -> np.ndarray:
    """(steps·batch, dim) samples as (steps, dim, batch) minibatches, samples in columns."""
    return array.reshape(steps, -1, array.shape[1]).transpose(0, 2, 1)


def supervised(rows: np.ndarray, steps: int, inputs: int) -> dict[str, np.ndarray]:
    """Minibatches "x" (steps, inputs, batch), a constant 1 where there are no inputs, and "y" of outputs.

    `rows` (steps·batch, dim) hold the `inputs` first.
    """
    batches = columns(rows, steps)
    x = batches[:, :inputs] if inputs else np.ones_like(batches[:, :1])
    return {"x": x, "y": batches[:, inputs:]}


def members_in_cache(*nets: MLP | NormalisedMLP) -> int:
    """Members to a chunk: 16, or 4 when a layer is wider than 64 and sixteen's activations would leave the cache."""
    return 4 if max(width for net in nets for width in net.sizes) > 64 else 16
