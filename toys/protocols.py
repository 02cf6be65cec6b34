"""The toy experiments of the literature, by name: what they ran, what they printed, and how we scale them down.

A `Protocol` is a declaration: targets, arms (a learner with its networks and optimisers), minibatch, updates, trials,
how samples are counted, and the published numbers. `toys.rerun` runs it. At level `long` it has its full size; `Size`
says what `quick` and `full` divide, and `Protocol.scaling` says it in words. A VAE of the same widths that no paper
ran beside its GANs is added as an arm of ours, so that the claims about VAEs against GANs can be judged.

The published baselines disagree among themselves: for the same GAN on the same grid 3.3 modes of 25 (VEEGAN), 10.4 (ALI)
and 17.3 (PacGAN). So numbers are shown side by side, and nothing is judged by closeness to one of them.

Sources: each protocol names its own. Light to import: no PyTorch here.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from toys.doors import choice
from toys.targets import grid, ring
from toys.targets.target import Target

LEVELS = ("quick", "full", "long")
SCORES = {
    "captured": "modes",
    "quality": "high quality, %",
    "reverse_kl": "reverse KL, nats",
}
"""Every score a protocol may print, with its unit; `quality` is kept as a share and printed in per cent."""


@dataclass(frozen=True)
class Net:
    """A network at full size: hidden widths and what `toys.dressed` hangs on it."""

    hidden: tuple[int, ...]
    activation: str = "relu"
    init: str = "uniform"
    gain: float = 1.0
    pieces: int = 5
    normalise: str = "none"
    scale: float = 1.0

    def narrowed(self, divisor: int) -> Net:
        """Hidden widths over `divisor`; weights of a fixed deviation times its root, which keeps the signal's size."""
        gain = self.gain * divisor**0.5 if self.init == "normal" else self.gain
        return replace(self, hidden=tuple(max(4, n // divisor) for n in self.hidden), gain=gain)


@dataclass(frozen=True)
class Rule:
    """An optimiser of `toys.optimisers` at its published rate; `scaled` says whether reduced sizes raise the rate."""

    kind: str
    rate: float
    options: Mapping[str, float] = field(default_factory=dict)
    scaled: bool = True


@dataclass(frozen=True)
class Arm:
    """A learner ("GAN" or "VAE"), its networks and optimisers by player, its options; `ours`: in no paper."""

    learner: str
    nets: Mapping[str, Net]
    rules: Mapping[str, Rule]
    options: Mapping[str, Any] = field(default_factory=dict)
    ours: bool = False


@dataclass(frozen=True)
class Counting:
    """`samples` drawn, each belonging to its nearest mode ("distance") or to the likeliest ("responsibility").

    By distance only those within `deviations` standard deviations count (`strict`: below, not at); by responsibility
    all of them.
    """

    samples: int = 2500
    by: str = "distance"
    deviations: float = 3.0
    strict: bool = False

    @property
    def words(self) -> str:
        if self.by == "responsibility":
            return f"{self.samples:,} samples, each given to its likeliest mode; a mode without any is dropped"
        sign = "<" if self.strict else "≤"
        return (
            f"{self.samples:,} samples; of high quality within {sign} {self.deviations:g} standard deviations of the "
            f"nearest mode; a mode is captured by one such sample"
        )


@dataclass(frozen=True)
class Size:
    """What a level runs: updates, widths and minibatch over these divisors, rates times `rates`, so many trials."""

    trials: int
    targets: tuple[str, ...]
    steps: int = 1
    widths: int = 1
    batch: int = 1
    rates: float = 1.0


DISAGREE = (
    "published baselines disagree among themselves (GAN on the grid: 3.3 modes in VEEGAN, 10.4 in ALI, 17.3 in PacGAN): "
    "numbers are shown, closeness to them is not judged"
)
Cell = float | tuple[float, float] | None
"""A published number, or (number, spread), or None where none was printed."""


@dataclass(frozen=True)
class Protocol:
    """One published experiment. `published[target][arm]` holds a cell for each of `scores`; `recalled`: from memory."""

    name: str
    source: str
    targets: Mapping[str, Callable[[], Target]]
    arms: Mapping[str, Arm]
    steps: int
    batch: int
    points: int | None
    trials: int
    counting: Counting
    scores: tuple[str, ...]
    published: Mapping[str, Mapping[str, tuple[Cell, ...]]]
    sizes: Mapping[str, Size]
    notes: tuple[str, ...]
    recalled: bool = False
    not_run: Mapping[str, str] = field(default_factory=dict)

    @property
    def standing(self) -> str:
        """Where the published numbers come from, in words."""
        if not self.published:
            return "no table: the paper shows pictures only"
        return f"{'recalled, not read in the source; ' if self.recalled else ''}mean of {self.trials} trials"

    def size(self, level: str) -> Size:
        """What `level` runs of it; raises ValueError for an unknown level."""
        choice(level, LEVELS, "level")
        return self.sizes[level] if level in self.sizes else Size(self.trials, tuple(self.targets))

    def steps_at(self, level: str) -> int:
        """Updates at `level`."""
        return max(1, self.steps // self.size(level).steps)

    def batch_at(self, level: str) -> int:
        """The minibatch at `level`, a multiple of 16."""
        return max(16, self.batch // self.size(level).batch // 16 * 16)

    def arm_at(self, name: str, level: str) -> Arm:
        """An arm with the widths and rates of `level`."""
        arm, size = self.arms[name], self.size(level)
        narrow = {k: net.narrowed(size.widths) for k, net in arm.nets.items()}
        rules = {k: replace(r, rate=r.rate * size.rates) if r.scaled else r for k, r in arm.rules.items()}
        return replace(arm, nets=narrow, rules=rules)

    def seed_steps(self, level: str) -> int:
        """Trials × arms × targets × updates at `level`."""
        size = self.size(level)
        return size.trials * len(self.arms) * len(size.targets) * self.steps_at(level)

    def scaling(self, level: str) -> str:
        """How `level` differs from the published size, in words."""
        size, changes = self.size(level), []
        if size.steps > 1:
            changes.append(f"updates {self.steps:,} / {size.steps} = {self.steps_at(level):,}")
        if size.widths > 1:
            fixed = any(net.init == "normal" for arm in self.arms.values() for net in arm.nets.values())
            grown = f" (deviation of the first weights × √{size.widths})" if fixed else ""
            changes.append(f"hidden widths / {size.widths}{grown}")
        if size.batch > 1:
            changes.append(f"minibatch {self.batch} / {size.batch} = {self.batch_at(level)}")
        if size.rates != 1:
            changes.append(f"learning rates × {size.rates:g}")
        if size.trials != self.trials:
            changes.append(f"trials {self.trials} → {size.trials}")
        if left := [name for name in self.targets if name not in size.targets]:
            changes.append(f"without {', '.join(left)}")
        return f"{level}: {'; '.join(changes)}" if changes else f"{level}: full size"


def _adam(rate: float, beta1: float = 0.9, **options: float) -> Rule:
    return Rule("Adam", rate, {"beta1": beta1, **options})


def _gan(generator: Net, discriminator: Net, rule: Rule, judge: Rule | None = None, **options: Any) -> Arm:
    nets = {"generator": generator, "discriminator": discriminator}
    return Arm("GAN", nets, {"generator": rule, "discriminator": judge or rule}, options)


def _vae(*hidden: int) -> Arm:
    """A VAE that learns the deviation of its isotropic decoder, latents 2, Adam 1e-3 at every level."""
    rule = replace(_adam(1e-3), scaled=False)
    return Arm("VAE", {"networks": Net(hidden)}, {"encoder": rule, "decoder": rule}, {"noise": "isotropic"}, ours=True)


VAE_NOTE = "VAE: an arm of ours, of the generator's widths, learned isotropic deviation, samples and not decoder means"


def _pacgan() -> Protocol:
    generator = Net((400,) * 4, init="normal", gain=0.02, normalise="batch")
    judge = Net((200,) * 3, activation="maxout", init="normal", gain=0.02)

    def packed(m: int) -> Arm:
        return _gan(generator, judge, _adam(1e-4, 0.8), pack=m, simultaneous=True)

    return Protocol(
        name="pacgan",
        source="Lin, Khetan, Fanti & Oh 2018, PacGAN, table 1 and official code",
        targets={"ring": ring, "grid": grid},
        arms={"GAN": packed(1), "PacGAN2": packed(2), "PacGAN3": packed(3), "PacGAN4": packed(4), "VAE": _vae(400, 400)},
        steps=400_000,
        batch=96,
        points=100_000,
        trials=10,
        counting=Counting(strict=True),
        scores=("captured", "quality", "reverse_kl"),
        published={
            "ring": {
                "GAN": ((6.3, 0.5), 98.2, 0.45), "PacGAN2": (7.9, 95.6, 0.07), "PacGAN3": (7.8, 97.7, 0.10),
                "PacGAN4": (7.8, 95.9, 0.07),
            },
            "grid": {
                "GAN": ((17.3, 0.8), 94.8, 0.70), "PacGAN2": (23.8, 91.3, 0.13), "PacGAN3": (24.6, 94.2, 0.06),
                "PacGAN4": (24.8, 93.6, 0.04),
            },
        },
        sizes={
            "quick": Size(16, ("ring",), steps=400, widths=16, rates=10),
            "full": Size(16, ("ring", "grid"), steps=100, widths=16, rates=5),
        },
        notes=(
            "both players move at once, as in the authors' code; minibatch 96 for 100, as ours come in multiples of 16",
            "400 epochs of 100,000 points are 400,000 updates; points are drawn with replacement",
            "batch normalisation without running averages: the samples that are counted are normalised by each other",
            VAE_NOTE,
        ),
    )  # fmt: skip


_MAKERS: dict[str, Callable[[], Protocol]] = {"pacgan": _pacgan}
NAMES = tuple(_MAKERS)
"""Every protocol that `--protocol` knows."""


def named(name: str) -> Protocol:
    """The protocol of this name; raises ValueError listing those there are."""
    choice(name, NAMES, "protocol")
    return _MAKERS[name]()
