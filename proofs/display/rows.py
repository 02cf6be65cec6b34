"""What a figure shows, as a table: one row a point, in CSV.

    panel    its letter, or its title
    series   what the legend calls it; what stands in none goes by its role
    role     data, exact, vae, gan, network, control, …: whose it is (`proofs.words.drawing`); other where nobody's
    kind     line, points, line with points, interval, line with intervals, bar, lying bar, band, span, staircase, image, outline,
             level or upright: a line across the whole panel
    part     the number of the stroke in its panel: points of one line share it
    x, y     where the point lies: the middle of an interval, the end of a bar, the centre of a step or of a cell
    x_low, x_high, y_low, y_high
             the ends of an interval, the sides of a bar, the edges of a band, of a span or of a step
    value    how dark a cell of an image is

What a kind does not have is left empty, as is a number that is none. `proofs.display.redrawn` makes of a table a figure that
has the same.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator
from math import isfinite, isnan, nan
from typing import Any, NamedTuple

import numpy as np

from proofs.words.drawing import COLOUR, MARK
from proofs.words.labels import plain

OTHER = "other"
"""The role of what has none of ours."""
KINDS = (
    "line", "points", "line with points", "interval", "line with intervals", "bar", "lying bar", "band", "span", "staircase",
    "level", "upright", "image", "outline",
)  # fmt: skip
"""In this order they stand in a panel."""
ENDS = ("x_low", "x_high"), ("y_low", "y_high")


class Row(NamedTuple):
    """One point; a number that its kind does not have is NaN."""

    panel: str
    series: str
    role: str
    kind: str
    part: int
    x: float = nan
    y: float = nan
    x_low: float = nan
    x_high: float = nan
    y_low: float = nan
    y_high: float = nan
    value: float = nan


Columns = dict[str, np.ndarray]


class Mark(NamedTuple):
    """Something drawn: the artist that bears its role and colour, its label, its kind, and its numbers by column."""

    artist: Any
    label: str
    kind: str
    numbers: Columns


def table(figure: Any) -> str:
    """Every drawn point as CSV text, under the names of the columns."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(Row._fields)
    writer.writerows([*map(_cell, row[:4]), row.part, *map(_number, row[5:])] for row in plotted(figure))
    return text.getvalue()


def _cell(text: str) -> str:
    """Text in one line that no spreadsheet takes for a formula."""
    line = " ".join(text.split())
    return f"'{line}" if line.startswith(("=", "+", "-", "@")) else line


def _number(value: float) -> str:
    return repr(value) if isfinite(value) else "" if isnan(value) else _cell(str(value))


def plotted(figure: Any) -> Iterator[Row]:
    """Every drawn point, read off the figure itself; not the scale beside an image, nor marks for what lies beyond the axes."""
    names = dict[str, int]()
    for index, axes in enumerate(figure.axes):
        if axes.get_label() == "<colorbar>":
            continue
        name = _panel(axes, index)
        names[name] = names.get(name, 0) + 1
        drawn = (
            (mark, np.broadcast_arrays(*(np.asarray(v, float) for v in mark.numbers.values()))) for mark in marks(axes)
        )
        for part, (mark, columns) in enumerate((each for each in drawn if each[1][0].size), 1):
            role = _role(mark.artist)
            told = name if names[name] == 1 else f"{name} ({names[name]})", _series(mark, role), role, mark.kind, part
            for values in zip(*(column.tolist() for column in columns), strict=True):
                yield Row(*told, **dict(zip(mark.numbers, values, strict=True)))


def _panel(axes: Any, index: int) -> str:
    """Its own label, its title or its number."""
    return _said(axes.get_label() or axes.get_title(loc="left") or axes.get_title()) or f"panel {index + 1}"


def _series(mark: Mark, role: str) -> str:
    """The label in plain words; what stands in no legend goes by its role, without one by its kind."""
    label = "" if mark.label.startswith("_") else _said(mark.label)
    return label or (role if role != OTHER else mark.kind)


def _said(label: str) -> str:
    """A label without markup and without commas, of which those in numbers go and others become semicolons."""
    return re.sub(r"\s*,", ";", re.sub(r"(?<=\d),(?=\d{3})", "", plain(label)))


def _role(artist: Any) -> str:
    """The role that was noted when it was drawn, else that of its colour."""
    from matplotlib.colors import to_hex

    role = getattr(artist, "role", "")
    if role in COLOUR:
        return role
    for name in ("get_color", "get_facecolor", "get_edgecolor"):
        colour = getattr(artist, name, lambda: None)()
        if colour is not None and len(colour):
            shade = to_hex(colour if isinstance(colour, str) or np.ndim(colour) == 1 else colour[0])
            found = [role for role, ours in COLOUR.items() if ours.lower() == shade]
            if found:
                return found[0]
    return OTHER


def marks(axes: Any) -> list[Mark]:
    """Everything in one panel that shows data, one kind after the other."""
    return sorted(_found(axes), key=lambda mark: KINDS.index(mark.kind))


def _found(axes: Any) -> Iterator[Mark]:
    from matplotlib.container import BarContainer, ErrorbarContainer

    known: set[Any] = set()
    for container in axes.containers:
        if isinstance(container, ErrorbarContainer):
            line, caps, bars = container
            known |= {line, *caps, *bars}
            yield from _intervals(container)
        elif isinstance(container, BarContainer):
            known |= set(container)
            yield from _bars(container)
    for artists, read in (
        (axes.lines, _line),
        (axes.patches, _patch),
        (axes.collections, _collection),
        (axes.images, _image),
    ):
        for artist in artists:
            if artist not in known and artist.get_label() != MARK:
                yield from read(axes, artist)


def _intervals(container: Any) -> Iterator[Mark]:
    """Points with the ends of their bars; bars without points by themselves."""
    line, _, bars = container
    label, numbers = str(container.get_label()), Columns()
    if line is not None:
        numbers = dict(zip("xy", line.get_data(orig=False), strict=True))
    sides = [side for side, has in enumerate((container.has_xerr, container.has_yerr)) if has]
    for side, bar in zip(sides, bars, strict=True):
        ends = np.array(bar.get_segments(), float).reshape(-1, 2, 2)
        numbers.setdefault("yx"[side], ends[:, 0, 1 - side])
        numbers |= dict(zip(ENDS[side], ends[:, :, side].T, strict=True))
    kind = "interval" if line is None or _kind(line) == "points" else "line with intervals"
    yield Mark(bars[0] if line is None else line, label, kind, numbers)


def _bars(container: Any) -> Iterator[Mark]:
    """A bar is as long as it says: along y, or along x where it lies."""
    boxes = [
        (bar.get_x(), bar.get_x() + bar.get_width(), bar.get_y(), bar.get_y() + bar.get_height()) for bar in container
    ]
    left, right, foot, end = np.array(boxes, float).reshape(-1, 4).T
    lies = container.orientation == "horizontal"
    middle = {"x": right, "y": (foot + end) / 2} if lies else {"x": (left + right) / 2, "y": end}
    sides = {"x_low": left, "x_high": right, "y_low": foot, "y_high": end}
    if len(boxes):
        yield Mark(container[0], str(container.get_label()), "lying bar" if lies else "bar", middle | sides)


def _line(axes: Any, line: Any) -> Iterator[Mark]:
    x, y = (np.atleast_1d(np.asarray(values, float)) for values in line.get_data(orig=False))
    across = line.get_transform().contains_branch_seperately(axes.transData)
    if across == (True, True) and (kind := _kind(line)):
        yield Mark(line, str(line.get_label()), kind, {"x": x, "y": y})
    elif across == (False, True):
        yield Mark(line, str(line.get_label()), "level", {"y": y[:1]})
    elif across == (True, False):
        yield Mark(line, str(line.get_label()), "upright", {"x": x[:1]})


def _kind(line: Any) -> str:
    none = ("None", "none", "", " ", None)
    stroke, points = line.get_linestyle() not in none, line.get_marker() not in none
    return ("line with points" if points else "line") if stroke else "points" if points else ""


def _patch(axes: Any, patch: Any) -> Iterator[Mark]:
    """A staircase, a span across the panel, or an outline."""
    from matplotlib.patches import FancyArrowPatch, Rectangle, StepPatch

    across, label = patch.get_transform().contains_branch_seperately(axes.transData), str(patch.get_label())
    if isinstance(patch, StepPatch):
        yield Mark(patch, label, "staircase", _steps(*patch.get_data()))
    elif isinstance(patch, Rectangle) and sum(across) == 1:
        side = across.index(True)
        low, high = sorted(patch.get_bbox().get_points()[:, side].tolist())
        yield Mark(patch, label, "span", dict(zip(ENDS[side], np.array([[low], [high]]), strict=True)))
    elif all(across) and not isinstance(patch, FancyArrowPatch):
        path = patch.get_patch_transform().transform_path(patch.get_path())
        yield Mark(patch, label, "outline", _corners(np.asarray(path.vertices, float)))


def _steps(heights: np.ndarray, edges: np.ndarray, foot: Any) -> Columns:
    low, high = edges[:-1], edges[1:]
    steps = {"x": (low + high) / 2, "y": heights, "x_low": low, "x_high": high}
    return steps if foot is None else {**steps, "y_low": np.asarray(foot, float)}


def _collection(_axes: Any, collection: Any) -> Iterator[Mark]:
    """Points; upright and lying intervals; bands; outlines of anything else, one a part."""
    from matplotlib.collections import LineCollection, PathCollection
    from matplotlib.quiver import Quiver

    label = str(collection.get_label())
    if isinstance(collection, PathCollection | Quiver):
        yield Mark(collection, label, "points", _corners(np.asarray(collection.get_offsets(), float).reshape(-1, 2)))
        return
    paths = [np.asarray(path.vertices, float) for path in collection.get_paths()]
    if isinstance(collection, LineCollection) and all(len(path) == 2 for path in paths):
        ends = np.array(paths).reshape(-1, 2, 2)
        for side, (along, name) in enumerate(zip(ENDS, "yx", strict=True)):
            if (ends[:, 0, 1 - side] == ends[:, 1, 1 - side]).all():
                yield Mark(
                    collection,
                    label,
                    "interval",
                    {name: ends[:, 0, 1 - side], **dict(zip(along, ends[:, :, side].T, strict=True))},
                )
                return
    for path in paths:
        band = _band(path)
        kind = "band" if band else "line" if isinstance(collection, LineCollection) else "outline"
        yield Mark(collection, label, kind, band or _corners(path))


def _corners(path: np.ndarray) -> Columns:
    return dict(zip("xy", path.T, strict=True))


def _band(path: np.ndarray) -> Columns:
    """Both edges of what `fill_between` or `fill_betweenx` has drawn: there and, from the end, back; empty for another outline."""
    n = (len(path) - 2) // 2
    there, back = path[1 : n + 1], path[n + 2 : 2 * n + 2][::-1]
    for side, (along, name) in enumerate(zip(ENDS, "yx", strict=True)):
        if n > 0 and len(there) == len(back) and np.array_equal(there[:, 1 - side], back[:, 1 - side]):
            return {name: there[:, 1 - side], along[0]: there[:, side], along[1]: back[:, side]}
    return {}


def _image(_axes: Any, image: Any) -> Iterator[Mark]:
    """The cells by their centres, the lowest row first and from the left; of colours the first part."""
    cells = np.ma.filled(np.ma.asarray(image.get_array(), float), nan)
    left, right, bottom, top = image.get_extent()
    down = (bottom < top) != (image.origin == "lower")
    cells = cells.reshape(*cells.shape[:2], -1)[:: -1 if down else 1, :: 1 if left < right else -1, 0]
    (low, high), (near, far) = sorted((bottom, top)), sorted((left, right))
    y, x = ((np.arange(n) + 0.5) / n for n in cells.shape)
    grid = np.meshgrid(near + x * (far - near), low + y * (high - low))
    numbers = zip(("x", "y", "value"), (*map(np.ravel, grid), cells.ravel()), strict=True)
    yield Mark(image, str(image.get_label()), "image", dict(numbers))
