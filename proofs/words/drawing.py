"""What figures are drawn with: panels, in which a role chooses colour, marker and line.

    bridge, price = panels(2)
    bridge.exact(ratio, bound, "bound, equal masses")
    bridge.seeds(2 * EDGE / slopes, masses, "network", "GAN, instance noise")
    bridge.axes("gap / Lipschitz constant, $w/L$", "mass in the gap", log="x")

Each role has one colour and one marker everywhere. All colours but black keep a contrast of 3 to white and to a dark page, and
those of data, theory, VAE, GAN, other networks and control stay apart where red, green or blue is not seen. What lies
beyond the axes is marked at their edge and counted. Nothing here imports matplotlib: a figure arrives as an argument.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np

MM = 1 / 25.4
WIDTHS = {"single": 89 * MM, "double": 183 * MM}
"""Column widths in inches."""
COLOUR = {
    "data": "#000000",
    "exact": "#177EF1",
    "vae": "#107A6E",
    "gan": "#DD4525",
    "network": "#BD0AAF",
    "control": "#909090",
    "second": "#9A6B00",
    "third": "#6A5FC4",
    "fourth": "#0C8FA3",
}
"""What each role looks like, everywhere; from `second` on, more networks that are compared with `network`."""
MARKER = {
    "data": ".", "exact": "o", "vae": "s", "gan": "^", "network": "o", "control": "x", "second": "D", "third": "v", "fourth": "P",
}  # fmt: skip
"""... and its points."""
ROLES = ("network", "second", "third", "fourth")
"""What is compared side by side, in this order."""
LETTER = 0.06
"""What of a panel's width its letter takes."""
CARETS = {"left": 4, "right": 5, "above": 6, "below": 7}
"""Markers of matplotlib's that stand inside an edge and point beyond it."""
BEYOND = {"left": "◂ {} further left", "right": "▸ {} further right", "above": "▴ {} above", "below": "▾ {} below"}
"""Over the panel is said how many there are."""
MARK = "_beyond"
"""The label of a mark that stands for a point beyond the edge, and is none of the data."""
FAR, EDGE = 1e300, 1e-9
"""In place of infinity; the part of a panel by which a point may lie outside and still be inside, for rounding."""
FEW_POWERS = 200
"""Over how much of a logarithmic axis powers of ten alone would be too few numbers."""
LINE, ROOM = 8.5, 0.6
"""Points from one line of text to the next; what of a figure's height its panels have, about."""
HOLLOW = {"ms": 2.5, "mfc": "none", "mew": 0.6, "ls": "none"}


def wide(figure: Any) -> bool:
    """Whether the figure is a double column wide."""
    return figure.get_figwidth() > WIDTHS["single"] * 1.2


def _named(label: str, role: str) -> str:
    """The label of what is drawn; without one its role: that stands in no legend, and names it in the table of the data."""
    return label or f"_{role}"


def _flat(artists: Any) -> Iterator[Any]:
    """The artists in containers and lists, one by one."""
    if isinstance(artists, Iterable) and not hasattr(artists, "draw"):
        for one in artists:
            yield from _flat(one)
    elif artists is not None:
        yield artists


def _apart(places: list[float], gap: float) -> list[float]:
    """Sorted places between 0 and 1, moved as little as possible (least squares) so that each is `gap` above the one before."""
    groups: list[list[float]] = []
    for k, place in enumerate(places):
        groups.append([place - k * gap])
        while len(groups) > 1 and np.mean(groups[-2]) > np.mean(groups[-1]):
            last = groups.pop()
            groups[-1] += last
    level = [float(np.mean(group)) for group in groups for _ in group]
    return [min(max(y, 0.0), 1 - gap * (len(level) - 1)) + k * gap for k, y in enumerate(level)]


def _settle(axes: Any) -> None:
    """Have the limits that follow the data worked out, which happens only when somebody asks for them."""
    axes.get_xlim()
    axes.get_ylim()


def edged(axes: Any, x: Any, y: Any) -> tuple[np.ndarray, np.ndarray]:
    """Points as fractions of the panel (n, 2), held inside it, and the side beyond which each one lies: "" inside and for NaN.

    On a logarithmic axis what is not positive lies below it, or left of it.
    """
    _settle(axes)
    points = np.nan_to_num(np.column_stack([x, y]).astype(float), nan=np.nan, posinf=FAR, neginf=-FAR)
    at = axes.transAxes.inverted().transform(axes.transData.transform(points))
    tests = {
        "left": at[:, 0] < -EDGE,
        "right": at[:, 0] > 1 + EDGE,
        "below": at[:, 1] < -EDGE,
        "above": at[:, 1] > 1 + EDGE,
    }
    sides = np.full(len(at), "", dtype=object)
    for side, beyond in tests.items():
        sides[beyond & ~np.isnan(at).any(axis=1)] = side
    return np.clip(at, 0.0, 1.0), sides


@dataclass
class Panel:
    """One pair of axes. Roles: data, exact, network, second, third, fourth, control, vae, gan; `look` goes to matplotlib.

    `ax` are matplotlib's own axes, for what has no word here.
    """

    ax: Any
    seeded: set[int] = field(default_factory=set)
    meant: str = ""
    palette: Mapping[str, str] = field(default_factory=lambda: COLOUR)

    def colour(self, role: str) -> str:
        """What the role looks like here, for what has no word."""
        return self.palette[role]

    def own(self, role: str, artists: Any) -> None:
        """Note the role of what matplotlib has drawn for it: one artist, a container of some, or a list."""
        for artist in _flat(artists):
            artist.role = role

    def exact(self, x: Any, y: Any, label: str = "", style: str = "-", **look: Any) -> None:
        """A line of theory."""
        self.line(x, y, "exact", label, style, **look)

    def line(self, x: Any, y: Any, role: str, label: str = "", style: str = "-", **look: Any) -> None:
        """A line of any role."""
        look = {"color": self.palette[role], "ls": style, "label": _named(label, role), **look}
        self.own(role, self.ax.plot(x, y, **look))

    def points(self, x: Any, y: Any, role: str, label: str = "", **look: Any) -> None:
        """Filled points, one for each number."""
        look = {"color": self.palette[role], "marker": MARKER[role], "ls": "none", "label": _named(label, role), **look}
        self.own(role, self.ax.plot(x, y, **look))

    def seeds(self, x: Any, y: Any, role: str, label: str = "", *, quartiles: bool = False, **look: Any) -> None:
        """What seeds gave: (seeds, len(x)) as medians with the range of all seeds, (seeds,) as one hollow point a seed.

        quartiles: bars end there, where the range would be too long.
        """
        y = np.asarray(y)
        self.seeded.add(len(y))
        if y.ndim == 1:
            return self.points(x, y, role, label, **{**HOLLOW, **look})
        self.meant = ", median and quartiles" if quartiles else ", median and range"
        low, middle, high = np.quantile(y, (0.25, 0.5, 0.75) if quartiles else (0.0, 0.5, 1.0), axis=0)
        bars = {"fmt": MARKER[role], "elinewidth": 0.7, "capsize": 1.5, "color": self.palette[role], **look}
        ends = [middle - low, high - middle]
        self.own(role, self.ax.errorbar(x, middle, ends, label=_named(label, role), **bars))
        return None

    def across(self, x: Any, y: float, role: str, label: str = "", **look: Any) -> None:
        """What seeds gave, lying: the median of (seeds,) at height y with the range of all seeds."""
        hollow = {"mfc": "none", "ms": 3, "elinewidth": 0.6, "capsize": 1}
        self.between(float(np.median(x)), float(np.min(x)), float(np.max(x)), y, role, label, **{**hollow, **look})

    def between(self, x: float, low: float, high: float, y: float, role: str, label: str = "", **look: Any) -> None:
        """A point at height y with a lying bar from low to high."""
        bars = {"fmt": MARKER[role], "capsize": 2, "color": self.palette[role], **look}
        ends = [[x - low], [high - x]]
        self.own(role, self.ax.errorbar(x, y, xerr=ends, label=_named(label, role), **bars))

    def bars(self, x: Any, heights: Any, width: float, role: str, label: str = "", **look: Any) -> None:
        """Upright bars."""
        look = {"color": self.palette[role], "lw": 0, "label": _named(label, role), **look}
        self.own(role, self.ax.bar(x, heights, width, **look))

    def shades(self, shares: Any, label: str) -> None:
        """Shares (rows, columns) between 0 and 1 in grey, each with its number; the first row lowest."""
        image = self.ax.imshow(shares, cmap="Greys", vmin=0, vmax=1, aspect="auto", origin="lower")
        for (row, column), share in np.ndenumerate(np.asarray(shares)):
            ink = "white" if share > 0.5 else "black"
            self.ax.text(column, row, f"{share:.2f}", ha="center", va="center", fontsize=7, color=ink)
        self.ax.figure.colorbar(image, ax=self.ax, label=label)

    def mark(self, x: float, y: float, label: str, role: str = "data", **look: Any) -> None:
        """One point; "{}" in its label is its height."""
        self.points([x], [y], role, label.format(y), **{"ms": 4, "marker": "o", **look})

    def level(self, y: float, role: str = "exact", label: str = "", style: str = "-", **look: Any) -> None:
        """A horizontal line across the panel."""
        look = {"color": self.palette[role], "ls": style, "lw": 0.8, "label": _named(label, role), **look}
        self.own(role, self.ax.axhline(y, **look))

    def upright(self, x: float, role: str = "exact", label: str = "", style: str = "-", **look: Any) -> None:
        """A vertical line across the panel."""
        look = {"color": self.palette[role], "ls": style, "lw": 0.8, "label": _named(label, role), **look}
        self.own(role, self.ax.axvline(x, **look))

    def diagonal(self, label: str, low: float, high: float) -> None:
        """Where both coordinates are equal."""
        self.line((low, high), (low, high), "exact", label, lw=0.8)

    def band(self, x: Any, low: Any, high: Any, role: str, label: str = "", **look: Any) -> None:
        """The area between two lines."""
        look = {"color": self.palette[role], "alpha": 0.25, "lw": 0, "label": _named(label, role), **look}
        self.own(role, self.ax.fill_between(x, low, high, **look))

    def stairs(self, heights: Any, edges: Any, role: str, label: str = "", **look: Any) -> None:
        """A histogram."""
        look = {"color": self.palette[role], "label": _named(label, role), **look}
        self.own(role, self.ax.stairs(heights, edges, **look))

    def note(self, text: str, x: float, y: float, **look: Any) -> None:
        """Words at a place."""
        self.ax.annotate(text, (x, y), **{"fontsize": 7, "xytext": (3, 3), "textcoords": "offset points", **look})

    def axes(
        self,
        x_label: str,
        y_label: str,
        *,
        log: str = "",
        x: tuple[float, float] | None = None,
        y: tuple[float, float] | None = None,
        x_ticks: Any = None,
        y_ticks: Any = None,
        equal: bool = False,
        legend: str = "best",
        columns: int = 1,
        heading: str = "",
    ) -> None:
        """Finish the panel: names, limits and logarithmic axes ("x", "y", "xy"); ticks as numbers, or numbers with words.

        A legend, if anything is labelled, stands at `legend` in `columns`, a place inside as matplotlib names it or "above"
        the panel; over it `heading`, or how many seeds there are and what their bars mean. With "ends" each line bears its
        name at its right end instead, and with "" there are none. Points beyond the limits are marked there and counted.
        """
        self.ax.set(xlabel=x_label, ylabel=y_label)
        for axis, letter, limits, ticks in (("x", "x", x, x_ticks), ("y", "y", y, y_ticks)):
            if letter in log:
                self.ax.set(**{f"{axis}scale": "log"})
            if limits is not None:
                self.ax.set(**{f"{axis}lim": limits})
            if ticks is None and letter in log:
                ticks = self._between_powers(axis)
            if ticks is not None:
                self._ticks(axis, ticks)
        if equal:
            self.ax.set_aspect("equal", adjustable="box")
        self._mark_what_is_beyond()
        if legend == "ends":
            self._name_ends()
        elif legend and self.ax.get_legend_handles_labels()[1]:
            self._legend(legend, columns, heading or self._who())

    def _legend(self, place: str, ncols: int, title: str | None) -> None:
        """Inside, or over the panel and right of its letter: then the figure grows by as much."""
        if place != "above":
            self.ax.legend(loc=place, ncols=ncols, title=title)
            return
        beside = LETTER if self.ax.get_title(loc="left") else 0.0
        look = {"loc": "lower left", "borderaxespad": 0.2, "alignment": "left", "title_fontsize": 7}
        self.ax.legend(ncols=ncols, title=title, bbox_to_anchor=(beside, 1.0), **look)
        rows = -(-len(self.ax.get_legend_handles_labels()[1]) // ncols) + bool(title)
        figure, more = self.ax.figure, rows * LINE / 72
        before = getattr(figure, "above", 0.0)
        figure.above = max(before, more) if wide(figure) else before + more
        figure.set_figheight(figure.get_figheight() + figure.above - before)

    def _mark_what_is_beyond(self) -> None:
        """A caret at the edge for every point that lies beyond it, on the side where it does, and how many there are."""
        beyond: dict[str, int] = {}
        for line in list(self.ax.lines):
            if line.get_marker() in ("None", "", " ", None):
                continue
            at, sides = edged(self.ax, *line.get_data())
            for side, caret in CARETS.items():
                if not (out := sides == side).any():
                    continue
                beyond[side] = beyond.get(side, 0) + int(out.sum())
                look = {"marker": caret, "ms": 3.5, "mew": 0, "ls": "none", "color": line.get_color(), "clip_on": False}
                marks = self.ax.plot(*at[out].T, transform=self.ax.transAxes, label=MARK, **look)
                self.own(getattr(line, "role", ""), marks)
        if beyond:
            told = ", ".join(BEYOND[side].format(count) for side, count in beyond.items())
            self.ax.annotate(
                told, (1.0, 1.0), xycoords="axes fraction", xytext=(0, 3), textcoords="offset points", fontsize=7, ha="right",
            )  # fmt: skip

    def _name_ends(self) -> None:
        """Beside the right end of each labelled line its label, in its colour, no two on one another."""
        _settle(self.ax)
        figure = self.ax.figure
        rows = 1 if wide(figure) else len(figure.axes)
        height = figure.get_figheight() * 72 * ROOM / rows
        ends: list[tuple[float, Any]] = []
        for line in self.ax.lines:
            if not str(line.get_label()).startswith("_"):
                at = self.ax.transAxes.inverted().transform(
                    line.get_transform().transform(np.transpose(line.get_data()))
                )
                inside = at[np.isfinite(at).all(axis=1) & (at > -1e-9).all(axis=1) & (at < 1 + 1e-9).all(axis=1)]
                ends.append((float(inside[-1, 1]) if len(inside) else 0.5, line))
        ends.sort(key=lambda end: end[0])
        for place, (_, line) in zip(_apart([y for y, _ in ends], LINE / height), ends, strict=True):
            self.ax.annotate(
                line.get_label(),
                (1.02, place),
                xycoords="axes fraction",
                fontsize=7,
                va="center",
                color=line.get_color(),
            )

    def _ticks(self, axis: str, ticks: Any) -> None:
        words = ticks if isinstance(ticks, dict) else {tick: f"{tick:g}" for tick in ticks}
        getattr(self.ax, f"set_{axis}ticks")(list(words), list(words.values()))
        self.ax.tick_params(axis=axis, which="minor", **{"labelbottom" if axis == "x" else "labelleft": False})

    def _between_powers(self, axis: str) -> list[float] | None:
        """Where a logarithmic axis has few powers of ten: numbers between them as well, that leave room for one another."""
        _settle(self.ax)
        low, high = sorted(getattr(self.ax, f"get_{axis}lim")())
        if high >= FEW_POWERS * low:
            return None
        steps = (1, 3) if high > 20 * low else (1, 2, 5)
        powers = range(math.floor(math.log10(low)), math.ceil(math.log10(high)) + 1)
        ticks = [step * 10.0**power for power in powers for step in steps if low <= step * 10.0**power <= high]
        return ticks if ticks[1:] else None

    def _who(self) -> str | None:
        counts = ", ".join(map(str, sorted(self.seeded)))
        return f"{counts} seeds{self.meant}" if counts else None


@dataclass
class Panels:
    """Makes the panels of one figure: `left, right = panels(2)`; side by side in a double column, else one below the other."""

    figure: Any
    made: list[Panel] = field(default_factory=list)
    palette: Mapping[str, str] = field(default_factory=lambda: COLOUR)

    def __call__(self, count: int) -> list[Panel]:
        new = [Panel(axes, palette=self.palette) for axes in panels(self.figure, count)]
        self.made += new
        return new

    @property
    def wide(self) -> bool:
        """Whether the figure is a double column wide."""
        return wide(self.figure)

    @property
    def seeds(self) -> str:
        """Of how many seeds points are drawn, in words; empty where of none."""
        counts = sorted({count for panel in self.made for count in panel.seeded})
        if not counts:
            return ""
        return f"{counts[0]}{f' to {counts[-1]}' if counts[1:] else ''} seeds each"


def panels(figure: Any, count: int) -> list[Any]:
    """`count` axes with letters: side by side in a double column, one below the other in a single one."""
    if not wide(figure):
        figure.set_figheight(figure.get_figheight() * (0.35 + 0.65 * count))
    axes = np.atleast_1d(figure.subplots(1, count) if wide(figure) else figure.subplots(count, 1)).tolist()
    for letter, panel in zip("abcdef", axes, strict=False):
        if count > 1:
            panel.set_title(letter, loc="left", fontweight="bold")
    return axes


def moments(steps: int, frames: int) -> list[int]:
    """`frames` steps of a film from 0 to the last, denser at first, where more happens."""
    return sorted({round(steps * (k / (frames - 1)) ** 2) for k in range(frames)})
