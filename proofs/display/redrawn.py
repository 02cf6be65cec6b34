"""A figure of a table alone: what `proofs.display.rows` has written is enough to draw it again."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from functools import partial
from itertools import groupby
from math import nan
from operator import attrgetter
from typing import Any

import numpy as np

from proofs.display.rows import ENDS, Columns, Row
from proofs.words.drawing import COLOUR, MARKER, Panel

TEXTS = Row._fields[:5]
NUMBERS = Row._fields[5:]
NOBODY = "#444444"
"""The colour of what has none of our roles."""
Look = dict[str, Any]


def redrawn(text: str) -> Any:
    """A matplotlib Figure of a table, its panels one below the other: every point where it was, in the colour of its role.

    Axes have no names, scales are linear and legends are missing: what a figure says besides its data is no part of the table.
    Raises ValueError for text that `rows.table` does not write.
    """
    from matplotlib.figure import Figure

    panels: dict[str, list[Row]] = {}
    for row in read(text):
        panels.setdefault(row.panel, []).append(row)
    figure = Figure(figsize=(4.0, 3.0 * max(1, len(panels))), layout="constrained")
    for index, (name, rows) in enumerate(panels.items()):
        axes = figure.add_subplot(len(panels), 1, index + 1, label=name)
        for _, part in groupby(rows, attrgetter("part")):
            _draw(axes, list(part))
    return figure


def read(text: str) -> list[Row]:
    """The rows of a table; raises ValueError for text that `rows.table` does not write."""
    header, *lines = csv.reader(io.StringIO(text, newline="")) if text else [[]]
    if tuple(header) != Row._fields:
        raise ValueError(f"text: expected a table with the columns {', '.join(Row._fields)}, got {', '.join(header)!r}")
    return [_row(number, line) for number, line in enumerate(lines, 2)]


def _row(number: int, line: list[str]) -> Row:
    where = f"text: expected a row of a table in line {number}"
    if len(line) != len(Row._fields):
        raise ValueError(f"{where}, got {len(line)} cells")
    panel, series, role, kind, *cells = (cell.removeprefix("'") for cell in line)
    if kind not in KINDS:
        raise ValueError(f"{where} whose kind is one of {', '.join(KINDS)}, got {kind!r}")
    try:
        return Row(panel, series, role, kind, int(cells[0]), *(float(cell or nan) for cell in cells[1:]))
    except ValueError as error:
        raise ValueError(f"{where}, got {error}") from error


def _draw(axes: Any, rows: list[Row]) -> None:
    """One part of a panel, with its role."""
    first = rows[0]
    numbers = dict(zip(NUMBERS, np.array([row[len(TEXTS) :] for row in rows]).T, strict=True))
    look = {"color": COLOUR.get(first.role, NOBODY), "label": first.series}
    Panel(axes).own(first.role, KINDS[first.kind](axes, numbers, {**look, "marker": MARKER.get(first.role, "o")}))


def _strokes(**style: Any) -> Callable[[Any, Columns, Look], Any]:
    """Points, a line through them, or both."""
    return lambda axes, n, look: axes.plot(n["x"], n["y"], **{**look, **style})


def _intervals(axes: Any, n: Columns, look: Look, stroke: str = "none") -> Any:
    """Points with bars to the ends that they have; bars by themselves where nothing stands in the middle."""
    sides = [side for side, (low, _) in enumerate(ENDS) if not np.isnan(n[low]).all()]
    points = np.stack([n["x"], n["y"]], axis=1)
    if alone := [side for side in sides if np.isnan(points[:, side]).all()]:
        low, high = ENDS[alone[0]]
        return (axes.hlines, axes.vlines)[alone[0]](
            points[:, 1 - alone[0]], n[low], n[high], **_without(look, "marker")
        )
    lengths = {("xerr", "yerr")[side]: np.zeros(len(points)) for side in sides}
    container = axes.errorbar(*points.T, **lengths, **look, ls=stroke)
    for side, bars in zip(sides, container[2], strict=True):
        ends = np.repeat(points[:, None], 2, axis=1)
        ends[:, :, side] = np.stack([n[name] for name in ENDS[side]], axis=1)
        bars.set_segments(ends)  # as they were written: a length would round them
    return container


def _bars(axes: Any, n: Columns, look: Look) -> Any:
    wide, high = n["x_high"] - n["x_low"], n["y_high"] - n["y_low"]
    return axes.bar(n["x_low"], high, wide, n["y_low"], align="edge", **_without(look, "marker"))


def _lying_bars(axes: Any, n: Columns, look: Look) -> Any:
    wide, high = n["x_high"] - n["x_low"], n["y_high"] - n["y_low"]
    return axes.barh(n["y_low"], wide, high, n["x_low"], align="edge", **_without(look, "marker"))


def _band(axes: Any, n: Columns, look: Look) -> Any:
    look = {**_without(look, "marker"), "alpha": 0.25, "lw": 0}
    if np.isnan(n["x"]).any():
        return axes.fill_betweenx(n["y"], n["x_low"], n["x_high"], **look)
    return axes.fill_between(n["x"], n["y_low"], n["y_high"], **look)


def _span(axes: Any, n: Columns, look: Look) -> Any:
    look = {**_without(look, "marker"), "alpha": 0.25, "lw": 0}
    if np.isnan(n["x_low"]).any():
        return axes.axhspan(n["y_low"][0], n["y_high"][0], **look)
    return axes.axvspan(n["x_low"][0], n["x_high"][0], **look)


def _staircase(axes: Any, n: Columns, look: Look) -> Any:
    foot = None if np.isnan(n["y_low"]).any() else n["y_low"][0] if np.ptp(n["y_low"]) == 0 else n["y_low"]
    edges = np.append(n["x_low"], n["x_high"][-1])
    return axes.stairs(n["y"], edges, baseline=foot, **_without(look, "marker"))


def _level(axes: Any, n: Columns, look: Look) -> Any:
    return axes.axhline(n["y"][0], **_without(look, "marker"))


def _upright(axes: Any, n: Columns, look: Look) -> Any:
    return axes.axvline(n["x"][0], **_without(look, "marker"))


def _image(axes: Any, n: Columns, look: Look) -> Any:
    """Cells of one size, the lowest row first, from white at the least value to black at the largest."""
    x, y = np.unique(n["x"]), np.unique(n["y"])
    cells = n["value"][np.lexsort((n["x"], n["y"]))].reshape(len(y), len(x))
    extent = (*_edges(x), *_edges(y))
    return axes.imshow(cells, cmap="Greys", origin="lower", aspect="auto", extent=extent, label=look["label"])


def _edges(centres: np.ndarray) -> tuple[float, float]:
    half = 0.5 * (centres[-1] - centres[0]) / (len(centres) - 1) if len(centres) > 1 else 0.5
    return float(centres[0] - half), float(centres[-1] + half)


def _outline(axes: Any, n: Columns, look: Look) -> Any:
    from matplotlib.patches import PathPatch
    from matplotlib.path import Path

    path = Path(np.stack([n["x"], n["y"]], axis=1), closed=True)
    return axes.add_patch(PathPatch(path, alpha=0.25, lw=0, **_without(look, "marker")))


def _without(look: Look, *names: str) -> Look:
    return {name: value for name, value in look.items() if name not in names}


KINDS: dict[str, Callable[[Any, Columns, Look], Any]] = {
    "line": _strokes(marker="none"), "points": _strokes(ls="none"), "line with points": _strokes(), "interval": _intervals,
    "line with intervals": partial(_intervals, stroke="-"), "bar": _bars, "lying bar": _lying_bars, "band": _band, "span": _span,
    "staircase": _staircase, "level": _level, "upright": _upright, "image": _image, "outline": _outline,
}  # fmt: skip
"""How each kind is drawn: (axes, columns, look)."""
