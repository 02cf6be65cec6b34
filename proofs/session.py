"""Verifying from Python: `verify("dirac_gan")` runs what the command runs and returns what it found.

    from proofs.session import verify
    found = verify("dirac_gan", seed=1)
    found.verdicts                      # {"dirac_gan": "derived"}
    found.document                      # the JSON document of `blurproof verify --json`
    found.figure("dirac_gan")           # a matplotlib Figure, drawn from the saved arrays

Worker processes do not import the script that calls it, so that it needs no guard.
"""

from __future__ import annotations

import os
import time
from dataclasses import dataclass, replace
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING, Any

from proofs.core.claim import TOPICS, Claim
from proofs.run import discovery, guests, telling
from proofs.run.discovery import Failed, Found
from theory.validation.inputs import choice, flag, integer, positive, reject
from toys.protocols import NAMES

if TYPE_CHECKING:
    from proofs.run.runner import Result

RESULTS = Path("results")


@dataclass(frozen=True)
class Selection:
    """The chosen claims: where they were found, those that loaded, those that did not. No other was loaded."""

    found: list[Found]
    claims: list[Claim]
    failed: list[Failed]


def select(names: list[str] | None, topic: str | None, folder: Path | None, seconds: float | None = None) -> Selection:
    """The claims of these names (all without any) and topic, those of others tried for so many seconds at most.

    One that does not load may be of any topic. Raises ValueError for unknown ones, and named ones that are all of others.
    """
    texts = isinstance(names, list) and all(isinstance(name, str) for name in names)
    if names is not None and not texts:
        reject("names", "a list of texts", names)
    seconds = None if seconds is None else positive("seconds", seconds)
    found = discovery.find(None if folder is None else path("claims", folder))
    known = [item.id for item in found]
    for name in names or []:
        if name not in known:
            raise ValueError(f"names: {unknown(name, known)}")
    claims, failed = guests.load([item for item in found if not names or item.id in names], seconds)
    claims = in_topic(claims, topic)
    ids = {item.id for item in (*claims, *failed)}
    if names and not ids:
        raise ValueError(f"--topic: expected the topic of one of the claims that are named, got {topic!r}")
    return Selection([item for item in found if item.id in ids], claims, failed)


def declaring(selection: Selection, names: list[str] | None, protocol: str | None) -> Selection:
    """Those of a selection that can run the protocol; raises ValueError where named ones cannot, or none can."""
    if protocol is None:
        return selection
    if not isinstance(protocol, str) or protocol not in NAMES:
        raise ValueError(f"--protocol: expected one of {', '.join(NAMES)}, got {protocol!r}")
    able = [c for c in selection.claims if protocol in c.protocols]
    others = sorted(set(names or []) - {c.id for c in able})
    if others or not able:
        ours, _ = guests.load([found for found in discovery.find() if found.shipped])
        known = ", ".join(dict.fromkeys(c.id for c in (*able, *ours) if protocol in c.protocols)) or "none"
        got = ", ".join(others) or "none of them"
        raise ValueError(f"--protocol: expected claims that can run {protocol!r} ({known}), got {got}")
    ids = {c.id for c in able}
    return replace(selection, found=[f for f in selection.found if f.id in ids], claims=able, failed=[])


def in_topic(claims: list[Claim], topic: str | None) -> list[Claim]:
    """Those of a chapter (all for None), in the order of telling."""
    if topic is not None and not (isinstance(topic, str) and topic in TOPICS):
        raise ValueError(f"--topic: expected one of {', '.join(TOPICS)}, got {topic!r}")
    return telling.in_order(c for c in claims if topic in (None, c.topic))


def unknown(name: str, names: list[str]) -> str:
    """What to say of a name that is none of `names`."""
    from difflib import get_close_matches

    near = get_close_matches(name, names, n=1)
    hint = f"; did you mean {near[0]!r}?" if near else "; `blurproof list` names them"
    return f"expected a known claim, got {name!r}{hint}"


@dataclass(frozen=True)
class Session:
    """What one run found: results claim by claim, and the document of `verify --json`."""

    results: list[Result]
    document: dict[str, Any]

    @property
    def verdicts(self) -> dict[str, str]:
        """The verdict of every claim."""
        return {c["claim"]: c["verdict"] for c in self.document["claims"]}

    def figure(self, name: str, width: str = "double") -> Any:
        """The claim's figure, drawn from the saved arrays; raises ValueError for a claim that is not here or has none."""
        from proofs.display import figures

        for result in self.results:
            if result.claim.id == name and isinstance(result.claim, Claim):
                return figures.draw(result.claim, result.arrays, width, figures.shown_run(self.document))
        raise ValueError(f"name: {unknown(name, list(self.verdicts))}")

    def __repr__(self) -> str:
        return f"Session({', '.join(f'{claim}: {word}' for claim, word in self.verdicts.items())})"

    def _repr_html_(self) -> str:
        """Verdict and ruling of every claim; of a single one also what it says and its figure."""
        rows = (
            f"<tr><td><code>{escape(c['claim'])}</code></td><td>{escape(c['ruling'] or '–')}</td>"
            f"<td><b>{escape(c['verdict'])}</b> {escape(c['reason'])}</td></tr>"
            for c in self.document["claims"]
        )
        table = f"<table><tr><th>claim</th><th>ruling</th><th>verdict</th></tr>{''.join(rows)}</table>"
        return table + (self._shown(self.results[0]) if len(self.results) == 1 else "")

    def _shown(self, result: Result) -> str:
        """What a claim says, and its figure where there is one that can be drawn."""
        from proofs.display.figures import NotDrawnError

        claim = result.claim
        if not isinstance(claim, Claim):
            return ""
        try:
            figure = self.figure(claim.id)._repr_html_() if claim.drawn else ""
        except NotDrawnError as error:
            figure = f"<p>{escape(str(error))}</p>"
        return f"{claim.page}{figure}"


def places(claims: Path | None, results: Path) -> tuple[str, ...]:
    """The options that say where claims and results are, for a command that runs this again."""
    own = ("--claims", str(claims)) if claims else ()
    return own if results == RESULTS else (*own, "--results", str(results))


def verify(
    *names: str, level: str = "quick", seed: int = 0, jobs: int | None = None, topic: str | None = None,
    claims: str | Path | None = None, results: str | Path = "results", fresh: bool = False, protocol: str | None = None,
    timeout: float | None = None,
) -> Session:  # fmt: skip
    """Verify claims (all when none is named) as `blurproof verify` does, without printing.

    `timeout` is how many seconds a piece of evidence may take. Raises ValueError for an unknown claim, topic, level or
    protocol, a seed that is no integer ≥ 0, jobs that are none ≥ 1 (None stands for as many as there are cores), a timeout that
    is not positive, what is no path or flag, and for results that cannot be kept, naming what was expected;
    proofs.run.surroundings.SurroundingsError for what fails in mid-work.
    """
    from proofs.run.runner import Settings

    choice("level", level, ("quick", "full", "long"))
    seed, jobs = integer("seed", seed, 0), integer("jobs", os.cpu_count() or 1 if jobs is None else jobs, 1)
    folder, kept = None if claims is None else path("claims", claims), path("results", results)
    flag("fresh", fresh)
    timeout = None if timeout is None else positive("timeout", timeout)
    selection = declaring(select(list(names), topic, folder, timeout), list(names), protocol)
    settings = Settings(seed, level, protocol=protocol, jobs=jobs, timeout=timeout, places=places(folder, kept))
    return run(selection, settings, kept, fresh=fresh)


def path(name: str, value: str | Path) -> Path:
    """A path that a file system may have; raises ValueError for what is none."""
    if not isinstance(value, str | Path) or not str(value) or "\0" in str(value):
        reject(name, "a path", value)
    return Path(value)


def tasks(selection: Selection, settings: Any) -> list[Any]:
    """Every task of the chosen claims, in the order of discovery."""
    from proofs.run import runner

    by_id = {c.id: c for c in selection.claims}
    return runner.tasks_of([(by_id[item.id], item) for item in selection.found if item.id in by_id], settings)


def run(selection: Selection, settings: Any, results: Path, *, fresh: bool = False, board: Any = None) -> Session:
    """Run what the ledger in `results` does not hold; `board(tasks)` is a context whose `done` hears of every task."""
    from contextlib import closing, nullcontext

    from proofs.run import document, runner
    from proofs.run.ledger import Ledger

    start = time.perf_counter()
    with closing(Ledger(results)) as ledger:
        todo = tasks(selection, settings)
        with board(todo) if board else nullcontext() as watching:
            findings = runner.run(todo, ledger, fresh=fresh, done=watching.done if watching else lambda *_: None)
    collected = runner.collected(selection.claims, selection.found, selection.failed, findings)
    return Session(collected, document.build(collected, settings, time.perf_counter() - start))
