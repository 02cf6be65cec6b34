"""The contest: learners of every family on one target, at matched size and data budget, and what their samples are worth.

An *arm* is a learner with its optimiser and how samples come out of it. All arms see the same number of data points, and
their networks hold about 2,400 parameters (`ARMS` says which is which); on targets with inputs they are conditional. The
scores are those of VEEGAN and PacGAN on mixtures (`theory.scores.mode_report`: modes captured, share of high-quality
samples) and the mass off support; on Bishop's problem, at an input with two branches of t, a branch
counts as captured and a sample as good when it lies on it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from jaxtyping import Bool, Float, Real
from scipy.spatial import KDTree
from scipy.special import gammaincinv
from torch import Tensor

from theory import GaussianMixture, scores
from theory.prd import f_scores
from theory.validation.arrays import above
from theory.validation.inputs import instance, integer
from theory.validation.told import told
from theory.validation.unchanging import Unchanging
from toys import targets
from toys.learner import Hyper, Learner, Players, Values
from toys.learners.denoiser import Denoiser
from toys.learners.flow_matching import FlowMatching
from toys.learners.gan import GAN
from toys.learners.mixture_network import MixtureNetwork
from toys.learners.vae import VAE
from toys.learners.vq import VQVAE
from toys.optimisers import Adam, Optimiser
from toys.targets.bishop_inverse import BishopInverse
from toys.targets.mixtures import MixtureTarget
from toys.targets.target import Target
from toys.train import Fit, Fitted
from toys.validation import choice, door, require, takes

SAMPLES = 2512
"""A multiple of 16 next to the 2,500 of the published protocol."""
KEPT = 200
"""Samples of an arm that are kept to be shown."""
TAIL = 1e-3
"""The share of a mode's own samples beyond its reach."""
FORK = 0.4
"""An input of Bishop's problem with two branches, t in (0.11, 0.21) and (0.5, 0.79); more than two never part."""
AMONG, NEAREST = 20_000, 32
"""True samples among which a quantiser looks for those at an input, and how many it takes for that."""


@told
@dataclass(frozen=True)
class Arm:
    """A learner, its optimiser(s), and `draw(fitted, given)`: samples (seeds, n, dim), at inputs `given` (n, inputs)."""

    learner: Learner
    optimiser: Optimiser | Mapping[str, Optimiser]
    draw: Callable[[Fitted, np.ndarray], np.ndarray]


Maker = Callable[[Target], Arm]


def _normal(fitted: Fitted, n: int, dim: int, purpose: int = 0) -> np.ndarray:
    return np.stack([rng.standard_normal((n, dim)) for rng in fitted.generators(purpose)])


def gan(rate: Hyper = 1e-3, ratio: Hyper = 1.0, **options: Any) -> Maker:
    """A GAN under Adam (β₁ = ½, `rate`) whose discriminator learns `ratio` times as fast as its generator; both positive.

    `options` are those of `toys.learners.gan.GAN`, which raises ValueError for a bad one when the arm is made.
    """

    def draw(fitted: Fitted, given: np.ndarray) -> np.ndarray:
        learner = fitted.learner
        assert isinstance(learner, GAN)
        z = _normal(fitted, len(given), learner.latents)
        inputs = [np.broadcast_to(given, (len(z), *given.shape))] if given.shape[1] else []
        return fitted.evaluate(learner.sample, own=[z, *inputs])

    slow, faster = above("rate", rate)[()], above("ratio", ratio)[()]
    rules = {"generator": Adam(slow, beta1=0.5), "discriminator": Adam(slow * faster, beta1=0.5)}
    return lambda target: Arm(GAN(target, **options), rules, draw)


def _vae(means: bool = False, **options: Any) -> Maker:
    """Ancestral samples, or with `means` what papers often show: the decoder's means."""

    def draw(fitted: Fitted, given: np.ndarray) -> np.ndarray:
        learner = fitted.learner
        assert isinstance(learner, VAE)
        z = _normal(fitted, len(given), learner.latents)
        inputs = [np.broadcast_to(given, (len(z), *given.shape))] if given.shape[1] else []
        g, std = np.split(fitted.evaluate(learner.decode, own=[z, *inputs]), 2, axis=2)
        noise = [learner.residuals(g.shape[1:], rng) for rng in fitted.generators(1)]
        out = g if means else g + std * np.stack(noise)
        return np.concatenate([*inputs, out], axis=2)

    return lambda target: Arm(VAE(target, **options), Adam(1e-3), draw)


def _mixture(components: int = 8) -> Maker:
    def draw(fitted: Fitted, given: np.ndarray) -> np.ndarray:
        learner = fitted.learner
        assert isinstance(learner, MixtureNetwork)
        rows = given if given.shape[1] else np.ones((len(given), 1))
        parts = fitted.evaluate(learner.mixture, rows)
        k, d = learner.components, learner.outputs
        weights, means, stds = np.split(parts, [k, k + k * d], axis=2)
        shape = (*parts.shape[:2], k, d)
        chosen = np.stack([_one_each(w, rng) for w, rng in zip(weights, fitted.generators(), strict=True)])

        def pick(v: np.ndarray) -> np.ndarray:
            return np.take_along_axis(v.reshape(shape), chosen[..., None, None], axis=2)[:, :, 0]

        out = pick(means) + pick(stds) * _normal(fitted, len(given), d, 1)
        inputs = [np.broadcast_to(given, (len(out), *given.shape))] if given.shape[1] else []
        return np.concatenate([*inputs, out], axis=2)

    return lambda target: Arm(MixtureNetwork(target, components), Adam(1e-3), draw)


def _one_each(weights: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """A component for every row of weights (n, K)."""
    return (rng.random((len(weights), 1)) > np.cumsum(weights, axis=1)[:, :-1]).sum(axis=1)


def _inputs(given: np.ndarray) -> list[np.ndarray]:
    """Inputs (n, inputs) as what all members are given, nothing where there are none."""
    return [given] if given.shape[1] else []


def _with(given: np.ndarray, out: np.ndarray) -> np.ndarray:
    """Samples (seeds, n, dim): the inputs before the outputs."""
    if not given.shape[1]:
        return out
    return np.concatenate([np.broadcast_to(given, (len(out), *given.shape)), out], axis=2)


def _near(target: Target, given: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """True samples (n, dim); with inputs, at those that are given, with the outputs of one of the `NEAREST` of many."""
    if not target.inputs:
        return target.sample(len(given), rng)
    many = target.sample(AMONG, rng)
    scale = np.sqrt(np.diag(target.cov)[: target.inputs])
    _, near = KDTree(many[:, : target.inputs] / scale).query(given / scale, k=NEAREST)
    chosen = np.asarray(near)[np.arange(len(given)), rng.integers(NEAREST, size=len(given))]
    return np.concatenate([given, many[chosen, target.inputs :]], axis=1)


def _quantiser(target: Target) -> Arm:
    """Reconstructions of fresh data: its generator is a decoder under the right prior over codes, at inputs that of near ones."""

    def draw(fitted: Fitted, given: np.ndarray) -> np.ndarray:
        learner = fitted.learner
        assert isinstance(learner, VQVAE)
        x = np.stack([_near(target, given, rng) for rng in fitted.generators()])
        return _with(given, fitted.evaluate(learner.reconstruct, own=[x]))

    return Arm(VQVAE(target, codewords=8, latents=2, hidden=(32, 32)), Adam(1e-3), draw)


def _denoiser(target: Target) -> Arm:
    def draw(fitted: Fitted, given: np.ndarray) -> np.ndarray:
        learner = fitted.learner
        assert isinstance(learner, Denoiser)
        levels = np.geomspace(learner.highest, learner.lowest, 33)
        start = learner.highest * _normal(fitted, len(given), target.dim - target.inputs)

        def along(players: Players, hyper: Values, levels: Tensor, *at: Tensor) -> Tensor:
            return learner.sample(players, hyper, at[-1], levels, *at[:-1])

        return _with(given, fitted.evaluate(along, levels, *_inputs(given), own=[start]))

    return Arm(Denoiser(target, highest=4.0, hidden=(46, 46)), Adam(1e-3), draw)


def _flow(target: Target) -> Arm:
    def draw(fitted: Fitted, given: np.ndarray) -> np.ndarray:
        learner = fitted.learner
        assert isinstance(learner, FlowMatching)
        times, start = np.linspace(0.0, 1.0, 65), _normal(fitted, len(given), target.dim - target.inputs)

        def along(players: Players, hyper: Values, times: Tensor, *at: Tensor) -> Tensor:
            return learner.transport(players, hyper, at[-1], times, *at[:-1])

        return _with(given, fitted.evaluate(along, times, *_inputs(given), own=[start]))

    return Arm(FlowMatching(target, hidden=(46, 46)), Adam(1e-3), draw)


ARMS: dict[str, Maker] = {
    "VAE": _vae(noise="isotropic"),
    "VAE, fixed σ": _vae(noise="fixed", std=0.1),
    "VAE, decoder means": _vae(means=True, noise="isotropic"),
    "VAE, β = 4": _vae(noise="isotropic", beta=4.0),
    "VAE, β = ¼": _vae(noise="isotropic", beta=0.25),
    "GAN": gan(),
    "GAN, minimax": gan(objective="minimax"),
    "GAN, WGAN-GP": gan(objective="wasserstein", penalty=0.1, discriminator_steps=5),
    "GAN, R1": gan(r1=0.1),
    "GAN, packed": gan(pack=4),
    "GAN, paired": gan(objective="relativistic"),
    "GAN, unrolled": gan(unroll=5, unroll_rate=0.05),
    "GAN, 5 generator steps": gan(generator_steps=5),
    "GAN, 25 generator steps": gan(generator_steps=25),
    "GAN, latent 1": gan(latents=1),
    "GAN, latent 8": gan(latents=8),
    "mixture network": _mixture(),
    "VQ": _quantiser,
    "denoiser": _denoiser,
    "flow matching": _flow,
}
"""Every arm by name; each makes itself for a target."""
MAIN = ("VAE", "VAE, fixed σ", "GAN", "GAN, minimax", "GAN, WGAN-GP", "GAN, R1", "mixture network", "flow matching")


@dataclass(frozen=True)
class Scores(Unchanging):
    """Per seed (seeds,): modes captured, share of high-quality samples, mass off support, the summaries F_⅛ (precision)
    and F₈ (recall) of the PRD curve over 20 clusters, whether it diverged; and the samples (seeds, n, dim) judged."""

    captured: Float[np.ndarray, " seeds"]
    quality: Float[np.ndarray, " seeds"]
    off: Float[np.ndarray, " seeds"]
    precision: Float[np.ndarray, " seeds"]
    recall: Float[np.ndarray, " seeds"]
    diverged: Bool[np.ndarray, " seeds"]
    samples: Float[np.ndarray, "seeds n dim"]


@door
def sample(
    target: Target, arm: str | Maker, fit: Fit, *, steps: int, batch: int = 128
) -> tuple[Float[np.ndarray, "seeds n dim"], Fitted]:
    """Train one arm and draw its samples (seeds, n, dim).

    `steps` minibatches of data are seen, whatever it does with them. `fit(learner, optimiser, steps=…, batch=…)` trains a
    network for each of its seeds: `toys.train.fitting(seeds)`. Raises ValueError for an unknown arm, for steps that are no
    integer ≥ 1, and for what its learner and `fit` refuse.
    """
    if isinstance(arm, str):
        choice(arm, tuple(ARMS), "arm")
        arm = ARMS[arm]
    steps = integer("steps", steps, 1)
    takes(arm, "arm", "a function that makes an Arm for a target", target)
    made = instance("arm", arm(target), Arm, "a function that makes an Arm for a target")
    turns = getattr(made.learner, "discriminator_steps", 1)
    budget = {"steps": max(1, steps // turns), "batch": batch}
    takes(fit, "fit", "a function fit(learner, optimiser, *, steps, batch)", made.learner, made.optimiser, **budget)
    fitted = instance("fit", fit(made.learner, made.optimiser, **budget), Fitted, "a function that trains")
    return made.draw(fitted, np.full((SAMPLES, target.inputs), FORK)), fitted


@door
def run(target: Target, arm: str | Maker, fit: Fit, *, steps: int, batch: int = 128) -> Scores:
    """`sample`, and score what it draws: a seed that diverged, or whose samples are not finite, has captured nothing.

    Raises ValueError for an unknown arm, and for a target that is neither a mixture nor Bishop's problem.
    """
    samples, fitted = sample(target, arm, fit, steps=steps, batch=batch)
    diverged = fitted.diverged >= 0
    rows = [
        (0, 0.0, 1.0, 0.0, 0.0) if bad or not np.isfinite(x).all() else (*scored(target, x), *summaries(target, x, rng))
        for x, bad, rng in zip(samples, diverged, fitted.generators(2), strict=True)
    ]
    captured, quality, off, precision, recall = np.array(rows, float).T
    return Scores(captured, quality, off, precision, recall, diverged, samples)


@door
def compare(
    names: Sequence[str],
    arms: Sequence[str],
    fit: Callable[[Target, str], Fit],
    *,
    steps: int,
    kept: Sequence[str] = (),
) -> dict[str, np.ndarray]:
    """`run` every arm on every target of `toys.targets`, by `fit(target, arm)`, which knows the seeds.

    As `toys.replication.run` returns them: "arms", "targets", how many "modes_ring", and one number a seed and score,
    "captured_ring_0", …: by target and place among the arms; of those `kept` the first KEPT samples of the median seed by
    quality as well, "samples_ring_0" (KEPT, dim). Raises ValueError for an unknown name, and a target without modes.
    """
    shown: dict[str, np.ndarray] = {"arms": np.array(arms), "targets": np.array(names)}
    for name in names:
        choice(name, tuple(dir(targets)), "names")
    for arm in arms:
        choice(arm, tuple(ARMS), "arms")
    for arm in kept:
        choice(arm, tuple(arms), "kept")
    for target in (getattr(targets, name)() for name in names):
        shown[f"modes_{target.name}"] = np.array(modes(target))
        for index, arm in enumerate(arms):
            scored = run(target, arm, fit(target, arm), steps=steps)
            for score in ("captured", "quality", "off", "precision", "recall"):
                shown[f"{score}_{target.name}_{index}"] = getattr(scored, score)
            if arm in kept:
                median = np.argsort(scored.quality, kind="stable")[len(scored.quality) // 2]
                shown[f"samples_{target.name}_{index}"] = scored.samples[median, :KEPT]
    return shown


@door
def modes(target: Target) -> int:
    """How many modes there are to capture.

    Raises ValueError unless the target is a mixture or Bishop's problem.
    """
    return len(target.mixture) if isinstance(target, MixtureTarget) else len(_branches(target))


@door
def scored(target: Target, x: Real[np.ndarray, "n dim"]) -> tuple[int, float, float]:
    """Modes captured, share of high quality, mass off support, of samples (n, dim): `theory.scores` on mixtures.

    Where components are not isotropic, a sample is of high quality within 3 in Mahalanobis distance. Off support is what
    lies farther from every mode than one in a thousand of its own samples.
    On Bishop's problem good samples lie on a branch, and one of them captures it. Raises ValueError for another target.
    """
    require(len(x) > 0 and x.shape[1] == target.dim, "x", f"rows of {target.dim}", x.shape)
    if isinstance(target, MixtureTarget):
        return _seen(x, target.mixture)
    on = [(low <= x[:, 1]) & (x[:, 1] <= high) for low, high in _branches(target)]
    good = np.any(on, axis=0).mean()
    return int(np.any(on, axis=1).sum()), float(good), float(1 - good)


def _seen(x: np.ndarray, mixture: GaussianMixture) -> tuple[int, float, float]:
    """Modes with a sample of high quality, the share of these, and that of samples beyond the reach of every mode."""
    reach = float(np.sqrt(2 * gammaincinv(mixture.dim / 2, 1 - TAIL)))
    if np.array_equal(mixture.covs, np.eye(mixture.dim) * mixture.stds.reshape(len(mixture), -1)[:, :1, None] ** 2):
        report = scores.mode_report(x, mixture)
        return report.captured, report.high_quality, 1 - scores.mode_report(x, mixture, reach).high_quality
    least, nearest = np.full(len(x), np.inf), np.zeros(len(x), dtype=int)
    for k, (mean, cov) in enumerate(zip(mixture.means, mixture.covs, strict=True)):
        square = np.sum((x - mean) * np.linalg.solve(cov, (x - mean).T).T, axis=1)
        nearest[square < least] = k
        least = np.minimum(least, square)
    good = least <= 3.0**2
    return len(np.unique(nearest[good])), float(good.mean()), float(np.mean(least > reach**2))


@door
def summaries(target: Target, x: Real[np.ndarray, "n dim"], rng: np.random.Generator) -> tuple[float, float]:
    """(F_⅛, F₈) of samples (n, dim) against as many true ones; at the fork these are uniform on the branches.

    Raises ValueError unless the target is a mixture or Bishop's problem. Source: Sajjadi et al. (2018).
    """
    require(len(x) > 0 and x.shape[1] == target.dim, "x", f"rows of {target.dim}", x.shape)
    if isinstance(target, MixtureTarget):
        real = target.sample(len(x), rng)
    else:
        ends = np.array(_branches(target))
        low, high = ends[:, 0], ends[:, 1]
        chosen = rng.choice(len(low), len(x), p=(high - low) / (high - low).sum())
        real, x = rng.uniform(low[chosen], high[chosen])[:, None], x[:, 1:]
    return f_scores(*scores.sample_prd(real, x, rng))


def _branches(target: Target) -> list[tuple[float, float]]:
    if not isinstance(target, BishopInverse):
        raise ValueError(f"target: expected a mixture or Bishop's problem, got {target.name}")
    return [(float(a), float(b)) for a, b in target.branches(FORK)]
