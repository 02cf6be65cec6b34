"""32 GANs trained at once, both cores, against a plain PyTorch loop over seeds and against JAX where it is installed.

Adam, alternating, ring of eight. Start-up of processes and compilation are not counted; one seed-step is one update of
each player of one network.
"""

import importlib.util
import time

import numpy as np
import torch

from tests.toys.twins import Twin
from toys.gan import GAN
from toys.linear_vae import LinearVAE
from toys.optimisers import Adam
from toys.targets import power_law_signal, ring
from toys.train import fit, local_processes

SIZES = [((32, 32), 128, 256, "10x", "13x", "1.05x", "1.2x"), ((128, 128), 256, 32, "-", "-", "0.85x", "1.0x")]
MEMBERS, RATE, ROUNDS = 32, 1e-3, 3


def measure():
    rows = []
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

            ours, peer = race(stacked, textbook)
            rows.append(row(work, ours, "PyTorch loop", peer, loop, loop_stretch))
            if importlib.util.find_spec("jax"):
                from tests.benchmarks import _jax_gan

                peer_steps = _jax_gan.prepare(learner, batch, steps, MEMBERS, RATE)
                ours, peer = race(stacked, peer_steps)
                rows.append(row(work, ours, "JAX", peer, jax, jax_stretch))
            else:
                rows.append((work, "", "JAX: not installed", "", jax, jax_stretch))
        vae = LinearVAE(power_law_signal(8), 4, std=0.3)

        def linear():
            fit(vae, seeds=range(64), steps=256, batch=128, executor=executor)
            return 64 * 256

        ours, _ = race(linear, lambda: 1)
        rows.append(("64 linear VAEs 8-4, batch 128", f"{ours:,.0f} seed-steps/s", "", "", "reported", ""))
    return rows


def agree(learner, batch):
    """One member equals the textbook twin after ten steps, before anything is timed."""
    fitted = fit(learner, seeds=[3], steps=10, batch=batch, optimiser=Adam(RATE), dtype="float64")
    twin = Twin(learner, 3, batch, RATE)
    twin.train(10)
    z = np.random.default_rng(0).standard_normal((64, learner.latents))
    assert np.allclose(fitted.evaluate(learner.sample, z)[0], twin.sample(z), atol=1e-9)


def race(ours, peer):
    """Seed-steps per second of both, in turns, the best of each."""
    rates = [[], []]
    for turn in range(ROUNDS + 1):
        for side, run in enumerate((ours, peer)):
            start = time.perf_counter()
            done = run()
            if turn:  # the first turn warms up
                rates[side].append(done / (time.perf_counter() - start))
    return max(rates[0]), max(rates[1])


def row(work, ours, name, peer, required, stretch):
    return (work, f"{ours:,.0f}/s", f"{name} {peer:,.0f}/s", f"{ours / peer:.2f}x", required, stretch)
