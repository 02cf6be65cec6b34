"""The runner: evidence spread over worker processes, results into the ledger as they arrive.

One task is one piece of evidence with its controls; it is the same whatever runs beside it, so the document does not depend
on `--jobs`. Claims of others are guests: no process works for two of them. A task whose worker dies is run again by itself,
and broken if that dies too; one that takes longer than `--timeout` is not run; neither is kept, and nothing else is lost.
On a Dask cluster the same happens on each of its workers.
"""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable, Generator, Iterable, Iterator, Mapping
from concurrent.futures import Future, as_completed
from contextlib import closing
from dataclasses import dataclass, field, replace
from functools import cache
from html import escape
from importlib import import_module
from typing import Any

import numpy as np

from proofs.core.claim import Claim
from proofs.core.outcome import Finding, Outcome, full, told
from proofs.core.records import flat
from proofs.core.statement import Evidence
from proofs.evidence.experiment import at_level
from proofs.run import dependencies, guests
from proofs.run import ledger as book
from proofs.run.discovery import Failed, Found
from proofs.run.sources import Module
from proofs.run.surroundings import SurroundingsError
from proofs.run.workers import DiedError, LateError, Pool, RaisedError

TIMEOUTS = {"quick": 1800.0, "full": 7200.0, "long": 86400.0}
"""Seconds that one piece of evidence may take at each level, where nothing is said."""
LARGEST = 2**29
"""Bytes of all arrays of one piece of evidence: SQLite takes a billion in a row."""
CURVES, READING = "curves", "reading"
"""The kinds of task that are no evidence: what a figure draws beside the data, and where a reading is true and false."""


@dataclass(frozen=True)
class Settings:
    """What one run was asked for; part of every key except `jobs`, `cluster`, `timeout` and `places`.

    timeout: seconds that a piece of evidence may take; places: the options that say where the claims and the results are,
    as they were given.
    """

    seed: int = 0
    level: str = "quick"
    device: str = "cpu"
    protocol: str | None = None
    jobs: int = field(default=1, compare=False)
    cluster: str | None = field(default=None, compare=False)
    timeout: float | None = field(default=None, compare=False)
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

    @property
    def seconds(self) -> float:
        """How long it may take."""
        return self.settings.timeout or TIMEOUTS[self.settings.level]

    @property
    def guest(self) -> str | None:
        """The claim in whose process it has to run; None for ours, which share theirs."""
        return None if self.found.shipped else self.found.imported_as


@dataclass
class Result:
    """Everything known about one claim after a run."""

    claim: Claim | Failed
    outcomes: list[Outcome]
    arrays: dict[str, dict[str, np.ndarray]]

    def __repr__(self) -> str:
        return (
            f"Result({self.claim.id!r}, {len(self.outcomes)} outcomes, arrays of {', '.join(self.arrays) or 'nothing'})"
        )

    def _repr_html_(self) -> str:
        """What came of each piece of evidence: what a notebook shows."""
        told = "".join(outcome.html() for outcome in self.outcomes if outcome.kind != "control")
        return f"<h4>{escape(self.claim.id)}</h4>{told}"

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
    with closing(_spread(left)) as finished:
        for task, finding in finished:
            if finding.lost:
                raise SurroundingsError(f"{task.found.id}, {task.name}: {finding.lost}; what was found before is kept")
            if finding.lasting:
                ledger.put(task.key, task.found.id, task.name, finding, task.training, task.trained)
            findings[task] = finding
            done(task, finding, False)
    return findings


def _spread(tasks: list[Task]) -> Generator[tuple[Task, Finding]]:
    """Finished tasks in the order of finishing; those that train start first, being the longest."""
    if not tasks:
        return
    settings = tasks[0].settings
    share = max(1, settings.jobs // max(1, sum(task.trains for task in tasks)))  # of the cores, for one that trains
    queue = sorted((replace(task, jobs=share) for task in tasks), key=lambda t: not t.trains)
    if settings.cluster:
        from proofs.run.cluster import on_cluster

        yield from on_cluster(settings.cluster, queue)
        return
    with Pool(settings.jobs, prepare) as pool:
        flying = {pool.submit(work, task, seconds=task.seconds, of=task.guest): task for task in queue}
        yield from settled(
            as_completed(flying), flying, lambda task: pool.ask(work, task, seconds=task.seconds, of=task.guest)
        )


def settled(
    done: Iterable[Future[Finding]], flying: Mapping[Future[Finding], Task], again: Callable[[Task], Finding]
) -> Iterator[tuple[Task, Finding]]:
    """What comes of tasks in flight as they are `done`; whose process died is run `again` by itself after all others."""
    struck: list[Task] = []
    for future in done:
        task = flying[future]
        try:
            yield task, future.result()
        except LateError as error:
            yield task, stopped(task, str(error))
        except (DiedError, RaisedError):
            struck.append(task)
    for task in struck:
        yield task, _once_more(task, again)


def _once_more(task: Task, again: Callable[[Task], Finding]) -> Finding:
    try:
        return again(task)
    except LateError as error:
        return stopped(task, str(error))
    except DiedError as error:
        return ended(task, "broken", f"it ended its process twice, {error}")
    except RaisedError as error:
        if task.guest is None:
            raise
        return ended(task, "broken", f"it puts its process out of order: {str(error).strip().splitlines()[-1]}")


def stopped(task: Task, how: str) -> Finding:
    """What took too long."""
    return ended(task, "not run", f"{how}; --timeout allows more")


def ended(task: Task, word: str, detail: str) -> Finding:
    """What is said of a task that did not come to its end, and not kept. A reading that was not run stays undecided."""
    word = "inconclusive" if task.kind == READING and word == "not run" else word
    return Finding([Outcome(task.name, task.statement, task.kind, word, detail)], lasting=False)


def prepare() -> None:
    """Import what evidence needs, but for what only training does; a run leaves nothing where it was called."""
    from hypothesis.configuration import set_hypothesis_home_dir

    set_hypothesis_home_dir(os.devnull)
    for name in ("gather", "check", "reading"):
        import_module(f"proofs.evidence.{name}")


def work(task: Task) -> Finding:
    """Run one task in this process; whatever a guest does that stops short of ending the process is `broken`.

    A full disk is not its doing: what it found is lost. Want of memory may not be: that is not kept.
    """
    start, others = time.perf_counter(), set(threading.enumerate())
    try:
        finding = _worked(task)
        fault = _unstorable(finding) or guests.left_running(others)
    except BaseException as error:  # also KeyboardInterrupt: a terminal's does not get here
        if full(error):
            return Finding([], lasting=False, lost=told(error))
        finding, fault = ended(task, "broken", ""), f"raised {told(error)}"
    if fault:
        finding = ended(task, "broken", fault)
    if finding.outcomes:
        finding.outcomes[0].seconds = time.perf_counter() - start
    return replace(finding, outcomes=[Outcome(**outcome.record()) for outcome in finding.outcomes])


def _worked(task: Task) -> Finding:
    from proofs.evidence.gather import gather, read
    from proofs.evidence.kind import Conditions
    from proofs.evidence.reading import look

    claim, s = _loaded(task.found), task.settings
    if task.kind == CURVES:
        assert claim.plotted is not None
        return Finding([], flat(claim.plotted()))
    if task.kind == READING:
        reading = next(r for r in claim.own_readings if r.name == task.name)
        return Finding([read(reading, lambda: look(reading, Conditions(s.seed).draw))])
    evidence = next(e for s in claim.statements if s.id == task.statement for e in s.evidence if e.name == task.name)
    return gather(evidence, Conditions(s.seed, s.level, s.device, s.protocol, task.jobs, task.trained))


def _unstorable(finding: Finding) -> str:
    """Why its arrays cannot be kept; empty where they can."""
    room = LARGEST
    for arrays in (finding.arrays, *finding.trained.values()):
        for name, array in arrays.items():
            if not str(name).isprintable():
                return f"expected arrays with a name that can be printed, got {name!r}"
            if array.dtype.hasobject:
                return f"expected arrays of numbers or text, got {name!r} of {array.dtype}"
        room -= sum(array.nbytes for array in arrays.values())
    return "" if room >= 0 else f"expected arrays of {LARGEST:,} bytes at most, got {LARGEST - room:,}"


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
