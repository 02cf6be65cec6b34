"""Learners of `toys`, each with its optimisers and how samples come out of it, drawn from like any other learner.

A *maker* is a function that makes a `toys.contest.Arm` for a target; `toys.contest.ARMS` holds those that are shipped.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from concurrent.futures import Executor
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from theory.validation.inputs import instance
from toys.contest import Arm
from toys.sampled import DIVERGED, Sampled, completed, places
from toys.targets.target import Target
from toys.train import fit
from toys.validation import door, require


def is_maker(learner: object) -> bool:
    """Whether it comes in by this way."""
    return callable(learner)


@door
def made(learner: Any, target: Target) -> Arm:
    """The arm that `learner` makes for a target.

    Raises ValueError unless it makes one.
    """
    require(callable(learner), "learner", "a function that makes an Arm for a target", learner)
    try:
        return instance("learner", learner(target), Arm, "a function that makes an Arm for a target")
    except ValueError:
        raise
    except Exception as error:  # whatever a stranger's function raises
        raise ValueError(f"learner: expected a function that makes an Arm for a target, got {error!r}") from error


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
    """Train the arm that `learner` makes, once per seed, and draw n samples of each, at inputs `given` (n, inputs).

    Raises ValueError unless it makes an `Arm`, and for what `toys.train.fit` and the learner refuse.
    """
    arm = made(learner, target)
    where = places(target, n, given)
    begin = time.perf_counter()
    options: dict[str, Any] = {"steps": steps, "batch": batch, "executor": executor, "progress": progress}
    fitted = fit(arm.learner, seeds=seeds, optimiser=arm.optimiser, **options)
    pairs = [completed(target, rows, where) for rows in arm.draw(fitted, where)]
    failed = [
        DIVERGED.format(step) if step >= 0 else reason for step, (_, reason) in zip(fitted.diverged, pairs, strict=True)
    ]
    rows = np.stack([np.full_like(x, np.nan) if why else x for (x, _), why in zip(pairs, failed, strict=True)])
    members = len(fitted.seeds)
    spent = (time.perf_counter() - begin) / members
    seen = steps * batch * arm.learner.turns * int(getattr(arm.learner, "pack", 1))
    return Sampled(
        fitted.seeds,
        rows,
        tuple(failed),
        np.full(members, spent),
        np.full(members, seen),
        sum(arm.learner.players.values()),
    )
