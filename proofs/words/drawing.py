"""What figures are drawn with: panels, the colour of each rôle, medians with the range of the seeds.

Colours are the Okabe-Ito set with a darker blue, so that the exact also differs in grey from what stands beside it.
Nothing here imports matplotlib: a figure arrives as an argument.
"""

from __future__ import annotations

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
}
"""What each rôle looks like, everywhere."""


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
