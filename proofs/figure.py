"""Figures with parameters of one's own: `figure("dirac_gan", step=0.1)`, as `blurproof plot dirac_gan --set step=0.1`.

What a figure draws is taken from the ledger, and run first where nothing is saved. Curves with a parameter moved are computed
anew, and what trains is trained anew, which is said beforehand. None of that is kept, and nobody judges it; the figure says so.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterable, Mapping
from contextlib import closing
from dataclasses import replace
from difflib import get_close_matches
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from proofs.core import parameters
from proofs.core.claim import Claim
from proofs.core.outcome import Finding
from proofs.core.records import flat
from proofs.core.statement import Evidence
from proofs.display import figures
from proofs.display.labels import foreign, taken
from proofs.display.wanted import Wanted
from proofs.evidence.experiment import at_level, retrained
from proofs.evidence.kind import Conditions
from proofs.run import runner
from proofs.run.ledger import Ledger
from proofs.run.runner import CURVES, TIMEOUTS, Result, Settings, Task
from proofs.session import Selection, path, places, select, tasks
from proofs.words import palettes
from theory.validation.inputs import choice, integer, reject

if TYPE_CHECKING:
    from proofs.display.shown import Drawing

Values = Mapping[str, Mapping[str, Any]]
"""The parameters that are moved, by the ids of claims."""


def figure(
    claim: str, *, level: str = "quick", seed: int = 0, width: str = "double", title: str | None = None,
    labels: str | Path | Mapping[str, str] | None = None, palette: str | Path | Mapping[str, str] = "default",
    claims: str | Path | None = None, results: str | Path = "results", jobs: int | None = None, **values: Any,
) -> Drawing:  # fmt: skip
    """The claim's figure, with some of its parameters (`blurproof show CLAIM` lists them) at other values: a matplotlib Figure.

    A parameter of what computes or draws takes effect at once; one of an experiment, "seeds" and "steps" among them, trains
    anew. Without any it is the figure of `blurproof plot`. labels: a file .json or .toml, or a mapping, of texts by those that
    they replace; palette: a name of proofs.words.palettes, a JSON file, or colours by role.
    Raises ValueError for an unknown claim, parameter, text or palette, and for values that are of another type or that
    nothing can be drawn with, naming what was expected.
    """
    choice("level", level, ("quick", "full", "long"))
    choice("width", width, ("single", "double"))
    jobs = integer("jobs", os.cpu_count() or 1 if jobs is None else jobs, 1)
    folder, kept = None if claims is None else path("claims", claims), path("results", results)
    if title is not None and not isinstance(title, str):
        reject("title", "a text", title)
    selection = select([claim], None, folder)
    if not selection.claims:
        raise ValueError(f"claim: {claim} {selection.failed[0].reason}")
    (one,), read = selection.claims, taken(labels)
    wanted = Wanted(parameters.moved(one, values), title, read, palettes.chosen(palette))
    settings = Settings(integer("seed", seed, 0), level, jobs=jobs, places=places(folder, kept))
    (result,) = drawable(selection, settings, kept, {one.id: wanted.values}, _say)
    drawn = figures.draw(one, result.arrays, width, shown_run(settings), wanted)
    foreign(read, drawn.shown_texts)
    return drawn


def shown_run(settings: Settings) -> str:
    """Of which run a figure shows the numbers."""
    return figures.shown_run({"level": settings.level, "seed": settings.seed})


def _say(text: str) -> None:
    print(text, file=sys.stderr)


def asked(selection: Selection, given: Iterable[str], named: bool) -> tuple[Selection, Values]:
    """The claims that are drawn with parameters NAME=VALUE, and the values that are not the defaults, by claim.

    Of claims that were not named those are drawn that have all of the parameters. Raises ValueError for what is no NAME=VALUE,
    a name that a named claim does not have, or none has, and a value that is none.
    """
    texts = dict(_split(text) for text in given)
    if texts and named and selection.failed:
        raise ValueError(f"{selection.failed[0].id}: {selection.failed[0].reason}")
    known = {claim.id: claim.parameters for claim in selection.claims}
    having = [claim for claim in selection.claims if named or texts.keys() <= known[claim.id].keys()]
    if texts and not having:
        every = sorted({name for found in known.values() for name in found})
        lost = next((name for name in texts if name not in every), ", ".join(texts))
        near = get_close_matches(lost, every, n=1)
        hint = f"; did you mean {near[0]!r}?" if near else "; `blurproof show CLAIM` lists them"
        raise ValueError(f"--set: expected parameters that the figure of some claim has, got {lost!r}{hint}")
    values = {claim.id: parameters.moved(claim, _read(claim, known[claim.id], texts)) for claim in having}
    found = [item for item in selection.found if item.id in values]
    return replace(selection, found=found, claims=having, failed=[]) if texts else selection, values


def _split(text: str) -> tuple[str, str]:
    name, equals, value = text.partition("=")
    return (name.strip(), value.strip()) if equals and name.strip() else reject("--set", "NAME=VALUE", text)


def _read(claim: Claim, known: Mapping[str, parameters.Parameter], given: Mapping[str, str]) -> dict[str, Any]:
    for name in given:
        if name not in known:
            raise ValueError(parameters.unknown(claim.id, name, known))
    return {name: known[name].read(text) for name, text in given.items()}


def drawable(
    selection: Selection, settings: Settings, results: Path, values: Values, say: Callable[[str], Any]
) -> list[Result]:
    """What the figures of the claims draw; `say` hears what takes time before it is done. Raises ValueError as `figure` does."""
    claims = {claim.id: claim for claim in selection.claims}
    with closing(Ledger(results)) as ledger:
        every = [task for task in tasks(selection, settings) if task.trains or task.kind == CURVES]
        anew = [task for task in every if _moves(claims[task.found.id], task, values.get(task.found.id, {}))]
        left = [task for task in every if task not in anew and claims[task.found.id].drawn]
        if missing := sum(ledger.get(task.key) is None for task in left):
            say(
                f"nothing saved for {missing} of {len(left)} pieces that are drawn: running them first ({settings.level})"
            )
        findings = runner.run(left, ledger)
        known = {task: ledger.get(task.key) for task in anew}
    found = runner.collected(selection.claims, selection.found, selection.failed, findings)
    for result in found:
        if isinstance(result.claim, Claim) and (own := values.get(result.claim.id)):
            of_it = [task for task in anew if task.found.id == result.claim.id]
            result.outcomes = []  # of what is drawn nothing was judged
            result.arrays |= _computed(result.claim, of_it, own, known, say)
    return found


def _moves(claim: Claim, task: Task, own: Mapping[str, Any]) -> bool:
    """Whether a parameter of what the task runs is moved."""
    known = claim.parameters if own else {}
    return any(task.name in known[name].of for name in own)


def _computed(
    claim: Claim,
    anew: list[Task],
    own: Mapping[str, Any],
    known: Mapping[Task, Finding | None],
    say: Callable[[str], Any],
) -> dict[str, dict[str, np.ndarray]]:
    """The arrays of the claim's curves and experiments with their parameters moved."""
    evidence = {(e.statement.id, e.name): e for e in parameters.trained(claim)}
    made: dict[str, dict[str, np.ndarray]] = {}
    for task in anew:
        with Wanted(own).by_reader(claim), figures.drawn_by(claim, task.name, TIMEOUTS[task.settings.level]):
            if task.kind == CURVES:
                assert claim.plotted is not None
                made[CURVES] = flat(claim.plotted(**parameters.taken(claim.plotted, own)))
                continue
            trained = evidence[task.statement or "", task.name]
            say(f"{claim.id}: training {task.name} anew, {_estimated(trained, task, own, known[task])}")
            s = task.settings
            made[task.name] = retrained(trained, Conditions(s.seed, s.level, s.device, jobs=s.jobs), own)
    return made


def _estimated(evidence: Evidence, task: Task, own: Mapping[str, Any], known: Finding | None) -> str:
    """How long training will take, by the seconds of the run that is saved, more or fewer seeds and steps."""
    if known is None or not known.outcomes or not known.outcomes[0].n:
        return "which takes as long as it takes: no run of it is saved"
    steps = at_level(evidence.options["steps"], task.settings.level) or 1
    more = own.get("seeds", known.outcomes[0].n) / known.outcomes[0].n * own.get("steps", steps) / steps
    return f"about {max(1.0, more * known.outcomes[0].seconds):.0f} s"
