"""The story in eight pictures: `blurproof plot --story`.

One target and one set of colours throughout: the roles' (`proofs.words.drawing`): data black, the exact law blue, a VAE
green squares, a GAN red triangles, other networks purple, the control arm grey. Each function draws from saved arrays
(`proofs.display.story_data`) and returns a caption computed from them; what they measure lies in the ledger like any other evidence.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from proofs.core.outcome import Finding
from proofs.core.training import seeds_of
from proofs.display import story_data
from proofs.display.figures import styled, write
from proofs.run import dependencies
from proofs.run import ledger as book
from proofs.run.sources import Module
from proofs.words.drawing import COLOUR, Panel, Panels
from theory.validation.told import told

SEEDS = 16
"""Networks to a point: one chunk of `fit`."""
RECORD = Path(__file__).parent / "story.npz"
"""The run that README and report show."""

Data = dict[str, np.ndarray]
POSITION, DENSITY = "$x/a$", "density"


def averaging(figure: Any, d: Data) -> str:
    """The squared-error optimum of two modes, and the density that it meets as they part."""
    left, right = Panels(figure)(2)
    _data(left, d)
    left.points(d["learned"][-1], np.zeros_like(d["learned"][-1]), "network", "trained by $L_2$")
    left.points([0.0], [0.0], "exact", "mean", marker="|", ms=14)
    left.axes(POSITION, DENSITY, legend="above", columns=3)
    right.exact(d["fine"], d["exact"], "at the mean")
    right.seeds(d["ratios"], d["density"].T, "network", "at trained outputs")
    right.seeds(d["ratios"] + 0.06, d["sampled"].T, "control", "at samples (control)")
    right.axes(
        "distance of a mode from the mean $a/s$", "density, relative to a mode's", log="y", legend="above", columns=2
    )
    there, here = np.median(d["density"][-1]), np.median(d["sampled"][-1])
    return (
        f"(a) Two equally likely modes, {d['ratios'][-1]:g} deviations from their mean, and what {_n(d['learned'])} "
        f"networks without inputs predict under squared error: {_range(d['learned'][-1])} for modes at ±1. "
        f"(b) The density there, relative to that at a mode: {there:.1e} at a/s = {d['ratios'][-1]:g}, where a sample "
        f"(control) meets {here:.2f}. Line: exact."
    )


def smearing(figure: Any, d: Data) -> str:
    """What a decoder of fixed σ makes of the modes, and that its means are not what is smeared."""
    left, right = Panels(figure)(2)
    _data(left, d)
    left.exact(d["x"], d["smeared"], f"modes * N(0, {d['shown_std']:.1f}²)", "--")
    left.stairs(d["samples"], d["edges"], "vae", "VAE's samples", lw=1.2)
    left.axes(POSITION, DENSITY, legend="above", columns=3)
    right.exact(d["fine"], d["exact"], "modes * N(0, σ²)")
    right.seeds(d["stds"], d["good_samples"].T, "vae", "VAE's samples")
    right.seeds(d["stds"] + 0.012, d["good_means"].T, "control", "its means (control)")
    right.level(float(d["good_data"]), "data", "data", ":")
    right.axes("decoder's $\\sigma/a$", "share within $3s$ of a mode", legend="above", columns=2)
    low, high = np.median(d["good_samples"], axis=1)[[0, -1]]
    return (
        f"(a) Samples of {_n(d['good_samples'])} VAEs with σ = {d['shown_std']:g}a, and the two modes convolved with "
        f"N(0, σ²), the best that such a decoder can do. (b) Good samples against σ: {low:.2f} at σ = {d['stds'][0]:g}a, "
        f"{high:.2f} at {d['stds'][-1]:g}a, {float(d['good_data']):.3f} of the data; the decoder's means (control) stay "
        f"sharp, but for the bridge between the modes. Points: median and range."
    )


def water(figure: Any, d: Data) -> str:
    """Directions below the water level vanish from what a linear VAE decodes; those above it shrink."""
    left, right = Panels(figure)(2)
    left.points(d["data"][:, 0], d["data"][:, 1], "data", "data", ms=2.5, rasterized=True)
    left.points(d["means"][:, 0], d["means"][:, 1], "vae", "rebuilt by a linear VAE", ms=2, rasterized=True)
    left.axes("$x_1/a$", "$x_2/a$", equal=True, legend="above", columns=2)
    for exact, trained, style, marker, name in zip(
        d["exact"], (d["wide"], d["narrow"]), ("-", "--"), ("s", "D"), ("across", "within"), strict=True
    ):
        right.exact(d["fine"], exact, f"{name}, exact", style)
        right.seeds(d["levels"], trained.T, "vae", f"{name}, trained", fmt=marker)
    for index, var in enumerate(d["spectrum"].tolist()):
        right.upright(var, "control", "" if index else r"the two $\lambda$", ":")
    right.axes("water level $\\beta\\sigma^2/a^2$", "variance of the means $/a^2$", log="x", legend="above", columns=2)
    kept = np.median(d["wide"][list(d["levels"]).index(d["shown"])])
    return (
        f"(a) The pair in the plane, and what a linear VAE at βσ² = {float(d['shown']):g}a² makes of it: the direction within "
        f"the modes, of variance {d['spectrum'][1]:.2f}a², is lost, of the {d['spectrum'][0]:.2f}a² across them {kept:.2f}a² "
        f"is kept. (b) Variance of the decoder's means by direction: (λ - βσ²)₊ (lines) and {_n(d['wide'])} trained "
        f"networks (median and range); grey: the two λ."
    )


def threshold(figure: Any, d: Data) -> str:
    """Two modes share one code up to u = a²/βσ² = 1."""
    left, right = Panels(figure)(2)
    for g, exact, u, style, marker in zip(d["g"], d["decoders"], d["shown"], ("-", "--", ":"), "sDv", strict=True):
        left.exact(d["line"], exact, style=style)
        left.seeds(d["z"], g.T, "vae", f"$u={u:g}$", fmt=marker)
    left.axes("latent $z$", "decoder's mean $g(z)/a$", legend="above", columns=3)
    right.exact(d["fine"], d["exact"], "any code: $t=\\tanh ut$")
    right.points(d["couplings"], d["gaussian"], "second", "best Gaussian code", ms=7, mfc="none")
    right.seeds(d["couplings"], d["kept"].T, "vae", "trained VAE")
    right.upright(1.0, "control", "threshold", ":")
    right.axes(
        "coupling $u=a^2/\\beta\\sigma^2$",
        "modes kept apart, $t$",
        log="x",
        x_ticks=(0.5, 1, 2, 5, 10),
        legend="above",
        columns=2,
    )
    below, above = (np.median(d["kept"][index]) for index in (1, 3))
    return (
        f"(a) What VAEs decode below and above the threshold, with the best decoder of the best Gaussian code (lines). "
        f"(b) How far the modes are kept apart, t: {below:.2f} at u = {d['couplings'][1]:g} and {above:.2f} at u = "
        f"{d['couplings'][3]:g}; the transition is at u = 1. {_n(d['kept'])} networks a point, median and range."
    )


def stable(figure: Any, d: Data) -> str:
    """A generator on one mode is at a strict minimum of what the discriminator charges."""
    left, right = Panels(figure)(2)
    left.exact(d["mu"], d["js"], "Jensen-Shannon")
    left.line(d["mu"], d["kl"] / d["kl"].max(), "control", f"KL($p$‖$q$)/{d['kl'].max():.0f}", "--")
    ends = np.interp(d["ends"], d["mu"], d["js"])
    left.points(d["ends"], ends, "gan", "where GANs end", mec=COLOUR["data"], mew=0.4, ms=5)
    left.axes("shift of the generator $\\mu/a$", "divergence (nats)", legend="above", columns=2)
    for index, path in enumerate(d["passed"].T):
        right.line(d["steps"], path, "gan", "" if index else "GAN", lw=0.9)
    for index, path in enumerate(d["likelihood"].T):
        right.line(d["steps"], path, "control", "" if index else "likelihood (control)", "--", lw=0.7)
    right.axes("step", "shift $\\mu/a$", legend="above", columns=2)
    on = (np.abs(np.abs(d["ends"]) - 1) < 0.05).sum()
    return (
        f"(a) N(μ, s²) against the pair: Jensen-Shannon has a strict minimum on each mode, {float(d['dropped_js']):.3f} nats "
        f"at μ = {float(d['dropped']):.2f}a, and is {float(d['js_centre']):.3f} nats between them; maximum likelihood's KL has "
        f"its minimum there. (b) {on} of {_n(d['passed'])} generators that can only shift end on one mode and stay, against "
        f"the exact discriminator and the non-saturating loss; the same by maximum likelihood (control) end within "
        f"{np.abs(d['likelihood'][-1]).max():.2f}a of the mean."
    )


def bridging(figure: Any, d: Data) -> str:
    """A continuous generator leaves mass between the modes, or drops one."""
    left, right = Panels(figure)(2)
    left.exact(d["z"], d["monotone"], "exact", lw=2.2)
    arms = (("gan", "GAN", "gan", "-", "^"), ("vae", "VAE's means", "vae", "--", "s"), ("control", "GAN, slow $D$", "control", ":", "x"))  # fmt: skip
    for name, label, role, style, marker in arms:
        middle = np.argsort(d[f"{name}_light"])[len(d[f"{name}_light"]) // 2]
        path = d[f"{name}_map"][:, middle]
        left.line(d["z"], path * np.sign(path[-1] - path[0]), role, label, style)
        outside = 1 - d[f"{name}_light"] - d[f"{name}_heavy"]
        right.seeds(float(d["distance"]) / d[f"{name}_slope"], outside, role, label, marker=marker, ms=3.5)
    left.axes("latent $z$", "$g(z)/a$", legend="above", columns=2)
    right.exact(d["ratio"], d["exact"], "least, both modes kept")
    right.axes("gap over slope, $d/L$", "mass outside the modes", log="x", legend="above", columns=2)
    told = []
    for name, label, *_ in arms:
        light, outside = d[f"{name}_light"], 1 - d[f"{name}_light"] - d[f"{name}_heavy"]
        told.append(
            f"{label.replace('$', '')}: {(light < 0.05).sum()} of {len(light)} without one mode, {np.median(outside):.3f} outside"
        )
    return (
        f"(a) Generators of one latent number, beside the exact map, whose slope is infinite to the eye. (b) Mass outside "
        f"the modes against the gap d = {float(d['distance']):.1f}a over the generator's largest slope L; line: the least for one "
        f"that gives both modes the same, 1 - 2Φ(-d/2L). Medians: {'; '.join(told)}."
    )


def iterating(figure: Any, d: Data) -> str:
    """The denoiser whose one step is the mean, iterated, samples."""
    left, right = Panels(figure)(2)
    for index, (path, passed) in enumerate(zip(d["paths"].T, d["passed"].T, strict=True)):
        left.exact(d["stds"], path, "" if index else "exact", lw=0.8)
        left.points(d["at"], passed, "network", "" if index else "trained", ms=2.2)
    once = np.median(d["once"], axis=1)
    left.points(np.full(len(once), 0.7 * d["stds"].min()), once, "control", "one step (control)")
    left.ax.invert_xaxis()
    left.axes("noise $\\sigma/a$", POSITION, log="x", legend="above", columns=3)
    right.exact(d["jumps"], d["exact"], "exact denoiser")
    right.seeds(d["jumps"][1:], d["network"][1:].T, "network", "trained denoiser")
    right.seeds(d["jumps"][:1], d["network"][:1].T, "control", "one step (control)")
    right.axes(
        "steps", "distance to the data $W_1/a$", log="xy", x_ticks=d["jumps"].tolist(), legend="above", columns=2
    )
    one, many = np.median(d["network"], axis=1)[[0, -1]]
    return (
        f"(a) Paths of the probability-flow ODE from noise to data: exact, and points of one trained denoiser in "
        f"{len(d['at'])} steps; crosses: where a single step takes the same starts. (b) Distance W₁ of the end points to "
        f"the data: {one:.2f}a after one step, which is the mean, {many:.3f}a after {d['jumps'][-1]}. {_n(d['network'])} "
        f"networks, median and range."
    )


def guiding(figure: Any, d: Data) -> str:
    """Guidance carries a class beyond itself and makes it narrow."""
    left, right = Panels(figure)(2)
    _data(left, d)
    left.line(d["x"], d["class"], "data", "the class asked for", ":", lw=1.2)
    left.stairs(d["ends"][-1], d["edges"], "network", f"guided, $\\gamma={d['strengths'][-1]:g}$", lw=1.2)
    left.axes(POSITION, DENSITY, legend="above", columns=2)
    right.exact(d["fine"], d["middle"], "median")
    right.exact(d["fine"], d["low"], "95 % of the samples", ":")
    right.exact(d["fine"], d["high"], "", ":")
    right.seeds(d["strengths"], d["median"].T, "network", "trained")
    for end in ("left", "right"):
        right.seeds(d["strengths"], d[end].T, "network", mfc="none")
    right.level(1.0, "control", "the class asked for", "--")
    right.axes("guidance $\\gamma$", POSITION, x_ticks=d["strengths"].tolist(), legend="above", columns=2)
    median, spread = np.median(d["median"], axis=1), np.median(d["right"] - d["left"], axis=1)
    exact = (d["high"] - d["low"])[[0, -1]]
    return (
        f"(a) Samples of {_n(d['median'])} pairs of denoisers, one of the class at a and one of both classes, guided with γ = "
        f"{d['strengths'][-1]:g}. (b) Their median goes from {median[0]:.2f}a without guidance to {median[-1]:.2f}a: it overshoots. And "
        f"it narrows: 95 % of them lie within {spread[-1]:.2f}a, where they were within {spread[0]:.2f}a; {exact[-1]:.2f}a if denoisers were "
        f"exact, since guidance multiplies their error too. Lines: exact. Points: median and range."
    )


def _data(panel: Panel, d: Data) -> None:
    panel.band(d["x"], np.zeros_like(d["p"]), d["p"], "data", alpha=0.12)
    panel.line(d["x"], d["p"], "data", "data", lw=0.9)


def _n(rows: np.ndarray) -> int:
    return rows.shape[-1]


def _range(values: np.ndarray) -> str:
    return f"{values.min():.2f} to {values.max():.2f}"


@told
@dataclass(frozen=True)
class Picture:
    """One chapter: its title, the function above that draws it, and by the same name what it measures."""

    title: str
    draw: Callable[[Any, Data], str]

    @property
    def number(self) -> int:
        return PICTURES.index(self) + 1

    @property
    def name(self) -> str:
        return f"story_{self.number}_{self.draw.__name__}"

    def measure(self, seed: int) -> Data:
        """Train what is drawn, on seeds that follow from the run's."""
        seeds = seeds_of(seed, 1, SEEDS)
        return {k: np.asarray(v) for k, v in self._measure(seeds).items()}

    @property
    def content(self) -> str:
        """A digest of what the measurement depends on."""
        return dependencies.of_film(self._measure, Module(self._measure.__module__, Path(story_data.__file__)))

    @property
    def _measure(self) -> Callable[..., Data]:
        return getattr(story_data, self.draw.__name__)


PICTURES = (
    Picture("Averaging falls in the gap", averaging),
    Picture("The Gaussian decoder smears", smearing),
    Picture("Water-filling is blur", water),
    Picture("The KL threshold", threshold),
    Picture("Dropping is stable", stable),
    Picture("Bridge or drop", bridging),
    Picture("Iterated denoising escapes", iterating),
    Picture("Guidance overshoots and narrows", guiding),
)


def measured(seed: int, results: Path, said: Callable[[str], Any] = lambda _: None) -> Iterator[tuple[Picture, Data]]:
    """The arrays of every picture, from the ledger in `results` where it has them."""
    ledger = book.Ledger(results)
    try:
        for picture in PICTURES:
            key = book.key(picture.content, claim="story", name=picture.name, seed=seed, seeds=SEEDS)
            found = ledger.get(key)
            if found is None:
                ledger.ready()
                said(f"{picture.title}: training {SEEDS} networks a point first")
                found = Finding([], picture.measure(seed))
                ledger.put(key, "story", picture.name, found)
            yield picture, found.arrays
    finally:
        ledger.close()


def save(picture: Picture, data: Data, seed: int, folder: Path, format: str, width: str) -> Iterator[Path]:
    """Write the picture, its plotted data and its caption; yields the paths."""
    figure, told = pictured(picture, data, seed, width)
    caption = f"{picture.title}. {told}"
    about = {"title": picture.title, "description": caption, "subject": picture.name}
    yield from write(figure, folder / f"{picture.name}.{format}", caption, **about)


def pictured(picture: Picture, data: Data, seed: int, width: str) -> tuple[Any, str]:
    """The figure, and what its caption says under the title."""
    told: list[str] = []
    figure = styled(lambda canvas: told.append(picture.draw(canvas, data)), width)
    return figure, f"{told[0]} Seeds: {SEEDS} that follow from --seed {seed}."


def shipped(width: str) -> Iterator[tuple[Picture, Any, str]]:
    """Every picture with its figure and its caption, of the run that is shipped."""
    with np.load(RECORD) as kept:
        for picture in PICTURES:
            data = {name.partition("/")[2]: kept[name] for name in kept if name.startswith(f"{picture.name}/")}
            yield picture, *pictured(picture, data, int(kept["seed"]), width)


def ship(seed: int, results: Path, docs: Path) -> None:
    """Put the arrays of a run into the package, in single precision, and the pictures of it into a folder."""
    kept: Data = {}
    for picture, data in measured(seed, results, print):
        short = {name: a.astype(np.float32) if a.dtype.kind == "f" else a for name, a in data.items()}
        kept |= {f"{picture.name}/{name}": a for name, a in short.items()}
        for path in save(picture, short, seed, docs, "svg", "double"):
            if path.suffix == ".csv":  # the arrays are in the package
                path.unlink()
    np.savez_compressed(RECORD, seed=seed, **kept)  # pyright: ignore[reportArgumentType]
