"""The Dirac-GAN, trained: a generator that is one point θ, a discriminator D(x) = ψx, data at one point c.

    value L(θ, ψ) = E f(D(fake)) + E f(-D(real)),   f(t) = -ln(1+e^{-t}),   fake = θ, real = c (+ instance noise σ)
    "paired"      = E f(D(fake) - D(real)),  with (γ/2) E|∇D|² on real and on fake, `strength` γ

The discriminator ascends L. The generator descends L ("minimax", and with every fix), or descends -E f(-D(fake))
("nonsaturating"); for "wgan" f is the identity. Fixes, with their knob `strength`: "instance_noise" σ added to both
sides; "r1", "r2", "wgan_r1" (γ/2) E|∇D|² on real, fake, real; "wgan_gp" (γ/2) E(|∇D|-1)² between them; "consensus"
γ ∇½|v|² added to both players' gradients. Everything is differentiated by autograd: `theory.dirac` knows the fields
of data at 0, `theory.relativistic` those of data elsewhere.

Source: Mescheder, Geiger & Nowozin (2018), section 2 and appendix; Mescheder et al. (2017) for consensus; Huang et al.
(2024) for the paired loss with both penalties.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import cast

import numpy as np
import torch
from jaxtyping import Float, Real
from torch import Tensor

from theory.validation.inputs import array, floats, instance, integer, real
from toys.layout import Layout
from toys.learner import Batch, Hyper, Learner, Move, Players, Source, Values
from toys.optimisers import SGD
from toys.targets.point import Point
from toys.targets.target import Target
from toys.train import Fit, Fitted
from toys.validation import choice, door, positive, positive_integer, require

METHODS = (
    "minimax", "nonsaturating", "wgan", "instance_noise", "consensus", "r1", "r2", "wgan_r1", "wgan_gp", "paired",
)  # fmt: skip
_WASSERSTEIN = {"wgan", "wgan_r1", "wgan_gp"}
_LAYOUT = Layout(((1, 1),))


@dataclass(frozen=True)
class DiracGAN(Learner):
    """Players "generator" (θ) and "discriminator" (ψ), from start + jitter·N(0, I).

    `alternating`: the generator moves first, then the discriminator (`discriminator_steps` times) against the moved
    generator; otherwise both move at once. The batch size matters to instance noise only.

    The target is a point of the line.

    Raises ValueError for another target, an unknown method, steps that are no integer ≥ 1, and more than one unless alternating.
    """

    method: str = "minimax"
    strength: Hyper = 0.0
    start: tuple[float, float] = (1.0, 1.0)
    jitter: float = 0.0
    alternating: bool = False
    discriminator_steps: int = 1
    target: Target = field(default_factory=Point)

    def __post_init__(self) -> None:
        instance("target", self.target, Point, "a point")
        choice(self.method, METHODS, "method")
        positive_integer(self.discriminator_steps, "discriminator_steps")
        several = self.discriminator_steps > 1
        require(self.alternating or not several, "discriminator_steps", "1 unless alternating", several)

    @property
    def _place(self) -> float:
        return cast(Point, self.target).place

    @property
    def chunk(self) -> int:
        return 64

    @property
    def players(self) -> dict[str, int]:
        return {"generator": _LAYOUT.length, "discriminator": _LAYOUT.length}

    @property
    def turns(self) -> int:
        return self.discriminator_steps + self.alternating

    def initialise(self, rng: np.random.Generator) -> dict[str, np.ndarray]:
        theta, psi = np.array(self.start) + self.jitter * rng.standard_normal(2)
        return {"generator": _LAYOUT.row(theta), "discriminator": _LAYOUT.row(psi)}

    def draw(self, steps: int, batch: int, data: Source, rng: np.random.Generator) -> dict[str, np.ndarray]:
        size = (steps, 1, batch if self.method == "instance_noise" else 1)
        return {"real": rng.standard_normal(size), "fake": rng.standard_normal(size)}

    def moves(self, hyper: Values) -> list[Move]:
        if not self.alternating:
            return [Move(("generator", "discriminator"))]
        answers = [Move(("discriminator",), turn) for turn in range(1, self.turns)]
        return [Move(("generator",)), *answers]

    def loss(self, player: str, players: Players, batch: Batch, hyper: Values) -> Tensor:
        (theta,), (psi,) = (_LAYOUT.unpack(players[p]) for p in ("generator", "discriminator"))
        noise = hyper["strength"][:, None, None] if self.method == "instance_noise" else 0.0
        fake, real = theta + noise * batch["fake"], self._place + noise * batch["real"]
        if player == "generator":
            sign = -1.0 if self.method == "nonsaturating" else 1.0
            judged = fake - real if self.method == "paired" else fake
            return sign * self._f(sign * psi * judged).mean((1, 2))
        value = self._f(psi * fake) + self._f(-psi * real)
        if self.method == "paired":
            value = self._f(psi * (fake - real))
        return self._penalty(psi, real, fake, hyper["strength"]) - value.mean((1, 2))

    def gradients(self, move: Move, players: Players, batch: Batch, hyper: Values) -> tuple[Values, Values]:
        if self.method != "consensus":
            return super().gradients(move, players, batch, hyper)
        leaves = {name: theta.detach().requires_grad_() for name, theta in players.items()}
        losses = {name: self.loss(name, leaves, batch, hyper) for name in leaves}
        v = {k: torch.autograd.grad(losses[k].sum(), leaves[k], create_graph=True)[0] for k in leaves}
        energy = hyper["strength"] * sum(0.5 * g.square().sum(1) for g in v.values())
        pull = {k: torch.autograd.grad(energy.sum(), leaves[k], retain_graph=True)[0] for k in move.players}
        return losses, {k: v[k].detach() + pull[k] for k in move.players}

    def _f(self, t: Tensor) -> Tensor:
        return t if self.method in _WASSERSTEIN else torch.nn.functional.logsigmoid(t)

    def _penalty(self, psi: Tensor, real: Tensor, fake: Tensor, strength: Tensor) -> Tensor | float:
        """The gradient penalty of the method, per member (members,)."""
        middle = [0.5 * (real + fake)]
        places = {"r1": [real], "wgan_r1": [real], "r2": [fake], "wgan_gp": middle, "paired": [real, fake]}
        return sum((self._steep(psi, x.expand_as(fake), strength) for x in places.get(self.method, ())), 0.0)

    def _steep(self, psi: Tensor, x: Tensor, strength: Tensor) -> Tensor:
        """(γ/2) E|∇D|² at x, or of its excess over 1."""
        x = x.detach().clone().requires_grad_()
        (slope,) = torch.autograd.grad((psi * x).sum(), x, create_graph=True)
        excess = slope.abs() - 1 if self.method == "wgan_gp" else slope
        return 0.5 * strength * excess.square().mean((1, 2))

    def point(self, players: Players, hyper: Values) -> Float[Tensor, "members 2"]:
        """(θ, ψ), shape (members, 2)."""
        return torch.cat([players[p][:, :1] for p in ("generator", "discriminator")], 1)

    @door
    def descend(
        self, h: float, steps: int, fake: Real[np.ndarray, " n"], real: Real[np.ndarray, " n"]
    ) -> Float[np.ndarray, " 2"]:
        """(θ, ψ), shape (2,), after `steps` of plain gradient descent, θ ← θ - h g, from `start` in double precision.

        `fake` and `real` (n,) are the one minibatch of noise; it is scaled by σ and seen by "instance_noise" only; ∞ or NaN where it diverges.
        Raises ValueError unless `steps` is an integer from 0 to 10⁵ and the rest finite numbers.
        """
        integer("steps", steps, 0, 10**5)
        hyper = {"strength": torch.tensor([self.strength], dtype=torch.float64)}
        batch = {"fake": torch.tensor(fake).reshape(1, 1, -1), "real": torch.tensor(real).reshape(1, 1, -1)}
        players = {name: torch.zeros(1, n, dtype=torch.float64) for name, n in self.players.items()}
        for row, value in zip(players.values(), self.start, strict=True):
            row[0, 0] = value
        for _ in range(steps):
            for move in self.moves(hyper):
                _, g = self.gradients(move, players, batch, hyper)
                players = {name: row - h * g[name] if name in g else row for name, row in players.items()}
        return self.point(players, hyper)[0].numpy()


@door
def trajectories(
    learner: DiracGAN, fit: Fit, record: Sequence[int], steps: int, h: float
) -> Float[np.ndarray, "seeds {len(record)} 2"]:
    """(θ, ψ) of every seed that `fit` trains at the steps `record` of plain gradient descent, (seeds, len(record), 2), double precision.

    Raises ValueError unless `fit` trains and `h` is positive.
    """
    positive(h, "h")
    fitted = fit(learner, SGD(h), steps=steps, batch=16, record=record, dtype="float64")
    fitted = instance("fit", fitted, Fitted, "a function that trains")
    return np.stack([fitted.players[p][: len(record), :, 0].T for p in learner.players], axis=-1)


def at_their_rates(paths: Sequence[np.ndarray], rates: Sequence[float], within: float) -> np.ndarray:
    """Whether a seed changed θ²+ψ² by the factor e^rate in every one of `paths` (seeds, points, 2), `within` relative to the rate.

    Raises ValueError unless there are as many paths as rates, and `within` is a finite number.
    """
    told, within = array("rates", rates, ndim=1), real("within", within)
    require(isinstance(paths, Sequence) and len(paths) == len(told), "paths", f"{len(told)} of them", paths)
    paths = [floats("paths", path) for path in paths]
    require(all(path.ndim == 3 for path in paths), "paths", "arrays (seeds, points, 2)", paths)
    sizes = [(path[:, [0, -1]] ** 2).sum(-1) for path in paths]
    seen = [np.log(last / first) for first, last in (size.T for size in sizes)]
    return np.all([np.abs(s / rate - 1) < within for s, rate in zip(seen, told, strict=True)], axis=0)
