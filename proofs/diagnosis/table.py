"""What a diagnosis looks like in a terminal: no line is longer than 80 letters, however many modes and seeds there are."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Sequence

import numpy as np
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from proofs.diagnosis.asking import Diagnosed
from theory.diagnosis.report import Check, Fault, Part

WIDTH = 80
MOST_PARTS = {"present": 12, "undecided": 3}
"""Modes, pairs or inputs of one fault that are listed, by its word; of the others it is said how many there are."""
STYLE = {"present": "bold red", "undecided": "yellow", "absent": "green"}


def show(found: Diagnosed, console: Console) -> None:
    """Print all that was found: one diagnosis in full, of several seeds the probabilities and a line a seed."""
    for line in _wrapped(found.heading):
        console.print(escape(line))
    if found.several is not None:
        _seeds(found, console)
        return
    (one,) = found.diagnoses
    _faults(one.faults, console)
    _parts(one.faults, console)
    _checks(one.checks, console)
    for fault in one.faults:
        if fault.word == "present":
            _explained(fault, console)
    console.print()
    for line in _wrapped(found.verdict):
        console.print(escape(line))


def number(x: float) -> str:
    """At most seven letters: four decimals of what is small, three digits of what is large."""
    if x != x or abs(x) == float("inf"):
        return {float("inf"): "∞", float("-inf"): "-∞"}.get(x, "?")
    if abs(x) >= 10:
        return f"{x:.3g}".replace("e+0", "e").replace("e+", "e")
    return f"{x:.4f}".rstrip("0").rstrip(".").replace("-0", "-0") if abs(x) >= 5e-5 else "0"


def interval(low: float, high: float) -> str:
    """Both ends, at most 16 letters."""
    return f"{number(low)} – {number(high)}"


def _table(*headings: str) -> Table:
    table = Table(box=None, pad_edge=False, padding=(0, 1, 0, 0))
    for heading in headings:
        table.add_column(heading, no_wrap=True)
    return table


def _word(word: str) -> str:
    return f"[{STYLE[word]}]{word}[/]" if word in STYLE else escape(word)


def _faults(faults: Sequence[Fault], console: Console) -> None:
    console.print()
    table = _table("fault", "word", "size", "interval", "truth scores", "found from")
    for f in faults:
        table.add_row(
            f.name, _word(f.word), number(f.size), interval(f.low, f.high), interval(*f.null), number(f.smallest)
        )
    console.print(table)


def _parts(faults: Sequence[Fault], console: Console) -> None:
    """Where: the parts that are not absent, the certain and large ones first."""
    shown = [(f, _worst_first(f.parts)) for f in faults]
    shown = [(f, parts) for f, parts in shown if parts and f.word in MOST_PARTS]
    if not shown:
        return
    console.print()
    table = _table("where", "", "word", "size", "interval")
    for f, parts in shown:
        most = MOST_PARTS[f.word]
        for k, part in enumerate(parts[:most]):
            place = part.name if part.name != f.name else f"mode {part.mode}"
            table.add_row(f.name if k == 0 else "", escape(_short(place)), _word(part.word), number(part.size), interval(part.low, part.high))  # fmt: skip
        if len(parts) > most:
            table.add_row("", f"and {len(parts) - most:,} more")
    console.print(table)


def _worst_first(parts: Sequence[Part]) -> list[Part]:
    kept = [part for part in parts if part.word != "absent"]
    return sorted(kept, key=lambda p: (p.word != "present", -abs(p.size)))


def _short(text: str, most: int = 28) -> str:
    return text if len(text) <= most else f"{text[: most - 1]}…"


def _checks(checks: Sequence[Check], console: Console) -> None:
    if not checks:
        return
    console.print()
    table = _table("check", "word", "value", "truth scores", "p", "n")
    for c in checks:
        table.add_row(escape(_short(c.name)), _word(c.word), number(c.value), interval(*c.null), _p(c.p), f"{c.n:,}")
    console.print(table)


def _p(p: float) -> str:
    return f"{p:.2g}" if p == 0 or p >= 1e-4 else f"{p:.0e}"


def _explained(fault: Fault, console: Console) -> None:
    """What the fault is, what brings it along, and the claims that explain it."""
    console.print()
    implied = f" May come of: {', '.join(fault.implied_by)}." if fault.implied_by else ""
    for line in _wrapped(f"{fault.name}: {fault.says} Size is {fault.unit}.{implied}"):
        console.print(escape(line))
    if fault.claims:
        for line in _wrapped(f"blurproof show {' | '.join(fault.claims)}", indent="  "):
            console.print(escape(line))


def _wrapped(text: str, indent: str = "") -> Iterator[str]:
    return iter(textwrap.wrap(text, WIDTH, initial_indent=indent, subsequent_indent="  ", break_on_hyphens=False))


def _seeds(found: Diagnosed, console: Console) -> None:
    """How often each fault is present over seeds, then which are present in each."""
    several = found.several
    assert several is not None
    console.print()
    table = _table("fault", "present in", "probability", "interval", "median size")
    sizes = [{**{f.name: f.size for f in d.faults}, **{c.name: c.value for c in d.checks}} for d in several.diagnoses]
    for rate in several.rates:
        middle = float(np.median([each[rate.name] for each in sizes]))
        table.add_row(_short(rate.name), f"{rate.k} of {rate.n}", number(rate.k / rate.n), interval(rate.low, rate.high), number(middle))  # fmt: skip
    console.print(table)
    console.print()
    room = max(12, min(36, max(len(name) for name in found.names)))
    for name, one in zip(found.names, several.diagnoses, strict=True):
        head = f"{_tail(name, room):<{room}}  "
        told = [c.name for c in one.checks if c.word == "present"]
        line = textwrap.shorten(", ".join([*one.present, *told]) or "none", WIDTH - len(head), placeholder=" …")
        console.print(escape(head + line))


def _tail(name: str, most: int) -> str:
    """The end of a name that is too long: of a path, what differs."""
    return name if len(name) <= most else f"…{name[1 - most :]}"
