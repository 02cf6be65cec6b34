"""One figure of a diagnosis: samples on what they are held against, then masses and spreads of the modes, with intervals.

    a  samples: what lies in a mode, what is bridged between two, what is elsewhere
    b  the share of samples in each mode beside the law's        (checks beside what the truth scores, where no modes are known)
    c  the spread within each mode, over the law's
    d  of several seeds, the probability of each fault

In more than two dimensions samples and law are seen along the two axes in which what they are held against varies most.
"""

from __future__ import annotations

import textwrap
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from proofs.diagnosis.conditionals import Conditional, Law
from proofs.words.drawing import COLOUR, Panel, Panels
from theory import GaussianMixture
from theory.diagnosis import Diagnosis
from theory.validation.inputs import Array

if TYPE_CHECKING:
    from proofs.diagnosis.asking import Diagnosed

SHOWN = 2_000
"""Samples that are drawn, evenly through all of them: those of one mode or one fault may stand together."""
CIRCLE = np.linspace(0, 2 * np.pi, 61)
COLUMNS = 120
"""Places x at which a law of y given x is drawn."""
TELLING = 4.0
"""An interval of a spread that is wider, as a factor, says nothing."""
REACH = 3.0
"""How far from the middle of what is held against, in units of half its extent, a sample is drawn; the rest at the edge."""
LOOKS: dict[str, tuple[str, str, dict[str, Any]]] = {
    "in a mode": ("data", "in a mode", {"marker": ".", "ms": 2.2, "mew": 0, "alpha": 0.6}),
    "bridged": ("network", "bridged", {"marker": "^", "ms": 3, "mew": 0}),
    "elsewhere": ("second", "elsewhere", {"marker": "s", "ms": 2.4, "mew": 0.6, "mfc": "none"}),
}
"""Rôle, label and marker of samples by where they lie."""


def draw(found: Diagnosed, width: str = "single") -> Any:
    """The figure at a column's width, `single` or `double`.

    Raises ValueError for another width.
    """
    from proofs.display import figures
    from theory.validation.inputs import choice

    choice("width", width, ("single", "double"))
    return figures.styled(lambda figure: _drawn(figure, found), width)


def caption(found: Diagnosed) -> str:
    """What is shown, in words."""
    one = found.first
    parts = [found.heading, "a: " + _shown_words(found)]
    if one.masses is not None:
        parts += [
            "b: share of samples in each mode with its interval, beside the law's",
            "c: spread within each mode, over the law's",
        ]
    else:
        parts += ["b: each check, over the most that the truth scores"]
    if found.several is not None:
        parts += [f"{'d' if one.masses is not None else 'c'}: probability of each fault over {len(found.names)} seeds"]
    return ". ".join(parts) + "."


def _shown_words(found: Diagnosed) -> str:
    n = len(found.points)
    some = f"{SHOWN:,} of {n:,} samples" if n > SHOWN else f"{n:,} samples"
    return some + (f" of {found.names[0]}" if found.several is not None else "") + _seen_from(found)


def _seen_from(found: Diagnosed) -> str:
    return f", along the two principal axes of {found.points.shape[1]}" if found.points.shape[1] > 2 else ""


def _drawn(figure: Any, found: Diagnosed) -> None:
    one = found.first
    count = 2 + (one.masses is not None) + (found.several is not None)
    first, *rest = _panels(figure, count)
    title = textwrap.fill(found.verdict, 100 if Panels(figure).wide else 50)
    figure.suptitle(title, x=0.02, ha="left", fontsize=8, fontweight="bold")
    _samples(first, found)
    if one.masses is not None:
        _masses(rest[0], found)
        _spreads(rest[1], found)
    else:
        _checks(rest[0], one)
    if found.several is not None:
        _rates(rest[-1], found)


def _panels(figure: Any, count: int) -> list[Panel]:
    """In a double column two side by side, in rows, the first of three as high as both others; else one below the other."""
    wide = Panels(figure).wide and count > 2
    if not wide:
        return Panels(figure)(count)
    figure.set_figheight(figure.get_figheight() * 1.65)
    grid = figure.add_gridspec(2, 2)
    cells = [grid[:, 0], grid[0, 1], grid[1, 1]] if count == 3 else [grid[divmod(k, 2)] for k in range(count)]
    axes = [figure.add_subplot(cell) for cell in cells]
    for letter, one in zip("abcdef", axes, strict=False):
        one.set_title(letter, loc="left", fontweight="bold")
    return [Panel(one) for one in axes]


# --- samples --------------------------------------------------------------------------------------------------------------


def _samples(panel: Panel, found: Diagnosed) -> None:
    if found.points.shape[1] == 1:
        _on_the_line(panel, found)
    else:
        _in_the_plane(panel, found)


def _groups(labels: Any) -> list[tuple[str, Any]]:
    """Which samples lie where; empty groups are left out."""
    masks = {"in a mode": labels >= 0, "bridged": labels == -1, "elsewhere": labels == -2}
    return [(name, mask) for name, mask in masks.items() if mask.any()]


def _on_the_line(panel: Panel, found: Diagnosed) -> None:
    """A histogram of all samples, the density above it, and below it what lies between modes or elsewhere."""
    x, law, reference = found.points[:, 0], found.against.law, found.against.reference
    own = law.sample(SHOWN, 0) if law is not None else reference[:, 0] if reference is not None else x
    x, beyond = _held(x[:, None], np.asarray(own).reshape(-1, 1))
    low, high = float(min(x.min(), own.min())), float(max(x.max(), own.max()))
    high = high if high > low else low + 1.0
    edges = np.linspace(low, high, 81)
    share = np.histogram(x[:, 0], edges)[0] / len(x) / (edges[1] - edges[0])
    panel.stairs(share, edges, "data", "samples", lw=0.8)
    if law is not None:
        fine = np.linspace(low, high, 1001)
        panel.exact(fine, law.pdf(fine), "law", lw=1.0)
    elif reference is not None:
        panel.stairs(np.histogram(reference[:, 0], edges)[0] / len(reference) / (edges[1] - edges[0]), edges, "control", "reference", lw=0.8)  # fmt: skip
    floor = -0.06 * float(share.max())
    for name, mask in _groups(found.first.labels):
        if found.modal and name != "in a mode":
            role, label, look = LOOKS[name]
            some = x[mask][_evenly(int(mask.sum())), 0]
            panel.points(some, np.full(len(some), floor), role, label, **look)
    _finish(panel, f"sample{beyond}", "density")


def _evenly(n: int) -> np.ndarray:
    """Which of n are drawn."""
    return np.linspace(0, n - 1, min(n, SHOWN)).round().astype(int)


def _in_the_plane(panel: Panel, found: Diagnosed) -> None:
    shown = _evenly(len(found.points))
    points, labels = found.points[shown], found.first.labels[shown]
    law, reference = found.against.law, found.against.reference
    names = ("first coordinate", "second coordinate")
    if found.against.conditional is not None:
        names = ("given x", "sample y")
    elif points.shape[1] > 2:
        cov = law.cov if law is not None else np.cov((reference if reference is not None else points).T)
        axes = np.linalg.eigh(cov)[1][:, ::-1][:, :2]
        points, reference = points @ axes, None if reference is None else reference @ axes
        law = None if law is None else _seen(law, axes)
        names = ("first principal axis", "second principal axis")
    own = law.sample(SHOWN, 0) if law is not None else reference[:SHOWN] if reference is not None else points
    points, beyond = _held(points, np.asarray(own))
    if reference is not None:
        panel.points(reference[:SHOWN, 0], reference[:SHOWN, 1], "control", "reference", marker="o", ms=2.0, mew=0)
    for name, mask in _groups(labels) if found.modal else [("in a mode", np.full(len(points), True))]:
        role, label, look = LOOKS[name]
        panel.points(points[mask, 0], points[mask, 1], role, label if found.modal else "samples", **look)
    if law is not None:
        _contours(panel, law)
    if found.against.conditional is not None:
        _branches(panel, found.against.conditional, found.points)
    whose = f", first of {len(found.names)} seeds" if found.several is not None else ""
    _finish(panel, names[0] + whose + beyond, names[1], equal=found.against.conditional is None)


def _seen(law: GaussianMixture, axes: Array) -> GaussianMixture:
    """The law of what is seen of it along two axes: a mixture again."""
    covs = axes.T @ law.covs @ axes
    return GaussianMixture(law.weights, law.means @ axes, covs=0.5 * (covs + covs.transpose(0, 2, 1)))


def _contours(panel: Panel, law: GaussianMixture) -> None:
    """Of each mode the ellipses that hold half of it and 99 %."""
    factors = np.linalg.cholesky(law.covs)
    around = np.stack([np.cos(CIRCLE), np.sin(CIRCLE)])
    for share, style in ((0.5, "-"), (0.99, "--")):
        for k, (mean, factor) in enumerate(zip(law.means, factors, strict=True)):
            x, y = mean[:, None] + np.sqrt(-2 * np.log1p(-share)) * factor @ around
            panel.exact(x, y, f"{100 * share:.0f} % of a mode" if k == 0 else "", style, lw=0.7)


def _branches(panel: Panel, known: Conditional, points: Array) -> None:
    """At some of the x that are given, what y may be: intervals, or 99 % of each Gaussian."""
    if known.inputs > 1 or known.dim > 1:
        return
    at = np.unique(points[:, 0])
    x = np.unique(at[np.searchsorted(at, np.linspace(at[0], at[-1], COLUMNS))])
    laws = known.laws(x[:, None])
    spans = [
        (place, low, high)
        for place, law in zip(x.tolist(), laws, strict=True)
        for low, high in zip(*(_ends(law)), strict=True)
    ]
    panel.ax.vlines(*np.array(spans).T, color=COLOUR["exact"], alpha=0.35, lw=0.8, label="law at some x")


def _ends(law: Law) -> tuple[list[float], list[float]]:
    if isinstance(law, GaussianMixture):
        middle, half = law.means.ravel(), 2.576 * law.stds.ravel()
        return (middle - half).tolist(), (middle + half).tolist()
    return law.low.tolist(), law.high.tolist()


def _held(points: Array, own: Array) -> tuple[Array, str]:
    """Points as they are drawn: what lies far out is put at the edge, and it is said how many that are."""
    low, high = own.min(axis=0), own.max(axis=0)
    middle, half = 0.5 * (low + high), REACH * 0.5 * (high - low)
    half = np.where(half > 0, half, np.abs(points - middle).max(axis=0) + 1.0)
    held = np.clip(points, middle - half, middle + half)
    count = int((held != points).any(axis=1).sum())
    return held, f" ({count:,} farther out, at the edge)" if count else ""


def _finish(panel: Panel, x: str, y: str, *, equal: bool = False) -> None:
    """Names and, above the panel, the legend: nothing runs through it there."""
    panel.axes(x, y, legend="")
    if equal:
        panel.ax.set_aspect("equal", adjustable="datalim")
    handles, labels = panel.ax.get_legend_handles_labels()
    if labels:
        columns = 2 if len(labels) > 1 else 1
        panel.ax.legend(handles, labels, loc="lower right", bbox_to_anchor=(1.0, 1.0), ncols=columns, borderaxespad=0.2)


# --- modes ----------------------------------------------------------------------------------------------------------------


def _bars(panel: Panel, at: Any, middle: Array, low: Array, high: Array, label: str) -> None:
    """Points with upright intervals."""
    size = 3 if len(at) <= 30 else 1.5
    panel.ax.errorbar(at, middle, [np.maximum(middle - low, 0), np.maximum(high - middle, 0)], fmt="o", ms=size, color=COLOUR["network"], elinewidth=0.8, capsize=1.5, label=label)  # fmt: skip


def _masses(panel: Panel, found: Diagnosed) -> None:
    one = found.first
    assert one.masses is not None
    assert one.weights is not None
    assert one.mass_low is not None
    assert one.mass_high is not None
    at = np.arange(len(one.masses))
    top = float(max(one.mass_high.max(), one.weights.max()))
    panel.points(at, one.weights, "exact", "law", marker="_", ms=9 if len(at) <= 30 else 4, mew=1.6)
    _bars(panel, at, one.masses, one.mass_low, one.mass_high, _who(found))
    panel.axes(_place(found), "share of samples", legend="", y=(-0.04 * top, 1.08 * top))
    _modes_axis(panel, len(at))
    _finish(panel, _place(found), "share of samples")


def _spreads(panel: Panel, found: Diagnosed) -> None:
    one = found.first
    assert one.spreads is not None
    assert one.spread_low is not None
    assert one.spread_high is not None
    known = np.isfinite(one.spreads) & np.isfinite(one.spread_low) & np.isfinite(one.spread_high) & (one.spread_low > 0)
    panel.level(1.0, "exact", "law")
    at = np.arange(len(one.spreads))[known]
    if known.any():
        low, high = one.spread_low[known], one.spread_high[known]
        _bars(panel, at, one.spreads[known], low, high, _who(found))
        told = high < TELLING * low  # what says nothing must not hide the others: its bar may leave the panel
        seen = [one.spreads[known], np.ones(1), low[told], high[told]]
        bottom, top = min(v.min() for v in seen if len(v)), max(v.max() for v in seen if len(v))
        panel.ax.set_yscale("log")
        panel.ax.set_ylim(bottom / 1.08, top * 1.08)
        _plain_ticks(panel, bottom / 1.08, top * 1.08)
    _modes_axis(panel, len(one.spreads))
    _finish(panel, _place(found), "spread / law's spread")


def _plain_ticks(panel: Panel, low: float, high: float) -> None:
    """Factors as people write them, on a logarithmic axis."""
    near = [f for f in (0.8, 0.9, 1.0, 1.1, 1.2, 1.5) if low <= f <= high]
    far = [f for f in (0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1.0, 2.0, 5.0, 10.0, 20.0, 50.0, 100.0) if low <= f <= high]
    ticks = (
        near
        if high < 1.6 and low > 0.6
        else [f for f in (0.5, 0.7, 1.0, 1.4, 2.0) if low <= f <= high]
        if high < 2.5 and low > 0.4
        else far
    )
    panel.ax.set_yticks(ticks, [f"{tick:g}" for tick in ticks])
    panel.ax.set_yticks([], minor=True)


def _place(found: Diagnosed) -> str:
    """What an index counts."""
    return "branch" if found.against.conditional is not None else "mode"


def _modes_axis(panel: Panel, count: int) -> None:
    panel.ax.set_xlim(-0.6, count - 0.4)
    panel.ax.set_xticks(range(0, count, max(1, -(-count // 10))))


def _who(found: Diagnosed) -> str:
    """Whose intervals are drawn."""
    return f"{'samples' if found.several is None else 'first seed'}, {100 * found.first.confidence:.4g} % interval"


# --- what has no modes ----------------------------------------------------------------------------------------------------


def _lying(panel: Panel, names: Sequence[str]) -> None:
    panel.ax.set_yticks(range(len(names)), names)
    panel.ax.set_ylim(len(names) - 0.5, -0.5)


def _checks(panel: Panel, one: Diagnosis) -> None:
    """Each check over the most that the truth scores."""
    shown = [c for c in one.checks if c.null[1] > 0]
    for k, check in enumerate(shown):
        low, high = (end / check.null[1] for end in check.null)
        panel.line((low, high), (k, k), "exact", "truth" if k == 0 else "", lw=3, alpha=0.5)
        panel.points([check.value / check.null[1]], [k], "network", "samples" if k == 0 else "", ms=4)
    _lying(panel, [c.name.replace(" ", "\n", 1) for c in shown])
    _finish(panel, "value / most that the truth scores", "")


def _rates(panel: Panel, found: Diagnosed) -> None:
    """The probability of each fault with its exact interval."""
    several = found.several
    assert several is not None
    for k, rate in enumerate(several.rates):
        label = f"{len(found.names)} seeds, {100 * several.confidence:.4g} % interval" if k == 0 else ""
        panel.between(rate.k / rate.n, rate.low, rate.high, k, "network", label, ms=3, elinewidth=0.8)
    _lying(panel, [rate.name for rate in several.rates])
    panel.ax.set_xlim(-0.03, 1.03)
    _finish(panel, "probability that the fault is present", "")
