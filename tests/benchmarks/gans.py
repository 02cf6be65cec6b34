"""32 GANs trained at once, both cores, against a plain PyTorch loop over seeds and against JAX where it is installed.

Adam, alternating, ring of eight. Start-up of processes and compilation are not counted; one seed-step is one update of
each player of one network.
"""

import importlib.util
import time

import numpy as np
import torch

from tests.toys.twins import LinearTwin, Twin
from toys.learners.gan import GAN
from toys.learners.linear_vae import LinearVAE
from toys.optimisers import Adam
from toys.targets import power_law_signal, ring
from toys.train import fit, local_processes

SIZES = [((32, 32), 128, 512, "10x", "13x", "1.05x", "1.2x"), ((128, 128), 256, 32, "-", "-", "0.85x", "1.0x")]
MEMBERS, RATE, ROUNDS = 32, 1e-3, 5


def measure():
    rows = []
    torch.set_num_threads(1)  # the plain loop is faster so
    with local_processes(2) as executor:
        for hidden, batch, steps, loop, loop_stretch, jax, jax_stretch in SIZES:
            learner = GAN(ring(), generator_hidden=hidden, discriminator_hidden=hidden)
            agree(learner, batch)
            work = f"{MEMBERS} GANs 2-{'-'.join(map(str, hidden))}, batch {batch}"

            def stacked(learner=learner, batch=batch, steps=steps, n=1):
                fit(
                    learner, seeds=range(MEMBERS), steps=n * steps, batch=batch, optimiser=Adam(RATE), executor=executor
                )
                return MEMBERS * n * steps

            def textbook(learner=learner, batch=batch, steps=steps):
                Twin(learner, 0, batch, RATE, torch.float32).train(steps)
                return steps

            rows.append(row(work, *race(stacked, textbook), "PyTorch loop", loop, loop_stretch))
            if importlib.util.find_spec("jax"):
                from tests.benchmarks import _jax_gan

                peer_steps = _jax_gan.prepare(learner, batch, steps, MEMBERS, RATE)
                rows.append(row(work, *race(stacked, peer_steps), "JAX", jax, jax_stretch))
            else:
                rows.append((work, "", "JAX: not installed", "", jax, jax_stretch))
        vae = LinearVAE(power_law_signal(8), 4, std=0.3)

        linear_agree(vae)

        def loop_vae():
            LinearTwin(vae, 0, 128, RATE, torch.float32).train(256)
            return 256

        def linear():
            fit(vae, seeds=range(64), steps=512, batch=128, optimiser=Adam(RATE), executor=executor)
            return 64 * 512

        rows.append(row("64 linear VAEs 8-4, batch 128", *race(linear, loop_vae), "PyTorch loop", "reported", "-"))
    return rows


def agree(learner, batch):
    """One member equals the textbook twin after ten steps, before anything is timed."""
    fitted = fit(learner, seeds=[3], steps=10, batch=batch, optimiser=Adam(RATE), dtype="float64")
    twin = Twin(learner, 3, batch, RATE)
    twin.train(10)
    z = np.random.default_rng(0).standard_normal((64, learner.latents))
    assert np.allclose(fitted.evaluate(learner.sample, z)[0], twin.sample(z), atol=1e-9)


def linear_agree(learner):
    """One linear VAE equals its textbook twin after ten steps."""
    fitted = fit(learner, seeds=[3], steps=10, batch=128, optimiser=Adam(RATE), dtype="float64")
    twin = LinearTwin(learner, 3, 128, RATE)
    twin.train(10)
    assert np.allclose(fitted.evaluate(learner.decoder)[0], twin.decoder[0].weight.detach(), atol=1e-9)


def race(ours, peer):
    """Median seed-steps per second of both, in turns, after one turn to warm up; and the median ratio of a turn."""
    rates = [[], []]
    for turn in range(ROUNDS + 1):
        for side, run in enumerate((ours, peer)):
            start = time.perf_counter()
            done = run()
            if turn:
                rates[side].append(done / (time.perf_counter() - start))
    mine, theirs = np.array(rates)
    return np.median(mine), np.median(theirs), np.median(mine / theirs)


def row(work, mine, theirs, ratio, name, required, stretch):
    return (work, f"{mine:,.0f}/s", f"{name} {theirs:,.0f}/s", f"{ratio:.2f}x", required, stretch)
