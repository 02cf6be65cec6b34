"""A folder of learners as others write them, and one small contest that is held once."""

from pathlib import Path

import pytest

LEARNERS = '''
"""Learners of somebody else: one that knows the law, one that knows half of it, and some that go wrong."""

import os
import sys
import time

import numpy as np


class Memory:
    """Keeps what it has seen, and gives noisy copies of it."""

    def fit(self, sample, *, seed, steps, batch):
        data = np.concatenate([sample(batch) for _ in range(steps)])
        return lambda n, rng: data[rng.integers(len(data), size=n)] + 0.02 * rng.standard_normal((n, data.shape[1]))


class Half(Memory):
    """Forgets whatever lies on the left."""

    def fit(self, sample, *, seed, steps, batch):
        data = np.concatenate([sample(batch) for _ in range(steps)])
        data = data[data[:, 0] > 0]
        return lambda n, rng: data[rng.integers(len(data), size=n)]


class Sometimes(Memory):
    """Half on the seeds that are odd."""

    def fit(self, sample, *, seed, steps, batch):
        return (Half if seed % 2 else Memory)().fit(sample, seed=seed, steps=steps, batch=batch)


class Raises:
    def fit(self, sample, *, seed, steps, batch):
        raise RuntimeError("no idea")


class Diverges:
    def fit(self, sample, *, seed, steps, batch):
        return lambda n, rng: np.full((n, sample(1).shape[1]), np.inf)


class Ends:
    def fit(self, sample, *, seed, steps, batch):
        os._exit(3)


class Slow(Memory):
    """Says when it has finished a seed."""

    def fit(self, sample, *, seed, steps, batch):
        time.sleep(0.5)
        return super().fit(sample, seed=seed, steps=steps, batch=batch)


memory, half, sometimes, slow = Memory(), Half(), Sometimes(), Slow()
raises, diverges, ends, nothing = Raises(), Diverges(), Ends(), 3
print("what a module prints is none of ours")
'''


@pytest.fixture(scope="session")
def others(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A working folder with `others.py` in it."""
    folder = tmp_path_factory.mktemp("others")
    (folder / "others.py").write_text(LEARNERS, encoding="utf-8")
    return folder
