"""Running a published protocol: train its arms on its targets, draw samples, count them as the paper did.

`run` returns arrays as the contest's claims save them: `arms`, `targets`, and for every target and arm one number a
seed, `captured_ring_0`, … A seed that diverged, or whose samples are not finite, has captured nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from typing import Any

import numpy as np
from jaxtyping import Bool, Float, Int, Real
from scipy.spatial import KDTree
from scipy.special import ndtr, ndtri, rel_entr
from torch import Tensor

from theory.validation.inputs import floats, instance, integer, real
from toys import optimisers
from toys.layout import ALIGNMENT
from toys.learner import Learner, Players, Values
from toys.learners.denoiser import Denoiser
from toys.learners.gan import GAN
from toys.learners.joint_gan import JointGAN
from toys.learners.vae import VAE
from toys.networks import MLP
from toys.normalised_layers import NetworkFactory, NormalisedMLP
from toys.protocols import Arm, Counting, Net, Protocol, Rule, named
from toys.targets.curves import CurveTarget
from toys.targets.mixtures import MixtureTarget
from toys.targets.target import Target
from toys.targets.two_clusters import TwoClusters
from toys.train import Fit, Fitted
from toys.validation import MOST_DRAWN, choice, door, require


@door
def run(name: str, level: str, fit: Callable[[str], Fit], seeds: Sequence[int]) -> dict[str, np.ndarray]:
    """Train and score every arm of a protocol at a level, an arm by `fit(its name)`, which knows the seeds.

    Arrays by name: "arms", "targets", and (seeds,) for every score, target and arm, as "captured_ring_0".
    Raises ValueError for an unknown name or level.
    """
    protocol = named(name)
    targets = protocol.size(level).targets
    shown: dict[str, np.ndarray] = {"arms": np.array(list(protocol.arms)), "targets": np.array(targets)}
    for target in targets:
        shown[f"modes_{target}"] = np.array(len(shares(protocol.targets[target]())))
        for index, arm in enumerate(protocol.arms):
            scored = run_arm(protocol, arm, target, level, fit(arm), seeds)
            shown |= {f"{score}_{target}_{index}": values for score, values in scored.items()}
    return shown


@door
def run_arm(
    protocol: Protocol, name: str, target: str, level: str, fit: Fit, seeds: Sequence[int]
) -> dict[str, np.ndarray]:
    """Scores (seeds,) by name of one arm on one target, those of the protocol that the target has.

    Raises ValueError for an unknown level, and what `fit` refuses.
    """
    choice(target, tuple(protocol.targets), "target")
    arm, law = protocol.arm_at(name, target, level), protocol.targets[target]()
    rules = {player: rule(r, arm, seeds) for player, r in arm.rules.items()}
    steps, batch = protocol.steps_at(level), protocol.batch_at(level)
    fitted = fit(learner(arm, law), rules, steps=steps, batch=batch, points=protocol.points)
    fitted = instance("fit", fitted, Fitted, "a function that trains")
    samples = draw(fitted, arm, protocol.counting.samples)
    fine = np.isfinite(samples).all(axis=(1, 2)) & (fitted.diverged < 0)
    rows = [score(x if good else None, law, protocol.counting) for x, good in zip(samples, fine, strict=True)]
    if "gap" in protocol.scores and isinstance(law, MixtureTarget):
        rows = [
            row | told
            for row, told in zip(rows, bridged(samples, steepest(fitted, arm), law.centres[-1, 0]), strict=True)
        ]
    return {key: np.array([row[key] for row in rows]) for key in protocol.scores if key in rows[0]}


@door
def learner(arm: Arm, target: Target) -> Learner:
    """The learner of an arm for a target; unrolled steps are those of the discriminator's own Adam."""
    if arm.learner == "Denoiser":
        return Denoiser(target, hidden=arm.nets["networks"].hidden, **arm.options)
    if arm.learner.startswith("VAE"):
        return VAE(target, hidden=arm.nets["networks"].hidden, **arm.options)
    shape: dict[str, Any] = {f"{player}_hidden": net.hidden for player, net in arm.nets.items()}
    forms: dict[str, Any] = {f"{player}_form": form(net) for player, net in arm.nets.items()}
    if arm.learner == "JointGAN":
        return JointGAN(target, **arm.options, **shape, **forms)
    ahead: dict[str, Any] = {}
    if arm.options.get("unroll"):
        judge = arm.rules["discriminator"]
        ahead = {"unroll_rate": judge.rate, "unroll_betas": (judge.options["beta1"], judge.options.get("beta2", 0.999))}
    return GAN(target, **arm.options, **shape, **forms, **ahead)


@door
def form(net: Net) -> NetworkFactory:
    """What makes the network: an `MLP` where it will do, as that is the faster one."""
    shape: dict[str, Any] = {"activation": net.activation, "init": net.init, "gain": net.gain}
    if net.activation != "maxout" and net.normalise == "none" and net.scale == 1:
        return partial(MLP, **shape)
    return partial(NormalisedMLP, **shape, pieces=net.pieces, normalise=net.normalise, scale=net.scale)


@door
def rule(declared: Rule, arm: Arm, seeds: Sequence[int]) -> optimisers.Optimiser:
    """The optimiser, with a rate and β₁ of each seed's own where the arm draws them, the same for all its players."""
    options: dict[str, Any] = dict(declared.options)
    if arm.drawn is None:
        return getattr(optimisers, declared.kind)(declared.rate, **options)
    low, high, least, most = arm.drawn
    u = np.array([np.random.default_rng([int(seed), 7]).random(2) for seed in seeds])
    options["beta1"] = least + (most - least) * u[:, 1]
    return getattr(optimisers, declared.kind)(declared.rate * low * (high / low) ** u[:, 0], **options)


@door
def draw(fitted: Fitted, arm: Arm, n: int) -> Float[np.ndarray, "seeds {n} dim"]:
    """n samples of every seed, (seeds, n, dim): of "VAE means", the means of its decoder.

    Raises ValueError unless n is an integer ≥ 1 for which there is room.
    """
    integer("n", n, 1, MOST_DRAWN)
    made, rngs = fitted.learner, fitted.generators()
    many = -(-n // ALIGNMENT) * ALIGNMENT  # what a seed gives does then not depend on its neighbours
    if isinstance(made, Denoiser):
        start = made.highest * np.stack([rng.standard_normal((many, made.target.dim)) for rng in rngs])

        def along(players: Players, hyper: Values, levels: Tensor, x: Tensor) -> Tensor:
            return made.sample(players, hyper, x, levels)

        return fitted.evaluate(along, np.geomspace(made.highest, made.lowest, 33), own=[start])[:, :n]
    if isinstance(made, GAN):
        z = np.stack([made.latent(rng, (many, made.latents)) for rng in rngs])
        return fitted.evaluate(made.sample, own=[z])[:, :n]
    assert isinstance(made, JointGAN | VAE)
    z = np.stack([rng.standard_normal((many, made.latents)) for rng in rngs])
    if isinstance(made, JointGAN):
        return fitted.evaluate(made.sample, own=[z])[:, :n]
    g, std = np.split(fitted.evaluate(made.decode, own=[z]), 2, axis=2)
    if arm.learner == "VAE means":
        return g[:, :n]
    noise = np.stack([rng.standard_normal(g.shape[1:]) for rng in fitted.generators(1)])
    return (g + std * noise)[:, :n]


@door
def shares(target: Target) -> Float[np.ndarray, " modes"]:
    """Weights of the modes there are to capture; empty for a curve."""
    if isinstance(target, MixtureTarget):
        return target.mixture.weights
    return np.full(2, 0.5) if isinstance(target, TwoClusters) else np.empty(0)


@door
def score(x: Real[np.ndarray, "n dim"] | None, target: Target, rule: Counting) -> dict[str, float]:
    """Modes captured, share within the deviations of a mode, and KL(counted samples‖weights) over modes in nats.

    Samples that are None, or of which none counts, have captured nothing: 0, 0 and ln K. A curve has quality alone.
    Raises ValueError unless x has the columns of the target.
    """
    if isinstance(target, CurveTarget):
        return {"quality": 0.0 if x is None else float(near_curve(x, target, rule).mean())}
    weights = shares(target)
    found = np.zeros(len(weights)) if x is None else counts(x, target, rule)
    if x is None or not found.sum():
        return {"captured": 0.0, "quality": 0.0, "reverse_kl": float(np.log(len(weights)))}
    kl = rel_entr(found / found.sum(), weights).sum()
    near = counts(x, target, replace(rule, by="distance")).sum()
    return {"captured": float((found > 0).sum()), "quality": float(near / len(x)), "reverse_kl": float(kl)}


@door
def steepest(fitted: Fitted, arm: Arm) -> Float[np.ndarray, " seeds"] | None:
    """The steepest slope (seeds,) of generators of one latent between neighbours on a grid of [-8, 8]; None without one."""
    made = fitted.learner
    if isinstance(made, GAN):
        generate = made.sample
    elif isinstance(made, VAE) and arm.learner == "VAE means":
        generate = made.decode
    else:
        return None
    z = np.linspace(-8, 8, 16_000)[:, None]
    out = fitted.evaluate(generate, z)[:, :, 0]
    return np.abs(np.diff(out, axis=1)).max(axis=1) / (z[1, 0] - z[0, 0])


def bridged(
    samples: Real[np.ndarray, "seeds n dim"], slopes: Real[np.ndarray, " seeds"] | None, m: float
) -> list[dict[str, float]]:
    """Mass in the gap (-m/2, m/2), and the least that generators of these slopes must leave there, seed by seed.

    Φ(w/L + Φ⁻¹(A)) - A for a gap of width w = m with the share A of samples left of it (Salmona et al. 2022).
    Raises ValueError unless samples are an array (seeds, n, dim) and slopes one a seed.
    """
    samples, m = floats("samples", samples), real("m", m)
    require(samples.ndim == 3, "samples", "an array (seeds, n, dim)", samples.shape)
    x = samples[:, :, 0]
    gap, left = (np.abs(x) < m / 2).mean(axis=1), (x <= -m / 2).mean(axis=1)
    if slopes is None:
        return [{"gap": float(g)} for g in gap]
    slopes = floats("slopes", slopes)
    require(slopes.shape == gap.shape, "slopes", f"{len(gap)} numbers", slopes.shape)
    least = ndtr(m / np.maximum(slopes, 1e-12) + ndtri(left)) - left
    return [{"gap": float(g), "gap_bound": float(b)} for g, b in zip(gap, least, strict=True)]


@door
def near_curve(x: Real[np.ndarray, "n 2"], target: CurveTarget, rule: Counting) -> Bool[np.ndarray, " n"]:
    """Whether each sample (n, 2) lies within so many deviations of the curve, (n,)."""
    points = target.curve((np.arange(20_000) + 0.5) / 20_000)  # far closer together than a deviation
    off = np.asarray(KDTree(points).query(x)[0], dtype=float)
    return off <= rule.deviations * target.std


@door
def counts(x: Real[np.ndarray, "n dim"], target: Target, rule: Counting) -> Int[np.ndarray, " modes"]:
    """Counted samples of each mode (K,), of samples (n, dim).

    Raises ValueError unless the target is a mixture or two clusters, and x has its columns.
    """
    if isinstance(target, TwoClusters):
        return np.array([((low <= x) & (x <= high)).sum() for low, high in target.clusters])
    require(isinstance(target, MixtureTarget), "target", "a mixture or two clusters", target)
    assert isinstance(target, MixtureTarget)
    require(x.shape[1] == target.dim, "x", f"rows of {target.dim}", x.shape)
    square = ((x[:, None] - target.centres) ** 2).sum(axis=2)
    std = target.mixture.stds.reshape(len(target.mixture), -1)[:, 0]
    if rule.by == "responsibility":
        owner = (np.log(target.mixture.weights) - target.dim * np.log(std) - 0.5 * square / std**2).argmax(axis=1)
        return np.bincount(owner, minlength=len(std))
    owner = square.argmin(axis=1)
    off, reach = np.sqrt(square.min(axis=1)), rule.deviations * std[owner]
    return np.bincount(owner[off < reach if rule.strict else off <= reach], minlength=len(std))
