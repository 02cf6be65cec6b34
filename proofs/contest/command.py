"""What `blurproof contest` does besides the contest: looks at its destinations first, shows how far it is, and writes when it is done."""

from __future__ import annotations

import io
import os
from collections.abc import Generator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn, TimeRemainingColumn

from proofs.contest import asking, pairs, table
from proofs.contest.naming import Learner
from proofs.contest.pieces import Seed, Settings
from proofs.contest.standing import Standing
from proofs.run import destinations

FORMATS = (".svg", ".pdf", ".png")
OPTIONS = (
    "target", "seeds", "steps", "batch", "samples", "seed", "confidence", "jobs", "cluster", "timeout", "protocol", "compare",
    "fewer", "smaller", "by", "rate", "spread", "plan",
)  # fmt: skip


class Board:
    """A bar over seeds, and a line a learner when its last seed is there."""

    def __init__(self, console: Console, learners: Sequence[Learner], settings: Settings) -> None:
        columns = (
            TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn(), TimeRemainingColumn(),
        )  # fmt: skip
        self.console = console
        self.bar = Progress(*columns, console=console, transient=True, disable=not console.is_terminal)
        self.total = self.bar.add_task("seeds", total=len(learners) * settings.seeds)
        self.left = {one.name: settings.seeds for one in learners}
        self.cached = dict.fromkeys(self.left, 0)
        self.failed = dict.fromkeys(self.left, 0)

    def __enter__(self) -> Board:
        self.bar.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.bar.stop()

    def done(self, learner: Learner, seed: Seed, cached: bool) -> None:
        """Take note of a finished seed."""
        name = learner.name
        self.left[name] -= 1
        self.cached[name] += cached
        self.failed[name] += seed.failed != ""
        self.bar.advance(self.total)
        if not self.left[name]:
            known = f", {self.cached[name]} of them from the ledger" if self.cached[name] else ""
            failed = f", {self.failed[name]} failed" if self.failed[name] else ""
            self.console.print(escape(f"{name}: all seeds are there{known}{failed}"), soft_wrap=True)


def ready(figure: Path | None, csv: Path | None, samples: Path | None, json: str | None) -> None:
    """Look at the destinations before the work.

    Raises ValueError, naming the option, where one cannot be written, ends in no format, or is asked for twice.
    """
    if figure is not None and figure.suffix.lower() not in FORMATS:
        raise ValueError(f"--figure: expected a file that ends in {', '.join(FORMATS)}, got {str(figure)!r}")
    if samples is not None and samples.suffix.lower() != ".npz":
        raise ValueError(f"--save-samples: expected a file that ends in .npz, got {str(samples)!r}")
    asked = {
        "--figure": figure,
        "--csv": csv,
        "--save-samples": samples,
        "--json": None if json in (None, "-") else json,
    }
    taken: set[str] = set()
    for option, path in asked.items():
        if path is None:
            continue
        real = os.path.realpath(path)
        if real in taken and not real.startswith("/dev/"):
            raise ValueError(f"{option}: expected a file that nothing else is written to, got {str(path)!r}")
        taken.add(real)
        destinations.ready(option, Path(path))


def held(learners: Sequence[str], console: Console, **options: Any) -> Standing:
    """The contest, watched on the console; raises ValueError that names options as they are written here."""
    with _named_here():
        return asking.contest(
            list(learners), board=lambda entrants, settings: Board(console, entrants, settings), **options
        )


def planned(learners: Sequence[str], **options: Any) -> str:
    """How many seeds decide, in words; raises ValueError that names options as they are written here."""
    with _named_here():
        needed, how = asking.plan(learners=list(learners), **options)
    asked = {name: options[name] for name in ("compare", "fewer", "smaller", "by", "rate", "spread") if name in options}
    question = pairs.question(**asked)
    assert question is not None
    return f"{pairs.in_words(needed)} decide with a power of 99 % at an effect of {question.rule.by:g} whether {question.words}: {how}"


@contextmanager
def _named_here() -> Generator[None]:
    """Names of arguments become those of options."""
    try:
        yield
    except ValueError as error:
        head, colon, rest = str(error).partition(":")
        names = [f"--{name}" if name in OPTIONS else name for name in head.split(", ")]
        raise ValueError(f"{', '.join(names)}{colon}{rest}") from error


def written(
    found: Standing, console: Console, figure: Path | None, width: str, csv: Path | None, samples: Path | None
) -> None:
    """Print the table, write the figure, the CSV and the samples, and say where they are."""
    from proofs.contest import figure as drawing
    from proofs.display import figures

    table.show(found, console)
    if figure is not None:
        about = {"title": table.budget(found), "description": drawing.caption(found), "subject": "blurproof contest"}
        destinations.write(figure, figures.pictured(found.figure(width), figure.suffix.lower()[1:], **about))
    if csv is not None:
        destinations.write(csv, found.csv)
    if samples is not None:
        destinations.write(samples, _archive(found))
    for path in (figure, csv, samples):
        if path is not None:
            console.print(str(path), markup=False, soft_wrap=True)


def _archive(found: Standing) -> bytes:
    """Samples by learner, and the seeds of their rows, as one NumPy archive."""
    buffer = io.BytesIO()
    np.savez_compressed(buffer, **{"seed numbers": np.array(found.settings.each), **found.samples})  # pyright: ignore[reportArgumentType]
    return buffer.getvalue()


def code(found: Standing) -> int:
    """1 where what was asked is refuted."""
    return int(any(comparison.decided.outcome == "refuted" for comparison in found.comparisons))
