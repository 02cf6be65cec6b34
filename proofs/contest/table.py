"""What a contest looks like in a terminal: no line is longer than 80 letters, however many learners and faults there are."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from proofs.contest.pairs import Comparison, in_words
from proofs.contest.scoring import DIFFERS
from proofs.contest.standing import Line, Rate, Standing
from proofs.run import published
from toys.protocols import SCORES

WIDTH = 80
NAME = 18
"""Letters of a learner's name; of a longer one its end."""
ACROSS = 5
"""Faults side by side."""
COLOUR = {"holds": "green", "refuted": "red", "inconclusive": "yellow"}


def show(standing: Standing, console: Console) -> None:
    """Print the budget, what each learner cost and captured, its faults, what failed, what is compared, what was published."""
    for text in _wrapped(budget(standing)):
        console.print(escape(text))
    console.print()
    console.print(_costs(standing.lines))
    shown = [fault for fault in standing.faults if any(one.rate(fault).k for one in standing.lines if one.rate(fault))]  # type: ignore[union-attr]
    for start in range(0, len(shown), ACROSS):
        console.print()
        console.print(_faults(standing.lines, shown[start : start + ACROSS]))
    for text in _wrapped(_legend(standing, shown)):
        console.print(escape(text))
    for text in failures(standing.lines):
        console.print(escape(text))
    for comparison in standing.comparisons:
        _comparison(comparison, console)
    if standing.published is not None:
        _published(standing.published, console)


def budget(standing: Standing) -> str:
    """What all had in common, in words."""
    s = standing.settings
    return (
        f"{standing.target.name}: {s.seeds} seeds of each learner, {s.steps:,} minibatches of {s.batch} points, "
        f"{s.samples:,} samples of each judged as blurproof diagnose does, at {s.confidence:g}"
    )


def failures(lines: Sequence[Line]) -> Iterator[str]:
    """Which seeds failed, and why."""
    for one in lines:
        for why, count in one.failed.items():
            text = f"{one.learner}: {count} of {one.n} seeds failed and count as having every fault: {why}"
            yield from _wrapped(" ".join(text.split())[:600])


def _costs(lines: Sequence[Line]) -> Table:
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0))
    for heading in ("learner", "seeds", "modes", "good (quartiles)", "parameters", "points", "s/seed"):
        table.add_column(heading, no_wrap=True, justify="left" if heading == "learner" else "right")
    for one in lines:
        count = f"{one.n - sum(one.failed.values())}/{one.n}" if one.failed else str(one.n)
        modes = "–" if one.modes is None else f"{one.modes:.2f}/{one.of_modes}"
        parameters = f"{one.parameters:,}" if one.parameters else "–"
        seen = f"{one.seen:.3g}".replace("e+0", "e")
        table.add_row(escape(short(one.learner)), count, modes, _good(one), parameters, seen, f"{one.seconds:.3g}")
    return table


def _good(one: Line) -> str:
    if one.good is None:
        return "–"
    first, middle, third = (f"{100 * q:.0f}" for q in one.good)
    return f"{middle} % ({first}-{third})"


def _faults(lines: Sequence[Line], faults: Sequence[str]) -> Table:
    table = Table(box=None, pad_edge=False, padding=(0, 1, 0, 0))
    table.add_column("learner", no_wrap=True)
    for fault in faults:
        table.add_column(fault, no_wrap=True)
    for one in lines:
        table.add_row(escape(short(one.learner)), *(_rate(one.rate(fault)) for fault in faults))
    return table


def _rate(rate: Rate | None) -> str:
    """The count and both ends of the interval, at most eleven letters."""
    return "–" if rate is None else f"{rate.k} {_share(rate.low)}-{_share(rate.high)}"


def _share(x: float) -> str:
    return f"{x:.2f}".removeprefix("0") if x < 0.995 else "1"


def _legend(standing: Standing, shown: Sequence[str]) -> str:
    silent = [fault for fault in standing.faults if fault not in shown]
    n, level = standing.settings.seeds, 100 * standing.settings.confidence
    said = (
        f"Seeds on which each is present, of {n}, and the exact {level:g} % interval of that share. " if shown else ""
    )
    differs = f"{DIFFERS}: a global check tells the samples from right ones. " if DIFFERS in shown else ""
    return (said + differs + (f"On no seed of any: {', '.join(silent)}." if silent else "")).strip()


def _comparison(comparison: Comparison, console: Console) -> None:
    asked, found = comparison.question, comparison.decided
    console.print()
    console.print(f"[{COLOUR[found.outcome]}]{found.outcome}[/]  {escape(asked.words)}", soft_wrap=True)
    low, high = found.interval
    text = f"{found.detail}; difference {found.observed:.3g}, 99 % interval [{low:.3g}, {high:.3g}], n = {comparison.n}"
    for one in _wrapped(f"{text}. {in_words(comparison.needed)} tell the effect with a power of 99 %.", indent="  "):
        console.print(escape(one))


def _published(told: Mapping[str, Any], console: Console) -> None:
    """What the paper printed, beside ours where an arm has the name of one of its own: mean ± standard deviation."""
    known = {SCORES["captured"]: "modes", SCORES["quality"]: "good, %"}
    rows = [{**row, "interval": None, "score": known[row["score"]]} for row in told["rows"] if row["score"] in known]
    headings, lines = published.table(rows)
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0))
    for heading in headings[1:]:
        table.add_column(heading, no_wrap=True, justify="left" if heading == "arm" else "right")
    for cells in lines:
        table.add_row(*(escape(cell) for cell in cells[1:]))
    console.print()
    for text in _wrapped(f"{told['name']}, {told['target']}: {told['source']}"):
        console.print(escape(text))
    console.print(table)
    for note in (f"published: {told['published']}", f"counting: {told['counting']}", *told["notes"]):
        for text in _wrapped(note, indent="· "):
            console.print(escape(text))


def short(name: str) -> str:
    """A learner's name; of a long one its end, where names of modules differ."""
    return name if len(name) <= NAME else f"…{name[1 - NAME :]}"


def _wrapped(text: str, indent: str = "") -> Iterator[str]:
    return iter(textwrap.wrap(text, WIDTH, initial_indent=indent, subsequent_indent="  ", break_on_hyphens=False))
