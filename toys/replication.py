"""Running a published protocol: train its arms on its targets, draw samples, count them as the paper did.

`run` returns arrays as the contest's claims save them: `arms`, `targets`, and for every target and arm one number a
seed, `captured_ring_0`, … A seed that diverged, or whose samples are not finite, has captured nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from itertools import combinations
from typing import Any

import numpy as np
from jaxtyping import Bool, Float, Int, Real
from scipy.optimize import linear_sum_assignment
from scipy.spatial import KDTree
from scipy.spatial.distance import cdist
from scipy.special import ndtr, ndtri, rel_entr
from torch import Tensor

from theory.validation.inputs import floats, instance, integer, real
from toys import optimisers
from toys.layout import ALIGNMENT
from toys.learner import Learner, Players, Values
from toys.learners.denoiser import Denoiser
from toys.learners.flow_matching import FlowMatching
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
    if isinstance(fitted.learner, FlowMatching):
        return distances(fitted, protocol.counting.samples)
    samples = draw(fitted, arm, protocol.counting.samples)
    fine = np.isfinite(samples).all(axis=(1, 2)) & (fitted.diverged < 0)
    rows = [score(x if good else None, law, protocol.counting) for x, good in zip(samples, fine, strict=True)]
    if "gap" in protocol.scores and isinstance(law, MixtureTarget):
        rows = [
            row | told
            for row, told in zip(rows, bridged(samples, steepest(fitted, arm), law.centres[-1, 0]), strict=True)
        ]
    if "between" in protocol.scores and isinstance(law, MixtureTarget):
        told = [
            interpolated(x if good else None, law, protocol.counting) for x, good in zip(samples, fine, strict=True)
        ]
        rows = [row | more for row, more in zip(rows, told, strict=True)]
    return {key: np.array([row[key] for row in rows]) for key in protocol.scores if key in rows[0]}


@door
def learner(arm: Arm, target: Target) -> Learner:
    """The learner of an arm for a target; unrolled steps are those of the discriminator's own Adam."""
    if arm.learner == "Denoiser":
        return Denoiser(target, hidden=arm.nets["networks"].hidden, **arm.options)
    if arm.learner == "FlowMatching":
        return FlowMatching(target, hidden=arm.nets["networks"].hidden, **arm.options)
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
def distances(fitted: Fitted, n: int) -> dict[str, Float[np.ndarray, " seeds"]]:
    """W2 (seeds,) of n ends of a flow to n draws of its target, after one step of Euler and after a hundred.

    With inputs both are given those of the draws, and compared where they are equal. A seed that diverged has not moved.
    Raises ValueError unless n is an integer ≥ 1 for which there is room, and what was fitted a flow.
    """
    integer("n", n, 1, MOST_DRAWN)
    made = instance("fitted", fitted.learner, FlowMatching, "flows")
    many = -(-n // ALIGNMENT) * ALIGNMENT
    rows = [made.target.sample(many, rng) for rng in fitted.generators()]
    start = np.stack([made.start(many, rng) for rng in fitted.generators(1)])
    given, data = (
        np.stack(part) for part in zip(*(np.split(r, [made.target.inputs], axis=1) for r in rows), strict=True)
    )

    def along(players: Players, hyper: Values, times: Tensor, start: Tensor, given: Tensor) -> Tensor:
        return made.transport(players, hyper, start, times, given if made.target.inputs else None)

    shown: dict[str, np.ndarray] = {}
    for score, steps in (("one_step", 1), ("w2", 100)):
        ends = fitted.evaluate(along, np.linspace(0, 1, steps + 1), own=[start, given])
        fine = np.isfinite(ends).all(axis=(1, 2)) & (fitted.diverged < 0)
        ends = np.where(fine[:, None, None], ends, start)
        shown[score] = np.array([_transport(*one) for one in zip(ends[:, :n], data[:, :n], given[:, :n], strict=True)])
    return shown


def _transport(x: np.ndarray, y: np.ndarray, labels: np.ndarray) -> float:
    """W2 of samples x and y (n, dim) whose rows of equal labels are compared."""
    total = 0.0
    for label in np.unique(labels, axis=0):
        here = (labels == label).all(axis=1)
        costs = cdist(x[here], y[here], "sqeuclidean")
        total += costs[linear_sum_assignment(costs)].sum()
    return float(np.sqrt(total / len(x)))


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
def interpolated(x: Real[np.ndarray, "n dim"] | None, target: MixtureTarget, rule: Counting) -> dict[str, float]:
    """Shares of samples (n, dim) beyond the deviations of every mode: near the segments of neighbours, and elsewhere.

    Neighbours: no third mode in the closed ball whose diameter joins them. Near: within the deviations of the widest mode.
    Samples that are None lie nowhere: 0 and 0. Raises ValueError unless x has the columns of the target.
    """
    if x is None:
        return {"between": 0.0, "elsewhere": 0.0}
    require(x.shape[1] == target.dim, "x", f"rows of {target.dim}", x.shape)
    centres, widest = target.centres, float(target.mixture.stds.max())
    off = KDTree(centres).query(x)[0] > rule.deviations * widest
    pairs = [(centres[i], centres[j]) for i, j in neighbours(centres)]
    near = np.any([_from_segment(x, *pair) <= rule.deviations * widest for pair in pairs], axis=0) & off
    return {"between": float(near.mean()), "elsewhere": float((off & ~near).mean())}


def neighbours(points: Real[np.ndarray, "K dim"]) -> list[tuple[int, int]]:
    """Pairs of points (K, dim) with no third in the closed ball whose diameter joins them.

    Raises ValueError unless points are rows. Source: Gabriel & Sokal (1969).
    """
    points = floats("points", points)
    require(points.ndim == 2, "points", "rows of points", points.shape)
    points = points / max(np.abs(points).max(initial=0.0), 1e-300)
    found: list[tuple[int, int]] = []
    for i, j in combinations(range(len(points)), 2):
        others = np.delete(points, [i, j], axis=0)
        reach = np.linalg.norm(points[i] - points[j]) / 2
        if (np.linalg.norm(others - (points[i] + points[j]) / 2, axis=1) > reach * (1 + 1e-9)).all():
            found.append((i, j))
    return found


def _from_segment(x: np.ndarray, a: np.ndarray, b: np.ndarray) -> np.ndarray:
    """Distances (n,) of points (n, dim) from a segment."""
    along = np.clip((x - a) @ (b - a) / ((b - a) @ (b - a)), 0, 1)
    return np.linalg.norm(x - a - along[:, None] * (b - a), axis=1)


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
