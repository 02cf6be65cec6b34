"""Claims as tests, a plugin of pytest: one test for each piece of evidence, one for each claim's verdict.

    pytest --blurproof my_claims                 the claims of a folder, beside the other tests; alone with -m blurproof
    pytest --blurproof dirac_gan --blurproof-level full --junit-xml claims.xml

A test fails with the reason and the counterexample where something is refuted or broken. What stays undecided is expected to
fail, what was not run is skipped; with `--blurproof-strict` both fail. Finished evidence is kept beside pytest's own cache
(or in `--blurproof-results DIR`): what has not changed is not run twice. Nothing of ours is imported without the option.
"""

from __future__ import annotations

import os
import warnings
from abc import abstractmethod
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import mkdtemp
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from proofs.core.verdict import Verdict
    from proofs.run.runner import Result, Settings
    from proofs.session import Selection, Session

NAME = "blurproof"
SURROUNDINGS = 4
"""The exit code where what is around a run fails in its midst, as that of `blurproof verify`."""


def pytest_addoption(parser: pytest.Parser) -> None:
    """The options, in a group of their own."""
    group = parser.getgroup(NAME, "claims as tests")
    group.addoption(
        "--blurproof",
        metavar="DIR|NAME",
        action="append",
        default=[],
        help="a folder of claims, or a claim by name; may be repeated",
    )
    group.addoption("--blurproof-strict", action="store_true", help="what is undecided, or was not run, fails")
    group.addoption(
        "--blurproof-level",
        choices=("quick", "full", "long"),
        default="quick",
        help="how much training to spend (default: quick)",
    )
    group.addoption(
        "--blurproof-seed", type=int, default=0, metavar="N", help="every seed of the run follows from it (default: 0)"
    )
    group.addoption(
        "--blurproof-results",
        metavar="DIR",
        default=None,
        help="where finished evidence is kept (default: in pytest's cache)",
    )


def pytest_configure(config: pytest.Config) -> None:
    """Make the mark known where it is used."""
    if config.getoption("blurproof"):
        config.addinivalue_line("markers", f"{NAME}: a claim's evidence or verdict")


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(session: pytest.Session, config: pytest.Config, items: list[pytest.Item]) -> None:
    """Add the tests of the claims that are asked for, before any are chosen by name or mark."""
    asked = config.getoption("blurproof")
    if not asked:
        return
    try:
        with _warned():
            runs = list(_runs(asked, config))
    except ValueError as error:
        raise pytest.UsageError(f"--blurproof: {str(error).removeprefix('names: ')}") from error
    for run in runs:
        items += run.tests(session)


@contextmanager
def _warned() -> Generator[None]:
    """Warnings of claims are no errors, whatever they are in the tests beside them."""
    with warnings.catch_warnings():
        warnings.simplefilter("default")
        yield


def _runs(asked: list[str], config: pytest.Config) -> Iterator[Run]:
    """The claims of every folder, one run each, then those that are named, in one."""
    from proofs import session
    from proofs.run import discovery, guests
    from proofs.session import Selection

    folders = [Path(one) for one in dict.fromkeys(asked) if Path(one).is_dir()]
    names = [one for one in dict.fromkeys(asked) if not Path(one).is_dir()]
    for folder in folders:
        found = [item for item in discovery.find(folder) if item.module is None]
        if not found:
            raise ValueError(f"expected a folder with claims, got {str(folder)!r}")
        yield Run(Selection(found, *guests.load(found)), config, folder)
    if names:
        yield Run(session.select(names, None, None), config, None)


@dataclass
class Run:
    """Chosen claims, and what came of each that has been run."""

    selection: Selection
    config: pytest.Config
    folder: Path | None
    done: dict[str, Session] = field(default_factory=dict)

    def tests(self, session: pytest.Session) -> Iterator[pytest.Item]:
        """The tests of its claims: their evidence in declared order, then the verdict."""
        claims = {claim.id: claim for claim in self.selection.claims}
        for found in self.selection.found:
            home = Home.from_parent(session, name=found.id, path=found.path, nodeid=f"{NAME}::{found.id}")
            if found.id in claims:
                for statement in claims[found.id].statements:
                    room = Home.from_parent(home, name=statement.id, path=found.path)
                    for evidence in statement.evidence:
                        yield EvidenceTest.from_parent(room, name=evidence.name, run=self, claim=found.id)
            yield VerdictTest.from_parent(home, name="verdict", run=self, claim=found.id)

    def of(self, claim: str) -> Session:
        """What came of one claim, which is run when it is first asked for."""
        if claim not in self.done:
            self.done[claim] = self._run(claim)
        return self.done[claim]

    def _run(self, claim: str) -> Session:
        from proofs import session
        from proofs.run.surroundings import SurroundingsError
        from proofs.session import Selection

        chosen = Selection(
            [found for found in self.selection.found if found.id == claim],
            [known for known in self.selection.claims if known.id == claim],
            [failed for failed in self.selection.failed if failed.id == claim],
        )
        try:
            with _warned():
                return session.run(chosen, self.settings, _results(self.config))
        except (SurroundingsError, ValueError) as error:  # a disk that is full, or a ledger that cannot be one
            pytest.exit(f"blurproof: {error}", returncode=SURROUNDINGS)

    @property
    def settings(self) -> Settings:
        """Level and seed as asked for; one process where pytest itself runs several."""
        from proofs import session
        from proofs.run.runner import Settings

        jobs = 1 if "PYTEST_XDIST_WORKER" in os.environ else os.cpu_count() or 1
        option: Any = self.config.getoption
        places = session.places(self.folder, session.RESULTS)
        return Settings(option("blurproof_seed"), option("blurproof_level"), jobs=jobs, places=places)

    def lines(self, claim: str, said: str, counterexample: str) -> str:
        """What a test that fails says: why, where, and the command that runs the claim again."""
        from proofs.run.document import rerun

        again = f"again: {rerun(claim, self.settings)}"
        return "\n".join([said, *([f"counterexample: {counterexample}"] if counterexample else []), again])


def _results(config: pytest.Config) -> Path:
    given = config.getoption("blurproof_results")
    if given is not None:
        return Path(given)
    cache: Any = getattr(config, "cache", None)
    return cache.mkdir(NAME) if cache is not None else Path(mkdtemp(prefix=NAME))


class Home(pytest.Collector):
    """A claim, or one of its statements: the place that its tests have in a report."""

    def collect(self) -> list[pytest.Item]:
        """Nothing: its tests are added to those that are collected."""
        return []


class FailedError(Exception):
    """What a test says that fails."""


@dataclass(frozen=True)
class Told:
    """A verdict, why, what is missing for a better one, where it is false, and whether it is only that something was not run."""

    word: str
    why: str
    missing: str = ""
    counterexample: str = ""
    not_run: bool = False


class ClaimTest(pytest.Item):
    """One test of a claim: what it finds is pronounced by `proofs.core.verdict`."""

    def __init__(self, *, run: Run, claim: str, **known: Any) -> None:
        super().__init__(**known)
        self.run, self.claim = run, claim
        self.add_marker(NAME)

    @abstractmethod
    def told(self, result: Result, total: Verdict) -> Told:
        """What comes of the test, of all that is known about its claim and of the verdict on it."""

    def runtest(self) -> None:
        """Fail where something is refuted or broken, and with the option where it is undecided or was not run."""
        from proofs.core.verdict import BAD, DECIDED
        from proofs.run.document import judged

        (result,) = self.run.of(self.claim).results
        total, _ = judged(result)
        told = self.told(result, total)
        self.user_properties += [("verdict", told.word), *([("missing", told.missing)] if told.missing else [])]
        if told.word in DECIDED:
            return
        said = f"{told.word}: {told.why}"
        if told.word in BAD or self.config.getoption("blurproof_strict"):
            raise FailedError(self.run.lines(self.claim, said, told.counterexample))
        if told.not_run:
            pytest.skip(said)
        pytest.xfail(said)
        raise FailedError(said)  # where `--runxfail` asks for it

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException], style: Any = None) -> Any:
        """The reason and the counterexample, without a traceback through us."""
        if isinstance(excinfo.value, FailedError):
            return str(excinfo.value)
        return super().repr_failure(excinfo, style)

    def reportinfo(self) -> tuple[Path, int | None, str]:
        """The claim's file, and what of it is tested."""
        return self.path, None, self.nodeid.partition("::")[2].replace("::", ", ")


class EvidenceTest(ClaimTest):
    """One piece of evidence, with the near misses that it has to reject."""

    def told(self, result: Result, total: Verdict) -> Told:
        """The worst of what it came to and what its near misses came to."""
        from proofs.core.verdict import WORST_FIRST, forced

        statement = getattr(self.parent, "name", None)
        outcomes = [o for o in result.outcomes if o.statement == statement and o.name.split(": ")[0] == self.name]
        worst = min(outcomes, key=lambda o: WORST_FIRST.index(forced(o) or WORST_FIRST[-1]), default=None)
        if worst is None:
            return Told("inconclusive", f"{self.name}: not run", not_run=True)
        word = forced(worst) or ("derived" if worst.proves == "everywhere" else "supported")
        why = f"{worst.name}: {worst.detail or worst.outcome}"
        return Told(word, why, counterexample=worst.counterexample or "", not_run=worst.outcome == "not run")


class VerdictTest(ClaimTest):
    """A claim's verdict: its evidence, what nothing has looked at, and its readings of what people say."""

    def told(self, result: Result, total: Verdict) -> Told:
        """The verdict itself."""
        counterexamples = [o.counterexample for o in result.outcomes if o.outcome == "refuted" and o.counterexample]
        not_run = total.word == "inconclusive" and any(o.outcome == "not run" for o in result.outcomes)
        return Told(total.word, total.reason, total.missing, next(iter(counterexamples), ""), not_run)
