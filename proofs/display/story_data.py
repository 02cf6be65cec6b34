"""What the story's eight pictures draw: closed forms as curves, short trainings as points. Nothing is drawn here.

One target throughout, two equally likely modes ½N(-a, s²) + ½N(a, s²) with a = 1 and s = 1/5, five deviations from
their mean; where a second dimension is needed, it has the deviation s. Each function takes the seeds of its networks
and returns arrays, seeds along the last axis of what was trained.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import Any

import numpy as np
from scipy.special import ndtr, ndtri

from theory import (
    GaussianMixture,
    collapse,
    discriminator,
    divergence,
    encoder_noise,
    gap,
    guidance,
    isoperimetry,
    probability_flow,
    water_filling,
)
from theory import symmetric_pair as pair

A, S = 1.0, 0.2
REACH = 3 * S
"""A sample is good when it lies within three deviations of a mode."""
RATIOS = np.array([0.5, 1.0, 1.5, 2.0, 3.0, 4.0, 5.0])
DECODER_STDS = np.array([0.1, 0.2, 0.3, 0.4, 0.6])
LEVELS = np.array([0.015, 0.04, 0.08, 0.2, 0.5, 1.0, 2.0])
COUPLINGS = np.array([0.6, 0.9, 1.2, 1.7, 2.5, 4.0, 8.0])
JUMPS = np.array([1, 2, 4, 8, 16, 32, 64])
HIGHEST = 4.0
DESCENT = 100
STRENGTHS = np.array([1.0, 2.0, 3.0, 4.0])
TAIL = 1.959964
"""Between ± so many deviations lie 95 %."""

Arrays = dict[str, Any]
Seeds = Sequence[int]


def target() -> GaussianMixture:
    """The pair."""
    return pair(A, S)


def _line() -> Arrays:
    x = np.linspace(-2.2, 2.2, 441)
    return {"x": x, "p": target().pdf(x)}


def averaging(seeds: Seeds) -> Arrays:
    """Constants learned under squared error from pairs of growing distance, and the density that they meet."""
    from toys import targets
    from toys.learners.regressor import Regressor
    from toys.optimisers import Adam
    from toys.train import fit

    learned = []
    for r in RATIOS:
        learner = Regressor(targets.symmetric_pair(r * S, S), hidden=())
        fitted = fit(learner, seeds=seeds, steps=400, batch=128, optimiser=Adam(0.03, decay="cosine"))
        learned.append(fitted.evaluate(learner.predict, np.ones((16, 1)))[:, 0, 0])
    learned, fine = np.array(learned), np.geomspace(0.4, 6, 200)
    drawn = np.random.default_rng(seeds[0])
    sampled = np.array([pair(r * S, S).sample(len(seeds), drawn) for r in RATIOS])

    def against(values: np.ndarray) -> np.ndarray:
        """p(value)/p(mode) at every distance."""
        pairs = [(pair(r * S, S), r * S, v) for r, v in zip(RATIOS, values, strict=True)]
        return np.array([p.pdf(v) / p.pdf(mode) for p, mode, v in pairs])

    return {
        **_line(), "ratios": RATIOS, "learned": learned, "density": against(learned),
        "sampled": against(sampled), "fine": fine, "exact": gap.centre_against_component(fine),
    }  # fmt: skip


def smearing(seeds: Seeds) -> Arrays:
    """VAEs with decoders of fixed σ, their samples and their means."""
    from toys import targets
    from toys.learners.vae import VAE
    from toys.optimisers import Adam
    from toys.train import fit

    n, many = len(seeds), len(DECODER_STDS)
    members = np.arange(n * many)
    std = np.repeat(DECODER_STDS, n)
    goal = targets.symmetric_pair(A, S)
    own = np.concatenate([np.asarray(seeds) + k for k in range(many)])  # distinct: seeds are hashed
    learner = VAE(goal, latents=1, hidden=(16, 16), std=std)
    fitted = fit(learner, seeds=own, steps=1500, batch=64, optimiser=Adam(0.01, decay="cosine"))
    z, noise = (np.stack([rng.standard_normal((512, 1)) for rng in fitted.generators(k)]) for k in (0, 1))
    means, spread = np.split(fitted.evaluate(learner.decode, own=[z]), 2, axis=2)
    means, samples = means[..., 0], (means + spread * noise)[..., 0]
    edges = np.linspace(-2.2, 2.2, 56)
    at = members // n == 3
    count = lambda x: np.histogram(x, edges, density=True)[0]  # noqa: E731
    fine = np.linspace(0.05, 0.7, 200)
    best = [pair(A, float(v)) for v in fine]
    return {
        **_line(), "stds": DECODER_STDS, "edges": edges, "shown_std": DECODER_STDS[3],
        "samples": count(samples[at].ravel()), "means": count(means[at].ravel()),
        "smeared": pair(A, float(DECODER_STDS[3])).pdf(_line()["x"]),
        "good_samples": _good(samples).reshape(many, n), "good_means": _good(means).reshape(many, n),
        "fine": fine, "exact": [float(_within(q)) for q in best], "good_data": float(_within(target())),
    }  # fmt: skip


def _good(x: np.ndarray) -> np.ndarray:
    """The share of samples (…, n) within three deviations of a mode."""
    return (np.abs(np.abs(x) - A) <= REACH).mean(axis=-1)


def _within(q: GaussianMixture) -> float:
    """The mass of q within three deviations of a mode of the pair."""
    edges = np.array([-A - REACH, -A + REACH, A - REACH, A + REACH])
    low1, high1, low2, high2 = q.cdf(edges).tolist()
    return high1 - low1 + high2 - low2


def water(seeds: Seeds) -> Arrays:
    """Linear VAEs on the pair in the plane, the variance of their means in each direction at every water level."""
    from toys.learners.linear_vae import LinearVAE
    from toys.optimisers import Adam
    from toys.targets import MixtureTarget
    from toys.train import fit

    p = GaussianMixture([0.5, 0.5], [[-A, 0.0], [A, 0.0]], stds=[S, S])
    goal, n = MixtureTarget("pair in the plane", p, "blurproof"), len(seeds)
    learner = LinearVAE(goal, latents=2, std=np.sqrt(np.repeat(LEVELS, n)), population=True)
    own = np.concatenate([np.asarray(seeds) + k for k in range(len(LEVELS))])
    fitted = fit(learner, seeds=own, steps=1500, batch=128, optimiser=Adam(0.02, decay="cosine"))
    w, m = fitted.evaluate(learner.decoder), fitted.evaluate(learner.encoder)
    var = (w @ w.transpose(0, 2, 1)).diagonal(axis1=1, axis2=2).reshape(len(LEVELS), n, 2)
    x = p.sample(240, np.random.default_rng(seeds[0]))
    shown = 3
    fine = np.geomspace(0.01, 3, 300)
    spectrum = np.array([A**2 + S**2, S**2])
    return {
        "data": x, "means": x @ (w[shown * n] @ m[shown * n]).T, "shown": LEVELS[shown], "levels": LEVELS,
        "wide": var[..., 0], "narrow": var[..., 1], "fine": fine, "spectrum": spectrum,
        "exact": water_filling.squared_weight(spectrum[:, None], fine, 1.0),
    }  # fmt: skip


def threshold(seeds: Seeds) -> Arrays:
    """VAEs at growing coupling u = a²/βσ²: how far they keep the modes apart, and what they decode."""
    from toys import targets
    from toys.learners.vae import VAE
    from toys.optimisers import Adam
    from toys.train import fit

    n, many = len(seeds), len(COUPLINGS)
    learner = VAE(targets.symmetric_pair(A, S), latents=1, hidden=(16, 16), std=A / np.sqrt(np.repeat(COUPLINGS, n)))
    own = np.concatenate([np.asarray(seeds) + k for k in range(many)])
    fitted = fit(learner, seeds=own, steps=1500, batch=64, optimiser=Adam(0.01, decay="cosine"))
    mode = np.repeat([-A, A], 512)
    draws = [np.stack([rng.standard_normal((1024, 1)) for rng in fitted.generators(k)]) for k in (0, 1)]
    x = mode[:, None] + S * draws[0]
    mean, spread = np.split(fitted.evaluate(learner.encode, own=[x]), 2, axis=2)
    decoded = fitted.evaluate(learner.decode, own=[mean + spread * draws[1]])[..., 0]
    kept = (decoded * mode).mean(axis=1) / A**2
    z = np.linspace(-3, 3, 16)
    g = fitted.evaluate(learner.decode, z[:, None])[..., 0]
    g *= np.sign(g[:, -1] - g[:, 0])[:, None]
    fine = np.geomspace(0.4, 10, 200)
    codes = [collapse.separated_branch(float(u)).major for u in COUPLINGS]
    codes = np.array([(abs(m), v) for m, v in codes])
    line = np.linspace(-3, 3, 200)
    shown = np.array([0, 3, 6])
    return {
        "couplings": COUPLINGS, "kept": np.sqrt(np.maximum(kept, 0)).reshape(many, n), "fine": fine,
        "exact": collapse.separation(fine), "z": z, "g": g.reshape(many, n, len(z))[shown].transpose(0, 2, 1),
        "gaussian": np.sqrt(np.maximum(1 - encoder_noise.error(1.0, codes[:, 0] ** 2 / codes[:, 1]), 0)),
        "line": line, "shown": COUPLINGS[shown],
        "decoders": np.array([encoder_noise.decoder(line, A, m, v) for m, v in codes[shown]]),
    }  # fmt: skip


def stable(seeds: Seeds) -> Arrays:
    """A generator that can only shift, μ + sε, against the exact discriminator and by maximum likelihood: where it ends.

    Non-saturating descent μ ← μ + η s mean (1-D)∇ℓ, ℓ = ln p - ln q_μ; likelihood μ ← μ + η mean (x - μ). Minibatches of 64.
    """
    p, rngs = target(), [np.random.default_rng(seed) for seed in seeds]
    shifts = np.array([rng.normal(0.0, A) for rng in rngs])
    fitted, passed = shifts.copy(), [(shifts, shifts)]
    for _ in range(DESCENT):
        noise, rows = (
            np.stack([draw(rng) for rng in rngs])
            for draw in (lambda r: r.standard_normal(64), lambda r: p.sample(64, r))
        )
        fakes = shifts[:, None] + S * noise
        logit = p.logpdf(fakes) + noise**2 / 2 + np.log(S * np.sqrt(2 * np.pi))
        slope = p.score(fakes) + noise / S
        shifts = shifts + 0.1 * S * (discriminator.nonsaturating_pull(logit) * slope).mean(axis=1)
        fitted = fitted + 0.1 * (rows.mean(axis=1) - fitted)
        passed.append((shifts, fitted))
    gan, likelihood = np.array(passed).transpose(1, 0, 2)
    mu = np.linspace(-1.6, 1.6, 321)
    moved = [GaussianMixture([1.0], [float(m)], stds=[S]) for m in mu]
    js, kl = (np.array([float(e) for e in d.many([p] * len(mu), moved)]) for d in (divergence.js, divergence.kl))
    at = np.argmin(np.where(mu > 0, js, np.inf))
    return {
        "mu": mu, "js": js, "kl": kl, "dropped": mu[at], "dropped_js": js[at], "js_centre": js[len(mu) // 2],
        "steps": np.arange(DESCENT + 1)[::2], "passed": gan[::2], "ends": shifts, "likelihood": likelihood[::2],
    }  # fmt: skip


def bridging(seeds: Seeds) -> Arrays:
    """Generators of one latent number: their slope L, the mass of either mode, and what falls between."""
    from toys import targets
    from toys.learners.gan import GAN
    from toys.learners.vae import VAE
    from toys.optimisers import Adam
    from toys.train import fit

    goal = targets.symmetric_pair(A, S)
    rules = lambda slow: {"generator": Adam(2e-3, beta1=0.5), "discriminator": Adam(2e-3 * slow, beta1=0.5)}  # noqa: E731
    gan = GAN(goal, latents=1)
    vae = VAE(goal, latents=1, hidden=(32, 32), noise="isotropic", std=0.5)
    z = np.linspace(-4.5, 4.5, 16384)
    cells = np.diff(ndtr(np.concatenate([[-np.inf], (z[1:] + z[:-1]) / 2, [np.inf]])))
    found: Arrays = {"z": z[::64]}
    for name, learner, rule, steps in (
        ("gan", gan, rules(1.0), 1500), ("control", gan, rules(0.1), 1500), ("vae", vae, Adam(1e-2, decay="cosine"), 1500),
    ):  # fmt: skip
        fitted = fit(learner, seeds=seeds, steps=steps, batch=64, optimiser=rule)
        call = vae.decode if name == "vae" else gan.sample
        g = fitted.evaluate(call, z[:, None])[..., 0]
        low, high = (np.where(np.abs(g - c) <= REACH, cells, 0).sum(axis=1) for c in (-A, A))
        found |= {
            f"{name}_slope": np.maximum(np.abs(np.diff(g, axis=1)).max(axis=1) / (z[1] - z[0]), 0.1),
            f"{name}_light": np.minimum(low, high), f"{name}_heavy": np.maximum(low, high), f"{name}_map": g[:, ::64].T,
        }  # fmt: skip
    ratio = np.geomspace(0.01, 10, 200)
    u = np.clip(ndtr(found["z"]), 1e-12, 1 - 1e-12)
    return {
        **found, "distance": 2 * (A - REACH), "ratio": ratio, "exact": isoperimetry.least_equal_outside(ratio),
        "monotone": target().ppf(u),
    }  # fmt: skip


def iterating(seeds: Seeds) -> Arrays:
    """Denoisers trained by squared error, followed in n steps from much noise: their paths and their samples."""
    from toys import targets
    from toys.learners.denoiser import Denoiser
    from toys.optimisers import Adam
    from toys.train import fit

    p, lowest = target(), 0.02
    learner = Denoiser(targets.symmetric_pair(A, S), lowest, HIGHEST, (32, 32))
    fitted = fit(learner, seeds=seeds, steps=1500, batch=128, optimiser=Adam(0.01, decay="cosine"))
    u = (np.arange(256) + 0.5) / 256
    begin, goal = p.smooth(HIGHEST).ppf(u), p.ppf(u)

    def levels(n: int) -> np.ndarray:
        return np.append(np.geomspace(HIGHEST, lowest, n), 0.0)

    def follow(n: int) -> list[np.ndarray]:
        """x (seeds, starts) at every level of n Euler steps."""
        x = np.broadcast_to(begin[:, None], (len(seeds), len(begin), 1))
        passed = [x]
        at = levels(n)
        for high, low in pairwise(at.tolist()):
            x = x + (low - high) * (x - fitted.evaluate(learner.denoise, own=[x, np.full_like(x, high)])) / high
            passed.append(x)
        return [v[..., 0] for v in passed]

    off = lambda x: np.abs(np.sort(x, axis=-1) - goal).mean(axis=-1)  # noqa: E731
    runs = [follow(int(n)) for n in JUMPS]
    shown = slice(8, 256, 30)
    stds = np.geomspace(HIGHEST, lowest, 60)
    return {
        **_line(), "jumps": JUMPS, "network": np.array([off(run[-1]) for run in runs]),
        "exact": np.array([off(probability_flow.euler(p, begin, levels(int(n)))) for n in JUMPS]),
        "at": levels(16)[:-1], "passed": np.stack(runs[4], axis=0)[:-1, 0, shown],
        "stds": stds, "paths": np.stack([probability_flow.exact_map(p, begin[shown], HIGHEST, float(v)) for v in stds]),
        "once": runs[0][-1][:, shown].T, "ends": np.histogram(runs[-1][-1].ravel(), np.linspace(-2.2, 2.2, 56), density=True)[0],
    }  # fmt: skip


def guiding(seeds: Seeds) -> Arrays:
    """The class at a by denoisers of it and of both classes, the one extrapolated beyond the other along the ODE.

    "left", "median", "right" (strengths, seeds): of samples, 95 % of which lie between the first and the last; "ends"
    (strengths, bins): histograms of them all.
    """
    from toys import ode, targets
    from toys.learners.denoiser import Denoiser
    from toys.optimisers import Adam
    from toys.train import fit

    lowest, count = S / 10, 256
    kinds = targets.symmetric_pair(A, S, 0.0), targets.symmetric_pair(A, S)
    learners = [Denoiser(kind, lowest, HIGHEST, (32, 32)) for kind in kinds]
    fits = [fit(one, seeds=seeds, steps=1500, batch=128, optimiser=Adam(0.01, decay="cosine")) for one in learners]
    z = ndtri((np.arange(count) + 0.5) / count)
    begin = np.tile((A + np.hypot(S, HIGHEST) * z)[:, None], (len(seeds), 1, 1))

    def guided(strength: float) -> np.ndarray:
        def slope(x: np.ndarray, std: float) -> np.ndarray:
            at = [x, np.full_like(x, std)]
            own, both = (f.evaluate(one.denoise, own=at) for f, one in zip(fits, learners, strict=True))
            return (x - strength * own - (1 - strength) * both) / std

        return ode.heun(slope, begin, np.geomspace(HIGHEST, lowest, 33))[..., 0]

    ends, edges = np.stack([guided(float(g)) for g in STRENGTHS]), np.linspace(-2.2, 2.2, 111)
    fine = np.linspace(1.0, STRENGTHS[-1], 25)
    exact = [
        [S * guidance.quantile(v, A / S, float(g), start_std=HIGHEST / S) for g in fine] for v in (-TAIL, 0.0, TAIL)
    ]
    low, median, high = np.quantile(ends, ndtr([-TAIL, 0.0, TAIL]), axis=2)
    return {
        **_line(), "class": GaussianMixture([1.0], [A], stds=[S]).pdf(_line()["x"]), "strengths": STRENGTHS, "fine": fine,
        "low": np.array(exact[0]), "middle": np.array(exact[1]), "high": np.array(exact[2]),
        "left": low, "median": median, "right": high,
        "edges": edges, "ends": np.stack([np.histogram(v.ravel(), edges, density=True)[0] for v in ends]),
    }  # fmt: skip
