"""What `blurproof show` prints: one claim as a page of text; the facts of one target, learner, score or scene; a list of them."""

from __future__ import annotations

import inspect
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from proofs.core import parameters, verdict
from proofs.core.claim import Claim
from proofs.core.outcome import Outcome
from proofs.core.statement import Evidence, Statement
from proofs.evidence.experiment import at_level
from proofs.run import installed, references, runner, sentences
from proofs.run.discovery import Found
from proofs.run.installed import Part
from proofs.run.ledger import FILE, Ledger

UNDRAWN = "no figure is declared"


def claim_page(claim: Claim, found: list[Found], results: Path, console: Console) -> None:
    """Essay, folk sentence and ruling, statements with their evidence, and the newest outcome of each piece."""
    written, saved = references.cited(claim), _saved(claim, found, results)
    console.print(f"[bold]{escape(claim.id)}[/bold]  ·  {claim.topic}\n")
    console.print(escape(claim.essay))
    _readings(claim, saved, console)
    for statement in claim.statements:
        _statement(statement, saved, console)
    if claim.protocols:
        console.print(
            f"Published protocols: {', '.join(sorted(claim.protocols))} (verify {escape(claim.id)} --protocol NAME)"
        )
    console.print("\n[bold]Figure[/bold]" if claim.drawn else UNDRAWN)
    _parameters(claim, console)
    for reference in written:
        console.print(f"[dim]{escape(reference)}[/dim]")


def _parameters(claim: Claim, console: Console) -> None:
    """What a reader may move of its figure: name, default, type and range, and what of it trains anew."""
    experiments = {evidence.name for evidence in parameters.trained(claim)}
    for one in claim.parameters.values():
        homes = ", ".join(home for home in one.of if home in experiments)
        anew = f"; trains {homes} anew" if homes else ""
        default = f"{parameters.written(one.default)} ({one.said}{anew})"
        console.print(f"  {escape(one.name)} = {escape(default)}", soft_wrap=True)


def _readings(claim: Claim, saved: dict[tuple[str | None, str], Outcome], console: Console) -> None:
    """Each sentence with its range, its readings, and what came of them here, or in the recorded run."""
    here = {r["reading"]: r for _, r in sentences.readings(claim, list(saved.values()))}
    recorded = {r["reading"]: r for r in sentences.recorded_of(claim.id)}
    for said in dict.fromkeys(reading.sentence for reading in claim.readings):
        console.print(f"\n[bold]People say[/bold]  “{escape(said.words)}” ({escape(said.source)})")
        console.print(f"  for {escape(said.range)}: {escape(said.meaning)}")
        for reading in (reading for reading in claim.readings if reading.sentence == said):
            found, whence = here[reading.name], ""
            if not found["true"] and not found["false"] and reading.name in recorded:
                found, whence = recorded[reading.name], " (as recorded)"
            words = f"{reading.words}: {found['ruling']}{whence}, {sentences.points(found)}"
            console.print(f"  {reading.name}  {escape(words)}")


def _saved(claim: Claim, found: list[Found], results: Path) -> dict[tuple[str | None, str], Outcome]:
    """The ledger's outcomes at seed 0, the fullest level that is there; nothing is run."""
    try:
        (results / FILE).lstat()
    except FileNotFoundError:
        return {}
    except OSError:  # what is in the way the ledger says
        pass
    item = next(f for f in found if f.id == claim.id)
    ledger = Ledger(results)
    saved = {}
    for level in ("quick", "full", "long"):
        for task in runner.tasks_of([(claim, item)], runner.Settings(level=level)):
            finding = ledger.get(task.key)
            for outcome in finding.outcomes if finding else []:
                saved[outcome.statement, outcome.name] = outcome
    ledger.close()
    return saved


def _statement(statement: Statement, saved: dict[tuple[str | None, str], Outcome], console: Console) -> None:
    console.print(f"\n[bold]{escape(statement.id)}[/bold]  {escape(statement.formula)}")
    if len(statement.domain):
        console.print(f"  for {escape(statement.domain.said)}")
    if statement.assumptions:
        console.print(f"  assuming {escape(statement.assumptions)}")
    for evidence in statement.evidence:
        outcome = saved.get((statement.id, evidence.name))
        done = f"{outcome.outcome}: {outcome.detail}" if outcome else "not run here yet"
        detects = f"  detects {outcome.detects:.0e}" if outcome and outcome.detects else ""
        console.print(f"  {evidence.kind:<10}  {escape(evidence.name)}  {escape(done)}{detects}")
        for lemma in outcome.given if outcome else ():
            console.print(f"  {'given':<10}  {escape(lemma)}")
        if evidence.trains:
            console.print(f"  {'budget':<10}  {_budget(evidence)}")
        for control in evidence.controls:
            console.print(f"  {'control':<10}  {escape(control.name)}")
    outcomes = [outcome for outcome in saved.values() if outcome.statement == statement.id]
    if outcomes:
        found = verdict.of_statement(statement, outcomes)
        missing = f", {verdict.lacking(found.word)}: {found.missing}" if found.missing else ""
        console.print(f"  {'verdict':<10}  {escape(found.word + missing)}")


def _budget(evidence: Evidence) -> str:
    """Seeds and steps of every network that is trained, by level."""
    levels = []
    for level, looks in evidence.options["seeds"].items():
        steps = at_level(evidence.options["steps"], level)
        each = f" × {steps:,} steps" if steps else ""
        levels.append(f"{level} {', then '.join(map(str, looks))} seeds{each}")
    return "; ".join(levels)


def parts(kind: str, console: Console) -> None:
    """All targets, learners, scores or scenes: the name, who brings it, and what is said of it; nothing of others is imported."""
    table = Table(box=None, pad_edge=False)
    for heading in (kind[:-1], "of", "in a sentence"):
        table.add_column(heading, no_wrap=heading != "in a sentence")
    known = installed.named(kind)
    for part in known.values():
        table.add_row(escape(part.name), escape(part.package), escape(_in_a_sentence(part)))
    console.print(
        table if known else f"no {kind}: no package that is installed has an entry point of the group blurproof.{kind}"
    )


def _in_a_sentence(part: Part) -> str:
    """The first line of what is said of one of ours; of others', which are not imported for it, where it is."""
    if not part.shipped:
        return part.place
    said = installed.learner_said(part.name)[0] if part.kind == "learners" else inspect.getdoc(part.load()) or ""
    return said.partition("\n")[0]


def part_page(part: Part, console: Console) -> None:
    """What is known of one target, learner, score or scene. Raises ValueError where it is somebody else's and of no use."""
    if part.kind == "targets" and part.shipped:
        target_page(part.name, console)
        return
    console.print(
        f"[bold]{escape(part.name)}[/bold]  ·  {part.kind[:-1]} of {escape(part.package)}, {escape(part.place)}\n"
    )
    if part.kind == "learners" and part.shipped:
        essay, said, fields = installed.learner_said(part.name)
        console.print(escape(f"{essay}\n\n{said}\n"))
        for field in fields:
            console.print(f"  {escape(field)}")
        return
    thing = part.use()
    console.print(escape(f"{part.name}{_arguments(thing)}\n\n{_own_words(thing)}"))


def _arguments(thing: Any) -> str:
    try:
        return str(inspect.signature(thing))
    except (TypeError, ValueError):  # no function, or one that does not tell
        return ""


def _own_words(thing: Any) -> str:
    """A docstring, which may be anything on a stranger's object."""
    said = getattr(thing, "__doc__", None)
    return inspect.cleandoc(said) if isinstance(said, str) and said.strip() else "It says nothing of itself."


def target_names() -> list[str]:
    """Every target of `toys.targets` by the function that makes it."""
    return [name for name, part in installed.named("targets").items() if part.shipped]


def target_page(name: str, console: Console) -> None:
    """Source, moments and Bayes risks of a target with its defaults; of a mixture components, separation, entropy."""
    import numpy as np

    from toys import targets

    target = targets.symmetric_pair(2.0, 0.5) if name == "symmetric_pair" else getattr(targets, name)()

    def line(label: str, value: object) -> None:
        if isinstance(value, np.ndarray):
            value = np.array2string(value, precision=4, threshold=60, prefix=" " * 14, suppress_small=True)
        console.print(f"{label:<12}  {escape(str(value))}")

    mixture = isinstance(target, targets.MixtureTarget)
    console.print(f"[bold]{name}[/bold]  {f'{len(target.centres)} components' if mixture else ''}\n")
    line("source", target.source)
    line("dimensions", f"{target.dim}, of which {target.inputs} given" if target.inputs else target.dim)
    line("mean", target.mean)
    line("deviation", np.sqrt(np.diagonal(target.cov)))
    if mixture:
        gap = target.separation * target.mixture.stds.max()
        line("weights", target.mixture.weights)
        line("means", target.centres)
        line("deviations", np.unique(target.mixture.stds))
        line("separation", f"nearest means {gap:.4g} apart, {target.separation:.4g} standard deviations")
        line("entropy", f"{float(target.mixture.entropy()):.6g} nats")
    for risk, unit in (("bayes_risk", "squared error"), ("bayes_risk_l1", "absolute error")):
        if hasattr(target, risk):
            line("Bayes risk", f"{getattr(target, risk):.6g} ({unit} of the best prediction)")
