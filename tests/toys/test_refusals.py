"""Arguments out of range that once came to something else than a refusal by name."""

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from proofs import laws
from proofs.core import Mean, Smaller, over
from theory import GaussianMixture, divergence, transport
from toys import contest, mode_codes, one_pass, protocols, replication, targets
from toys.sampled import sampled
from toys.train import fitting

PLAIN = SimpleNamespace(fit=lambda sample, *, seed, steps, batch: lambda n, rng: sample(n))
PAIR, POINT = GaussianMixture([0.5, 0.5], [-1.0, 1.0], stds=[0.5, 0.5]), GaussianMixture([1.0], [0.0], stds=[1e-150])
PLANE = GaussianMixture([0.5, 0.5], [[0.0, 0.0], [3.0, 0.0]], stds=[[1.0, 1.0], [0.5, 0.5]])
ONES = np.ones(4)


def trained() -> Any:
    return contest.sample(targets.ring(), "GAN", fitting([1]), steps=1, batch=16)[1]


REFUSED: dict[str, Callable[[], object]] = {
    "divisor": lambda: protocols.Net((8,)).narrowed(0),
    "seeds": lambda: sampled(PLAIN, targets.ring(), seeds=1000, steps=1, n=4),  # type: ignore[arg-type]
    "n": lambda: replication.draw(trained(), protocols.named("veegan").arms["GAN"], 2**31),
    "fit": lambda: contest.run(targets.ring(), "GAN", GaussianMixture, steps=1),  # type: ignore[arg-type]
    "batch": lambda: fitting([1])(contest.ARMS["GAN"](targets.ring()).learner, steps=1, batch=10**6),
    "share": lambda: one_pass.flow_matching(1.0, ONES, ONES, ONES / 2, ONES / 2, np.ones((2, 2)), [0.0, 1.0]),
    "levels": lambda: one_pass.denoiser(1.0, [1.0, 2.0], ONES, ONES, ONES / 2, np.ones((2, 2)), 0.0),
    "std": lambda: one_pass.vae(0.3, 1.0, 0.0, 1.0, 1.0, 1.0),
    "noise_var": lambda: one_pass.vae(0.3, 1.0, 1.0, 1.0, -1.0, 1.0),
    "code": lambda: mode_codes.rate_and_error(np.array([[0.0, 0.0, 1.0, 0.0]]), np.zeros((3, 1, 2))),
    "rigorous": lambda: divergence.js(PAIR, POINT, rigorous=True),
    "score, p": lambda: laws.sample_score(lambda x, p: transport.wasserstein(p, p), PLANE),
    "contact": lambda: over(contact=np.array(["a", "b"])),  # type: ignore[arg-type]
    "range": lambda: Mean(0.5, range=10**5000),  # type: ignore[arg-type]
    "arm": lambda: contest.run(targets.ring(), lambda: None, fitting([1]), steps=1),  # type: ignore[arg-type]
    "noise": lambda: mode_codes.rate_and_error(np.array([[0.0, 0.0, 1.0, 1.0]]), np.zeros((0, 1, 2))),
    "spread": lambda: Smaller(0.2, spread=10**400),
}


@pytest.mark.parametrize("name", REFUSED)
def test_the_argument_is_named(name: str) -> None:
    """What was expected of it, and what came; nothing from inside."""
    with pytest.raises(ValueError, match=rf"^{name}( of a rule)?: expected .+, got "):
        REFUSED[name]()


def test_an_error_inside_of_what_is_called_is_its_own() -> None:
    """A function that can be called as documented, and fails, is not said to be the wrong function."""

    def broken(learner: object, optimiser: object, *, steps: int, batch: int) -> Any:
        raise TypeError("unsupported operand")

    with pytest.raises(TypeError, match="unsupported operand"):
        contest.run(targets.ring(), "GAN", broken, steps=1)
