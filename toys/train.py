"""Train one small network per seed, all seeds in one stacked loop.

Seed k alone decides network k: its weights, its data and its noise come from generators made of k and nothing else,
drawn on the CPU. Members are trained in chunks of one fixed geometry, the last one padded with idle copies, because a
batched product rounds differently for another number of batches; hence the result for a seed is bitwise the same
whether it is trained alone, beside others, or in another process (on one machine and device, with the same batch).
Minibatches come in multiples of 16: the arrays of all members are then aligned alike and meet the same instructions.

A member whose loss or parameters stop being finite is frozen at its last finite state and its step recorded; the
others do not notice. Chunks are independent tasks: any `concurrent.futures` executor may run them. A process holds one
chunk at a time, and of it the parameters, the random numbers of 32 steps and the activations of one: sixteen GANs
2-32-32 with batch 128 stay below 64 MB, and a thousand seeds need no more but for their results.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Generator, Iterator, Mapping, Sequence
from concurrent.futures import Executor, ProcessPoolExecutor, as_completed
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import pairwise
from multiprocessing import get_context
from typing import Any, Literal

import numpy as np
import torch
from jaxtyping import Float, Int, Shaped
from numpy.typing import ArrayLike
from torch import Tensor

from theory.validation.inputs import floats, instance, integer
from theory.validation.told import told
from theory.validation.unchanging import Unchanging
from toys.layout import ALIGNMENT
from toys.learner import Batch, Learner, Players, hyper_table
from toys.optimisers import Adam, Optimiser, State
from toys.targets.target import Target
from toys.validation import choice, door, positive_integer, require

MOST, MOST_BATCH, MOST_JOBS = 10**8, 2**17, 1024
"""Steps, points in a minibatch; processes."""
BLOCK = 32  # steps whose random numbers are drawn at once
_THREADS = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")
_GROUPS = ("players", "loss", "hyper")  # fields of `Fitted` that are arrays by name
_DTYPES = {"float32": torch.float32, "float64": torch.float64}


@told
@dataclass(frozen=True)
class Fitted(Unchanging):
    """Networks after training, one per seed.

    players: name → rows (checkpoints, seeds, P); record: the step of each checkpoint, the last being the end of
    training; loss: name → (seeds, steps), the value each update descended (its last one in that step);
    diverged: (seeds,) first step with a loss or parameter that is not finite, -1 where there was none.
    """

    learner: Learner
    seeds: Int[np.ndarray, " seeds"]
    record: Int[np.ndarray, " checkpoints"]
    players: dict[str, Float[np.ndarray, "checkpoints seeds _"]]
    loss: dict[str, Float[np.ndarray, "seeds _"]]
    diverged: Int[np.ndarray, " seeds"]
    hyper: dict[str, Float[np.ndarray, " seeds"]]  # at the last step, (seeds,)
    device: str  # where they were trained and are evaluated

    def evaluate(
        self, fn: Callable[..., Tensor], *shared: ArrayLike, own: Sequence[np.ndarray] = (), at: int = -1
    ) -> Shaped[np.ndarray, "{len(self.seeds)} ..."]:
        """fn(players, hyper, *shared, *own) on every member at checkpoint `at`, stacked (seeds, …).

        fn is a method of the learner returning (members, …). An array in `shared` (…) is given to every member; one
        in `own` (seeds, …) has a row for each. With a multiple of 16 points, what a member returns does not depend,
        bitwise, on the others, as in training.
        Raises ValueError unless fn is a function, `at` the number of a checkpoint, and there are `own` rows for each member.
        """
        seeds, kept = len(self.seeds), len(self.record)
        require(callable(fn), "fn", "a method of the learner", fn)
        require(-kept <= integer("at", at, -kept) < kept, "at", f"one of {kept} checkpoints", at)
        shared = tuple(floats("shared", array) for array in shared)
        alone = isinstance(own, str | np.ndarray) or not isinstance(own, Sequence)
        require(not alone, "own", "a sequence of arrays", own)
        own = [floats("own", array) for array in own]
        require(all(array.shape[:1] == (seeds,) for array in own), "own", f"arrays of {seeds} rows", own)
        parts: list[np.ndarray] = []
        with _one_thread(), torch.no_grad():
            for index in _chunks(len(self.seeds), self.learner.chunk):
                players = {k: torch.as_tensor(v[at, index]).to(self.device) for k, v in self.players.items()}
                dtype = next(iter(players.values())).dtype
                arrays = [np.broadcast_to(s, (len(index), *np.shape(s))) for s in shared]
                arrays += [array[index] for array in own]
                hyper, given = (
                    [torch.tensor(a, dtype=dtype, device=self.device) for a in many]
                    for many in ([v[index] for v in self.hyper.values()], arrays)
                )
                value = fn(players, dict(zip(self.hyper, hyper, strict=True)), *given)
                value = instance("fn", value, Tensor, "a method of the learner, which gives back a tensor")
                parts.append(value.cpu().numpy()[: len(np.unique(index))])
        return np.concatenate(parts)

    def save(self, path: str | os.PathLike[str]) -> None:
        """Write all but the learner as one NumPy archive at `path`, which ends in .npz."""
        groups = {g: getattr(self, g) for g in _GROUPS}
        arrays = {f"{group}/{name}": array for group, many in groups.items() for name, array in many.items()}
        np.savez(path, seeds=self.seeds, record=self.record, diverged=self.diverged, device=self.device, **arrays)

    @classmethod
    def load(cls, learner: Learner, path: str | os.PathLike[str]) -> Fitted:
        """What `save` wrote of networks of this learner. Raises OSError where there is no such file."""
        with np.load(path) as file:
            players, loss, hyper = (
                {name.partition("/")[2]: file[name] for name in file if name.startswith(f"{group}/")}
                for group in _GROUPS
            )
            seeds, record, diverged = (file[name] for name in ("seeds", "record", "diverged"))
            return cls(learner, seeds, record, players, loss, diverged, hyper, str(file["device"]))

    @door
    def generators(self, purpose: int = 0) -> list[np.random.Generator]:
        """One fresh generator per seed for evaluation, independent of those that trained it.

        Raises ValueError unless `purpose` is an integer ≥ 0.
        """
        require(purpose >= 0, "purpose", "an integer ≥ 0", purpose)
        return [stream(int(seed), 3 + purpose) for seed in self.seeds]


class Interrupted(KeyboardInterrupt):
    """Ctrl-C while training; `fitted` holds the members that were finished, or None."""

    def __init__(self, fitted: Fitted | None) -> None:
        super().__init__("training was interrupted")
        self.fitted = fitted


@door
def fit(
    learner: Learner,
    *,
    seeds: Sequence[int] | np.ndarray,
    steps: int,
    batch: int = 128,
    optimiser: Optimiser | Mapping[str, Optimiser] | None = None,
    record: Sequence[int] = (),
    points: int | None = None,
    dtype: Literal["float32", "float64"] = "float32",
    device: str = "cpu",
    executor: Executor | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> Fitted:
    """Train `learner` once per seed for `steps` steps of minibatches of `batch` samples.

    optimiser: one for all players (default Adam at 1e-3) or one by player's name. record: steps at which parameters
    are kept besides the last (0 is the start). points: size of each member's own training set, None for fresh data at
    every step. progress(done, of): called after every finished chunk of seeds.
    Raises ValueError unless seeds are distinct and ≥ 0, steps, batch and points integers ≥ 1 (steps to 10⁸, batch to 2¹⁷: its chunk has to fit into memory), batch a multiple of 16, record
    within 0 and steps, dtype known, each player has its optimiser and hyper-parameters fit the seeds; Interrupted on Ctrl-C.
    """
    require(np.ndim(seeds) == 1 and np.size(seeds) > 0, "seeds", "a sequence of integers ≥ 0", seeds)
    members = np.array([integer("seeds", seed, 0, 2**63 - 1) for seed in seeds], dtype=np.int64)
    require(len(np.unique(members)) == len(members), "seeds", "distinct integers", seeds)
    integer("steps", steps, 1, MOST)
    integer("batch", batch, 1, MOST_BATCH)
    require(batch % ALIGNMENT == 0, "batch", f"a multiple of {ALIGNMENT}", batch)
    if points is not None:
        positive_integer(points, "points")
    choice(dtype, tuple(_DTYPES), "dtype")
    require(device.split(":")[0] in ("cpu", "cuda"), "device", "cpu or cuda", device)
    marks = sorted({*record, steps})
    require(marks[0] >= 0 and marks[-1] <= steps, "record", f"steps between 0 and {steps}", record)
    by_player = _by_player(learner, optimiser or Adam())
    hyper = hyper_table(learner, len(members), steps)
    rates = {name: hyper_table(rule, len(members), steps) for name, rule in by_player.items()}
    jobs = [
        _Job(learner, by_player, members[i], _take(hyper, i), {k: _take(v, i) for k, v in rates.items()},
             steps, batch, tuple(marks), points, dtype, device)
        for i in _chunks(len(members), learner.chunk)
    ]  # fmt: skip
    done: dict[int, _Chunk] = {}
    try:
        for number, chunk in _run(jobs, executor):
            done[number] = chunk
            if progress is not None:
                progress(len(done), len(jobs))
    except KeyboardInterrupt as stop:
        raise Interrupted(_join(learner, jobs, done) if done else None) from stop
    return _join(learner, jobs, done)


Fit = Callable[..., Fitted]
"""`fit(learner, optimiser, **options)` for seeds that it knows."""


@door
def fitting(seeds: Sequence[int] | np.ndarray, **options: Any) -> Fit:
    """`fit` for these seeds, and these options where a call does not say otherwise.

    What comes back takes (learner, optimiser, **options), and raises ValueError as `fit` does.
    """

    def bound(learner: Learner, optimiser: Optimiser | Mapping[str, Optimiser] | None = None, **own: Any) -> Fitted:
        return fit(learner, seeds=seeds, optimiser=optimiser, **{**options, **own})

    return bound


@door
def local_processes(jobs: int) -> ProcessPoolExecutor:
    """An executor of `jobs` fresh local processes; each trains its chunks on one thread.

    Raises ValueError unless `jobs` is an integer from 1 to 1024.
    """
    integer("jobs", jobs, 1, MOST_JOBS)
    return _OneThreadEach(jobs, mp_context=get_context("spawn"))


class _OneThreadEach(ProcessPoolExecutor):
    """Its processes, which are started by `submit`, inherit the wish for one thread: NumPy's BLAS reads it once."""

    def submit(self, *args: Any, **kwargs: Any) -> Any:
        before = {name: os.environ.get(name) for name in _THREADS}
        os.environ.update(dict.fromkeys(_THREADS, "1"))
        try:
            return super().submit(*args, **kwargs)
        finally:
            for name, value in before.items():
                os.environ.pop(name) if value is None else os.environ.update({name: value})


@dataclass(frozen=True)
class _Job:
    """One chunk of members, complete: it can be trained anywhere."""

    learner: Learner
    optimisers: dict[str, Optimiser]
    seeds: np.ndarray
    hyper: dict[str, np.ndarray]
    rates: dict[str, dict[str, np.ndarray]]
    steps: int
    batch: int
    record: tuple[int, ...]
    points: int | None
    dtype: str
    device: str


@dataclass(frozen=True)
class _Chunk:
    players: dict[str, np.ndarray]
    loss: dict[str, np.ndarray]
    diverged: np.ndarray


def _train(job: _Job) -> _Chunk:
    """The loop: draw, move, check, keep."""
    with _one_thread():
        members = _Members(job)
        kept: dict[str, list[np.ndarray]] = {name: [] for name in members.players}
        diverged = torch.full((len(job.seeds),), -1)
        before = members.copy()
        if 0 in job.record:
            members.keep(kept)
        for start, stop in _segments(job.steps, job.record):
            for step in range(start, stop):
                members.step(step)
            bad = members.first_bad_step(start, stop)
            diverged = torch.where((diverged < 0) & (bad >= 0), bad, diverged)
            members.restore(diverged >= 0, before)
            before = members.copy()
            if stop in job.record:
                members.keep(kept)
        loss = {name: value.T.cpu().numpy() for name, value in members.loss.items()}
        return _Chunk({name: np.stack(rows) for name, rows in kept.items()}, loss, diverged.numpy())


class _Members:
    """The members of one chunk while they train: buffers, optimiser states, generators, the current block."""

    def __init__(self, job: _Job) -> None:
        self.job, self.learner = job, job.learner
        rows = [job.learner.initialise(stream(int(seed), 0)) for seed in job.seeds]
        self.players: Players = {k: self._tensor(np.stack([row[k] for row in rows])) for k in job.learner.players}
        self.states: dict[str, State] = {k: job.optimisers[k].start(v) for k, v in self.players.items()}
        self.sources = [TrainingData(job.learner.target, int(seed), job.points) for seed in job.seeds]
        self.noise = [stream(int(seed), 2) for seed in job.seeds]
        self.hyper = {k: self._tensor(v) for k, v in job.hyper.items()}
        self.block: list[list[Batch]] = []
        self.fixed = _at(self.hyper, 0) if all(len(v) == 1 for v in self.hyper.values()) else None
        self.alike = {p: all((v == v[:, :1]).all() for v in table.values()) for p, table in job.rates.items()}
        self.descent = job.learner.descent(self.players, self.states)
        self.loss = {k: v.new_zeros(job.steps, len(job.seeds)) for k, v in self.players.items()}

    def step(self, step: int) -> None:
        if step % BLOCK == 0:
            self.block = self._draw()
        hyper = self.fixed or _at(self.hyper, step)
        for move in self.learner.moves(hyper):
            batch = self.block[step % BLOCK][move.turn]
            losses, gradients = self.descent(move, batch, hyper)
            for name in move.players:
                self.loss[name][step] = losses[name].detach()
                self._update(name, gradients[name], step, move.active)

    def _update(self, name: str, gradient: Tensor, step: int, active: Tensor | None) -> None:
        rule, theta, state = self.job.optimisers[name], self.players[name], self.states[name]
        hyper, factor = _at(self.job.rates[name], step), rule.factor(step, self.job.steps)
        if active is None:
            rule.step(theta, gradient, state, hyper, factor, self.alike[name])
            return
        self.alike[name] = False  # from here on some have moved more often than others
        kept = {key: value[~active] for key, value in {"θ": theta, **state}.items()}
        rule.step(theta, gradient, state, hyper, factor, alike=False)
        for key, value in {"θ": theta, **state}.items():
            value[~active] = kept[key]

    def _draw(self) -> list[list[Batch]]:
        """Minibatches [step][turn] of the next block."""
        turns = self.learner.turns
        draws = [
            self.learner.draw(BLOCK * turns, self.job.batch, source, rng)
            for source, rng in zip(self.sources, self.noise, strict=True)
        ]
        dtype = np.dtype(self.job.dtype)
        block = {
            k: self._tensor(np.stack([draw[k] for draw in draws], axis=1, dtype=dtype, casting="same_kind"))
            for k in draws[0]
        }
        return [
            [{k: v[step * turns + turn] for k, v in block.items()} for turn in range(turns)] for step in range(BLOCK)
        ]

    def first_bad_step(self, start: int, stop: int) -> Tensor:
        """(members,) the first step in [start, stop) whose loss was not finite, -1 for none."""
        fine = torch.ones(stop - start, len(self.job.seeds), dtype=torch.bool)
        for loss in self.loss.values():
            fine &= loss[start:stop].isfinite().cpu()
        for theta in self.players.values():
            fine[-1:] &= theta.isfinite().all(1).cpu()
        bad = start + fine.int().argmin(0)
        return torch.where(fine.all(0), -1, bad)

    def copy(self) -> Players:
        return {name: theta.clone() for name, theta in self.players.items()}

    def keep(self, kept: dict[str, list[np.ndarray]]) -> None:
        """Append the present parameters of every player to `kept`."""
        for name, theta in self.players.items():
            kept[name].append(theta.cpu().numpy().copy())

    def restore(self, dead: Tensor, before: Players) -> None:
        """Members that are `dead` go back to where they were, with an optimiser at rest (but for the count of steps)."""
        if not dead.any():
            return
        dead = dead.to(self.job.device)
        for name, theta in self.players.items():
            theta[dead] = before[name][dead]
            for key in self.states[name].keys() - {"t"}:
                self.states[name][key][dead] = 0

    def _tensor(self, array: np.ndarray) -> Tensor:
        # Contiguous whatever the layout of the draws: batched products over strided members are done one by one.
        tensor = torch.as_tensor(np.ascontiguousarray(array))
        return tensor.to(self.job.device, _DTYPES[self.job.dtype], copy=True)


class TrainingData:
    """A member's data: fresh draws from the target, or draws with replacement from its own training set."""

    def __init__(self, target: Target, seed: int, points: int | None) -> None:
        self.target, self.rng = target, stream(seed, 1)
        self.points = None if points is None else target.sample(points, self.rng)

    def __call__(self, n: int) -> np.ndarray:
        if self.points is None:
            return self.target.sample(n, self.rng)
        return self.points[self.rng.integers(len(self.points), size=n)]


def stream(seed: int, purpose: int) -> np.random.Generator:
    """Independent generators of one seed: 0 weights, 1 data, 2 noise, 3 and up evaluation."""
    return np.random.Generator(np.random.SFC64(np.random.SeedSequence(seed, spawn_key=(purpose,))))


def _chunks(members: int, size: int) -> list[np.ndarray]:
    """Indices of each chunk, the last one padded with copies of its last member."""
    return [np.minimum(np.arange(start, start + size), members - 1) for start in range(0, members, size)]


def _segments(steps: int, record: tuple[int, ...]) -> Iterator[tuple[int, int]]:
    """Stretches between checkpoints and blocks."""
    edges = sorted({*range(0, steps, BLOCK), *record, 0, steps})
    yield from pairwise(edges)


def _run(jobs: list[_Job], executor: Executor | None) -> Iterator[tuple[int, _Chunk]]:
    if executor is None:
        yield from ((number, _train(job)) for number, job in enumerate(jobs))
        return
    futures = {executor.submit(_train, job): number for number, job in enumerate(jobs)}
    try:
        yield from ((futures[future], future.result()) for future in as_completed(futures))
    finally:
        for future in futures:
            future.cancel()


def _join(learner: Learner, jobs: list[_Job], done: dict[int, _Chunk]) -> Fitted:
    """Finished chunks in the order of their seeds, without the idle copies."""
    order = sorted(done)
    take = [np.unique(jobs[n].seeds, return_index=True)[1] for n in order]
    take = [np.sort(index) for index in take]
    chunks = [done[n] for n in order]

    def whole(arrays: list[np.ndarray], axis: int) -> np.ndarray:
        return np.concatenate([a.take(i, axis) for a, i in zip(arrays, take, strict=True)], axis)

    return Fitted(
        learner,
        seeds=whole([jobs[n].seeds for n in order], 0),
        record=np.array(jobs[0].record),
        players={name: whole([c.players[name] for c in chunks], 1) for name in chunks[0].players},
        loss={name: whole([c.loss[name] for c in chunks], 0) for name in chunks[0].loss},
        diverged=whole([c.diverged for c in chunks], 0),
        hyper={name: whole([jobs[n].hyper[name][-1] for n in order], 0) for name in jobs[0].hyper},
        device=jobs[0].device,
    )


def _by_player(learner: Learner, optimiser: Optimiser | Mapping[str, Optimiser]) -> dict[str, Optimiser]:
    if isinstance(optimiser, Optimiser):
        return dict.fromkeys(learner.players, optimiser)
    names = sorted(learner.players)
    require(sorted(optimiser) == names, "optimiser", f"one optimiser for each of {names}", sorted(optimiser))
    return dict(optimiser)


def _take(tables: dict[str, np.ndarray], index: np.ndarray) -> dict[str, np.ndarray]:
    return {name: table[:, index] for name, table in tables.items()}


def _at(tables: dict[str, Any], step: int) -> dict[str, Any]:
    """The rows (members,) of tables (1 or steps, members), tensors or arrays."""
    return {name: table[step] if len(table) > 1 else table[0] for name, table in tables.items()}


@contextmanager
def _one_thread() -> Generator[None]:
    """Products of this size lose time to threads, and their rounding may depend on the number of them.

    Subnormal numbers, which squares of tiny gradients often are, count as zero: they are a hundred times slower.
    """
    threads, exact = torch.get_num_threads(), bool(torch.tensor(1e-45) * 1 > 0)
    torch.set_num_threads(1)
    torch.set_flush_denormal(True)
    try:
        yield
    finally:
        torch.set_num_threads(threads)
        torch.set_flush_denormal(not exact)
