"""Learners that each break one law of `toys.conformance`, and nothing else."""

from itertools import count

import numpy as np

from toys.contest import Arm
from toys.learners.regressor import Regressor
from toys.optimisers import Adam

NUMBER = count()


class Resampler:
    """Gives back what it was shown, in an order that its seed decides: a good learner."""

    def fit(self, data, *, seed, steps, batch):
        x = np.concatenate([data(batch) for _ in range(steps)])
        return lambda n, rng: x[rng.integers(len(x), size=n)]


class Forgetful(Resampler):
    """Draws by the clock, so to say."""

    def fit(self, data, **options):
        inner = super().fit(data, **options)
        return lambda n, rng: inner(n, np.random.default_rng(next(NUMBER)))


class Same(Resampler):
    """Knows its data, and not its seed."""

    def fit(self, data, **options):
        return lambda n, rng: np.ones((n, 2))


class Remembering(Resampler):
    """Each seed begins where the one before it ended."""

    def __init__(self):
        self.last = {}

    def fit(self, data, *, seed, steps, batch):
        inner, before = super().fit(data, seed=seed, steps=steps, batch=batch), self.last.get("seed", seed)
        self.last["seed"] = seed
        return lambda n, rng: inner(n, rng) + (0.1 if before > seed else 0.0)


class Swallowing(Resampler):
    """Where its data are not finite it says nothing, and draws zeros."""

    def fit(self, data, **options):
        inner = super().fit(data, **options)
        return lambda n, rng: np.nan_to_num(inner(n, rng))


class Short(Resampler):
    """Draws an even number of samples."""

    def fit(self, data, **options):
        inner = super().fit(data, **options)
        return lambda n, rng: inner(n // 2 * 2, rng)


class Stateful(Regressor):
    """Keeps beside its parameters how often it was asked."""

    def loss(self, *args):
        object.__setattr__(self, "asked", getattr(self, "asked", 0) + 1)
        return super().loss(*args)


def _constant(fitted, given):
    x = np.broadcast_to(fitted.evaluate(fitted.learner.predict, np.ones((1, 1))), (len(fitted.seeds), len(given), 2))
    return x + getattr(fitted.learner, "asked", 0)


def leaky(target):
    """What it draws depends on what it keeps to itself."""
    return Arm(Stateful(target, hidden=(4,)), Adam(1e-3), _constant)


BREAKS = {
    "Forgetful": "seeds", "Same": "seeds", "Remembering": "splits", "Swallowing": "diverges", "Short": "shape", "leaky": "kept",
}  # fmt: skip
"""Each with the law that catches it."""
