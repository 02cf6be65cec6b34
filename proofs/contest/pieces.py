"""Pieces of a contest: some seeds of one learner, trained side by side and judged, wherever there is a process for them.

Every seed is kept in the ledger by itself: its samples under the code of the learner, the target, the budget and the
versions that these depend on, and what they are worth under that of the judgement besides. So a contest that was killed
goes on where it was, more seeds take up those that are there, and a changed judgement trains nothing again.
"""

from __future__ import annotations

import math
import socket
import threading
from collections.abc import Callable, Generator, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Future, as_completed
from contextlib import closing
from dataclasses import dataclass, field, replace
from importlib import import_module
from pathlib import Path

import numpy as np

from proofs.contest.naming import Learner
from proofs.contest.scoring import Score, scored
from proofs.core.outcome import Finding, of_the_machine, told
from proofs.core.training import seeds_of
from proofs.run import dependencies, guests
from proofs.run import ledger as book
from proofs.run.surroundings import SurroundingsError
from proofs.run.workers import DiedError, LateError, Pool, RaisedError
from theory.validation.unchanging import Unchanging
from toys.targets.target import Target

TOGETHER = {"a": 4, "b": 16, "c": 16}
"""Seeds of a piece by the way in: a stack of `toys.train`, or a few one after the other."""
REVISION = 0
"""Seeds of a contest follow from `--seed` and their number, as those of an experiment in its revision 0 do."""
NAME = "contest"
"""Whose findings they are, for the ledger."""


@dataclass(frozen=True)
class Settings:
    """The budget of a contest, and where it runs. `samples` are drawn of each seed; `seconds` is the most that a piece takes."""

    seeds: int = 32
    steps: int = 2000
    batch: int = 128
    samples: int = 2512
    seed: int = 0
    confidence: float = 0.99
    jobs: int = 1
    cluster: str | None = None
    seconds: float | None = None

    @property
    def each(self) -> tuple[int, ...]:
        """The seeds themselves."""
        return seeds_of(self.seed, REVISION, self.seeds)


Arrays = dict[str, np.ndarray]


@dataclass(frozen=True)
class Seed(Unchanging):
    """What came of one seed of one learner: samples (n, dim), why there are none or "", what it cost, what they are worth."""

    seed: int
    samples: np.ndarray
    failed: str
    way: str
    seconds: float
    seen: int
    parameters: int
    score: Score | None = None
    lasting: bool = field(default=True, compare=False)

    def arrays(self) -> Arrays:
        """All but the score, as it is kept."""
        costs = np.array([self.seconds, self.seen, self.parameters], dtype=float)
        return {"samples": self.samples, "told": np.array([self.failed, self.way]), "costs": costs}

    @classmethod
    def of(cls, seed: int, arrays: Arrays) -> Seed:
        """What `arrays` kept."""
        (failed, way), (seconds, seen, parameters) = arrays["told"], arrays["costs"]
        return cls(seed, arrays["samples"], str(failed), str(way), float(seconds), int(seen), int(parameters))


@dataclass(frozen=True)
class Piece:
    """Seeds of one learner on one target; `known` are those that are trained and wait to be judged."""

    learner: Learner
    target: Target
    settings: Settings
    seeds: tuple[int, ...]
    known: Mapping[int, Seed] = field(default_factory=dict[int, Seed])


@dataclass(frozen=True)
class Done:
    """The seeds of a piece; `lost` says what gave way around it."""

    seeds: tuple[Seed, ...]
    lost: str = ""


@dataclass(frozen=True)
class Keys:
    """Under which each seed of one learner is kept: what was trained, and what is said of it."""

    trained: Mapping[int, str]
    judged: Mapping[int, str]


def keys(learner: Learner, target: Target, settings: Settings) -> Keys:
    """By the content of all that they depend on."""
    with dependencies.uncollected():
        content = dependencies.of_learner(learner.load(), learner.home, target)
        judge = dependencies.of_module("proofs.contest.scoring")
    budget = {"steps": settings.steps, "batch": settings.batch, "samples": settings.samples}
    trained = {seed: book.key(content, name=NAME, seed=seed, **budget) for seed in settings.each}
    judged = {s: book.key(judge, name=NAME, of=key, confidence=settings.confidence) for s, key in trained.items()}
    return Keys(trained, judged)


def run(
    learners: Sequence[Learner],
    target: Target,
    settings: Settings,
    ledger: book.Ledger,
    *,
    fresh: bool = False,
    done: Callable[[Learner, Seed, bool], object] = lambda *_: None,
) -> dict[str, tuple[Seed, ...]]:
    """Every seed of every learner, from the ledger or trained; `done(learner, seed, cached)` as each becomes known.

    Raises ValueError for a cluster that cannot be reached and a ledger to which nothing can be added, before any work;
    SurroundingsError for what fails in the midst of it.
    """
    found: dict[str, dict[int, Seed]] = {learner.name: {} for learner in learners}
    kept = {learner.name: keys(learner, target, settings) for learner in learners}
    pieces: list[Piece] = []
    for learner in learners:
        known = {} if fresh else _known(kept[learner.name], ledger)
        found[learner.name] |= {seed: one for seed, one in known.items() if one.score is not None or one.failed}
        left = [seed for seed in settings.each if seed not in found[learner.name]]
        for start in range(0, len(left), size := TOGETHER[learner.way]):
            some = tuple(left[start : start + size])
            pieces.append(Piece(learner, target, settings, some, {s: known[s] for s in some if s in known}))
    if pieces:
        ledger.ready()
    for learner in learners:
        for one in found[learner.name].values():
            done(learner, one, True)
    with closing(_spread(pieces, settings)) as finished:
        for piece, result in finished:
            if result.lost:
                raise SurroundingsError(f"{piece.learner.name}: {result.lost}; what was found before is kept")
            for one in result.seeds:
                _keep(one, piece, kept[piece.learner.name], ledger)
                found[piece.learner.name][one.seed] = one
                done(piece.learner, one, False)
    return {name: tuple(seeds[seed] for seed in settings.each) for name, seeds in found.items()}


def pilot(
    learners: Sequence[Learner], target: Target, settings: Settings, ledger: book.Ledger
) -> dict[str, list[Seed]]:
    """The seeds that the ledger has of each learner; nothing is run."""
    known = {one.name: _known(keys(one, target, settings), ledger) for one in learners}
    return {name: [s for s in seeds.values() if s.score is not None or s.failed] for name, seeds in known.items()}


def _known(kept: Keys, ledger: book.Ledger) -> dict[int, Seed]:
    """What the ledger has of each seed, with its score where that is there too."""
    found: dict[int, Seed] = {}
    for seed, key in kept.trained.items():
        finding = ledger.get(key)
        if finding is not None and {"samples", "told", "costs"} <= finding.arrays.keys():
            one, said = Seed.of(seed, finding.arrays), ledger.get(kept.judged[seed])
            found[seed] = replace(one, score=Score.of(said.arrays)) if said is not None else one
    return found


def _keep(one: Seed, piece: Piece, kept: Keys, ledger: book.Ledger) -> None:
    if not one.lasting:
        return
    if one.seed not in piece.known:
        ledger.put(kept.trained[one.seed], NAME, piece.learner.name, Finding([], one.arrays()))
    if one.score is not None:
        ledger.put(kept.judged[one.seed], NAME, f"{piece.learner.name}, judged", Finding([], one.score.arrays()))


def _spread(pieces: Sequence[Piece], settings: Settings) -> Generator[tuple[Piece, Done]]:
    """Finished pieces in the order of finishing. What was given as an object is trained here."""
    here = [piece for piece in pieces if piece.learner.thing is not None]
    away = [piece for piece in pieces if piece.learner.thing is None]
    if away and settings.cluster:
        from proofs.run.cluster import spread

        yield from spread(settings.cluster, away, there, _settled)
    elif away:
        with Pool(min(settings.jobs, len(away)), prepare) as pool:

            def ask(piece: Piece) -> Done:
                return pool.ask(work, piece, seconds=settings.seconds, of=piece.learner.guest)

            flying = {
                pool.submit(work, piece, seconds=settings.seconds, of=piece.learner.guest): piece for piece in away
            }
            yield from _settled(as_completed(flying), flying, ask)
    yield from ((piece, work(piece)) for piece in here)


def _settled(
    done: Iterable[Future[Done]], flying: Mapping[Future[Done], Piece], again: Callable[[Piece], Done]
) -> Iterator[tuple[Piece, Done]]:
    """What comes of pieces in flight; one whose process died is run `again` by itself after all others."""
    struck: list[Piece] = []
    for future in done:
        piece = flying[future]
        try:
            yield piece, future.result()
        except LateError as error:
            yield piece, _ended(piece, f"{error}; --timeout allows more")
        except (DiedError, RaisedError):
            struck.append(piece)
    for piece in struck:
        try:
            yield piece, again(piece)
        except LateError as error:
            yield piece, _ended(piece, f"{error}; --timeout allows more")
        except DiedError as error:
            yield piece, _ended(piece, f"it ended its process twice, {error}")
        except RaisedError as error:
            if piece.learner.guest is None:
                raise
            yield piece, _ended(piece, f"it puts its process out of order: {str(error).strip().splitlines()[-1]}")


def _ended(piece: Piece, why: str) -> Done:
    """Seeds that did not come to their end, which are not kept."""
    return Done(tuple(_failed(piece, seed, why, lasting=False) for seed in piece.seeds))


def _failed(piece: Piece, seed: int, why: str, *, lasting: bool = True) -> Seed:
    nothing = np.full((piece.settings.samples, piece.target.dim), math.nan)
    return Seed(seed, nothing, why, piece.learner.way, 0.0, 0, 0, lasting=lasting)


def prepare() -> None:
    """Import what trains and what judges."""
    for name in ("toys.entrants", "proofs.contest.scoring"):
        import_module(name)


def there(piece: Piece) -> Done:
    """One piece on a cluster, in a process of this worker's; raises what `Worker.ask` does, SurroundingsError where a file is missing."""
    from proofs.run.cluster import pool

    if piece.learner.file and not Path(piece.learner.file).is_file():
        raise SurroundingsError(f"the cluster's worker on {socket.gethostname()} has no file {piece.learner.file}")
    return pool(prepare).ask(work, piece, seconds=piece.settings.seconds, of=piece.learner.guest)


def work(piece: Piece) -> Done:
    """Train what is not trained, and judge all; whatever a learner does that stops short of ending the process is its failure."""
    others = set(threading.enumerate())
    known = dict(piece.known)
    left = [seed for seed in piece.seeds if seed not in known]
    try:
        known |= {one.seed: one for one in _trained(piece, left)} if left else {}
        if piece.learner.guest is not None and (strays := guests.left_running(others)):
            known |= {seed: _failed(piece, seed, strays) for seed in left}
    except BaseException as error:  # SystemExit too; a terminal's ^C does not get here
        if isinstance(error, KeyboardInterrupt) and piece.learner.thing is not None:
            raise
        if of_the_machine(error):
            return Done((), told(error))
        known |= {seed: _failed(piece, seed, told(error)) for seed in left}
    return Done(tuple(_judged(known[seed], piece) for seed in piece.seeds))


def _trained(piece: Piece, seeds: Sequence[int]) -> Iterator[Seed]:
    from toys.entrants import enter, entrant

    one, s = entrant(piece.learner.name, piece.learner.load()), piece.settings
    found = enter(one, piece.target, seeds=seeds, steps=s.steps, n=s.samples, batch=s.batch)
    for k, seed in enumerate(found.seeds):
        costs = float(found.seconds[k]), int(found.seen[k]), found.parameters
        yield Seed(int(seed), found.samples[k], found.failed[k], one.way, *costs)


def _judged(one: Seed, piece: Piece) -> Seed:
    """With its score; samples that cannot be judged, as they are all one point, are a failure too."""
    if one.failed:
        return one
    try:
        return replace(one, score=scored(one.samples, piece.target, confidence=piece.settings.confidence))
    except (ValueError, ArithmeticError) as error:
        return _failed(piece, one.seed, f"its samples cannot be judged: {told(error)}", lasting=False)
