"""Having a contest: `contest(["GAN", "my_module:learner"], target="ring:modes=8", seeds=32)`.

    from proofs.contest.asking import contest
    found = contest({"GAN": "GAN", "mine": MyLearner()}, target="ring", seeds=16, steps=500)
    found.lines                         # of each learner: on how many seeds each fault is present, with exact intervals
    found.samples["mine"]               # (seeds, n, dim)
    found.flags("mine", "dropped")      # on which seeds
    found.document, found.csv, found.figure()
    print(found)                        # the table of the command

    contest(..., compare=("mine", "GAN"), fewer="dropped", by=0.2).comparisons

A learner that is named trains in processes; one that is given as an object trains here.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

from proofs.contest import beside, naming, pairs, pieces
from proofs.contest.naming import Learner
from proofs.contest.pieces import Seed, Settings
from proofs.contest.standing import Standing
from proofs.run.ledger import Ledger
from theory.validation.inputs import between, integer, positive

RESULTS = Path("results")
Board = Callable[[list[Learner], Settings], Any]
"""Makes of the learners and settings what watches: a context with `done(learner, seed, cached)`."""


def settings(
    seeds: int = 32, steps: int = 2000, batch: int = 128, samples: int = 2512, seed: int = 0, confidence: float = 0.99,
    jobs: int | None = None, cluster: str | None = None, timeout: float | None = None,
) -> Settings:  # fmt: skip
    """The budget, checked; raises ValueError, naming the argument, for what is out of reach."""
    batch = integer("batch", batch, 16, 10**6)
    if batch % 16:
        raise ValueError(f"batch: expected a multiple of 16, got {batch}")
    return Settings(
        integer("seeds", seeds, 1, 1000), integer("steps", steps, 1, 10**8), batch, integer("samples", samples, 100, 10**6),
        integer("seed", seed, 0, 2**32 - 1), between("confidence", confidence, 0, 1, open=True),
        integer("jobs", (os.cpu_count() or 1) if jobs is None else jobs, 1, 1024), cluster,
        None if timeout is None else positive("timeout", timeout),
    )  # fmt: skip


def contest(
    learners: object = None, *, target: object = "ring", results: str | os.PathLike[str] = RESULTS, fresh: bool = False,
    protocol: str | None = None, compare: Sequence[str] | None = None, fewer: str | None = None, smaller: str | None = None,
    by: float | None = None, rate: float | None = None, spread: float | None = None, board: Board | None = None, **budget: Any,
) -> Standing:  # fmt: skip
    """Train every learner on every seed, judge what it draws, and compare two of them where that is asked.

    learners: a name, an object that is one, a list of these, or a mapping of names to them; those of `toys.contest.MAIN`
    where there are none, or the two that are compared. target: a target, a mixture, or as the command takes them.
    budget: seeds, steps, batch, samples, seed, confidence, jobs, cluster, timeout (`settings`). results: the ledger's folder.
    Raises ValueError, naming the argument, for what cannot be used; SurroundingsError for what gives way in mid-work.
    """
    asked = pairs.question(compare, fewer=fewer, smaller=smaller, by=by, rate=rate, spread=spread)
    entrants = named(learners, asked)
    at, s = naming.target(target), settings(**budget)
    if protocol is not None:
        beside.on(protocol, at)
    begin = time.perf_counter()
    with closing(Ledger(Path(results))) as ledger:
        if board is None:
            seeds = pieces.run(entrants, at, s, ledger, fresh=fresh)
        else:
            with board(entrants, s) as watching:
                seeds = pieces.run(entrants, at, s, ledger, fresh=fresh, done=watching.done)
    told = beside.beside(protocol, at, seeds) if protocol is not None else None
    found = Standing(at, s, seeds, time.perf_counter() - begin, told)
    return found if asked is None else replace(found, comparisons=(pairs.compared(found, asked),))


def plan(
    *, learners: object = None, target: object = "ring", results: str | os.PathLike[str] = RESULTS,
    compare: Sequence[str] | None = None, fewer: str | None = None, smaller: str | None = None, by: float | None = None,
    rate: float | None = None, spread: float | None = None, **budget: Any,
) -> tuple[int | None, str]:  # fmt: skip
    """The number of seeds that decides the question at its effect with a power of 99 %, and what it rests on; nothing is trained.

    None is more than 1,000. Raises ValueError as `contest` does, and where nothing is asked.
    """
    asked = pairs.question(compare, fewer=fewer, smaller=smaller, by=by, rate=rate, spread=spread)
    if asked is None:
        raise ValueError("plan: expected two learners to compare beside it, got none")
    known: dict[str, list[Seed]] = {asked.a: [], asked.b: []}
    if smaller is not None and spread is None and (Path(results) / "ledger.sqlite").exists():
        entrants, at = named(learners, asked), naming.target(target)
        with closing(Ledger(Path(results))) as ledger:
            known |= pieces.pilot(entrants, at, settings(**budget), ledger)
    return pairs.plan(asked, known)


def named(learners: object, asked: pairs.Question | None) -> list[Learner]:
    """Those that are named, or the two that are compared, who have to be among them.

    Raises ValueError for a name that nothing has, or that is compared and not there.
    """
    pair = [] if asked is None else [asked.a, asked.b]
    none = learners is None or (isinstance(learners, list | tuple) and not learners)
    found = naming.learners(pair or None if none else learners)
    for name in pair:
        if name not in [one.name for one in found]:
            raise ValueError(f"compare: expected one of {', '.join(one.name for one in found)}, got {name!r}")
    return found
