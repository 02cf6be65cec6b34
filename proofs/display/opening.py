"""The opening picture: `blurproof plot --opening`, and with `--animate` its film.

The data, and what models of every family make of them, side by side on the ring and on Bishop's problem: samples of the
median seed, good ones filled and the others hollow, modes that it has dropped circled; below how many seeds drop one. Under
them one small image whose place is uncertain, as each kind of model shows it, computed from closed forms.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

from proofs.core.claim import Film
from proofs.core.outcome import Finding
from proofs.core.rules import share_interval
from proofs.core.training import seeds_of
from proofs.display import animation, opening_data
from proofs.display.figures import framed, styled, write
from proofs.display.opening_data import ARMS, FAR, TARGETS
from proofs.run import dependencies
from proofs.run import ledger as book
from proofs.run.sources import Module
from proofs.words.drawing import MARKER, WIDTHS, Panel, moments
from theory import ring

NAME, TITLE = "opening", "What each model makes of the same data: blurred, bridged, or a mode dropped"
WHERE = r"$\beta\sigma^2$: the variance below which a VAE codes nothing; $\lambda_1$: the largest of the data"
SIZES = {"quick": (16, 2000), "full": (64, 5000), "long": (192, 5000)}
"""Seeds and minibatches at each level."""
ERROR = 0.01
FRAMES = 30
RECORD = Path(__file__).parent / "opening.npz"
"""The run that README and report show."""
BOX = {"ring": ((-1.4, 1.4), (-1.4, 1.4)), "bishop_inverse": ((-0.15, 1.15), (-0.15, 1.15))}
HEADED = {"ring": "eight modes", "bishop_inverse": "Bishop's problem"}
Data = dict[str, np.ndarray]


def measured(level: str, seed: int, results: Path, said: Callable[[str], Any] = lambda _: None) -> Data:
    """What the picture shows at a level, from the ledger in `results` where it has it, or trained now."""
    count, steps = SIZES[level]
    return _known(NAME, opening_data.opening, count, steps, seed, results, said)


def filmed(level: str, seed: int, results: Path, said: Callable[[str], Any] = lambda _: None) -> Data:
    """What the film shows at a level: the same networks on their way; from the ledger or trained now, as `measured`."""
    count, steps = SIZES[level]
    return _known(f"{NAME} film", opening_data.passing, count, moments(steps, FRAMES), seed, results, said)


def _known(
    name: str,
    measure: Callable[..., Data],
    count: int,
    steps: Any,
    seed: int,
    results: Path,
    said: Callable[[str], Any],
) -> Data:
    """measure(seeds, steps), from the ledger where it has it."""
    content = dependencies.of_film(measure, Module(opening_data.__name__, Path(opening_data.__file__)))
    key = book.key(content, claim=NAME, name=name, seed=seed, seeds=count, steps=steps)
    ledger = book.Ledger(results)
    try:
        found = ledger.get(key)
        if found is None:
            ledger.ready()
            said(f"{name}: training {count} networks of each kind first")
            data = measure(seeds_of(seed, 1, count), steps)
            found = Finding([], {array: np.asarray(value) for array, value in data.items()})
            ledger.put(key, NAME, name, found)
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
        framed(figure, TITLE, WHERE, f"level {level}, --seed {seed}; {int(d['seeds'])} seeds each")

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


def save_film(d: Data, level: str, seed: int, folder: Path, width: str, *, apng: bool) -> Iterator[Path]:
    """Write the film of the networks on their way, which loops, and its caption; yields the paths."""
    shown = list(animation.frames(FILM, d, width))
    told = (
        f"{TITLE}: {len(shown)} frames, {FILM.counts} 0 to {d['steps'][-1]}, level {level}, seed {seed}. Of each kind of model the one in the "
        f"middle of {int(d['seeds'])} at the end, by modes kept and then by good samples; the last row is exact and does not change."
    )
    yield from animation.written(shown, *animation.paths(NAME, folder, apng), told)


def draw_frame(d: Data, figure: Any, k: int) -> None:
    """Draw frame k: samples after so many minibatches, and how many modes of the ring have a good one among those judged."""
    now = dict(d)
    for arm in range(len(ARMS)):
        now |= {f"{target}_{arm}": d[f"{target}_{arm}"][k] for target in TARGETS}
        now[f"ring_{arm}_lost"] = np.flatnonzero(d[f"ring_{arm}_lost"][k])

    def under(target: str, arm: int) -> str:
        modes = d["ring_0_lost"].shape[1]
        return f"{modes - len(now[f'ring_{arm}_lost'])} of {modes} modes" if target == "ring" else ""

    _drawn(figure, now, under)


FILM = Film(opening_data.passing, "minibatch", draw_frame)


def draw(figure: Any, d: Data) -> str:
    """Draw the picture; returns its caption."""
    _drawn(figure, d, partial(_dropped, d))
    told = [f"{name} {' of '.join(map(str, _count(d, 'ring', k)))}" for k, (_, name, _) in enumerate(ARMS)]
    return (
        f"Samples of the seed in the middle, by modes kept and then by good samples, of {int(d['seeds'])} trained on {int(d['steps']):,} minibatches; good samples are "
        f"filled, the others hollow, dropped modes circled. Above eight modes on a ring, below Bishop's problem, where t is to be "
        f"predicted from x. Seeds that drop a mode of the ring, with 99 % intervals under each panel: {', '.join(told)}. Last row: an image of "
        f"a bar whose place is uncertain, as closed forms have it: its mean and median, another draw, a linear VAE at three strengths of "
        f"noise, and a GAN that has kept one place."
    )


def _drawn(figure: Any, d: Data, under: Callable[[str, int], str]) -> None:
    """Data and models side by side on both targets, `under(target, arm)` under each model, and the small images below."""
    wide = figure.get_figwidth() > 1.2 * WIDTHS["single"]
    columns = [("data", "data", "data"), *((str(k), name, role) for k, (_, name, role) in enumerate(ARMS))]
    figure.set_figheight(figure.get_figwidth() * (0.52 if wide else 3.3))
    above, below = figure.subfigures(2, 1, height_ratios=(2.5, 1) if wide else (4.6, 1))
    grid = above.subplots(2 if wide else len(columns), len(columns) if wide else 2, squeeze=False)
    for j, (key, name, role) in enumerate(columns):
        for i, target in enumerate(TARGETS):
            ax = grid[i, j] if wide else grid[j, i]
            ax.set_label(f"{name}: {HEADED[target]}")
            _samples(Panel(ax), target, d, key, role)
            if wide and i == 0:
                ax.set_title(name, fontsize=8)
            if wide and j == 0:
                ax.set_ylabel(HEADED[target])
            if not wide:
                ax.set_title(f"{name}" if i == 0 else "", fontsize=8, loc="left")
            if key != "data":
                ax.set_xlabel(under(target, int(key)), fontsize=7, labelpad=2)
    _images(below, wide)


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
        from toys.targets.bishop_inverse import NOISE, bishop_inverse, curve

        t, shown = np.linspace(0.0, 1.0, 201), np.isfinite(x).all(axis=1)
        fine = shown & bishop_inverse().on_support(*np.where(shown, x.T, FAR))
        for side in (-NOISE, NOISE):
            panel.exact(curve(t) + side, t, lw=0.5)
    look = {"ms": 1.8, "mew": 0.3, "rasterized": role != "data", "marker": MARKER[role] if role != "data" else "."}
    inside = (x[:, 0] > left) & (x[:, 0] < right) & (x[:, 1] > low) & (x[:, 1] < high)
    for which, filled in ((~fine & inside, {"mfc": "none"}), (fine & inside, {})):
        panel.points(x[which, 0], x[which, 1], role, **look, **filled)
    panel.ax.set(xlim=(left, right), ylim=(low, high), xticks=[], yticks=[], aspect="equal")
    if beyond := int((~inside).sum()):
        place = (0.5, 0.5, "center") if target == "ring" else (0.97, 0.03, "right")  # where nothing is
        panel.ax.annotate(f"{beyond} outside", place[:2], xycoords="axes fraction", fontsize=7, ha=place[2])


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
        ax.set_label(name)
        look = {"cmap": "Greys", "vmin": 0, "vmax": 1, "interpolation": "nearest", "label": name}
        Panel(ax).own("exact", ax.imshow(image, **look))
        ax.set(xticks=[], yticks=[])
        ax.spines[:].set_visible(True)
        ax.set_title(name, fontsize=7)
