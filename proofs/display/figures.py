"""Figures: style as a pure function, drawing from saved arrays, and the plotted data beside the picture.

A claim's figure function gets the saved arrays and an empty `Figure` of the right size; it never recomputes. Colours
are the Okabe-Ito set with a darker blue, so that the exact also differs in grey from what stands beside it; theory is a line, measurement points with intervals.
"""

from __future__ import annotations

import io
import re
from collections.abc import Callable, Generator, Iterable, Iterator, Mapping
from contextlib import chdir, contextmanager
from inspect import signature
from pathlib import Path
from textwrap import wrap
from typing import Any

import numpy as np

from proofs.core import parameters, records
from proofs.core.claim import Claim
from proofs.core.outcome import Outcome, full, told
from proofs.core.rules import AGREE
from proofs.display.labels import Words
from proofs.display.rows import table
from proofs.display.wanted import PLAIN, Wanted
from proofs.run import destinations, guests
from proofs.run.surroundings import SurroundingsError
from proofs.words.drawing import WIDTHS, Panels, wide
from proofs.words.labels import plain

PATIENCE = 300.0
"""Seconds in which a figure must be drawn."""
LETTERS, BELOW = {True: 92, False: 44}, {True: 136, False: 66}
"""How long a line of a title may be, and one below the figure, in a double column and in a single one."""
HIGH, LOW = 0.16, 0.14
"""How high a line of a title is, and one below the figure, in inches."""
WORD, COMMAND = re.compile(r"(?:\$[^$]*\$|[^\s$])+"), re.compile(r"\\[A-Za-z]+ ?|[$^_{}]")
"""What a line is not broken within; what of a formula is not shown as letters."""
SOFT = "#6b6b6b"
"""What says which run is shown."""
Saved = Mapping[str, Mapping[str, np.ndarray]]


def style() -> dict[Any, Any]:
    """Our settings, on top of matplotlib's own: 8 pt text, thin lines, text as paths in SVG and TrueType in PDF."""
    return {
        "font.size": 8, "axes.labelsize": 8, "axes.titlesize": 8, "legend.fontsize": 7, "xtick.labelsize": 7,
        "ytick.labelsize": 7, "axes.linewidth": 0.6, "lines.linewidth": 1.2, "lines.markersize": 3.5,
        "axes.spines.top": False, "axes.spines.right": False, "legend.frameon": False,
        "legend.columnspacing": 0.9, "legend.handlelength": 1.7, "legend.handletextpad": 0.5, "legend.labelspacing": 0.3, "svg.fonttype": "path",
        "pdf.fonttype": 42, "mathtext.fontset": "dejavusans", "savefig.dpi": 300, "figure.constrained_layout.use": True,
        "svg.hashsalt": "blurproof",
    }  # fmt: skip


@contextmanager
def in_style() -> Generator[None, None, None]:
    """matplotlib in our style, whatever the user's own files and programs have told it."""
    import matplotlib as mpl

    with mpl.rc_context():
        mpl.rcdefaults()
        mpl.rcParams.update(style())
        yield


class NotDrawnError(ValueError):
    """The figure of a claim cannot be drawn: its data are missing, or it raises."""


def draw(claim: Claim, saved: Saved, width: str = "single", run: str = "", wanted: Wanted = PLAIN) -> Any:
    """The claim's figure under its message, with what `run` it shows ("level quick, --seed 0") below; its caption is `told`.

    wanted: parameters moved, which is said below, another title, labels, palette; the texts that it shows are `shown_texts`.
    Raises ValueError where the claim has none, or what is wanted is not to be had; and what `drawn_by` raises.
    """
    if (drawn := claim.drawn) is None:
        raise ValueError(f"{claim.id}: expected a claim with a figure, got one without")
    arrays = {name: records.Saved(part) for name, part in saved.items()}
    takes_panels = "panels" in signature(drawn).parameters
    trained, words = bool(parameters.trained(claim)), Words(wanted.labels)

    def whole(figure: Any) -> None:
        panels = Panels(figure, palette=wanted.palette)
        told = drawn(arrays, panels if takes_panels else figure, **parameters.taken(drawn, wanted.values))
        figure.told = " ".join(filter(None, (told if isinstance(told, str) else "", wanted.apart)))
        about = [run, panels.seeds] if trained else ["exact: nothing is trained here"]
        shown = "; ".join(filter(None, [*(about if run else ()), wanted.below]))
        framed(figure, words(claim.message if wanted.title is None else wanted.title), words(claim.where), words(shown))
        words.put(figure)
        figure.shown_texts = list(words.seen)

    with wanted.by_reader(claim), drawn_by(claim, "its figure"):
        return styled(whole, width)


def shown_run(document: Mapping[str, Any]) -> str:
    """Of which run a figure shows the numbers."""
    return f"level {document['level']}, --seed {document['seed']}"


def framed(figure: Any, title: str, *below: str) -> None:
    """Put the title over what is drawn and the texts below it, and make the figure higher by as much."""
    lines = _lines(figure, title)
    said = [line for text in below for line in wrapped(text, BELOW[wide(figure)])]
    if lines:
        figure.suptitle("\n".join(lines), x=0.005, ha="left", fontsize=9, fontweight="bold")
    if said:
        figure.supxlabel("\n".join(said), x=0.995, ha="right", fontsize=7, color=SOFT)
    figure.below = below
    figure.set_figheight(figure.get_figheight() + HIGH * len(lines) + LOW * len(said))


def unframed(figure: Any) -> tuple[str, tuple[str, ...]]:
    """Take off a figure what `framed` has put over and below it, for a page that says it in its own letters: title and texts."""
    title, said = " ".join(figure.get_suptitle().split("\n")), figure.get_supxlabel()
    lines = HIGH * len(_lines(figure, title) if title else ()), LOW * len(said.split("\n") if said else ())
    figure.suptitle("")
    figure.supxlabel("")
    figure.set_figheight(figure.get_figheight() - sum(lines))
    return title, figure.below


def _lines(figure: Any, title: str) -> list[str]:
    return wrap(title, LETTERS[wide(figure)])


def wrapped(text: str, width: int) -> list[str]:
    """Lines of so many letters as shown, broken between words and not within a formula."""
    lines: list[str] = []
    for word in WORD.findall(text):
        longer = f"{lines[-1]} {word}" if lines else ""
        if longer and len(COMMAND.sub("", longer)) <= width:
            lines[-1] = longer
        else:
            lines.append(word)
    return lines


@contextmanager
def drawn_by(claim: Claim, what: str, seconds: float | None = None) -> Generator[None]:
    """What a claim does meanwhile hurts nobody else: whatever it raises, in so many seconds (or PATIENCE), is a NotDrawnError.

    Raises SurroundingsError where a disk is full.
    """
    try:
        with guests.contained(), guests.at_most(seconds or PATIENCE):
            yield
    except KeyboardInterrupt:
        raise
    except KeyError as error:  # evidence that did not run left no arrays
        raise NotDrawnError(f"{claim.id}: data are missing ({told(error)})") from error
    except BaseException as error:
        if full(error):
            raise SurroundingsError(f"{claim.id}: {what} finds no room ({told(error)})") from error
        raise NotDrawnError(f"{claim.id}: {what} raises {told(error)}") from error


def styled(drawn: Callable[[Any], Any], width: str) -> Any:
    """A new figure of that width on which `drawn(figure)` has drawn in our style; a notebook shows it."""
    from proofs.display.shown import Drawing

    with in_style(), chdir("."):  # a claim draws, and what it does to the working folder is undone
        figure = Drawing(figsize=(WIDTHS[width], WIDTHS["single"] * 0.72))
        drawn(figure)
        for artist in figure.findobj():  # a link is no part of a picture
            artist.set_url(None)
            getattr(artist, "set_urls", list)([None])
        figure.draw_without_rendering()
    return figure


def save(
    claim: Claim, saved: Saved, outcomes: Iterable[Outcome], folder: Path, format: str, width: str, run: str = "",
    wanted: Wanted = PLAIN,
) -> Iterator[Path]:  # fmt: skip
    """Write `folder`/<claim>.<format>, the plotted data (.csv) and the caption (.txt); yields the paths."""
    figure = draw(claim, saved, width, run, wanted)
    about = {"title": claim.title, "description": claim.essay, "subject": claim.id}
    with drawn_by(claim, "its figure"):  # what is in it draws itself once more
        picture, points = pictured(figure, format, **about), table(figure)
        told = caption(claim, outcomes, figure)
    yield from written(folder / f"{claim.id}.{format}", picture, points, told)


def write(figure: Any, path: Path, told: str, *, title: str, description: str, subject: str) -> Iterator[Path]:
    """Write the figure in the format that `path` ends in, the plotted data (.csv) and the caption (.txt); yields the paths."""
    about = {"title": title, "description": description, "subject": subject}
    yield from written(path, pictured(figure, path.suffix[1:], **about), table(figure), told)


def pictured(figure: Any, format: str, *, title: str, description: str, subject: str) -> bytes:
    """The figure as a file of that format."""
    metadata = {
        "svg": {"Title": title, "Description": description, "Date": None},
        "pdf": {"Title": title, "Subject": subject, "CreationDate": None},
        "png": {"Title": title, "Description": description},
    }
    picture = io.BytesIO()
    with in_style():
        figure.savefig(picture, format=format, metadata=metadata[format])
    return picture.getvalue()


def written(path: Path, picture: bytes, points: str, told: str) -> Iterator[Path]:
    """Write the picture, and beside it what it shows as CSV and in words; yields the paths."""
    for at, content in ((path, picture), (path.with_suffix(".csv"), points), (path.with_suffix(".txt"), told + "\n")):
        destinations.write(at, content)
        yield at


def caption(claim: Claim, outcomes: Iterable[Outcome], figure: Any) -> str:
    """What is to be seen in the claim's words and numbers; where it has none, what is drawn and the experiments' numbers."""
    title = figure.get_suptitle().replace("\n", " ").rstrip(".")
    message = f"{title}." if title else claim.title
    if figure.told:
        return f"{message} {figure.told}"
    measured = [_experiment(o) for o in outcomes if o.kind == "experiment" and o.observed is not None]
    return " ".join([message, described(figure), *measured])


def described(figure: Any) -> str:
    """The figure for somebody who does not see it: panel by panel what is drawn against what, and the names of the series."""
    return " ".join(_panel(index, axes) for index, axes in enumerate(figure.axes))


def _panel(index: int, axes: Any) -> str:
    x, y = (plain(text) for text in (axes.get_xlabel(), axes.get_ylabel()))
    series = [plain(str(text)) for text in axes.get_legend_handles_labels()[1]]
    drawn = f"{y or 'values'} against {x}" if x else y or "a scale"
    return f"Panel {axes.get_title(loc='left') or index + 1}: {drawn}" + (f"; {'; '.join(series)}." if series else ".")


def _experiment(outcome: Outcome) -> str:
    low, high = outcome.interval or (float("nan"), float("nan"))
    return (
        f"Experiment {outcome.name}: {outcome.observed:.3g}, {100 * (1 - AGREE):.0f} % interval "
        f"[{low:.3g}, {high:.3g}], n = {outcome.n} seeds."
    )
