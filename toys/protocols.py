"""The toy experiments of the literature, by name: what they ran, what they printed, and how we scale them down.

A `Protocol` is a declaration: targets, arms (a learner with its networks and optimisers), minibatch, updates, trials,
how samples are counted, and the published numbers. `toys.replication` runs it. At level `long` it has its full size; `Size`
says what `quick` and `full` divide, and `Protocol.scaling` says it in words. A VAE of the same widths that no paper
ran beside its GANs is added as an arm of ours, so that the claims about VAEs against GANs can be judged.

The published baselines disagree among themselves: for the same GAN on the same grid 3.3 modes of 25 (VEEGAN), 10.4 (ALI)
and 17.3 (PacGAN). So numbers are shown side by side, and nothing is judged by closeness to one of them.

Sources: each protocol names its own. Light to import: no PyTorch here.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any

import numpy as np

from theory import GaussianMixture
from theory.validation.inputs import integer
from theory.validation.told import told
from toys.targets import LabelledMoons, MixtureTarget, grid, notebook_ring, ring, spiral, symmetric_pair, two_moons
from toys.targets.target import Target
from toys.targets.two_clusters import two_clusters
from toys.validation import choice, door, shut

LEVELS = ("quick", "full", "long")
SCORES = {
    "captured": "modes",
    "quality": "high quality, %",
    "reverse_kl": "reverse KL, nats",
    "gap": "mass in the gap, %",
    "gap_bound": "least mass there, %",
    "one_step": "W2, one Euler step",
    "w2": "W2, many steps",
    "between": "between neighbouring modes, %",
    "elsewhere": "elsewhere off the modes, %",
}
"""Every score a protocol may print, with its unit; shares are printed in per cent."""


@dataclass(frozen=True)
@shut
class Net:
    """A network at full size: hidden widths and the options of `toys.normalised_layers`."""

    hidden: tuple[int, ...]
    activation: str = "relu"
    init: str = "uniform"
    gain: float = 1.0
    pieces: int = 5
    normalise: str = "none"
    scale: float = 1.0

    def narrowed(self, divisor: int) -> Net:
        """Hidden widths over `divisor`; weights of a fixed deviation times its root, which keeps the signal's size.

        Raises ValueError unless divisor is an integer from 1 to a million.
        """
        integer("divisor", divisor, 1, 10**6)
        gain = self.gain * divisor**0.5 if self.init == "normal" else self.gain
        return replace(self, hidden=tuple(max(4, n // divisor) for n in self.hidden), gain=gain)


@dataclass(frozen=True)
@shut
class Rule:
    """An optimiser of `toys.optimisers` at its published rate; `scaled` says whether reduced sizes raise the rate."""

    kind: str
    rate: float
    options: Mapping[str, float] = field(default_factory=dict[str, float])
    scaled: bool = True


@dataclass(frozen=True)
@shut
class Arm:
    """A learner, its networks and optimisers by player, its options.

    `learner`: "GAN", "JointGAN", "VAE", "VAE means" (samples are the decoder's means), "Denoiser" or "FlowMatching". `drawn`: the ranges
    (factor low, high, β₁ low, high) from which every seed draws its own learning rate, log-uniformly, and β₁.
    """

    learner: str
    nets: Mapping[str, Net]
    rules: Mapping[str, Rule]
    options: Mapping[str, Any] = field(default_factory=dict[str, Any])
    drawn: tuple[float, float, float, float] | None = None


@dataclass(frozen=True)
@shut
class Counting:
    """`samples` drawn, each belonging to its nearest mode ("distance") or to the likeliest ("responsibility").

    By distance only those within `deviations` standard deviations count (`strict`: below, not at); by responsibility
    all of them. Of a curve, those within so many deviations of it; of uniform clusters, those inside. `aside` is said too.
    By "transport" none is counted: all are carried to as many draws of the data.
    """

    samples: int = 2500
    by: str = "distance"
    deviations: float = 3.0
    strict: bool = False
    aside: str = ""

    @property
    def words(self) -> str:
        """The rule in a sentence."""
        if self.by == "transport":
            return f"{self.samples:,} samples, carried to as many draws of the data"
        if self.by == "responsibility":
            return f"{self.samples:,} samples, each given to its likeliest mode; a mode without any is dropped"
        sign = "<" if self.strict else "≤"
        return (
            f"{self.samples:,} samples; of high quality within {sign} {self.deviations:g} standard deviations of the "
            f"nearest mode; a mode is captured by one such sample{self.aside}"
        )


@dataclass(frozen=True)
@shut
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


@told
@dataclass(frozen=True)
@shut
class Protocol:
    """One published experiment. `published[target][arm]` holds a cell for each of `scores`.

    `trials` is how many were published, `overrides` holds the arms that are otherwise on some target.
    """

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
    overrides: Mapping[tuple[str, str], Arm] = field(default_factory=dict[tuple[str, str], Arm])

    @property
    def standing(self) -> str:
        """Where the published numbers come from, in words."""
        if not self.published:
            return "no table of numbers that we have read"
        return f"mean of {self.trials} trials, ± as printed there"

    def size(self, level: str) -> Size:
        """What `level` runs of it. Raises ValueError for an unknown level."""
        choice(level, LEVELS, "level")
        return self.sizes[level] if level in self.sizes else Size(max(10, self.trials), tuple(self.targets))

    def steps_at(self, level: str) -> int:
        """Updates at `level`. Raises ValueError for an unknown level."""
        return max(1, self.steps // self.size(level).steps)

    def batch_at(self, level: str) -> int:
        """The minibatch at `level`, a multiple of 16. Raises ValueError for an unknown level."""
        return max(16, self.batch // self.size(level).batch // 16 * 16)

    def arm(self, name: str, target: str) -> Arm:
        """An arm at full size on a target. Raises ValueError for an unknown one."""
        choice(name, tuple(self.arms), "name")
        choice(target, tuple(self.targets), "target")
        return self.overrides.get((target, name), self.arms[name])

    def arm_at(self, name: str, target: str, level: str) -> Arm:
        """An arm on a target with the widths and rates of `level`. Raises ValueError for an unknown level."""
        arm, size = self.arm(name, target), self.size(level)
        narrow = {k: net.narrowed(size.widths) for k, net in arm.nets.items()}
        rules = {k: replace(r, rate=r.rate * size.rates) if r.scaled else r for k, r in arm.rules.items()}
        return replace(arm, nets=narrow, rules=rules)

    def seed_steps(self, level: str) -> int:
        """Trials × arms × targets × updates at `level`. Raises ValueError for an unknown level."""
        size = self.size(level)
        return size.trials * len(self.arms) * len(size.targets) * self.steps_at(level)

    def scaling(self, level: str) -> str:
        """How `level` differs from the published size, in words. Raises ValueError for an unknown level."""
        size = self.size(level)
        changes: list[str] = []
        if size.steps > 1:
            changes.append(f"updates {self.steps:,} / {size.steps} = {self.steps_at(level):,}")
        if size.widths > 1:
            fixed = any(net.init == "normal" for arm in self.arms.values() for net in arm.nets.values())
            grown = f" (deviation of the first weights × √{size.widths})" if fixed else ""
            changes.append(f"hidden widths / {size.widths}, at least 4{grown}")
        if size.batch > 1:
            changes.append(f"minibatch {self.batch} / {size.batch} = {self.batch_at(level)}")
        if size.rates != 1:
            changes.append(f"learning rates × {size.rates:g}")
        if left := [name for name in self.targets if name not in size.targets]:
            changes.append(f"without {', '.join(left)}")
        trials = [f"trials {self.trials} → {size.trials}"] if size.trials != self.trials else []
        return f"{level}: {'; '.join([*(changes or ['full size']), *trials])}"


def _adam(rate: float, beta1: float = 0.9, **options: float) -> Rule:
    return Rule("Adam", rate, {"beta1": beta1, **options})


def _gan(generator: Net, discriminator: Net, rule: Rule, judge: Rule | None = None, **options: Any) -> Arm:
    nets = {"generator": generator, "discriminator": discriminator}
    return Arm("GAN", nets, {"generator": rule, "discriminator": judge or rule}, options)


def _vae(*hidden: int) -> Arm:
    """A VAE that learns the deviation of its isotropic decoder, latents 2, Adam 1e-3 at every level."""
    rule = replace(_adam(1e-3), scaled=False)
    return Arm("VAE", {"networks": Net(hidden)}, {"encoder": rule, "decoder": rule}, {"noise": "isotropic"})


def _joint(objective: str, generator: Net, encoder: Net, discriminator: Net, rule: Rule, **options: Any) -> Arm:
    nets = {"generator": generator, "encoder": encoder, "discriminator": discriminator}
    return Arm("JointGAN", nets, dict.fromkeys(nets, rule), {"objective": objective, **options})


VAE_NOTE = (
    "VAE: an arm of ours, of the generator's widths, learned isotropic deviation, Adam 1e-3 at every level, samples and not "
    "decoder means"
)


def _pacgan() -> Protocol:
    generator = Net((400,) * 4, init="normal", gain=0.02, normalise="batch")
    judge = Net((200,) * 3, activation="maxout", init="normal", gain=0.02)

    def packed(m: int) -> Arm:
        return _gan(generator, judge, _adam(1e-4, 0.8), pack=m, simultaneous=True)

    return Protocol(
        name="pacgan",
        source="Lin, Khetan, Fanti & Oh 2018, PacGAN, table 1 and official code",
        targets={"ring": ring, "grid": grid},
        arms={
            "GAN": packed(1), **{f"PacGAN{m}": packed(m) for m in (2, 3, 4)}, "VAE": _vae(400, 400, 400, 400),
        },
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
            "full": Size(32, ("ring", "grid"), steps=160, widths=16, rates=5),
        },
        notes=(
            "both players move at once, as in the authors' code; minibatch 96 for 100, as ours come in multiples of 16",
            "400 epochs of 100,000 points are 400,000 updates; points are drawn with replacement",
            "batch normalisation without running averages: the samples that are counted are normalised by each other",
            VAE_NOTE,
        ),
    )  # fmt: skip


def _veegan() -> Protocol:
    net, rule = Net((128, 128)), _adam(1e-3, 0.5)
    unrolled = _gan(net, net, rule, objective="saddle", unroll=5, simultaneous=True)
    return Protocol(
        name="veegan",
        source="Srivastava, Valkov, Russell, Gutmann & Sutton 2017, VEEGAN, table 1",
        targets={"ring": ring, "grid": grid},
        arms={
            "GAN": _gan(net, net, rule), "ALI": _joint("ali", net, net, net, rule), "unrolled": unrolled,
            "VEEGAN": _joint("veegan", net, net, net, rule), "VAE": _vae(128, 128),
        },
        steps=50_000,
        batch=128,
        points=100_000,
        trials=5,
        counting=Counting(),
        scores=("captured", "quality"),
        published={
            "ring": {"GAN": (1.0, 99.3), "ALI": (2.8, 0.13), "unrolled": (7.6, 35.6), "VEEGAN": (8.0, 52.9)},
            "grid": {"GAN": (3.3, 0.5), "ALI": (15.8, 1.6), "unrolled": (23.6, 16.0), "VEEGAN": (24.6, 40.0)},
        },
        sizes={
            "quick": Size(16, ("ring",), steps=50, widths=4),
            "full": Size(32, ("ring", "grid"), steps=20, widths=4),
        },
        notes=(
            "table and counting are theirs; networks (2 x 128 ReLU), z ~ N(0, I₂), Adam 1e-3 (0.5), minibatch 128 and 50,000 "
            "updates are ours, as what we have of the paper does not say",
            "unrolled: five steps of the discriminator's Adam, as the paper says",
            "the set of 1,200 dimensions is not run",
            VAE_NOTE,
        ),
    )  # fmt: skip


def _unrolled() -> Protocol:
    tanh = Net((128, 128), activation="tanh", init="orthogonal", gain=1.4)
    maker = Net((128, 128), init="orthogonal", gain=0.8)
    judge = Net((128,), init="orthogonal", gain=0.8, scale=0.25)

    def notebook(steps: int) -> Arm:
        rules = _adam(1e-3, 0.5), _adam(1e-4, 0.5)
        return _gan(tanh, tanh, *rules, objective="saddle", latents=256, unroll=steps, simultaneous=True)

    def paper(steps: int) -> Arm:
        rule = _adam(1e-4, 0.5)
        return _gan(maker, judge, rule, objective="saddle", latents=256, unroll=steps, simultaneous=True)

    return Protocol(
        name="unrolled",
        source="Metz, Poole, Pfau & Sohl-Dickstein 2017, Unrolled GAN: official notebook; the paper's ring (recalled)",
        targets={"notebook_ring": notebook_ring, "ring_of_the_paper": lambda: ring(8, 2.0, 0.02)},
        arms={"GAN": notebook(0), "unrolled": notebook(5), "VAE": _vae(128, 128)},
        overrides={("ring_of_the_paper", "GAN"): paper(0), ("ring_of_the_paper", "unrolled"): paper(10)},
        steps=25_000,
        batch=512,
        points=None,
        trials=10,
        counting=Counting(),
        scores=("captured", "quality"),
        published={},
        sizes={
            "quick": Size(16, ("notebook_ring",), steps=25, widths=4, batch=8, rates=5),
            "full": Size(32, ("notebook_ring", "ring_of_the_paper"), steps=12, widths=4, batch=8),
        },
        notes=(
            "the notebook's ring has seven modes, not eight, one of them with twice the weight: linspace(0, 2π, 8) ends where "
            "it begins",
            "unrolled: 5 steps of the discriminator's Adam on the notebook's ring, 10 on the paper's, differentiated through "
            "its moments as well; Adam's ε stands inside the root there",
            "ring_of_the_paper (recalled): radius 2, deviation 0.02, ReLU, discriminator one hidden layer of 128 on inputs / 4, "
            "Adam 1e-4; minibatch and updates are the notebook's",
            "a port reports that tanh networks do not collapse without unrolling and ReLU ones do",
            VAE_NOTE,
        ),
    )


def _wgan_gp() -> Protocol:
    net = Net((512,) * 3, init="he")
    options: dict[str, Any] = {"objective": "wasserstein", "discriminator_steps": 5}
    return Protocol(
        name="wgan-gp",
        source="Gulrajani, Ahmed, Arjovsky, Dumoulin & Courville 2017, WGAN-GP, official code of the toys",
        targets={
            "8_gaussians": lambda: ring(8, 2 / 1.414, 0.02 / 1.414),
            "25_gaussians": lambda: grid(5, 2 / 2.828, 0.05 / 2.828),
            "swiss_roll": spiral,
        },
        arms={
            "WGAN-GP": _gan(net, net, _adam(1e-4, 0.5, beta2=0.9), penalty=0.1, **options),
            "WGAN, clipped": _gan(net, net, Rule("RMSProp", 5e-5), clip=0.01, **options), "VAE": _vae(512, 512, 512),
        },
        steps=100_000,
        batch=256,
        points=None,
        trials=10,
        counting=Counting(aside="; of the swiss roll, within 3 deviations of the curve"),
        scores=("captured", "quality"),
        published={},
        sizes={
            "quick": Size(16, ("8_gaussians",), steps=80, widths=16, batch=4, rates=10),
            "full": Size(32, ("8_gaussians", "25_gaussians", "swiss_roll"), steps=32, widths=16, batch=4, rates=10),
        },
        notes=(
            "an update is five of the critic and one of the generator",
            "8 Gaussians: radius 2, deviation 0.02, all over 1.414; 25: 2·{-2..2}², 0.05, over 2.828; swiss roll: 0.25, over 7.5",
            "minibatches are drawn afresh, of the 25 Gaussians too, of which the code keeps 100,000 points",
            "there is no non-saturating GAN among its arms: the claims about VAEs against GANs are not judged",
            VAE_NOTE,
        ),
    )  # fmt: skip


def _sun() -> Protocol:
    net, rule = Net((128, 128)), _adam(1e-4, 0.0, beta2=0.9)
    maker, judge = Net((5, 5), activation="tanh"), Net((10, 10), activation="sigmoid")
    slow = Rule("SGD", 1e-2, {"momentum": 0.9}, scaled=False)

    def clusters(objective: str) -> Arm:
        return _gan(maker, judge, slow, objective=objective, latents=1, uniform=5.0)

    return Protocol(
        name="sun",
        source="Sun, Fang & Schwing 2020, Towards a better global loss landscape of GANs",
        targets={"5_gaussians": lambda: ring(5, 1.0, 0.0447), "two_clusters": two_clusters},
        arms={
            "GAN": _gan(net, net, rule), "paired": _gan(net, net, rule, objective="relativistic"), "VAE": _vae(128, 128),
        },
        overrides={
            ("two_clusters", "GAN"): clusters("nonsaturating"), ("two_clusters", "paired"): clusters("relativistic"),
        },
        steps=20_000,
        batch=128,
        points=10_000,
        trials=10,
        counting=Counting(aside="; of two_clusters, inside one"),
        scores=("captured", "quality"),
        published={},
        sizes={
            "quick": Size(16, ("5_gaussians", "two_clusters"), steps=4, widths=4, rates=4),
            "full": Size(32, ("5_gaussians", "two_clusters"), widths=4),
        },
        notes=(
            "GAN: the separable loss, non-saturating; paired: ς(f-r) and ς(r-f) on pairs of real and fake",
            "two_clusters: U[0, 0.3] and U[4, 4.3], z ~ U(-5, 5), D 10-10 sigmoid, G 5-5 tanh, SGD 1e-2 with momentum 0.9 at every "
            "level; minibatch, updates and the VAE are those of the five Gaussians",
            "counting is VEEGAN's: what we have of the paper does not say",
            VAE_NOTE,
        ),
    )  # fmt: skip


def _ali() -> Protocol:
    net = Net((400,) * 4, init="normal", gain=0.02, normalise="batch")
    judge = Net((200,) * 3, activation="maxout", init="normal", gain=0.02)
    rule, drawn = _adam(1e-4, 0.5), (0.3, 3.0, 0.3, 0.8)
    return Protocol(
        name="ali",
        source="Dumoulin et al. 2017, Adversarially learned inference, the mixture of 25 Gaussians",
        targets={"grid": grid},
        arms={
            "GAN": replace(_gan(net, judge, rule, simultaneous=True), drawn=drawn),
            "ALI": replace(_joint("ali", net, net, judge, rule), drawn=drawn), "VAE": _vae(400, 400, 400, 400),
        },
        steps=400_000,
        batch=96,
        points=100_000,
        trials=10,
        counting=Counting(10_000, "responsibility"),
        scores=("captured", "quality"),
        published={"grid": {"GAN": ((10.4, 9.2), None), "ALI": ((13.4, 5.8), None)}},
        sizes={
            "quick": Size(16, ("grid",), steps=400, widths=16, rates=10),
            "full": Size(32, ("grid",), steps=50, widths=16, rates=5),
        },
        notes=(
            "every seed draws a learning rate, 1e-4 × 0.3 to 3 log-uniformly, and β₁ from 0.3 to 0.8: the paper drew them and the "
            "initial scale, from ranges that we do not have; ours is fixed",
            "batch normalisation, 400 epochs of 1,000 minibatches, deviation 0.02 and widths of the discriminator are those of "
            "PacGAN's code, which grew from this paper's; minibatch 96 for 100",
            "high quality, within 3 deviations of the nearest mode, is our addition",
            "the paper says of a VAE of this size that it covers every mode and smears",
            VAE_NOTE,
        ),
    )  # fmt: skip


def _salmona() -> Protocol:
    made, judge = (
        Net((128, 256), activation="leaky_relu"),
        Net((256, 128), activation="leaky_relu", normalise="spectral"),
    )
    rule = _adam(1e-3, 0.5)
    vae = {"latents": 1, "noise": "fixed", "std": 0.1**0.5, "activation": "leaky_relu"}
    levels = {"lowest": 0.6**9, "highest": 0.6**-6}
    return Protocol(
        name="salmona",
        source="Salmona, de Bortoli, Delon & Desolneux 2022, Can push-forward generative models fit multimodal distributions?",
        targets={f"m={m}": partial(symmetric_pair, float(m), 1.0) for m in range(11)},
        arms={
            "GAN": _gan(made, judge, rule, latents=1),
            "VAE means": Arm("VAE means", {"networks": made}, {"encoder": rule, "decoder": rule}, vae),
            "score network": Arm("Denoiser", {"networks": Net((128, 256))}, {"denoiser": _adam(1e-3)}, levels),
        },
        steps=20_000,
        batch=128,
        points=None,
        trials=10,
        counting=Counting(10_000, aside="; the gap is (-m/2, m/2)"),
        scores=("captured", "quality", "gap", "gap_bound"),
        published={},
        sizes={
            "quick": Size(16, ("m=2", "m=6", "m=10"), steps=20, widths=4),
            "full": Size(32, tuple(f"m={m}" for m in range(0, 11, 2)), steps=8, widths=4),
        },
        notes=(
            "½ N(-m, 1) + ½ N(m, 1); the data themselves have Φ(-m/2) - Φ(-3m/2) of their mass in the gap: 15.7 % at m = 2, "
            "0.13 % at 6, 3e-5 % at 10",
            "least mass there: Φ(w/L + Φ⁻¹(A)) - A with w = m, A the share of samples left of the gap and L the steepest slope of "
            "the generator found on z in [-8, 8]; a score network is no push-forward of one Lipschitz map and has none",
            "VAE means: decoder variance 0.1, the means of its decoder as in the paper; so the claims about a VAE's samples are "
            "not judged",
            "discriminator 256-128 (spectral normalisation), Adam 1e-3, minibatch and updates are ours; the score network is our "
            "denoiser at all levels from 0.6⁹ to 0.6⁻⁶, sampled along the probability flow, for ten levels and Langevin steps",
        ),
    )


def _on_the_line(*places: float) -> Target:
    mixture = GaussianMixture(np.full(len(places), 1 / len(places)), places, stds=np.full(len(places), 0.05))
    return MixtureTarget("modes_on_the_line", mixture, "Aithal et al. (2024)")


def _aithal() -> Protocol:
    levels = {"lowest": 0.01, "highest": 20.0}
    return Protocol(
        name="aithal",
        source="Aithal, Maini, Lipton & Kolter 2024, Understanding hallucinations in diffusion models through mode interpolation",
        targets={
            "three": partial(_on_the_line, 1.0, 2.0, 3.0), "four": partial(_on_the_line, 1.0, 2.0, 4.0, 5.0), "grid": grid,
        },
        arms={"denoiser": Arm("Denoiser", {"networks": Net((128, 128))}, {"denoiser": _adam(1e-3)}, levels)},
        steps=40_000,
        batch=128,
        points=20_000,
        trials=10,
        counting=Counting(10_000, deviations=4.0, aside="; between neighbours: as near to the segment that joins two modes"),
        scores=("captured", "quality", "between", "elsewhere"),
        published={},
        sizes={
            "quick": Size(16, ("three", "four"), steps=20, widths=4, rates=3),
            "full": Size(32, ("three", "four", "grid"), steps=8, widths=4),
        },
        notes=(
            "the paper shows samples between neighbouring modes and nowhere else; neighbours: no third mode within the ball over "
            "their segment, so the diagonals of the grid join none",
            "modes at 1, 2, 3 and at 1, 2, 4, 5, deviation 0.05; of the data themselves 0.006 % on the line and 0.03 % of the grid lie "
            "more than 4 deviations from every mode",
            "20,000 points on every target, for 50,000 of the four modes; network, Adam 1e-3, minibatch and updates are ours; our "
            "denoiser at levels 0.01 to 20, sampled along the probability flow in 32 steps, for a thousand steps of ancestral sampling",
            "there is no GAN and no VAE among its arms: the claims about them are not judged",
        ),
    )  # fmt: skip


def _c2ot() -> Protocol:
    start = ring(8, 5.0, 0.1**0.5)

    def flow(coupling: str) -> Arm:
        options = {"coupling": coupling, "source": start}
        return Arm("FlowMatching", {"networks": Net((64, 64, 64))}, {"velocity": _adam(1e-3)}, options)

    placed = {"std": 0.6, "scale": 3.0, "shift": -1.0}
    return Protocol(
        name="c2ot",
        source="Cheng & Schwing 2025, The curse of conditions, figure 1 (the order of its cells inferred)",
        targets={"moons": partial(two_moons, **placed), "labelled_moons": partial(LabelledMoons, **placed)},
        arms={
            "flow matching": flow("independent"), "minibatch transport": flow("transport"),
            "conditional transport": flow("conditional transport"),
        },
        steps=20_000,
        batch=256,
        points=None,
        trials=10,
        counting=Counting(512, "transport"),
        scores=("one_step", "w2"),
        published={
            "moons": {
                "flow matching": ((6.232, 0.186), (0.120, 0.045)), "minibatch transport": ((0.072, 0.025), (0.050, 0.040)),
            },
            "labelled_moons": {
                "flow matching": ((2.573, 0.112), (0.059, 0.029)), "minibatch transport": ((0.483, 0.059), (0.462, 0.025)),
                "conditional transport": ((0.048, 0.010), (0.018, 0.006)),
            },
        },
        sizes={
            "quick": Size(16, ("moons", "labelled_moons"), steps=20, widths=2, batch=4, rates=3),
            "full": Size(32, ("moons", "labelled_moons"), steps=4, batch=2),
        },
        notes=(
            "from eight Gaussians (radius 5, variance 0.1) to two moons (make_moons with noise 0.2, times 3, less 1), of which the "
            "label is given or not; these sizes, 3 x 64 units (ours ReLU), Adam 1e-3, minibatch 256 and 20,000 updates are recalled",
            "W2 in data units, samples and data of equal labels assigned to one another: two samples of the data "
            "are 0.5 apart themselves, more than what the paper prints for its best arms, so only orderings can be compared; "
            "many steps: 100 of Euler, for an adaptive solver",
            "without labels conditional transport is minibatch transport; continuous conditions are not run",
            "there is no GAN and no VAE among its arms: the claims about them are not judged",
        ),
    )  # fmt: skip


_MAKERS: dict[str, Callable[[], Protocol]] = {
    "veegan": _veegan, "pacgan": _pacgan, "ali": _ali, "unrolled": _unrolled, "wgan-gp": _wgan_gp, "sun": _sun,
    "salmona": _salmona, "aithal": _aithal, "c2ot": _c2ot,
}  # fmt: skip
NAMES = tuple(_MAKERS)
"""Every protocol that `--protocol` knows."""


@door
def named(name: str) -> Protocol:
    """The protocol of this name. Raises ValueError, listing those there are, for another."""
    choice(name, NAMES, "name")
    return _MAKERS[name]()
