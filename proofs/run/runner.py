"""The runner: evidence spread over worker processes, results into the ledger as they arrive.

One task is one piece of evidence with its controls. Workers are spawned with one BLAS thread each; a task is the same
whatever runs beside it, so the document does not depend on `--jobs`. When a worker dies, what was in flight is run
again, one task at a time, and a task whose worker dies again is broken; nothing else is lost. On a Dask cluster the
scheduler does the running again first; its workers should have one thread each, as processes here do.
"""

from __future__ import annotations

import multiprocessing
import os
import time
from collections.abc import Callable, Generator, Iterable, Iterator, Mapping
from concurrent.futures import FIRST_COMPLETED, Executor, Future, ProcessPoolExecutor, as_completed, wait
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from functools import cache
from typing import Any

import numpy as np

from proofs.core.claim import Claim
from proofs.core.outcome import Finding, Outcome
from proofs.core.statement import Evidence
from proofs.evidence.experiment import at_level
from proofs.run import dependencies
from proofs.run import ledger as book
from proofs.run.discovery import Failed, Found
from proofs.run.sources import Module

ONE_THREAD = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")
CURVES, READING = "curves", "reading"
"""The kinds of task that are no evidence: what a figure draws beside the data, and where a reading is true and false."""


@dataclass(frozen=True)
class Settings:
    """What one run was asked for; part of every key except `jobs`, `cluster` and `places`.

    places: the options that say where the claims and the results are, as they were given.
    """

    seed: int = 0
    level: str = "quick"
    device: str = "cpu"
    protocol: str | None = None
    jobs: int = field(default=1, compare=False)
    cluster: str | None = field(default=None, compare=False)
    places: tuple[str, ...] = field(default=(), compare=False)


@dataclass(frozen=True)
class Task:
    """One piece of evidence to run somewhere, its key and that of its training, and what was `trained` before."""

    found: Found
    name: str
    statement: str | None
    kind: str
    settings: Settings
    key: str
    training: str | None = None
    jobs: int = field(default=1, compare=False)
    trained: Mapping[int, Mapping[str, np.ndarray]] = field(default_factory=dict, compare=False, repr=False)

    @property
    def trains(self) -> bool:
        """Whether networks are trained for it."""
        return self.training is not None


@dataclass
class Result:
    """Everything known about one claim after a run."""

    claim: Claim | Failed
    outcomes: list[Outcome]
    arrays: dict[str, dict[str, np.ndarray]]

    @property
    def seconds(self) -> float:
        """What its evidence took, without the controls."""
        return sum(o.seconds for o in self.outcomes if o.kind != "control")


def tasks_of(claims: Iterable[tuple[Claim, Found]], settings: Settings) -> list[Task]:
    """Each claim's evidence in declared order, and its curves."""
    dependencies.look_again()
    with dependencies.uncollected():
        return [task for claim, found in claims for task in _tasks(claim, found, settings)]


def _tasks(claim: Claim, found: Found, settings: Settings) -> Iterator[Task]:
    home = Module(found.imported_as, found.path)
    facts = {"seed": settings.seed, "level": settings.level, "device": settings.device, "protocol": settings.protocol}
    for statement in claim.statements:
        for evidence in statement.evidence:
            if evidence.trained_by is None:
                plan = {n: at_level(p, settings.level) for n, p in dependencies.by_level(evidence).items()}
                content = dependencies.of_evidence(evidence, home)
                key = book.key(content, claim=found.id, statement=statement.id, name=evidence.name, **plan, **facts)
                training = _training(evidence, home, {**facts, "steps": plan.get("steps")}) if evidence.trains else None
                yield Task(found, evidence.name, statement.id, evidence.kind, settings, key, training)
    for reading in claim.own_readings:
        key = book.key(dependencies.of_reading(reading, home), claim=found.id, name=reading.name, seed=settings.seed)
        yield Task(found, reading.name, None, READING, settings, key)
    if claim.plotted:
        key = book.key(dependencies.of_values(claim.plotted, home), claim=found.id, name=CURVES)
        yield Task(found, CURVES, None, CURVES, settings, key)


def _training(evidence: Evidence, home: Module, facts: Mapping[str, Any]) -> str:
    """The key of what an experiment trains, on however many of its seeds."""
    ran = facts["protocol"] if facts["protocol"] in evidence.options["protocols"] else None
    content = dependencies.of_training(evidence, home)
    return book.key(content, **{**facts, "protocol": ran, "revision": evidence.options["revision"]})


def run(
    tasks: list[Task],
    ledger: book.Ledger,
    *,
    fresh: bool = False,
    done: Callable[[Task, Finding, bool], Any] = lambda *_: None,
) -> dict[Task, Finding]:
    """Run what the ledger does not hold; `done(task, finding, cached)` is called as each becomes known.

    Raises ValueError for a cluster that cannot be reached and a ledger to which nothing can be added, before any work;
    SurroundingsError for what fails in the midst of it.
    """
    findings = {} if fresh else {task: known for task in tasks if (known := ledger.get(task.key))}
    left = [task for task in tasks if task not in findings]
    if not fresh:
        left = [replace(task, trained=ledger.trained(task.training) if task.training else {}) for task in left]
    if left:
        ledger.ready()
    for task, known in findings.items():
        done(task, known, True)
    for task, finding in _spread(left):
        ledger.put(task.key, task.found.id, task.name, finding, task.training, task.trained)
        findings[task] = finding
        done(task, finding, False)
    return findings


def _spread(tasks: list[Task]) -> Iterator[tuple[Task, Finding]]:
    """Finished tasks in the order of finishing; those that train start first, being the longest."""
    if not tasks:
        return
    settings = tasks[0].settings
    share = max(1, settings.jobs // max(1, sum(task.trains for task in tasks)))  # of the cores, for one that trains
    queue = sorted((replace(task, jobs=share) for task in tasks), key=lambda t: not t.trains)
    if settings.cluster:
        yield from _on_cluster(settings.cluster, queue)
        return
    struck: list[Task] = []
    while queue:
        with _processes(settings.jobs) as pool:
            yield from _drain(pool, queue, settings.jobs, struck)
    for task in struck:
        with _processes(1) as pool:
            try:
                yield task, pool.submit(work, task).result()
            except BrokenProcessPool:
                yield task, _died(task)


def _drain(pool: Executor, queue: list[Task], width: int, struck: list[Task]) -> Iterator[tuple[Task, Finding]]:
    """Keep `width` tasks in flight until the queue is empty or a worker dies; then the tasks in flight are struck."""
    flying: dict[Future[Finding], Task] = {}
    while queue or flying:
        try:
            while queue and len(flying) < width:
                flying[pool.submit(work, queue[0])] = queue[0]
                queue.pop(0)
        except BrokenProcessPool:
            pass
        finished, _ = wait(flying, return_when=FIRST_COMPLETED)
        broken = False
        for future in finished:
            task = flying.pop(future)
            try:
                yield task, future.result()
            except BrokenProcessPool:
                broken = True
                struck.append(task)
        if broken:
            struck += flying.values()
            return


def _died(task: Task) -> Finding:
    detail = "its worker process died again with nothing else running"
    return Finding([Outcome(task.name, task.statement, task.kind, "broken", detail)])


@contextmanager
def _processes(width: int) -> Generator[Executor, None, None]:
    before = {name: os.environ.get(name) for name in ONE_THREAD}
    os.environ.update(dict.fromkeys(ONE_THREAD, "1"))
    pool = ProcessPoolExecutor(width, mp_context=multiprocessing.get_context("spawn"))
    try:
        yield pool
    except BaseException:
        pool.shutdown(wait=False, cancel_futures=True)
        raise
    finally:
        for name, value in before.items():
            os.environ.pop(name) if value is None else os.environ.update({name: value})
    pool.shutdown()


def _on_cluster(address: str, tasks: list[Task]) -> Iterator[tuple[Task, Finding]]:
    """Finished tasks in the order of finishing; what a dead worker had in hand the scheduler gives to another."""
    try:
        from distributed import Client, KilledWorker
    except ImportError as error:
        expected = "the extra blurproof[cluster] to be installed"
        raise ValueError(f"--cluster: expected {expected}, got no `distributed`") from error
    try:
        client = Client(address)
    except (OSError, ValueError) as error:
        raise ValueError(f"--cluster: expected the address of a Dask scheduler, got {address!r}") from error
    struck: list[Task] = []
    with client:
        pool = client.get_executor(pure=False)  # a task that is run again must not be answered from memory
        flying = {pool.submit(work, task): task for task in tasks}
        for future in as_completed(flying):
            try:
                yield flying[future], future.result()
            except KilledWorker:  # perhaps for what a neighbour did
                struck.append(flying[future])
        for task in struck:
            try:
                yield task, pool.submit(work, task).result()
            except KilledWorker:
                yield task, _died(task)


def work(task: Task) -> Finding:
    """Run one task in this process."""
    from proofs.evidence.gather import gather
    from proofs.evidence.kind import Conditions

    start = time.perf_counter()
    claim = _loaded(task.found)
    if task.kind == CURVES:
        finding = _curves(claim, task)
    elif task.kind == READING:
        finding = _reading(claim, task)
    else:
        evidence = next(
            e for s in claim.statements if s.id == task.statement for e in s.evidence if e.name == task.name
        )
        s = task.settings
        finding = gather(evidence, Conditions(s.seed, s.level, s.device, s.protocol, task.jobs, task.trained))
    if finding.outcomes:
        finding.outcomes[0].seconds = time.perf_counter() - start
    return finding


def _curves(claim: Claim, task: Task) -> Finding:
    assert claim.plotted is not None
    try:
        return Finding([], {name: np.asarray(array) for name, array in claim.plotted().items()})
    except Exception as error:
        return Finding([Outcome(CURVES, None, CURVES, "broken", f"raised {type(error).__name__}: {error}")])


def _reading(claim: Claim, task: Task) -> Finding:
    from proofs.evidence.gather import read
    from proofs.evidence.kind import Conditions
    from proofs.evidence.reading import look

    reading = next(r for r in claim.own_readings if r.name == task.name)
    return Finding([read(reading, lambda: look(reading, Conditions(task.settings.seed).draw))])


@cache
def _loaded(found: Found) -> Claim:
    return found.load()


def collected(
    claims: list[Claim], found: list[Found], failed: list[Failed], findings: dict[Task, Finding]
) -> list[Result]:
    """Results in the order of discovery, whatever the order of finishing."""
    by_id: dict[str, Claim | Failed] = {c.id: c for c in [*claims, *failed]}
    results = []
    for item in found:
        claim = by_id.get(item.id)
        if isinstance(claim, Failed):
            results.append(Result(claim, [Outcome("import", None, "import", "broken", claim.reason)], {}))
        elif claim is not None:
            mine = {t: f for t, f in findings.items() if t.found == item}
            order: list[tuple[str | None, str]] = [(s.id, e.name) for s in claim.statements for e in s.evidence]
            order += [(None, reading.name) for reading in claim.own_readings]
            order.append((None, CURVES))
            mine = dict(sorted(mine.items(), key=lambda pair: order.index((pair[0].statement, pair[0].name))))
            outcomes = [o for f in mine.values() for o in f.outcomes]
            results.append(Result(claim, outcomes, {t.name: f.arrays for t, f in mine.items() if f.arrays}))
    return results
