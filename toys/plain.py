"""Any Python at all as a learner: an object whose `fit` trains one network, one mixture, or nothing.

    fit(sample, *, seed, steps, batch) -> sampler        trained once per seed
    sample(n) -> (n, dim)                                data, fresh from the target
    sampler(n, rng) -> (n, dim)                          what it has learned; for y given x, sampler(n, rng, given)

Of a target with inputs the first columns of the data are given, and the sampler returns outputs for `given` (n, inputs).
The seed decides everything: data come in one stream however they are asked for, `rng` is made of the seed, and the
global generators of Python, NumPy and PyTorch start from it. Data come from blocks of 32 minibatches, as those of
`toys.train.fit` do; a learner that draws the same weights and noise learns the same.

A seed whose learner raises, whose process ends or whose samples are no finite rows is a failed one, with its reason. The
others are not concerned.
"""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Generator, Iterator, Sequence
from concurrent.futures import BrokenExecutor, Executor, as_completed
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Protocol, runtime_checkable

import numpy as np
import torch
from numpy.typing import ArrayLike

from theory.validation.inputs import integer
from toys.sampled import Sampled, completed, places
from toys.targets.target import Target
from toys.train import BLOCK, MOST, TrainingData, local_processes, stream
from toys.validation import door, require

ENDED = "its process ended"


@runtime_checkable
class Plain(Protocol):
    """Whatever has a `fit` like this."""

    def fit(self, sample: Callable[[int], np.ndarray], *, seed: int, steps: int, batch: int) -> Callable[..., Any]:
        """Learn from `sample` for `steps` minibatches of `batch`, and give back what samples."""
        ...


def is_plain(learner: object) -> bool:
    """Whether it comes in by this way."""
    return callable(getattr(learner, "fit", None))


class Stream:
    """A seed's data, the same rows in the same order however many are asked for at once."""

    def __init__(self, target: Target, seed: int, batch: int, points: int | None = None) -> None:
        self._source, self._block = TrainingData(target, seed, points), BLOCK * batch
        self._rows, self.seen = np.empty((0, target.dim)), 0

    def __call__(self, n: int) -> np.ndarray:
        """The next n rows, (n, dim), the caller's own. Raises ValueError unless n is an integer ≥ 1."""
        integer("n", n, 1, MOST)
        parts = [self._rows]
        while sum(map(len, parts)) < n:
            parts.append(self._source(self._block))
        rows = np.concatenate(parts)
        self._rows, self.seen = rows[n:], self.seen + n
        return rows[:n].copy()


@door
def sampled(
    learner: Any,
    target: Target,
    *,
    seeds: Sequence[int] | np.ndarray,
    steps: int,
    n: int,
    batch: int = 128,
    points: int | None = None,
    given: ArrayLike | None = None,
    executor: Executor | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> Sampled:
    """Train the learner once per seed and draw n samples of each, at inputs `given` (n, inputs).

    points: size of each seed's own training set, None for fresh data. executor: where seeds are trained, one to a job
    (`toys.train.local_processes`), None for here; the learner must be one that can be sent there. A job whose process
    ends is tried again in a process of its own.
    Raises ValueError unless the learner has `fit`, seeds are distinct integers ≥ 0, and steps, batch, n ≥ 1.
    """
    require(is_plain(learner), "learner", "an object with fit(sample, *, seed, steps, batch)", learner)
    require(np.ndim(seeds) == 1 and np.size(seeds) > 0, "seeds", "a sequence of integers ≥ 0", seeds)
    members = [integer("seeds", seed, 0, 2**63 - 1) for seed in seeds]
    require(len({*members}) == len(members) > 0, "seeds", "distinct integers", seeds)
    integer("steps", steps, 1, MOST)
    integer("batch", batch, 1, MOST)
    if points is not None:
        integer("points", points, 1, MOST)
    where = places(target, n, given)
    jobs = [_Job(learner, target, seed, steps, batch, points, where) for seed in members]
    done: dict[int, _Done] = {}
    for number, result in _run(jobs, executor):
        done[number] = result
        if progress is not None:
            progress(len(done), len(jobs))
    rows = [done[number] for number in range(len(jobs))]
    return Sampled(
        np.array(members), np.stack([r.samples for r in rows]), tuple(r.failed for r in rows),
        np.array([r.seconds for r in rows]), np.array([r.seen for r in rows]), max(r.parameters for r in rows),
    )  # fmt: skip


@dataclass(frozen=True)
class _Job:
    """One seed, complete: it can be trained anywhere."""

    learner: Any
    target: Target
    seed: int
    steps: int
    batch: int
    points: int | None
    given: np.ndarray


@dataclass(frozen=True)
class _Done:
    samples: np.ndarray
    failed: str
    seconds: float
    seen: int
    parameters: int


def _train(job: _Job) -> _Done:
    """Fit and draw; whatever the learner raises is its reason."""
    source, begin = Stream(job.target, job.seed, job.batch, job.points), time.perf_counter()
    out, reason, parameters = np.full((len(job.given), job.target.dim), np.nan), "", 0
    with _seeded(job.seed):
        try:
            sampler = job.learner.fit(source, seed=job.seed, steps=job.steps, batch=job.batch)
            said = getattr(sampler, "parameters", 0)
            parameters = int(said) if isinstance(said, int | np.integer) else 0
            places = (job.given.copy(),) if job.target.inputs else ()
            out, reason = completed(job.target, sampler(len(job.given), stream(job.seed, 3), *places), job.given)
        except (Exception, SystemExit) as error:
            reason = f"{type(error).__name__}: {error}".strip(": ")
    return _Done(out, reason, time.perf_counter() - begin, source.seen, parameters)


@contextmanager
def _seeded(seed: int) -> Generator[None]:
    """The global generators start from the seed, on one thread, and are afterwards where they were."""
    before = random.getstate(), np.random.get_state(), torch.get_num_threads()  # noqa: NPY002  the global one is meant
    with torch.random.fork_rng(devices=[]):
        random.seed(seed)
        np.random.seed(seed % 2**32)  # noqa: NPY002
        torch.manual_seed(seed)
        torch.set_num_threads(1)
        try:
            yield
        finally:
            random.setstate(before[0])
            np.random.set_state(before[1])  # noqa: NPY002
            torch.set_num_threads(before[2])


def _run(jobs: list[_Job], executor: Executor | None) -> Iterator[tuple[int, _Done]]:
    if executor is None:
        yield from ((number, _train(job)) for number, job in enumerate(jobs))
        return
    lost: list[int] = []
    futures: dict[Any, int] = {}
    for number, job in enumerate(jobs):
        try:
            futures[executor.submit(_train, job)] = number
        except BrokenExecutor:
            lost.append(number)
    try:
        for future in as_completed(futures):
            try:
                yield futures[future], future.result()
            except BrokenExecutor:
                lost.append(futures[future])
    finally:
        for future in futures:
            future.cancel()
    yield from ((number, _alone(jobs[number])) for number in sorted(lost))


def _alone(job: _Job) -> _Done:
    """The job in a process that nobody shares, which may end too."""
    with local_processes(1) as executor:
        try:
            return executor.submit(_train, job).result()
        except BrokenExecutor:
            return _Done(np.full((len(job.given), job.target.dim), np.nan), ENDED, 0.0, 0, 0)
