"""`python -m tests.toys.scores`: every learner trained on every target it fits, and how well it did (median of seeds).

GAN VAE Flow Denoiser   energy distance of 1024 samples to data, over the root of tr Cov (data against data: 0.05)
LinearVAE               nats a sample above the optimum of water-filling
VQ VQVAE                distortion over tr Cov, eight codes
Mixture                 negative log likelihood a sample in nats, less that of the truth where it has a density
Regressor               squared error over the variance of the outputs
Discriminator           of a law against itself: nats that its loss is above ln 4, which is 0 at best
"""

import sys

import numpy as np
from rich.console import Console
from rich.table import Table
from scipy.spatial.distance import cdist

from tests.toys.test_combinations import TARGETS
from theory import water_filling
from toys.learners.denoiser import Denoiser
from toys.learners.discriminator import Discriminator
from toys.learners.flow_matching import FlowMatching
from toys.learners.gan import GAN
from toys.learners.linear_vae import LinearVAE
from toys.learners.mixture_network import MixtureNetwork
from toys.learners.regressor import Regressor
from toys.learners.vae import VAE
from toys.learners.vq import VQVAE, VectorQuantiser
from toys.optimisers import Adam
from toys.train import fit

SEEDS, N = range(4), 1024


def energy(samples, data):
    """√(2E|X-Y| - E|X-X'| - E|Y-Y'|) over the root of the total variance."""
    squared = 2 * cdist(samples, data).mean() - cdist(samples, samples).mean() - cdist(data, data).mean()
    return np.sqrt(max(squared, 0) / data.var(0).sum())


def train(learner, steps, rate=3e-3):
    return fit(learner, seeds=SEEDS, steps=steps, batch=128, optimiser=Adam(rate, decay="cosine"))


def generative(make, sample):
    def score(target, steps, rng):
        learner, data = make(target), target.sample(N, rng)
        samples = sample(train(learner, steps), learner, target, rng)
        return [energy(s, data) for s in samples]

    return score


def gan(fitted, learner, target, rng):
    given = target.sample(N, rng)[:, : target.inputs]
    z = rng.standard_normal((N, learner.latents))
    return fitted.evaluate(lambda p, h, z, c: learner.sample(p, h, z, c), z, given)


def vae(fitted, learner, target, rng):
    given = target.sample(N, rng)[:, : target.inputs]
    z = rng.standard_normal((N, learner.latents))
    g, std = np.split(fitted.evaluate(lambda p, h, z, c: learner.decode(p, h, z, c), z, given), 2, 2)
    y = g + std * rng.standard_normal(g.shape)
    return np.concatenate([np.broadcast_to(given, (len(y), *given.shape)), y], 2)


def flow(fitted, learner, target, rng):
    return fitted.evaluate(learner.transport, rng.standard_normal((N, target.dim)), np.linspace(0, 1, 51))


def denoise(fitted, learner, target, rng):
    start = target.mean + learner.highest * rng.standard_normal((N, target.dim))
    return fitted.evaluate(learner.sample, start, np.geomspace(learner.highest, learner.lowest, 40))


def linear(target, steps, rng):
    k = min(2, target.dim)
    learner = LinearVAE(target, k, std=0.3, population=True)
    best = water_filling.objective(water_filling.optimum(target.cov, k, 0.09, 1.0), target.cov, 0.09, 1.0)
    return train(learner, steps, 2e-2).loss["vae"][:, -1] - best


def quantiser(make):
    def score(target, steps, rng):
        learner, x = make(target, 8), target.sample(4 * N, rng)
        error = train(learner, steps, 1e-2).evaluate(learner.reconstruct, x) - x
        return (error**2).sum(2).mean(1) / np.trace(target.cov)

    return score


def seen(target, x):
    return x[:, : target.inputs] if target.inputs else np.ones((len(x), 1))


def mixture(target, steps, rng):
    learner, x = MixtureNetwork(target, 8), target.sample(4 * N, rng)
    loss = -train(learner, steps).evaluate(learner.logpdf, seen(target, x), x[:, target.inputs :]).mean(1)
    try:
        truth = -target.logpdf(x).mean()
    except ValueError:
        return loss
    # The law of the inputs, where there are any: uniform for two_branch, `input_pdf` for Bishop's.
    known = np.log(target.input_pdf(x[:, 0])).mean() if hasattr(target, "input_pdf") else 0.0
    return loss - truth - known


def regress(target, steps, rng):
    learner, x = Regressor(target), target.sample(4 * N, rng)
    y = x[:, target.inputs :]
    error = train(learner, steps).evaluate(learner.predict, seen(target, x)) - y
    return (error**2).sum(2).mean(1) / y.var(0).sum()


def judge(target, steps, rng):
    learner, a, b = Discriminator(target, target), target.sample(4 * N, rng), target.sample(4 * N, rng)
    fitted = train(learner, steps)
    r, f = (fitted.evaluate(learner.logit, x) for x in (a, b))
    return np.logaddexp(0, -r).mean(1) + np.logaddexp(0, f).mean(1) - np.log(4)


SCORES = {
    "GAN": generative(lambda t: GAN(t, r1=0.1), gan),
    "VAE": generative(lambda t: VAE(t, noise="isotropic", std=0.3), vae),
    "Flow": generative(FlowMatching, flow),
    "Denoiser": generative(Denoiser, denoise),
    "LinearVAE": linear,
    "VQ": quantiser(VectorQuantiser),
    "VQVAE": quantiser(VQVAE),
    "Mixture": mixture,
    "Regressor": regress,
    "Discriminator": judge,
}


def main(steps=1000):
    table = Table("target", *SCORES)
    for target in TARGETS:
        cells = []
        for name, score in SCORES.items():
            fits = name != "Denoiser" or not target.inputs
            cells.append(f"{np.median(score(target, steps, np.random.default_rng(5))):.3f}" if fits else "-")
        table.add_row(target.name, *cells)
        print(target.name, *cells, file=sys.stderr, flush=True)
    Console(width=130).print(table)


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
