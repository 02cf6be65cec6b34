"""Running a published protocol: train its arms on its targets, draw samples, count them as the paper did.

`run` returns arrays as the contest's claims save them: `arms`, `targets`, and for every target and arm one number a
seed, `captured_ring_0`, … A seed that diverged, or whose samples are not finite, has captured nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Any

import numpy as np
from scipy.special import rel_entr

from toys import optimisers
from toys.dressed import Dressed, Form
from toys.gan import GAN
from toys.layout import ALIGNMENT
from toys.learner import Learner
from toys.networks import MLP
from toys.protocols import Arm, Counting, Net, Protocol, named
from toys.targets import MixtureTarget
from toys.targets.target import Target
from toys.train import Fitted, fit
from toys.vae import VAE


def run(name: str, level: str, *, seeds: Sequence[int], device: str = "cpu") -> dict[str, np.ndarray]:
    """Train and score every arm of a protocol at a level, once per seed; raises ValueError for an unknown name."""
    protocol = named(name)
    targets = {key: protocol.targets[key]() for key in protocol.size(level).targets}
    shown: dict[str, Any] = {"arms": np.array(list(protocol.arms)), "targets": np.array(list(targets))}
    for key, target in targets.items():
        shown[f"modes_{key}"] = np.array(modes(target))
        for index, arm in enumerate(protocol.arms):
            scored = run_arm(protocol, arm, target, level, seeds=seeds, device=device)
            shown |= {f"{score}_{key}_{index}": values for score, values in scored.items()}
    return shown


def run_arm(
    protocol: Protocol, name: str, target: Target, level: str, *, seeds: Sequence[int], device: str = "cpu"
) -> dict[str, np.ndarray]:
    """Scores (seeds,) by name of one arm on one target."""
    arm = protocol.arm_at(name, level)
    fitted = fit(
        learner(arm, target), seeds=seeds, steps=protocol.steps_at(level), batch=protocol.batch_at(level),
        optimiser={player: rule(r.kind, r.rate, r.options) for player, r in arm.rules.items()},
        points=protocol.points, device=device,
    )  # fmt: skip
    samples = draw(fitted, protocol.counting.samples)
    fine = np.isfinite(samples).all(axis=(1, 2)) & (fitted.diverged < 0)
    rows = [score(x if good else None, target, protocol.counting) for x, good in zip(samples, fine, strict=True)]
    return {key: np.array([row[key] for row in rows]) for key in protocol.scores}


def learner(arm: Arm, target: Target) -> Learner:
    """The learner of an arm for a target."""
    if arm.learner == "VAE":
        return VAE(target, hidden=arm.nets["networks"].hidden, **arm.options)
    generator, discriminator = arm.nets["generator"], arm.nets["discriminator"]
    return GAN(
        target, generator_hidden=generator.hidden, discriminator_hidden=discriminator.hidden,
        generator_form=form(generator), discriminator_form=form(discriminator), **arm.options,
    )  # fmt: skip


def form(net: Net) -> Form:
    """What makes the network: an `MLP` where nothing is hung on it, as that is the faster one."""
    shape: dict[str, Any] = {"activation": net.activation, "init": net.init, "gain": net.gain}
    if net.activation != "maxout" and net.normalise == "none" and net.scale == 1:
        return partial(MLP, **shape)
    return partial(Dressed, **shape, pieces=net.pieces, normalise=net.normalise, scale=net.scale)


def rule(kind: str, rate: float, options: Any) -> optimisers.Optimiser:
    """An optimiser by its name in `toys.optimisers`."""
    return getattr(optimisers, kind)(rate, **options)


def draw(fitted: Fitted, n: int) -> np.ndarray:
    """n samples of every seed, (seeds, n, dim)."""
    made: Any = fitted.learner
    many = -(-n // ALIGNMENT) * ALIGNMENT  # what a seed gives does then not depend on its neighbours
    z = np.stack([rng.standard_normal((many, made.latents)) for rng in fitted.generators()])
    if not isinstance(made, VAE):
        return fitted.evaluate(made.sample, own=[z])[:, :n]
    g, std = np.split(fitted.evaluate(made.decode, own=[z]), 2, axis=2)
    noise = np.stack([rng.standard_normal(g.shape[1:]) for rng in fitted.generators(1)])
    return (g + std * noise)[:, :n]


def modes(target: Target) -> int:
    """How many modes there are to capture."""
    if not isinstance(target, MixtureTarget):
        raise ValueError(f"target: expected a mixture, got {target.name}")
    return len(target.mixture)


def score(x: np.ndarray | None, target: Target, rule: Counting) -> dict[str, float]:
    """Modes captured, share of counted samples, and KL(counted samples‖weights) over modes in nats.

    Samples that are None, or of which none counts, have captured nothing: 0, 0 and ln K.
    """
    found = np.zeros(modes(target)) if x is None else counts(x, target, rule)
    if x is None or not found.sum():
        return {"captured": 0.0, "quality": 0.0, "reverse_kl": float(np.log(modes(target)))}
    assert isinstance(target, MixtureTarget)
    kl = rel_entr(found / found.sum(), target.mixture.weights).sum()
    return {"captured": float((found > 0).sum()), "quality": float(found.sum() / len(x)), "reverse_kl": float(kl)}


def counts(x: np.ndarray, target: Target, rule: Counting) -> np.ndarray:
    """Counted samples of each mode (K,), of samples (n, dim)."""
    assert isinstance(target, MixtureTarget)
    square = ((x[:, None] - target.centres) ** 2).sum(axis=2)
    std = target.mixture.stds.reshape(len(target.mixture), -1)[:, 0]
    if rule.by == "responsibility":
        owner = (np.log(target.mixture.weights) - target.dim * np.log(std) - 0.5 * square / std**2).argmax(axis=1)
        return np.bincount(owner, minlength=len(std))
    owner = square.argmin(axis=1)
    off, reach = np.sqrt(square.min(axis=1)), rule.deviations * std[owner]
    return np.bincount(owner[off < reach if rule.strict else off <= reach], minlength=len(std))
