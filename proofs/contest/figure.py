"""The figure of a contest: on which share of its seeds each learner has the faults that tell most, and how good its samples are."""

from __future__ import annotations

from typing import Any

import numpy as np

from proofs.contest.standing import Standing
from proofs.contest.table import budget, short
from proofs.display import figures
from proofs.words.drawing import COLOUR, MM, ROLES, WIDTHS, Panel, Panels
from theory.validation.inputs import choice

SHOWN = ("dropped", "blurred", "bridged", "invented")
"""Faults that are drawn where they were looked for; the table has all."""
ROW, REST = 8.5 * MM, 26 * MM
"""Height of a learner, and of all that is not one."""


def draw(standing: Standing, width: str = "double") -> Any:
    """A matplotlib Figure; raises ValueError unless width is single or double."""
    choice("width", width, WIDTHS)

    def drawn(figure: Any) -> None:
        scored = any(one.good is not None for one in standing.lines)
        single = width == "single"
        rows = (len(standing.lines) * ROW + REST) * (2 if single and scored else 1)
        figure.set_size_inches(WIDTHS[width], rows)
        panels = Panels(figure)(2 if scored else 1)
        _faults(panels[0], standing)
        if scored:
            _good(panels[1], standing, named=single)

    return figures.styled(drawn, width)


def caption(standing: Standing) -> str:
    """What is shown, in words; nothing in it is typed by hand."""
    level = 100 * standing.settings.confidence
    said = [
        f"{one.learner}: {', '.join(f'{r.fault} on {r.k} of {r.n} seeds' for r in one.rates if r.k) or 'no fault'}"
        for one in standing.lines
    ]
    return f"{budget(standing)}. Bars are exact {level:g} % intervals. {'; '.join(said)}."


def _faults(panel: Panel, standing: Standing) -> None:
    """For each learner and fault the share of seeds, with its exact interval."""
    faults = [fault for fault in SHOWN if fault in standing.faults] or list(standing.faults[:4])
    step = 0.7 / max(1, len(faults))
    for j, fault in enumerate(faults):
        for i, one in enumerate(standing.lines):
            rate, at = one.rate(fault), i + (j - (len(faults) - 1) / 2) * step
            if rate is not None:
                marker, look = "os^D"[j], {"ms": 3, "elinewidth": 0.8, "capsize": 1.5, "mfc": "none" if j % 2 else None}
                panel.ax.errorbar(
                    rate.k / rate.n, at, xerr=[[rate.k / rate.n - rate.low], [rate.high - rate.k / rate.n]], fmt=marker,
                    color=COLOUR[ROLES[j]], label=fault if i == 0 else f"_{ROLES[j]}", **look,
                )  # fmt: skip
    panel.ax.set_xlim(-0.03, 1.03)
    _rows(panel, standing, named=True)
    level = f"{100 * standing.settings.confidence:g} % interval"
    panel.axes(f"share of {standing.settings.seeds} seeds with the fault, exact {level}", "", legend="")
    handles, labels = panel.ax.get_legend_handles_labels()
    panel.ax.legend(handles, labels, loc="lower right", bbox_to_anchor=(1.0, 1.0), ncols=2, borderaxespad=0.2)


def _good(panel: Panel, standing: Standing, *, named: bool) -> None:
    """The share of good samples of every seed, and their median."""
    for i, one in enumerate(standing.lines):
        good = [0.0 if seed.score is None else seed.score.good for seed in standing.seeds[one.learner]]
        spread = np.linspace(-0.25, 0.25, len(good)) if len(good) > 1 else np.zeros(1)
        panel.ax.plot(good, i + spread, **_POINTS, label="a seed" if i == 0 else "_data")
        panel.ax.plot(
            [np.median(good)] * 2,
            [i - 0.35, i + 0.35],
            color=COLOUR["exact"],
            lw=1.6,
            label="median" if i == 0 else "_exact",
        )
    panel.ax.set_xlim(-0.03, 1.03)
    _rows(panel, standing, named=named)
    panel.axes("share of good samples", "", legend="")
    panel.ax.legend(loc="lower right", bbox_to_anchor=(1.0, 1.0), ncols=2, borderaxespad=0.2)


_POINTS: dict[str, Any] = {"color": COLOUR["data"], "marker": "o", "ls": "none", "ms": 2.5, "mfc": "none", "mew": 0.5}


def _rows(panel: Panel, standing: Standing, *, named: bool) -> None:
    names = [short(one.learner) for one in standing.lines]
    panel.ax.set_yticks(range(len(names)), names if named else [""] * len(names))
    panel.ax.set_ylim(len(names) - 0.5, -0.5)
