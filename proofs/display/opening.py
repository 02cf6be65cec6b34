"""The opening picture: `blurproof plot --opening`.

The data, and what models of every family make of them, side by side on the ring and on Bishop's problem: samples of the
median seed, good ones filled and the others hollow, modes that it has dropped circled; below how many seeds drop one. Under
them one small image whose place is uncertain, as each kind of model shows it, computed from closed forms.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np

from proofs.core.outcome import Finding
from proofs.core.rules import share_interval
from proofs.core.training import seeds_of
from proofs.display import opening_data
from proofs.display.figures import framed, styled, write
from proofs.display.opening_data import ARMS, TARGETS
from proofs.run import dependencies
from proofs.run import ledger as book
from proofs.run.sources import Module
from proofs.words.drawing import MARKER, WIDTHS, Panel
from theory import ring

NAME, TITLE = "opening", "What each model makes of the same data: blurred, bridged, or a mode dropped"
SIZES = {"quick": (16, 2000), "full": (64, 5000), "long": (192, 5000)}
"""Seeds and minibatches at each level."""
ERROR = 0.01
RECORD = Path(__file__).parent / "opening.npz"
"""The run that README and report show."""
BOX = {"ring": ((-1.4, 1.4), (-1.4, 1.4)), "bishop_inverse": ((-0.15, 1.15), (-0.15, 1.15))}
HEADED = {"ring": "eight modes", "bishop_inverse": "Bishop's problem"}
Data = dict[str, np.ndarray]


def measured(level: str, seed: int, results: Path, said: Callable[[str], Any] = lambda _: None) -> Data:
    """What the picture shows at a level, from the ledger in `results` where it has it, or trained now."""
    count, steps = SIZES[level]
    content = dependencies.of_film(opening_data.opening, Module(opening_data.__name__, Path(opening_data.__file__)))
    key = book.key(content, claim=NAME, name=NAME, seed=seed, seeds=count, steps=steps)
    ledger = book.Ledger(results)
    try:
        found = ledger.get(key)
        if found is None:
            ledger.ready()
            said(f"{NAME}: training {count} networks of each kind first")
            data = opening_data.opening(seeds_of(seed, 1, count), steps)
            found = Finding([], {name: np.asarray(value) for name, value in data.items()})
            ledger.put(key, NAME, NAME, found)
        return found.arrays
    finally:
        ledger.close()


def save(d: Data, level: str, seed: int, folder: Path, format: str, width: str) -> Iterator[Path]:
    """Write the picture, what is plotted and the caption; yields the paths."""
    figure, caption = pictured(d, level, seed, width)
    about = {"title": TITLE, "description": caption, "subject": NAME}
    yield from write(figure, folder / f"{NAME}.{format}", caption, **about)


def pictured(d: Data, level: str, seed: int, width: str) -> tuple[Any, str]:
    """The figure under its title, and its caption."""

    def drawn(figure: Any) -> None:
        figure.told = draw(figure, d)
        framed(figure, TITLE, f"level {level}, seed {seed}; {int(d['seeds'])} seeds")

    figure = styled(drawn, width)
    return figure, f"{TITLE}. {figure.told}"


def shipped(width: str) -> tuple[Any, str]:
    """The figure and its caption of the run that is shipped."""
    with np.load(RECORD) as data:
        return pictured(dict(data), str(data["level"]), int(data["seed"]), width)


def ship(level: str, seed: int, results: Path, docs: Path) -> None:
    """Put the arrays of a run into the package, samples to a thousandth, and the picture of it into a folder."""
    d = measured(level, seed, results, print)
    short = {
        name: np.round(a, 3).astype(np.float32) if a.dtype.kind == "f" and a.shape[-1:] == (2,) else a
        for name, a in d.items()
    }
    np.savez_compressed(RECORD, level=level, seed=seed, **short)  # pyright: ignore[reportArgumentType]
    for path in save(short, level, seed, docs, "svg", "double"):
        if path.suffix == ".csv":  # the arrays are in the package
            path.unlink()


def draw(figure: Any, d: Data) -> str:
    """Draw the picture; returns its caption."""
    wide = figure.get_figwidth() > 1.2 * WIDTHS["single"]
    columns = [("data", "data", "data"), *((str(k), name, role) for k, (_, name, role) in enumerate(ARMS))]
    rows = 2 if wide else len(columns)
    figure.set_figheight(figure.get_figwidth() * (0.52 if wide else 3.3))
    above, below = figure.subfigures(2, 1, height_ratios=(2.5, 1) if wide else (4.6, 1))
    grid = above.subplots(rows, len(columns) if wide else 2, squeeze=False)
    told = list[str]()
    for j, (key, name, role) in enumerate(columns):
        for i, target in enumerate(TARGETS):
            ax = grid[i, j] if wide else grid[j, i]
            _samples(Panel(ax), target, d, key, role)
            if wide and i == 0:
                ax.set_title(name, fontsize=8)
            if wide and j == 0:
                ax.set_ylabel(HEADED[target])
            if not wide:
                ax.set_title(f"{name}" if i == 0 else "", fontsize=8, loc="left")
            if key != "data":
                ax.set_xlabel(_dropped(d, target, int(key)), fontsize=7, labelpad=2)
    for k, (_, name, _) in enumerate(ARMS):
        lost, n = _count(d, "ring", k)
        told.append(f"{name} {lost} of {n}")
    _images(below, wide)
    return (
        f"Samples of the seed in the middle, by modes kept and then by good samples, of {int(d['seeds'])} trained on {int(d['steps']):,} minibatches; good samples are "
        f"filled, the others hollow, dropped modes circled. Above eight modes on a ring, below Bishop's problem, where t is to be "
        f"predicted from x. Seeds that drop a mode of the ring, with 99 % intervals under each panel: {', '.join(told)}. Last row: an image of "
        f"a bar whose place is uncertain, as closed forms have it: its mean and median, a linear VAE at three strengths of noise, "
        f"and a GAN that has kept one place."
    )


def _samples(panel: Panel, target: str, d: Data, key: str, role: str) -> None:
    """One panel: contours of the law, good samples and bad ones, and circles round the modes that are missing."""
    x = d[f"{target}_{key}"]
    (left, right), (low, high) = BOX[target]
    if target == "ring":
        law = ring()
        fine = opening_data.good(x, law).any(axis=1)
        modes, missing = law.means, [] if key == "data" else d[f"{target}_{key}_lost"]
        panel.points(modes[:, 0], modes[:, 1], "exact", marker="o", ms=4.5, mfc="none", mew=0.5)
        if len(missing):
            panel.points(modes[missing, 0], modes[missing, 1], "data", marker="o", ms=10, mfc="none", mew=0.8)
    else:
        t = np.linspace(0.0, 1.0, 201)
        h = t + 0.3 * np.sin(2 * np.pi * t)
        fine = (x[:, 1] >= 0) & (x[:, 1] <= 1) & (np.abs(x[:, 0] - x[:, 1] - 0.3 * np.sin(2 * np.pi * x[:, 1])) <= 0.1)
        for side in (-0.1, 0.1):
            panel.exact(h + side, t, lw=0.5)
    look = {"ms": 1.8, "mew": 0.3, "rasterized": True, "marker": MARKER[role] if role != "data" else "."}
    inside = (x[:, 0] > left) & (x[:, 0] < right) & (x[:, 1] > low) & (x[:, 1] < high)
    for which, filled in ((~fine & inside, {"mfc": "none"}), (fine & inside, {})):
        panel.points(x[which, 0], x[which, 1], role, **look, **filled)
    panel.ax.set(xlim=(left, right), ylim=(low, high), xticks=[], yticks=[], aspect="equal")
    if beyond := int((~inside).sum()):
        panel.ax.annotate(f"{beyond} outside", (0.97, 0.03), xycoords="axes fraction", fontsize=7, ha="right")


def _count(d: Data, target: str, arm: int) -> tuple[int, int]:
    captured = d[f"{target}_captured"][arm]
    return int((captured < d[f"{target}_modes"]).sum()), len(captured)


def _dropped(d: Data, target: str, arm: int) -> str:
    lost, n = _count(d, target, arm)
    low, high = share_interval(lost, n, ERROR)
    return f"{lost}/{n} drop one\n({low:.2f} to {high:.2f})"


def _images(figure: Any, wide: bool) -> None:
    """The small image, as each kind of model shows it."""
    named = opening_data.images()
    axes = figure.subplots(1, len(named)) if wide else figure.subplots(2, 4)
    for ax in axes.flat[len(named) :]:
        ax.remove()
    for ax, (name, image) in zip(axes.flat, named, strict=False):
        ax.imshow(image, cmap="Greys", vmin=0, vmax=1, interpolation="nearest")
        ax.set(xticks=[], yticks=[])
        ax.spines[:].set_visible(True)
        ax.set_title(name, fontsize=7)
