"""Figures in one plain look, so that two are compared by where things lie and not by how they are dressed."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.container import ErrorbarContainer

from proofs.words.drawing import MARK

LINE = {
    "color": "black",
    "lw": 0.7,
    "ms": 3,
    "mew": 0.7,
    "mfc": "black",
    "alpha": None,
    "zorder": 1,
    "clip_on": True,
    "rasterized": False,
}
AREA = {
    "facecolor": "black",
    "edgecolor": "black",
    "lw": 0.7,
    "linestyle": "-",
    "alpha": None,
    "zorder": 1,
    "hatch": None,
}
SHADE, CAPS = 32, 1e-4
"""Of 255, by how much a pixel differs; the share of pixels that may: where many strokes cross, and at the ends of strokes that are
clipped. One point has four times as many."""
NONE = ("None", "none", "", " ", None)


def alike(figure: Any, other: Any) -> bool:
    """Whether both show the same, each panel in black within the same limits, pixel by pixel; both are undressed by that."""
    pairs = list(zip(_panels(figure), _panels(other), strict=True))
    for _, like in pairs:
        like.get_xlim()  # settles, before anything is taken off
        like.get_ylim()
    for axes, like in pairs:
        _same_frame(axes, like)
    shown = [_pixels(one) for one in (figure, other)]
    return shown[0].min() < 255 and bool((np.abs(shown[0] - shown[1]) > SHADE).mean() <= CAPS)


def _panels(figure: Any) -> list[Any]:
    return [axes for axes in figure.axes if axes.get_label() != "<colorbar>"]


def _same_frame(axes: Any, like: Any) -> None:
    for letter, axis in (("x", like.xaxis), ("y", like.yaxis)):
        scale = axis.get_scale()
        more = {"linthresh": axis.get_transform().linthresh} if scale == "symlog" else {}
        limits = getattr(like, f"get_{letter}lim")()
        getattr(axes, f"set_{letter}scale")(scale, **more)
        getattr(axes, f"set_{letter}lim")(limits)


def _pixels(figure: Any) -> np.ndarray:
    """All panels side by side, as they are in black (rows, columns)."""
    panels = _panels(figure)
    figure.set_layout_engine("none")
    figure.set_size_inches(2 * len(panels), 2)
    figure.dpi = 100
    for artist in (*figure.legends, *figure.texts, *(axes for axes in figure.axes if axes not in panels)):
        artist.remove()
    for k, axes in enumerate(panels):
        axes.set(aspect="auto", title="", position=(k / len(panels), 0, 1 / len(panels), 1))
        axes.set_title("", loc="left")
        axes.set_axis_off()
        _undress(axes)
    canvas = FigureCanvasAgg(figure)
    canvas.draw()
    return np.asarray(canvas.buffer_rgba())[..., 0].astype(int)


def _undress(axes: Any) -> None:
    caps = {cap for c in axes.containers if isinstance(c, ErrorbarContainer) for cap in c[1]}
    marks = [line for line in axes.lines if line.get_label() == MARK]
    _remove([*filter(None, [axes.get_legend()]), *axes.texts, *caps, *marks])
    for line in axes.lines:
        line.set(
            **LINE,
            marker="none" if line.get_marker() in NONE else "o",
            ls="none" if line.get_linestyle() in NONE else "-",
        )
        along = line.get_transform().contains_branch_seperately(axes.transData)
        if along == (False, True):
            line.set_xdata([0, 1])
        if along == (True, False):
            line.set_ydata([0, 1])
    for area in (*axes.collections, *axes.patches):
        area.set(**AREA)
    for image in axes.images:
        image.set(cmap="Greys", clim=(0, 1), interpolation="nearest", alpha=None)


def _remove(artists: Iterable[Any]) -> None:
    for artist in artists:
        artist.remove()
