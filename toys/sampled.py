"""What a learner of any kind gives for comparison: samples of every seed, what they cost, and why there are none.

A learner comes in by one of three ways: any Python object with `fit` (`toys.plain`), ordinary `torch.nn` modules with a loss
(`toys.torch_modules`), or a `toys.learner.Learner` with its optimisers as a `toys.contest.Arm`. `sampled` trains whichever it
is and draws from it, so that what is said about samples need not know where they come from.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass
from typing import Any

import numpy as np
from jaxtyping import Float, Int
from numpy.typing import ArrayLike

from theory.validation.inputs import floats, integer
from theory.validation.unchanging import Unchanging
from toys.targets.target import Target
from toys.validation import MOST_DRAWN, door, require

NOT_FINITE = "its samples are not finite"
DIVERGED = "diverged at step {}"


@dataclass(frozen=True)
class Sampled(Unchanging):
    """Samples (seeds, n, dim) of trained members, NaN where one has none.

    failed: per seed why it has none, "" where it has; seconds: of each; seen: points of data that each looked at;
    parameters: of one member, 0 where nobody says.
    """

    seeds: Int[np.ndarray, " seeds"]
    samples: Float[np.ndarray, "seeds n dim"]
    failed: tuple[str, ...]
    seconds: Float[np.ndarray, " seeds"]
    seen: Int[np.ndarray, " seeds"]
    parameters: int = 0

    @property
    def diverged(self) -> np.ndarray:
        """(seeds,) whether there are no samples."""
        return np.array([reason != "" for reason in self.failed])

    def save(self, path: str | os.PathLike[str]) -> None:
        """Write everything as one NumPy archive at `path`, which ends in .npz."""
        np.savez(
            path, seeds=self.seeds, samples=self.samples, failed=np.array(self.failed, dtype=np.str_),
            seconds=self.seconds, seen=self.seen, parameters=self.parameters,
        )  # fmt: skip

    @classmethod
    def load(cls, path: str | os.PathLike[str]) -> Sampled:
        """What `save` wrote. Raises OSError where there is no such file."""
        with np.load(path) as file:
            arrays = (file[name] for name in ("seeds", "samples", "failed", "seconds", "seen"))
            seeds, samples, failed, seconds, seen = arrays
            return cls(seeds, samples, tuple(map(str, failed)), seconds, seen, int(file["parameters"]))


@door
def sampled(
    learner: Any,
    target: Target,
    *,
    seeds: Sequence[int] | np.ndarray,
    steps: int,
    n: int,
    batch: int = 128,
    given: ArrayLike | None = None,
    executor: Executor | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> Sampled:
    """Train `learner` on the target once per seed, and draw n samples of each.

    `learner` is an object with `fit`, a `toys.torch_modules.Modules`, or a function that makes a `toys.contest.Arm` for a
    target. given: where the target has inputs, those (n, inputs) at which is drawn; by default those of true samples,
    the same for all. progress(done, of) is called as seeds, or chunks of them, are finished.
    Raises ValueError unless it is one of these, and for what training and drawing refuse.
    """
    from toys import arms, plain, torch_modules

    ways = {plain.is_plain: plain, torch_modules.is_modules: torch_modules, arms.is_maker: arms}
    way = next((way for known, way in ways.items() if known(learner)), None)
    if way is None:
        raise ValueError(
            f"learner: expected an object with fit, Modules, or a function that makes an Arm, got {type(learner).__name__}"
        )
    settings: dict[str, Any] = {"seeds": seeds, "steps": steps, "n": n, "batch": batch, "given": given}
    return way.sampled(learner, target, **settings, executor=executor, progress=progress)


@door
def places(target: Target, n: int, given: ArrayLike | None = None) -> Float[np.ndarray, "n inputs"]:
    """The inputs (n, inputs) at which n samples are drawn: `given`, or those of n true samples.

    Raises ValueError unless n is an integer ≥ 1 and `given` has n rows of as many numbers as the target has inputs.
    """
    integer("n", n, 1, MOST_DRAWN // target.dim)
    if given is None:
        return target.sample(n, np.random.default_rng(0))[:, : target.inputs]
    rows = floats("given", given)
    require(rows.shape == (n, target.inputs), "given", f"shape {(n, target.inputs)}", rows.shape)
    return rows


def completed(target: Target, out: Any, given: np.ndarray) -> tuple[np.ndarray, str]:
    """Samples (n, dim), and what is wrong with them or ""; `out` are whole rows or, where there are inputs, outputs.

    What is not an array of real numbers of that shape is a failure in words, as is what is not finite: none raises ValueError.
    """
    n, empty = len(given), np.full((len(given), target.dim), np.nan)
    try:
        rows = floats("samples", out)
    except ValueError as error:
        return empty, str(error)
    if rows.ndim == 1 and target.dim - target.inputs == 1:
        rows = rows[:, None]
    if target.inputs and rows.shape == (n, target.dim - target.inputs):
        rows = np.concatenate([given, rows], axis=1)
    if rows.shape != (n, target.dim):
        return empty, f"samples: expected shape {(n, target.dim)}, got shape {rows.shape}"
    return (rows, "") if np.isfinite(rows).all() else (empty, NOT_FINITE)
