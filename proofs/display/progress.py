"""What `verify` prints while it runs and when it is done."""

from __future__ import annotations

from typing import Any

from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from proofs.core import verdict
from proofs.core.claim import Claim
from proofs.core.outcome import Finding, Outcome
from proofs.run import published
from proofs.run.discovery import Failed
from proofs.run.document import judged, rerun, ruling
from proofs.run.runner import Result, Settings, Task

COLOURS = {
    "derived": "green",
    "supported": "cyan",
    "inconclusive": "yellow",
    "vacuous": "yellow",
    "refuted": "red",
    "broken": "red",
}


class Board:
    """A progress bar, a line a claim as soon as it is decided, then the tally and what is amiss."""

    def __init__(
        self, console: Console, claims: list[Claim], failed: list[Failed], tasks: list[Task], settings: Settings
    ) -> None:
        self.console, self.settings = console, settings
        self.claims = {c.id: c for c in claims}
        self.failed = failed
        self.left = {name: sum(t.found.id == name for t in tasks) for name in self.claims}
        self.outcomes: dict[str, list[Outcome]] = {name: [] for name in self.claims}
        self.cached = dict.fromkeys(self.claims, True)
        columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
        self.bar = Progress(*columns, console=console, transient=True, disable=not console.is_terminal)
        self.total = self.bar.add_task("evidence", total=len(tasks))
        self.width = max([len(name) for name in [*self.claims, *(f.id for f in failed)]], default=10)

    def __enter__(self) -> Board:
        self.bar.start()
        for broken in self.failed:
            self._line(broken.id, "broken", broken.reason)
        for name, left in self.left.items():
            if not left:
                self._decide(name)
        return self

    def __exit__(self, *_: object) -> None:
        self.bar.stop()

    def done(self, task: Task, finding: Finding, cached: bool) -> None:
        """Take note of one finished task; print the claim's line when it was the last."""
        name = task.found.id
        self.outcomes[name] += finding.outcomes
        self.cached[name] &= cached
        self.left[name] -= 1
        self.bar.advance(self.total)
        if not self.left[name]:
            self._decide(name)

    def _decide(self, name: str) -> None:
        outcomes = self.outcomes[name]
        result = Result(self.claims[name], outcomes, {})
        total, _ = judged(result)
        seconds = sum(o.seconds for o in outcomes if o.kind != "control")
        said = ruling(result) or "no sentence"
        note = "unchanged, from the ledger" if self.cached[name] and outcomes else f"{seconds:.1f} s"
        self._line(name, total.word, f"{said:<16}  {_counts(outcomes)}  {note}")
        for lemma in sorted({lemma for o in outcomes for lemma in o.given}):
            self.console.print(f"{'':<{self.width}}  given {escape(lemma)}", soft_wrap=True)

    def _line(self, name: str, word: str, rest: str) -> None:
        quick = " (quick)" if self.settings.level == "quick" else ""
        label = f"{word}{quick}"
        shown = escape(f"{name:<{self.width}}")
        self.console.print(f"{shown}  [{COLOURS[word]}]{label:<20}[/]  {escape(rest)}", soft_wrap=True)


def _counts(outcomes: list[Outcome]) -> str:
    """`2 derivations, 3 checks, 9 controls`, as far as they came out as they should."""
    kinds = ("derivation", "enclosure", "check", "experiment", "control")
    good = {kind: sum(o.kind == kind and o.outcome in ("holds", "rejected") for o in outcomes) for kind in kinds}
    return ", ".join(f"{n} {kind}{'s' if n > 1 else ''}" for kind, n in good.items() if n)


def summary(console: Console, document: dict[str, Any], settings: Settings) -> None:
    """The tally; for whatever is not derived what is missing, and if it is not decided the reason and the command that reruns it."""
    tally = document["tally"]
    words = ", ".join(f"{tally[word]} {word}" for word in reversed(verdict.WORST_FIRST) if tally[word]) or "no claims"
    missing = f", {tally['evidence not run']} pieces of evidence not run" if tally["evidence not run"] else ""
    level, seed, seconds = document["level"], document["seed"], document["seconds"]
    if "protocol" in document:
        published.show(console, document["protocol"])
    console.print(f"\n{words}{missing} · level {level}, seed {seed}, {seconds:.1f} s", soft_wrap=True)
    short = [c for c in document["claims"] if c["missing"]]
    width = max((len(claim["claim"]) for claim in short), default=0)
    for claim in short:
        word, name = claim["verdict"], escape(f"{claim['claim']:<{width}}")
        missing = f"{verdict.lacking(word)}: {claim['missing']}"
        amiss = word not in verdict.DECIDED
        console.print(
            f"[{COLOURS[word]}]{word:<12}[/]  {name}  {escape(claim['reason'] if amiss else missing)}", soft_wrap=True
        )
        if amiss:
            console.print(f"{'':<12}  {'':<{width}}  {escape(missing)}", soft_wrap=True)
            again = escape(rerun(claim["claim"], settings))  # to be copied: not broken, no column beside it
            console.print(f"{'':<12}  {'':<{width}}  again: {again}", soft_wrap=True)
