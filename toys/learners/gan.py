"""Generative adversarial networks: a generator g(z) and a discriminator D that is a logit.

With r = D(real), f = D(fake), ς(t) = ln(1+eᵗ), each player descends the mean over the minibatch of

    loss            discriminator            generator
    minimax         ς(-r) + ς(f)             -ς(f)
    nonsaturating   ς(-r) + ς(f)             ς(-f)
    wasserstein     f - r                    -f
    saddle          ς(-r) + ς(f)             -ς(-r) - ς(f)
    least_squares   ½(r-1)² + ½f²            ½(f-1)²
    relativistic    ς(f-r)                   ς(r-f)          real and fake paired by their place in the minibatch

and the discriminator besides (r1/2) E|∇D(real)|² + (r2/2) E|∇D(fake)|² + penalty E(|∇D(mix)|-1)², mix uniform between
real and fake. Packing shows it `pack` samples at once; instance noise blurs what it sees; unrolling lets the generator
look `unroll` gradient steps of the discriminator ahead and differentiate through them: plain ones, or with `unroll_betas`
those of its Adam from where that stands. Under "saddle" the generator ascends all that the discriminator descends, which
says more than "minimax" where unrolling makes r depend on it. Targets with inputs make
both networks conditional on them. A step is `discriminator_steps` updates, then `generator_steps`, or both at once.
`generator_form` and `discriminator_form` make other networks than MLPs (`toys.normalised_layers`); `clip` keeps every weight of
the discriminator within ±clip, 0 for no bound; `uniform` = w makes latents U(-w, w). A loss of one's own is an `Objective`
in the place of a name: what each player descends as a function of (r, f), and slopes where it is to be as fast as these.

Sources: Goodfellow et al. (2014); Mao et al. (2017); Gulrajani et al. (2017); Jolicoeur-Martineau (2019); Mescheder et
al. (2018) for r1, r2; Lin et al. (2018) for packing; Metz et al. (2017) for unrolling; Arjovsky et al. (2017), `clip`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import torch
from jaxtyping import Float
from torch import Tensor
from torch.nn.functional import softplus

from theory.validation.told import told
from toys.learner import Batch, Descent, Hyper, Learner, Move, Players, Source, Values, columns, members_in_cache
from toys.networks import MLP, ActivationName, InitName, Network, Stack, twice
from toys.normalised_layers import NetworkFactory, NormalisedMLP
from toys.targets.target import Target
from toys.validation import choice, positive_integer, require


@told
@dataclass(frozen=True)
class Slopes:
    """Of an objective, by hand: the discriminator's in r and f, the generator's in f."""

    discriminator: Callable[[Tensor, Tensor], tuple[Tensor, Tensor]]
    generator: Callable[[Tensor, Tensor], Tensor]


@told
@dataclass(frozen=True)
class Objective:
    """What each player descends, of (r, f); by autograd where no slopes are given.

    `paired`: the generator's loss looks at r too.
    """

    discriminator: Callable[[Tensor, Tensor], Tensor]
    generator: Callable[[Tensor, Tensor], Tensor]
    slopes: Slopes | None = None
    paired: bool = False


def _entropy(r: Tensor, f: Tensor) -> Tensor:
    return softplus(-r) + softplus(f)


def _entropy_slopes(r: Tensor, f: Tensor) -> tuple[Tensor, Tensor]:
    return -(-r).sigmoid(), f.sigmoid()


OBJECTIVES = {
    "minimax": Objective(
        _entropy, lambda r, f: -softplus(f), Slopes(_entropy_slopes, lambda r, f: -f.sigmoid()),
    ),
    "saddle": Objective(
        _entropy, lambda r, f: -_entropy(r, f), Slopes(_entropy_slopes, lambda r, f: -f.sigmoid()), paired=True,
    ),
    "nonsaturating": Objective(
        _entropy, lambda r, f: softplus(-f), Slopes(_entropy_slopes, lambda r, f: -(-f).sigmoid()),
    ),
    "wasserstein": Objective(
        lambda r, f: f - r, lambda r, f: -f,
        Slopes(lambda r, f: (-torch.ones_like(r), torch.ones_like(f)), lambda r, f: -torch.ones_like(f)),
    ),
    "least_squares": Objective(
        lambda r, f: 0.5 * ((r - 1).square() + f.square()), lambda r, f: 0.5 * (f - 1).square(),
        Slopes(lambda r, f: (r - 1, f), lambda r, f: f - 1),
    ),
    "relativistic": Objective(
        lambda r, f: softplus(f - r), lambda r, f: softplus(r - f),
        Slopes(lambda r, f: (-(f - r).sigmoid(), (f - r).sigmoid()), lambda r, f: -(r - f).sigmoid()), paired=True,
    ),
}  # fmt: skip


@told
@dataclass(frozen=True)
class GAN(Learner):
    """Players "generator" and "discriminator"; `latents` standard normal inputs of the generator.

    Raises ValueError for an unknown objective, counts that are no integers ≥ 1, weights or a clip below 0, and
    simultaneous moves of more than one step; when its networks are made, for what they refuse.
    """

    target: Target
    objective: str | Objective = "nonsaturating"
    latents: int = 2
    generator_hidden: tuple[int, ...] = (32, 32)
    discriminator_hidden: tuple[int, ...] = (32, 32)
    activation: ActivationName = "relu"
    init: InitName = "uniform"
    gain: float = 1.0
    r1: Hyper = 0.0
    r2: Hyper = 0.0
    penalty: Hyper = 0.0
    noise: Hyper = 0.0
    pack: int = 1
    unroll: int = 0
    unroll_rate: Hyper = 1e-3
    discriminator_steps: int = 1
    generator_steps: Hyper = 1
    simultaneous: bool = False
    generator_form: NetworkFactory | None = None
    discriminator_form: NetworkFactory | None = None
    clip: float = 0.0
    unroll_betas: tuple[float, float] | None = None
    uniform: float = 0.0

    def __post_init__(self) -> None:
        if not isinstance(self.objective, Objective):
            choice(self.objective, tuple(OBJECTIVES), "objective")
        for name in ("latents", "pack", "discriminator_steps"):
            positive_integer(getattr(self, name), name)
        for name in ("r1", "r2", "penalty", "noise"):
            value = np.asarray(getattr(self, name), dtype=float)
            require(bool((value >= 0).all()), name, "numbers ≥ 0", getattr(self, name))
        counts = np.asarray(self.generator_steps)
        require(bool((counts >= 1).all() and (counts % 1 == 0).all()), "generator_steps", "integers ≥ 1", counts)
        lone = self.turns == 1 or not self.simultaneous
        require(lone, "simultaneous", "False unless both players make one step", self.simultaneous)
        require(self.clip >= 0, "clip", "a number ≥ 0", self.clip)

    @property
    def descended(self) -> Objective:
        """The two losses: the objective, or those of that name."""
        return self.objective if isinstance(self.objective, Objective) else OBJECTIVES[self.objective]

    @cached_property
    def generator(self) -> MLP | NormalisedMLP:
        """(z, inputs) ↦ outputs."""
        inputs = self.target.inputs
        sizes = (self.latents + inputs, *self.generator_hidden, self.target.dim - inputs)
        if self.generator_form is not None:
            return self.generator_form(sizes)
        return MLP(sizes, self.activation, self.init, self.gain)

    @cached_property
    def discriminator(self) -> MLP | NormalisedMLP:
        """`pack` samples, inputs included ↦ logit."""
        sizes = (self.pack * self.target.dim, *self.discriminator_hidden, 1)
        if self.discriminator_form is not None:
            return self.discriminator_form(sizes)
        return MLP(sizes, self.activation, self.init, self.gain)

    @property
    def chunk(self) -> int:
        return members_in_cache(self.generator, self.discriminator)

    @property
    def turns(self) -> int:
        return max(self.discriminator_steps, int(np.max(self.generator_steps)))

    @property
    def players(self) -> dict[str, int]:
        return {"discriminator": self.discriminator.length, "generator": self.generator.length}

    def initialise(self, rng: np.random.Generator) -> dict[str, np.ndarray]:
        return {"generator": self.generator.initialise(rng), "discriminator": self.discriminator.initialise(rng)}

    def draw(self, steps: int, batch: int, data: Source, rng: np.random.Generator) -> dict[str, np.ndarray]:
        n = batch * self.pack
        real = columns(data(steps * n), steps)
        draws = {"real": real, "z": self.latent(rng, (steps, self.latents, n))}
        if self._has_noise:
            draws["real_noise"], draws["fake_noise"] = rng.standard_normal((2, *real.shape), dtype=np.float32)
        if self._has_penalty:
            draws["share"] = rng.random((steps, 1, batch), dtype=np.float32)
        return draws

    def latent(self, rng: np.random.Generator, shape: tuple[int, ...]) -> np.ndarray:
        """What the generator is fed with, float32 of that shape: standard normal, or U(-w, w) for `uniform` = w."""
        if self.uniform:
            return np.float32(self.uniform) * (2 * rng.random(shape, dtype=np.float32) - 1)
        return rng.standard_normal(shape, dtype=np.float32)

    def moves(self, hyper: Values) -> list[Move]:
        if self.simultaneous:
            return [Move(("discriminator", "generator"))]
        counts, differ = hyper["generator_steps"], np.ndim(self.generator_steps) > 0
        answers = [Move(("discriminator",), turn) for turn in range(self.discriminator_steps)]
        most = int(np.max(self.generator_steps))
        return answers + [Move(("generator",), turn, counts > turn if differ else None) for turn in range(most)]

    def descent(self, players: Players, states: Mapping[str, Values] | None = None) -> Descent:
        """By hand where `_ByHand` knows the slopes, in two thirds of the time that autograd takes.

        With `unroll_betas` it raises ValueError unless the discriminator's optimiser is Adam.
        """
        descent = _ByHand(self, players) if self._known_by_hand else super().descent(players)
        if self.unroll and self.unroll_betas:
            adam = {} if states is None else states["discriminator"]
            require(adam.keys() >= {"m", "v", "t"}, "unroll_betas", "Adam to look ahead of", sorted(adam))
            descent = _informed(descent, adam)
        return _clipped(descent, players["discriminator"], self.clip) if self.clip else descent

    @property
    def _known_by_hand(self) -> bool:
        """A subclass may mean another loss by any of its methods, a network other slopes: autograd asks them."""
        exactly = type(self) is GAN and type(self.generator) is MLP and type(self.discriminator) is MLP
        second = self.unroll or any(np.any(weight) for weight in (self.r1, self.r2, self.penalty))
        return exactly and not second and self.descended.slopes is not None

    def mean_loss(self, player: str, logits: Tensor) -> Tensor:
        """Mean loss (members,) from the logits of real and fake side by side, of fake alone where `real` is not seen."""
        r, f = logits.chunk(2, 2) if player == "discriminator" or self.paired else (logits, logits)
        lost = self.descended.discriminator if player == "discriminator" else self.descended.generator
        return lost(r, f).flatten(1).mean(1)

    def loss(self, player: str, players: Players, batch: Batch, hyper: Values) -> Tensor:
        out = self.generator(players["generator"], self.fed(batch["z"], batch["real"]))
        real, fake = self.shown(out, batch, hyper)
        theta = players["discriminator"]
        if player == "discriminator":
            return self._discriminator_loss(self.discriminator, theta, real, fake, batch, hyper)
        if self.unroll:
            theta = self._unrolled(players, real, fake, batch, hyper)
        judge = twice(self.discriminator) if self.unroll else self.discriminator
        return self.mean_loss(player, judge(theta, torch.cat([real, fake], 2) if self.paired else fake))

    def _discriminator_loss(
        self, judge: Network, theta: Tensor, real: Tensor, fake: Tensor, batch: Batch, hyper: Values
    ) -> Tensor:  # fmt: skip
        loss = self.mean_loss("discriminator", judge(theta, torch.cat([real, fake], 2)))
        if np.any(self.r1):
            loss = loss + 0.5 * hyper["r1"] * self._slope(theta, real).square().sum(1).mean(1)
        if np.any(self.r2):
            loss = loss + 0.5 * hyper["r2"] * self._slope(theta, fake).square().sum(1).mean(1)
        if self._has_penalty:
            mix = batch["share"] * real + (1 - batch["share"]) * fake
            excess = self._slope(theta, mix).square().sum(1).add(1e-12).sqrt() - 1  # √ has no slope at 0
            loss = loss + hyper["penalty"] * excess.square().mean(1)
        return loss

    def _slope(self, theta: Tensor, x: Tensor) -> Tensor:
        """∇D(x), shaped like x, differentiable in θ (and in x where x already depends on something)."""
        x = x if x.requires_grad else x.detach().requires_grad_()
        with torch.enable_grad():
            (slope,) = torch.autograd.grad(twice(self.discriminator)(theta, x).sum(), x, create_graph=True)
        return slope

    def _unrolled(self, players: Players, real: Tensor, fake: Tensor, batch: Batch, hyper: Values) -> Tensor:
        """The discriminator's parameters after `unroll` gradient steps, as a function of the fakes."""
        theta, rate = players["discriminator"].detach().requires_grad_(), hyper["unroll_rate"][:, None]
        m, v, t = (hyper.get(f"adam {name}") for name in "mvt")
        for _ in range(self.unroll):
            if type(self) is GAN:  # the fakes are at hand
                loss = self._discriminator_loss(twice(self.discriminator), theta, real, fake, batch, hyper)
            else:  # what a subclass's discriminator descends only its `loss` knows
                loss = self.loss("discriminator", {**players, "discriminator": theta}, batch, hyper)
            (slope,) = torch.autograd.grad(loss.sum(), theta, create_graph=True)
            if self.unroll_betas and m is not None and v is not None and t is not None:
                (beta1, beta2), t = self.unroll_betas, t + 1
                m, v = beta1 * m + (1 - beta1) * slope, beta2 * v + (1 - beta2) * slope.square()
                root = (v / (1 - beta2**t)[:, None] + 1e-16).sqrt()  # Adam's ε = 1e-8 within it: √ has no slope at 0
                slope = m / (1 - beta1**t)[:, None] / root
            theta = theta - rate * slope
        return theta

    def fed(self, z: Tensor, given: Tensor) -> Tensor:
        """What the generator sees, (members, latents + inputs, n): z, and the inputs of `given`, samples or only these."""
        return torch.cat([z, given[:, : self.target.inputs]], 1) if self.target.inputs else z

    def _complete(self, out: Tensor, given: Tensor) -> Tensor:
        """Samples (members, dim, n): the inputs of `given`, and the generator's outputs."""
        return torch.cat([given[:, : self.target.inputs], out], 1) if self.target.inputs else out

    def shown(self, out: Tensor, batch: Batch, hyper: Values) -> tuple[Tensor, Tensor]:
        """Real and fake as the discriminator sees them, noisy and packed: (members, pack·dim, n)."""
        real, fake = batch["real"], self._complete(out, batch["real"])
        if self._has_noise:
            std = hyper["noise"][:, None, None]
            real, fake = real + std * batch["real_noise"], fake + std * batch["fake_noise"]
        return _packed(real, self.pack), _packed(fake, self.pack)

    @property
    def paired(self) -> bool:
        """Whether the generator's loss sees real samples too."""
        return self.descended.paired

    @cached_property
    def _has_penalty(self) -> bool:
        return bool(np.any(self.penalty))

    @cached_property
    def _has_noise(self) -> bool:
        return bool(np.any(self.noise))

    def sample(
        self,
        players: Players,
        hyper: Values,
        z: Float[Tensor, "members n {self.latents}"],
        given: Float[Tensor, "members n inputs"] | None = None,
    ) -> Float[Tensor, "members n {self.target.dim}"]:
        """Samples (members, n, dim) from latents (members, n, latents), and inputs where the target has them."""
        inputs = (z[..., :0] if given is None else given).mT.contiguous()
        out = self.generator(players["generator"], self.fed(z.mT.contiguous(), inputs))
        return self._complete(out, inputs).mT

    def logit(
        self, players: Players, hyper: Values, x: Float[Tensor, "members n packed"]
    ) -> Float[Tensor, "members n"]:
        """D (members, n) at rows x (members, n, pack·dim)."""
        return self.discriminator(players["discriminator"], x.mT.contiguous())[:, 0]


class _ByHand:
    """The gradients of a GAN's two losses by the chain rule from the logits down, each in the workspace of a `Stack`."""

    def __init__(self, gan: GAN, players: Players) -> None:
        slopes = gan.descended.slopes
        assert isinstance(gan.generator, MLP)
        assert isinstance(gan.discriminator, MLP)
        assert slopes is not None
        self.gan, self.slopes = gan, slopes
        self.generator = Stack(gan.generator, players["generator"])
        self.discriminator = Stack(gan.discriminator, players["discriminator"])
        self.generated: tuple[Batch, list[Tensor]] | None = None

    def __call__(self, move: Move, batch: Batch, hyper: Values) -> tuple[Values, Values]:
        descents = {"discriminator": self._judge, "generator": self._forge}
        pairs = {player: descents[player](batch, hyper) for player in move.players}
        return {k: loss for k, (loss, _) in pairs.items()}, {k: slope for k, (_, slope) in pairs.items()}

    def _judge(self, batch: Batch, hyper: Values) -> tuple[Tensor, Tensor]:
        """The discriminator's loss (members,) and slope (members, P), real and fake in one pass."""
        real, fake = self.gan.shown(self._generate(batch)[-1], batch, hyper)
        layers, n = self.discriminator.run(torch.cat([real, fake], 2)), fake.shape[2]
        r, f = torch.split(layers[-1], n, 2)
        g = torch.cat(self.slopes.discriminator(r, f), 2).div_(n)
        self.discriminator.pull(layers, g, to_theta=True, to_x=False)
        return self.gan.mean_loss("discriminator", layers[-1]), self.discriminator.slope

    def _forge(self, batch: Batch, hyper: Values) -> tuple[Tensor, Tensor]:
        """The generator's loss (members,) and slope (members, P), down through the discriminator."""
        generated = self._generate(batch)
        real, fake = self.gan.shown(generated[-1], batch, hyper)
        layers, n = self.discriminator.run(torch.cat([real, fake], 2) if self.gan.paired else fake), fake.shape[2]
        r, f = layers[-1][:, :, :n], layers[-1][:, :, -n:]
        g = self.slopes.generator(r, f).div_(n)
        g = self.discriminator.pull([h[:, :, -n:] for h in layers], g, to_theta=False, to_x=True)
        g = g.reshape(batch["real"].shape)[:, self.gan.target.inputs :]
        self.generator.pull(generated, g.contiguous(), to_theta=True, to_x=False)
        self.generated = None  # it moves now
        return self.gan.mean_loss("generator", layers[-1]), self.generator.slope

    def _generate(self, batch: Batch) -> list[Tensor]:
        """The generator's layers on a minibatch, once for both players until it moves."""
        if self.generated is None or self.generated[0] is not batch:
            self.generated = batch, self.generator.run(self.gan.fed(batch["z"], batch["real"]))
        return self.generated[1]


def _informed(descent: Descent, adam: Values) -> Descent:
    """Tell the losses, among the hyper-parameters, where the discriminator's Adam stands."""
    return lambda move, batch, hyper: descent(move, batch, {**hyper, **{f"adam {k}": v for k, v in adam.items()}})


def _clipped(descent: Descent, theta: Tensor, bound: float) -> Descent:
    """Clip θ before every use, which is after every update, and at the start."""

    def clipped(move: Move, batch: Batch, hyper: Values) -> tuple[Values, Values]:
        theta.clamp_(-bound, bound)
        return descent(move, batch, hyper)

    return clipped


def _packed(x: Tensor, pack: int) -> Tensor:
    """(members, dim, pack·n) samples as (members, pack·dim, n) rows of `pack` samples each."""
    return x if pack == 1 else x.reshape(x.shape[0], x.shape[1] * pack, -1)
