"""The same GAN, 32 seeds 2-32-32, batch 128, by the three ways in: any Python, torch modules, and a learner of `toys`.

Equal numbers first. One seed-step is one update of each player of one network; seconds of the processor, on one thread, so that
what else the machine does weighs less. What recording costs is counted.
"""

import time

import numpy as np
import torch

from tests.toys import three_ways
from tests.toys.three_ways import MODULES, RATE, TARGET, PlainGAN
from toys.learners.gan import GAN
from toys.optimisers import Adam
from toys.plain import Stream, sampled
from toys.torch_modules import train
from toys.train import fit

SEEDS, BATCH, STEPS, ALONE, ROUNDS = range(32), 128, 512, 64, 3


def measure():
    agree()
    torch.set_num_threads(1)
    ways = {"a": plain, "b": modules, "c": learner}
    rates = {way: [] for way in ways}
    for turn in range(ROUNDS + 1):
        for way, run in ways.items():
            begin = time.process_time()
            done = run()
            if turn:
                rates[way].append(done / (time.process_time() - begin))
    a, b, c = (np.array(rates[way]) for way in ways)
    work = f"{len(SEEDS)} GANs 2-32-32, batch {BATCH}, {STEPS} steps"
    yield work, f"(b) {np.median(b):,.0f}/s", f"(a) {np.median(a):,.0f}/s", f"{np.median(b / a):.1f}x", "5x", "-"
    yield work, f"(b) {np.median(b):,.0f}/s", f"(c) {np.median(c):,.0f}/s", f"{np.median(b / c):.2f}x", "0.5x", "-"


def plain():
    sampled(PlainGAN(), TARGET, seeds=[0, 1], steps=ALONE, batch=BATCH, n=1)
    return 2 * ALONE


def modules():
    train(MODULES, TARGET, seeds=SEEDS, steps=STEPS, batch=BATCH)
    return len(SEEDS) * STEPS


def learner():
    fit(GAN(TARGET), seeds=SEEDS, steps=STEPS, batch=BATCH, optimiser=Adam(RATE))
    return len(SEEDS) * STEPS


def agree():
    """Forty steps from the same weights and draws end at the same numbers, to 1e-9."""
    settings = {"seeds": [5], "steps": 40, "batch": BATCH, "dtype": "float64"}
    stacked, learned = train(MODULES, TARGET, **settings), fit(GAN(TARGET), optimiser=Adam(RATE), **settings)
    alone = PlainGAN(torch.float64)
    alone.fit(Stream(TARGET, 5, BATCH), seed=5, steps=40, batch=BATCH)
    nets = stacked.learner.member(stacked, 0)
    for name in three_ways.networks(TARGET):
        assert np.allclose(stacked.players[name], learned.players[name], rtol=0, atol=1e-9)
        for mine, theirs in zip(nets[name].parameters(), alone.trained[name].parameters(), strict=True):
            assert torch.allclose(mine, theirs, rtol=0, atol=1e-9)
