"""What may be wrong with a picture: each function returns one line for everything that offends, none where nothing does.

Figures are judged on what is drawn in them, artists with their boxes, colours and arrays, never on pixels.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import combinations, pairwise
from typing import Any

import numpy as np
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.collections import LineCollection
from matplotlib.colors import to_rgb
from matplotlib.container import BarContainer, ErrorbarContainer
from matplotlib.legend import Legend
from matplotlib.text import Text

from proofs.words.drawing import COLOUR, MARK, edged

SMALLEST, LARGEST = 7.0, 9.0
"""Points of text at final size."""
SLACK = 0.6
"""Pixels by which boxes may touch: they include the side bearings of the glyphs."""
STRIDE = 3
"""Pixels between the points at which a line is looked for."""
LONGEST, EMPTY = 92, 0.3
"""Letters of a title; the part of an axis that may be empty."""
FORMULA = re.compile(r"\$(?!\\mathdefault)[^$]+\$")
EVERYWHERE = {"x", "y", "N", "E"}
NO_LETTERS = {
    "e",
    "i",
    *(rf"\{name}" for name in ("ln", "pm", "Vert", "sqrt", "pi", "infty", "cdot", "nabla", "varepsilon", "mathrm")),
}
"""Coordinates, the normal law and an expectation; what in a formula stands for nothing that a reader has to be told."""
SHADES_APART = 0.15
"""Difference of luminance, of 0 to 1, by which greys are told apart beside each other."""


def faults(figure: Any) -> list[str]:
    """Everything that is wrong with the figure as drawn: what offends, and what does not say or hides what it shows."""
    return _against(figure, (*PRINTED, untitled, undefined, *FITTING))


def offences(figure: Any) -> list[str]:
    """Everything that offends in the figure as drawn."""
    return _against(figure, PRINTED)


def unfit(figure: Any) -> list[str]:
    """Everything by which the figure does not say what it shows, or hides some of it."""
    return _against(figure, (untitled, undefined, *FITTING))


def _against(figure: Any, laws: Iterable[Callable[[Any], Iterable[str]]]) -> list[str]:
    FigureCanvasAgg(figure).draw()
    return [line for law in laws for line in law(figure)]


def unequal(figure: Any) -> Iterator[str]:
    """Planes, whose axes are both coordinates of one point, on which a step right is not as long as a step up."""
    for index, axes in enumerate(figure.axes):
        x, y = (_coordinate(axis.get_label_text()) for axis in (axes.xaxis, axes.yaxis))
        if x and y and x[0] == y[0] and x[1] != y[1] and axes.get_aspect() not in (1, "equal"):
            yield f"panel {index + 1} is a plane of unequal scales"


def _coordinate(label: str) -> tuple[str, str] | None:
    """What is measured and which coordinate of it that is, in "$x_1/a$" and "first coordinate"; None for another label."""
    found = re.match(r"\$?(\w)_\{?([1-9])\b", label)
    words = re.match(r"(first|second|third) (\w+)", label)
    return (found[1], found[2]) if found else (words[2], words[1]) if words else None


def untitled(figure: Any) -> Iterator[str]:
    """No message over it, one that is longer than two lines of a column, or one that ends in a full stop; no caption."""
    title = figure.get_suptitle()
    if not title or len(title) > LONGEST or title.endswith("."):
        yield f"the title is no message: {title!r}"
    if not figure.told or figure.told.endswith(".."):
        yield f"the caption says nothing: {figure.told!r}"


def undefined(figure: Any) -> Iterator[str]:
    """Letters of formulas that nothing in the figure explains: no word beside them ("code $z$", "$L_1$: the median"), no other
    letters ("$r = a/s$"), nor what stands below.

    Plain coordinates need none, nor letters whose meaning is the same everywhere.
    """
    texts = [text.get_text() for text in figure.findobj(Text)]
    below = figure._supxlabel.get_text() if figure._supxlabel else ""
    known = {*EVERYWHERE, *(letter for formula in FORMULA.findall(below) for letter in _letters(formula))}
    used: dict[str, str] = {}
    for text in texts:
        for formula in FORMULA.findall(text):
            letters = _letters(formula)
            used |= dict.fromkeys(letters, text)
            beside = rf"[A-Za-z]{{3,}}[,\s]*{re.escape(formula)}|{re.escape(formula)}: [a-z]"
            said = len(letters) == 1 and re.search(beside, text)
            defined, _, by = formula.strip("$").partition("=")
            known |= letters if said else _letters(defined) if _letters(by) else set()
    for letter in sorted({*used} - known):
        yield f"{letter} is explained nowhere: {used[letter]!r}"


def _letters(formula: str) -> set[str]:
    """Each letter once, Greek ones by name; without indices, signs and names of functions."""
    plain = re.sub(r"_\{[^}]*\}|_.|kl|KL|JS|\^\*", "", formula)
    return {*re.findall(r"\\[A-Za-z]+|[A-Za-z]", plain)} - NO_LETTERS


def without_role(figure: Any) -> Iterator[str]:
    """What shows data and has no role, or not the colour of its role."""
    for index, axes in enumerate(figure.axes):
        for artist in _artists(axes):
            role = getattr(artist, "role", None)
            if role not in COLOUR:
                yield f"panel {index + 1}: {_name(artist)} has no role"
            elif not any(np.allclose(to_rgb(COLOUR[role]), colour[:3], atol=0.01) for colour in _colours(artist)):
                yield f"panel {index + 1}: {_name(artist)} has not the colour of {role}"


def lost(figure: Any) -> Iterator[str]:
    """Points beyond the axes that are not marked at their edge."""
    for index, axes in enumerate(figure.axes):
        lines = [line for line in axes.lines if line.get_marker() not in ("None", "", " ", None)]
        marks = sum(len(line.get_xdata()) for line in lines if line.get_label() == MARK)
        rest = [edged(axes, *line.get_data())[1] for line in lines if line.get_label() != MARK]
        beyond = sum(int((sides != "").sum()) for sides in rest)
        if beyond != marks:
            yield f"panel {index + 1}: {beyond} points lie beyond the axes, {marks} of them are marked"


def empty(figure: Any) -> Iterator[str]:
    """Axes of which the data leave more than three tenths empty, but for those whose ticks are words."""
    for index, axes in enumerate(figure.axes):
        if axes.images or not axes.axison:
            continue
        at = np.concatenate([np.zeros((0, 2)), *(_spread(axes, artist) for artist in _artists(axes))])
        for axis, values, name in ((axes.xaxis, at[:, 0], "x"), (axes.yaxis, at[:, 1], "y")):
            words = [t.get_text() for t in axis.get_ticklabels() if t.get_text().strip()]
            inside = values[(values > -SLACK / 100) & (values < 1 + SLACK / 100)]
            if len(inside) and not any(map(_is_word, words)) and np.ptp(inside) < 1 - EMPTY:
                yield f"panel {index + 1}: {1 - np.ptp(inside):.0%} of {name} are empty"


def _artists(axes: Any) -> list[Any]:
    """Lines, bars, areas and points that show data; not the parts of a legend or a frame, nor the marks of what is beyond."""
    patches = [p for p in axes.patches if p is not axes.patch and type(p).__name__ != "FancyArrowPatch"]
    every = [*axes.lines, *patches, *axes.collections]
    return [a for a in every if a.get_visible() and a.get_label() != MARK]


def _name(artist: Any) -> str:
    return f"{type(artist).__name__} {artist.get_label()!r}"


def _colours(artist: Any) -> list[Any]:
    """The colours of its strokes, faces and edges."""
    found: list[Any] = []
    for name in ("get_color", "get_facecolor", "get_edgecolor", "get_markerfacecolor", "get_markeredgecolor"):
        colour = getattr(artist, name, lambda: None)()
        if colour is None or (isinstance(colour, str) and colour == "none"):
            continue
        found += [to_rgb(colour)] if isinstance(colour, str) or np.ndim(colour) == 1 else [to_rgb(c) for c in colour]
    return found


def _spread(axes: Any, artist: Any) -> np.ndarray:
    """Where in the panel (fractions of it) the data of an artist lie; nothing for a line across the whole of it."""
    if hasattr(artist, "get_segments"):
        points = np.concatenate([np.zeros((0, 2)), *map(np.asarray, artist.get_segments())])
    elif hasattr(artist, "get_xydata"):
        points = artist.get_xydata() if artist.get_transform() == axes.transData else np.zeros((0, 2))
    elif hasattr(artist, "get_bbox"):
        points = artist.get_bbox().get_points()
    elif hasattr(artist, "get_paths") and len(artist.get_offsets()) <= 1:
        points = np.concatenate([np.zeros((0, 2)), *(path.vertices for path in artist.get_paths())])
    elif hasattr(artist, "get_offsets"):
        points = np.asarray(artist.get_offsets(), float)
    else:
        points = artist.get_path().vertices
    at = axes.transAxes.inverted().transform(axes.transData.transform(np.asarray(points, float).reshape(-1, 2)))
    return at[np.isfinite(at).all(axis=1)]


FITTING = (without_role, lost, empty, unequal)
"""Laws of how data lie in their axes."""


def texts(figure: Any) -> list[Text]:
    """Every text that is seen."""
    ticks: set[Text] = set()
    shown: set[Text] = set()
    for axes in figure.axes:
        for axis in (axes.xaxis, axes.yaxis):
            low, high = sorted(axis.get_transform().transform(axis.get_view_interval()))
            for tick in [*axis.get_major_ticks(), *axis.get_minor_ticks()]:
                ticks |= {tick.label1, tick.label2}
                at, reach = float(axis.get_transform().transform([tick.get_loc()])[0]), 1e-9 * (high - low)
                if low - reach <= at <= high + reach:
                    shown |= {tick.label1, tick.label2}
    every = [t for t in figure.findobj(Text) if t.get_visible() and t.get_text().strip()]
    return [t for t in every if t not in ticks or t in shown]


def _box(artist: Any) -> Any:
    box = artist.get_window_extent()
    return box.padded(-SLACK)


def _said(text: Text) -> str:
    return repr(text.get_text().replace("\n", " "))


def overlapping(figure: Any) -> Iterator[str]:
    """Texts of which one lies over another."""
    boxes = [(text, _box(text)) for text in texts(figure)]
    for (a, one), (b, two) in combinations(boxes, 2):
        if one.overlaps(two) and not _side_by_side(a, b):
            yield f"{_said(a)} overlaps {_said(b)}"


def _side_by_side(a: Text, b: Text) -> bool:
    """Whether two texts at the same slant, whose boxes say little, stand on lines that are a line's height apart."""
    slant = np.deg2rad(a.get_rotation())
    if a.get_rotation() != b.get_rotation() or np.isclose(np.sin(2 * slant), 0):
        return False
    starts = [t.get_transform().transform(t.get_unitless_position()) for t in (a, b)]
    apart = (starts[0] - starts[1]) @ [-np.sin(slant), np.cos(slant)]
    return abs(apart) > a.get_fontsize() * a.get_figure().dpi / 72


def outside(figure: Any) -> Iterator[str]:
    """Texts that the edge of the figure cuts."""
    edge = figure.bbox
    for text in texts(figure):
        box = _box(text)
        if box.x0 < edge.x0 or box.x1 > edge.x1 or box.y0 < edge.y0 or box.y1 > edge.y1:
            yield f"{_said(text)} leaves the figure"


def wrong_size(figure: Any) -> Iterator[str]:
    """Texts smaller than 7 or larger than 9 points."""
    for text in texts(figure):
        if not SMALLEST <= text.get_fontsize() <= LARGEST:
            yield f"{_said(text)} has {text.get_fontsize():g} points"


def unlabelled(figure: Any) -> Iterator[str]:
    """Axes without a label, unless their ticks are words."""
    for index, axes in enumerate(figure.axes):
        for axis, name in ((axes.xaxis, "x"), (axes.yaxis, "y")):
            words = [t.get_text() for t in axis.get_ticklabels() if t.get_text().strip()]
            if (
                words
                and axes.axison
                and axis.get_visible()
                and not axis.get_label_text()
                and not any(map(_is_word, words))
            ):
                yield f"panel {index + 1} has no label of {name}"


def _is_word(text: str) -> bool:
    return sum(c.isalpha() for c in text.replace("mathdefault", "").replace("times", "")) > 2


def hidden_by_legends(figure: Any) -> Iterator[str]:
    """Lines, points and bars that run through the words or the keys of a legend, and legends wider than their panel."""
    for index, axes in enumerate(figure.axes):
        legends = [c for c in axes.get_children() if isinstance(c, Legend)]
        boxes = [_box(part) for legend in legends for part in _parts(legend)]
        if any(b.x0 < axes.bbox.x0 - STRIDE or b.x1 > axes.bbox.x1 + STRIDE for b in boxes):
            yield f"panel {index + 1}: the legend is wider than the panel"
        for artist, at in _drawn_at(axes):
            inside = [(at > [b.x0, b.y0]).all(axis=1) & (at < [b.x1, b.y1]).all(axis=1) for b in boxes]
            if np.any(inside):
                yield f"panel {index + 1}: {str(artist.get_label())!r} runs through the legend"


def _parts(legend: Legend) -> list[Any]:
    title = [legend.get_title()] if legend.get_title().get_text().strip() else []
    return [*legend.get_texts(), *legend.legend_handles, *title]


def _drawn_at(axes: Any) -> Iterator[tuple[Any, np.ndarray]]:
    """Pixels along every line and interval of a panel, the points alone where there is no stroke."""
    for line in axes.lines:
        stroke = line.get_linestyle() not in ("None", "", " ", "none")
        if line.get_visible():
            yield line, _within(axes, line, np.column_stack([np.asarray(v, float) for v in line.get_data()]), stroke)
    for bars in (c for c in axes.collections if isinstance(c, LineCollection)):
        parts = [_within(axes, bars, np.asarray(segment, float), True) for segment in bars.get_segments()]
        yield bars, np.concatenate([np.zeros((0, 2)), *parts])


def _within(axes: Any, artist: Any, points: np.ndarray, stroke: bool) -> np.ndarray:
    at = artist.get_transform().transform(points)
    at = at[np.isfinite(at).all(axis=1)]
    if stroke and len(at) > 1:
        at = np.concatenate([np.linspace(a, b, 2 + int(np.abs(b - a).max() / STRIDE)) for a, b in pairwise(at)])
    edge = axes.bbox
    return at[(at >= [edge.x0, edge.y0]).all(axis=1) & (at <= [edge.x1, edge.y1]).all(axis=1)]


def alike_in_grey(figure: Any) -> Iterator[str]:
    """Named series of a panel that differ in colour alone, and not in its luminance; rows with names differ in place."""
    rows = {label.get_text() for axes in figure.axes for label in axes.get_yticklabels()}
    for index, axes in enumerate(figure.axes):
        for (a, one), (b, two) in combinations(_looks(axes), 2):
            same = one[1:] == two[1:]
            if a != b and same and not {a, b} <= rows and abs(one[0] - two[0]) < SHADES_APART:
                yield f"panel {index + 1}: {a!r} and {b!r} look alike in grey"


def _looks(axes: Any) -> list[tuple[str, tuple[Any, ...]]]:
    """(name, (luminance, stroke, marker, filled)) of every named series."""
    looks = []
    for container in axes.containers:
        name = str(container.get_label())
        if name.startswith("_") or not name:
            continue
        if isinstance(container, ErrorbarContainer):
            line = container[0] or container[2][0]
            looks.append((name, _look(line)))
        elif isinstance(container, BarContainer):
            bar = container[0]
            looks.append((name, (_luminance(bar.get_facecolor()[:3]), "bar", bar.get_hatch(), None)))
    looks += [
        (str(x.get_label()), _look(x)) for x in axes.lines if x.get_label() and not str(x.get_label()).startswith("_")
    ]
    return looks


def _look(line: Any) -> tuple[Any, ...]:
    if not hasattr(line, "get_marker"):
        return (_luminance(line.get_color()[0][:3]), "bars alone", None, None)
    stroke = line._unscaled_dash_pattern if line.get_linestyle() == "--" else line.get_linestyle()
    marker = None if line.get_marker() in ("None", "", " ", None) else str(line.get_marker())
    hollow = isinstance(line.get_markerfacecolor(), str) and line.get_markerfacecolor() == "none"
    width = round(2 * float(line.get_linewidth())) if stroke not in ("None", "none", "", " ") else None
    size = round(float(line.get_markersize()) / 2) if marker else None
    return (_luminance(line.get_color()), str(stroke), width, marker, size, hollow if marker else None)


def _luminance(colour: Any) -> float:
    """What is left of a colour in grey (Rec. 601), 0 black to 1 white."""
    return float(np.dot(to_rgb(colour), (0.299, 0.587, 0.114)))


def moved(saved: Mapping[str, Mapping[str, np.ndarray]]) -> dict[str, dict[str, np.ndarray]]:
    """The arrays with every number a little smaller, every count above one by one."""
    return {name: {key: _smaller(np.asarray(array)) for key, array in arrays.items()} for name, arrays in saved.items()}


def _smaller(a: np.ndarray) -> np.ndarray:
    return 0.99 * a if a.dtype.kind == "f" else a - (a > 1) if a.dtype.kind in "iu" else a


PRINTED = (overlapping, outside, wrong_size, unlabelled, hidden_by_legends, alike_in_grey)
"""Laws of what is printed."""
