"""What figures are drawn with: panels, in which a role chooses colour, marker and line.

    bridge, price = panels(2)
    bridge.exact(ratio, bound, "bound, equal masses")
    bridge.seeds(2 * EDGE / slopes, masses, "network", "GAN, instance noise")
    bridge.axes("gap / Lipschitz constant, $w/L$", "mass in the gap", log="x")

Colours are the Okabe-Ito set with a darker blue, so that the exact also differs in grey from what stands beside it.
Nothing here imports matplotlib: a figure arrives as an argument.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np

MM = 1 / 25.4
WIDTHS = {"single": 89 * MM, "double": 183 * MM}
"""Column widths in inches."""
COLOUR = {
    "data": "#000000",
    "exact": "#00518C",
    "network": "#D55E00",
    "control": "#999999",
    "other": "#009E73",
    "fifth": "#CC79A7",
    "vae": "#009E73",
    "gan": "#E69F00",
    "second": "#CC79A7",
    "third": "#009E73",
    "fourth": "#E69F00",
}
"""What each rôle looks like, everywhere."""


MARKER = {
    "data": ".", "exact": "o", "network": "o", "second": "^", "third": "v", "fourth": "D", "control": "s", "vae": "s", "gan": "^",
}  # fmt: skip
"""... and its points."""
ROLES = ("network", "second", "third", "fourth")
"""What is compared side by side, in this order."""
HOLLOW = {"ms": 2.5, "mfc": "none", "mew": 0.6, "ls": "none"}


def _named(label: str, role: str) -> str:
    """The label of what is drawn; without one its role: that stands in no legend, and names it in the table of the data."""
    return label or f"_{role}"


@dataclass
class Panel:
    """One pair of axes. Roles: data, exact, network, second, third, fourth, control, vae, gan; `look` goes to matplotlib.

    `ax` are matplotlib's own axes, for what has no word here.
    """

    ax: Any
    seeded: set[int] = field(default_factory=set)
    meant: str = ""

    def exact(self, x: Any, y: Any, label: str = "", style: str = "-", **look: Any) -> None:
        """A line of theory."""
        self.line(x, y, "exact", label, style, **look)

    def line(self, x: Any, y: Any, role: str, label: str = "", style: str = "-", **look: Any) -> None:
        """A line of any role."""
        self.ax.plot(x, y, **{"color": COLOUR[role], "ls": style, "label": _named(label, role), **look})

    def points(self, x: Any, y: Any, role: str, label: str = "", **look: Any) -> None:
        """Filled points, one for each number."""
        self.ax.plot(
            x, y, **{"color": COLOUR[role], "marker": MARKER[role], "ls": "none", "label": _named(label, role), **look}
        )

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
        bars = {"fmt": MARKER[role], "elinewidth": 0.7, "capsize": 1.5, **look}
        self.ax.errorbar(
            x, middle, [middle - low, high - middle], color=COLOUR[role], label=_named(label, role), **bars
        )
        return None

    def across(self, x: Any, y: float, role: str, label: str = "", **look: Any) -> None:
        """What seeds gave, lying: the median of (seeds,) at height y with the range of all seeds."""
        hollow = {"mfc": "none", "ms": 3, "elinewidth": 0.6, "capsize": 1}
        self.between(float(np.median(x)), float(np.min(x)), float(np.max(x)), y, role, label, **{**hollow, **look})

    def between(self, x: float, low: float, high: float, y: float, role: str, label: str = "", **look: Any) -> None:
        """A point at height y with a lying bar from low to high."""
        bars = {"fmt": MARKER[role], "capsize": 2, **look}
        self.ax.errorbar(x, y, xerr=[[x - low], [high - x]], color=COLOUR[role], label=_named(label, role), **bars)

    def bars(self, x: Any, heights: Any, width: float, role: str, label: str = "", **look: Any) -> None:
        """Upright bars."""
        self.ax.bar(x, heights, width, **{"color": COLOUR[role], "lw": 0, "label": _named(label, role), **look})

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
        self.ax.axhline(y, **{"color": COLOUR[role], "ls": style, "lw": 0.8, "label": _named(label, role), **look})

    def upright(self, x: float, role: str = "exact", label: str = "", style: str = "-", **look: Any) -> None:
        """A vertical line across the panel."""
        self.ax.axvline(x, **{"color": COLOUR[role], "ls": style, "lw": 0.8, "label": _named(label, role), **look})

    def diagonal(self, label: str, low: float, high: float) -> None:
        """Where both coordinates are equal."""
        self.line((low, high), (low, high), "exact", label, lw=0.8)

    def band(self, x: Any, low: Any, high: Any, role: str, label: str = "", **look: Any) -> None:
        """The area between two lines."""
        self.ax.fill_between(
            x, low, high, **{"color": COLOUR[role], "alpha": 0.25, "lw": 0, "label": _named(label, role), **look}
        )

    def stairs(self, heights: Any, edges: Any, role: str, label: str = "", **look: Any) -> None:
        """A histogram."""
        self.ax.stairs(heights, edges, **{"color": COLOUR[role], "label": _named(label, role), **look})

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

        A legend, if anything is labelled, stands at `legend` ("" for none) in `columns`; over it `heading`, or how many
        seeds there are and what their bars mean.
        """
        self.ax.set(xlabel=x_label, ylabel=y_label)
        for axis, letter, limits, ticks in (("x", "x", x, x_ticks), ("y", "y", y, y_ticks)):
            if letter in log:
                self.ax.set(**{f"{axis}scale": "log"})
            if limits is not None:
                self.ax.set(**{f"{axis}lim": limits})
            if ticks is not None:
                self._ticks(axis, ticks)
        if equal:
            self.ax.set_aspect("equal", adjustable="box")
        if legend and self.ax.get_legend_handles_labels()[1]:
            self.ax.legend(loc=legend, ncols=columns, title=heading or self._who())

    def _ticks(self, axis: str, ticks: Any) -> None:
        words = ticks if isinstance(ticks, dict) else {tick: f"{tick:g}" for tick in ticks}
        getattr(self.ax, f"set_{axis}ticks")(list(words), list(words.values()))
        self.ax.tick_params(axis=axis, which="minor", **{"labelbottom" if axis == "x" else "labelleft": False})

    def _who(self) -> str | None:
        counts = ", ".join(map(str, sorted(self.seeded)))
        return f"{counts} seeds{self.meant}" if counts else None


@dataclass
class Panels:
    """Makes the panels of one figure: `left, right = panels(2)`; side by side in a double column, else one below the other."""

    figure: Any

    def __call__(self, count: int) -> list[Panel]:
        return [Panel(axes) for axes in panels(self.figure, count)]

    @property
    def wide(self) -> bool:
        """Whether the figure is a double column wide."""
        return self.figure.get_figwidth() > WIDTHS["single"] * 1.2


def panels(figure: Any, count: int) -> list[Any]:
    """`count` axes with letters: side by side in a double column, one below the other in a single one."""
    wide = figure.get_figwidth() > WIDTHS["single"] * 1.2
    if not wide:
        figure.set_figheight(figure.get_figheight() * (0.35 + 0.65 * count))
    axes = np.atleast_1d(figure.subplots(1, count) if wide else figure.subplots(count, 1)).tolist()
    for letter, panel in zip("abcdef", axes, strict=False):
        if count > 1:
            panel.set_title(letter, loc="left", fontweight="bold")
    return axes


def spread(axes: Any, x: Any, rows: Any, colour: str, label: str, marker: str = "o") -> None:
    """Medians over seeds (rows) as points, with the range of all seeds as a bar."""
    rows = np.asarray(rows)
    middle, low, high = np.median(rows, axis=0), rows.min(axis=0), rows.max(axis=0)
    axes.errorbar(
        x, middle, [middle - low, high - middle], fmt=marker, color=colour, label=label, elinewidth=0.7, capsize=1.5
    )


def moments(steps: int, frames: int) -> list[int]:
    """`frames` steps of a film from 0 to the last, denser at first, where more happens."""
    return sorted({round(steps * (k / (frames - 1)) ** 2) for k in range(frames)})
