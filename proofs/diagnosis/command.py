"""What `blurproof diagnose` does besides diagnosing: looks at its destinations first, and writes to them when it is done."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from rich.console import Console

from proofs.diagnosis import asking, table
from proofs.diagnosis.asking import Diagnosed
from proofs.run import destinations
from proofs.run.surroundings import SurroundingsError

FORMATS = (".svg", ".pdf", ".png")
OPTIONS = ("target", "mixture", "reference", "law", "given", "train", "modes", "confidence", "seed")


def ready(samples: Sequence[str], figure: Path | None, html: Path | None, json: str | None) -> None:
    """Look at the destinations before the work.

    Raises ValueError, naming the option, where one cannot be written, is a file of samples, or ends in no format.
    """
    if figure is not None and figure.suffix.lower() not in FORMATS:
        raise ValueError(f"--figure: expected a file that ends in {', '.join(FORMATS)}, got {str(figure)!r}")
    asked = {"--figure": figure, "--html": html, "--json": None if json in (None, "-") else Path(json)}
    chosen = {option: path for option, path in asked.items() if path is not None}
    taken = {os.path.realpath(file.rpartition(":")[0]) for file in samples} | {os.path.realpath(f) for f in samples}
    for option, path in chosen.items():
        real = os.path.realpath(path)
        if real in taken and not real.startswith("/dev/"):
            raise ValueError(
                f"{option}: expected a file that nothing else is read from or written to, got {str(path)!r}"
            )
        taken.add(real)
        destinations.ready(option, path)


def diagnosed(samples: Sequence[str], **options: Any) -> Diagnosed:
    """What `asking.diagnose` finds; raises ValueError that names options as they are written here."""
    try:
        return asking.diagnose(list(samples), **options)
    except ValueError as error:
        head, colon, rest = str(error).partition(":")
        names = [f"--{name}" if name in OPTIONS else name for name in head.split(", ")]
        raise ValueError(f"{', '.join(names)}{colon}{rest}") from error
    except MemoryError as error:
        raise SurroundingsError("there is no memory for so many samples") from error


def written(found: Diagnosed, console: Console, figure: Path | None, width: str, html: Path | None) -> None:
    """Print the table, write the figure and the page, and say where they are."""
    from proofs.diagnosis import figure as drawing
    from proofs.display import figures

    table.show(found, console)
    if figure is not None:
        about = {"title": found.heading, "description": drawing.caption(found), "subject": "blurproof diagnose"}
        picture = figures.pictured(found.figure(width), figure.suffix.lower()[1:], **about)
        destinations.write(figure, picture)
        console.print(str(figure), markup=False)
    if html is not None:
        destinations.write(html, found.page())
        console.print(str(html), markup=False)
