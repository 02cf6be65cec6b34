"""The story in seven pictures: `blurproof plot --story`.

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
from proofs.words.drawing import COLOUR, panels, spread

SEEDS = 16
"""Networks to a point: one chunk of `fit`."""

Data = dict[str, np.ndarray]
POSITION, DENSITY = "$x/a$", "density"


def averaging(figure: Any, d: Data) -> str:
    """The squared-error optimum of two modes, and the density that it meets as they part."""
    left, right = panels(figure, 2)
    _data(left, d)
    left.plot(d["learned"][-1], np.zeros_like(d["learned"][-1]), "o", color=COLOUR["network"], label="trained by $L_2$")
    left.plot([0], [0], "|", color=COLOUR["exact"], ms=14, label="mean")
    left.set(xlabel=POSITION, ylabel=DENSITY, ylim=(-0.08, 1.35))
    left.legend(loc="upper center", ncols=3, columnspacing=0.8, handletextpad=0.3)
    right.plot(d["fine"], d["exact"], color=COLOUR["exact"], label="at the mean")
    spread(right, d["ratios"], d["density"].T, COLOUR["network"], "at trained outputs")
    spread(right, d["ratios"] + 0.06, d["sampled"].T, COLOUR["control"], "at samples (control)", "x")
    right.set(xlabel="distance of a mode from the mean $a/s$", ylabel="density, relative to a mode's", yscale="log")
    right.set_ylim(1e-6, 20)
    right.legend(loc="lower left")
    there, here = np.median(d["density"][-1]), np.median(d["sampled"][-1])
    return (
        f"(a) Two equally likely modes, {d['ratios'][-1]:g} deviations from their mean, and what {_n(d['learned'])} "
        f"networks without inputs predict under squared error: {_range(d['learned'][-1])} for modes at ±1. "
        f"(b) The density there, relative to that at a mode: {there:.1e} at a/s = {d['ratios'][-1]:g}, where a sample "
        f"(control) meets {here:.2f}. Line: exact."
    )


def smearing(figure: Any, d: Data) -> str:
    """What a decoder of fixed σ makes of the modes, and that its means are not what is smeared."""
    left, right = panels(figure, 2)
    _data(left, d)
    left.plot(d["x"], d["smeared"], color=COLOUR["exact"], ls="--", label=f"modes * N(0, {d['shown_std']:.1f}²)")
    left.stairs(d["samples"], d["edges"], color=COLOUR["vae"], lw=1.2, label="VAE's samples")
    left.set(xlabel=POSITION, ylabel=DENSITY, ylim=(0, 1.5))
    left.legend(loc="upper center", ncols=3, columnspacing=0.8, handlelength=1.2)
    right.plot(d["fine"], d["exact"], color=COLOUR["exact"], label="modes * N(0, σ²)")
    spread(right, d["stds"], d["good_samples"].T, COLOUR["vae"], "VAE's samples", "s")
    spread(right, d["stds"] + 0.012, d["good_means"].T, COLOUR["control"], "its means (control)", "x")
    right.axhline(float(d["good_data"]), color=COLOUR["data"], lw=0.8, ls=":", label="data")
    right.set(xlabel="decoder's $\\sigma/a$", ylabel="share within $3s$ of a mode", ylim=(0.3, 1.25))
    right.legend(loc="upper center", ncols=2, columnspacing=0.8)
    low, high = np.median(d["good_samples"], axis=1)[[0, -1]]
    return (
        f"(a) Samples of {_n(d['good_samples'])} VAEs with σ = {d['shown_std']:g}a, and the two modes convolved with "
        f"N(0, σ²), the best that such a decoder can do. (b) Good samples against σ: {low:.2f} at σ = {d['stds'][0]:g}a, "
        f"{high:.2f} at {d['stds'][-1]:g}a, {float(d['good_data']):.3f} of the data; the decoder's means (control) stay "
        f"sharp, but for the bridge between the modes. Points: median and range."
    )


def water(figure: Any, d: Data) -> str:
    """Directions below the water level vanish from what a linear VAE decodes; those above it shrink."""
    left, right = panels(figure, 2)
    left.plot(*d["data"].T, ".", color=COLOUR["data"], ms=2.5, label="data", rasterized=True)
    left.plot(*d["means"].T, "s", color=COLOUR["vae"], ms=2, label="reconstructed by a linear VAE", rasterized=True)
    left.set(xlabel="$x_1/a$", ylabel="$x_2/a$", xlim=(-1.9, 1.9), ylim=(-0.8, 1.35))
    left.legend(loc="upper center", ncols=2, columnspacing=0.8, markerscale=1.8, handletextpad=0.2)
    for exact, trained, style, marker, name in zip(
        d["exact"], (d["wide"], d["narrow"]), ("-", "--"), ("s", "D"), ("across", "within"), strict=True
    ):
        right.plot(d["fine"], exact, style, color=COLOUR["exact"], label=f"{name}, exact")
        spread(right, d["levels"], trained.T, COLOUR["vae"], f"{name}, trained", marker)
    for var in d["spectrum"]:
        right.axvline(float(var), ymax=0.7, color=COLOUR["control"], lw=0.6)
    right.set(xlabel="water level $\\beta\\sigma^2/a^2$", ylabel="variance of the means $/a^2$", xscale="log")
    right.set_ylim(-0.08, 1.6)
    right.legend(loc="upper center", ncols=2, columnspacing=0.8)
    kept = np.median(d["wide"][list(d["levels"]).index(d["shown"])])
    return (
        f"(a) The pair in the plane, and what a linear VAE at βσ² = {float(d['shown']):g}a² makes of it: the direction within "
        f"the modes, of variance {d['spectrum'][1]:.2f}a², is lost, of the {d['spectrum'][0]:.2f}a² across them {kept:.2f}a² "
        f"is kept. (b) Variance of the decoder's means by direction: (λ - βσ²)₊ (lines) and {_n(d['wide'])} trained "
        f"networks (median and range); grey: the two λ."
    )


def threshold(figure: Any, d: Data) -> str:
    """Two modes share one code up to u = a²/βσ² = 1."""
    left, right = panels(figure, 2)
    for g, exact, u, style, marker in zip(d["g"], d["decoders"], d["shown"], ("-", "--", ":"), "sDv", strict=True):
        left.plot(d["line"], exact, style, color=COLOUR["exact"])
        spread(left, d["z"], g.T, COLOUR["vae"], f"$u={u:g}$", marker)
    left.set(xlabel="latent $z$", ylabel="decoder's mean $g(z)/a$", ylim=(-1.6, 2.1))
    left.legend(loc="upper left", ncols=3, columnspacing=0.8, handletextpad=0.2)
    right.plot(d["fine"], d["exact"], color=COLOUR["exact"], label="any code: $t=\\tanh ut$")
    right.plot(d["couplings"], d["gaussian"], "_", color=COLOUR["data"], ms=8, label="best Gaussian code")
    spread(right, d["couplings"], d["kept"].T, COLOUR["vae"], "trained VAE", "s")
    right.axvline(1.0, color=COLOUR["control"], lw=0.6)
    right.set(
        xlabel="coupling $u=a^2/\\beta\\sigma^2$", ylabel="modes kept apart, $t$", xscale="log", ylim=(-0.05, 1.1)
    )
    right.set_xticks([0.5, 1, 2, 5, 10], ["0.5", "1", "2", "5", "10"])
    right.minorticks_off()
    right.legend(loc="lower right")
    below, above = (np.median(d["kept"][index]) for index in (1, 3))
    return (
        f"(a) What VAEs decode below and above the threshold, with the best decoder of the best Gaussian code (lines). "
        f"(b) How far the modes are kept apart, t: {below:.2f} at u = {d['couplings'][1]:g} and {above:.2f} at u = "
        f"{d['couplings'][3]:g}; the transition is at u = 1. {_n(d['kept'])} networks a point, median and range."
    )


def stable(figure: Any, d: Data) -> str:
    """A generator on one mode is at a strict minimum of what the discriminator charges."""
    left, right = panels(figure, 2)
    left.plot(d["mu"], d["js"], color=COLOUR["exact"], label="Jensen-Shannon")
    left.plot(
        d["mu"], d["kl"] / d["kl"].max(), ls="--", color=COLOUR["control"], label=f"KL($p$‖$q$)/{d['kl'].max():.0f}"
    )
    ends = np.interp(d["ends"], d["mu"], d["js"])
    left.plot(d["ends"], ends, "^", color=COLOUR["gan"], mec=COLOUR["data"], mew=0.4, ms=5, label="where GANs end")
    left.set(xlabel="shift of the generator $\\mu/a$", ylabel="divergence (nats)", ylim=(0, 1.25))
    left.legend(loc="upper center", ncols=2, columnspacing=0.8)
    for index, path in enumerate(d["passed"].T):
        right.plot(d["steps"], path, color=COLOUR["gan"], lw=0.9, label="" if index else "GAN")
    for index, path in enumerate(d["likelihood"].T):
        right.plot(
            d["steps"], path, color=COLOUR["control"], ls="--", lw=0.7, label="" if index else "likelihood (control)"
        )
    right.set(xlabel="step", ylabel="shift $\\mu/a$", ylim=(-2.2, 2.9), xlim=(0, d["steps"][-1]))
    right.legend(loc="upper center", ncols=2, columnspacing=0.8)
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
    left, right = panels(figure, 2)
    left.plot(d["z"], d["monotone"], color=COLOUR["exact"], lw=2.2, label="exact")
    arms = (("gan", "GAN", "gan", "-", "^"), ("vae", "VAE's means", "vae", "--", "s"), ("control", "GAN, slow $D$", "control", ":", "x"))  # fmt: skip
    for name, label, colour, style, marker in arms:
        middle = np.argsort(d[f"{name}_light"])[len(d[f"{name}_light"]) // 2]
        path = d[f"{name}_map"][:, middle]
        left.plot(d["z"], path * np.sign(path[-1] - path[0]), style, color=COLOUR[colour], label=label)
        outside = 1 - d[f"{name}_light"] - d[f"{name}_heavy"]
        x = float(d["distance"]) / d[f"{name}_slope"]
        right.plot(x, outside, marker, color=COLOUR[colour], mfc="none" if marker == "^" else None, label=label)
    left.set(xlabel="latent $z$", ylabel="$g(z)/a$", ylim=(-2.1, 3.3), xlim=(-3.5, 3.5))
    left.legend(loc="upper center", ncols=2, columnspacing=0.8)
    right.plot(d["ratio"], d["exact"], color=COLOUR["exact"], label="least, both modes kept")
    right.set(xlabel="gap over slope, $d/L$", ylabel="mass outside the modes", xscale="log", ylim=(-0.06, 1.5))
    right.legend(loc="upper center", ncols=2, columnspacing=0.8, handletextpad=0.3)
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
    left, right = panels(figure, 2)
    left.plot(d["stds"], d["paths"], color=COLOUR["exact"], lw=0.8, label=["exact", *[""] * (d["paths"].shape[1] - 1)])
    left.plot(
        d["at"],
        d["passed"],
        "o",
        color=COLOUR["network"],
        ms=2.2,
        label=["trained", *[""] * (d["passed"].shape[1] - 1)],
    )
    once = np.median(d["once"], axis=1)
    left.plot(np.full(len(once), 0.7 * d["stds"].min()), once, "x", color=COLOUR["control"], label="one step (control)")
    left.set(xlabel="noise $\\sigma/a$", ylabel=POSITION, xscale="log", ylim=(-8, 12))
    left.invert_xaxis()
    left.legend(loc="upper center", ncols=3, columnspacing=0.8, handletextpad=0.3)
    right.plot(d["jumps"], d["exact"], color=COLOUR["exact"], label="exact denoiser")
    spread(right, d["jumps"][1:], d["network"][1:].T, COLOUR["network"], "trained denoiser")
    spread(right, d["jumps"][:1], d["network"][:1].T, COLOUR["control"], "one step (control)", "x")
    right.set(xlabel="steps", ylabel="distance to the data $W_1/a$", xscale="log", yscale="log")
    right.set_xticks(d["jumps"], [f"{n}" for n in d["jumps"]])
    right.minorticks_off()
    right.legend(loc="lower left")
    one, many = np.median(d["network"], axis=1)[[0, -1]]
    return (
        f"(a) Paths of the probability-flow ODE from noise to data: exact, and points of one trained denoiser in "
        f"{len(d['at'])} steps; crosses: where a single step takes the same starts. (b) Distance W₁ of the end points to "
        f"the data: {one:.2f}a after one step, which is the mean, {many:.3f}a after {d['jumps'][-1]}. {_n(d['network'])} "
        f"networks, median and range."
    )


def _data(axes: Any, d: Data) -> None:
    axes.fill_between(d["x"], d["p"], color=COLOUR["data"], alpha=0.12, lw=0)
    axes.plot(d["x"], d["p"], color=COLOUR["data"], lw=0.9, label="data")


def _n(rows: np.ndarray) -> int:
    return rows.shape[-1]


def _range(values: np.ndarray) -> str:
    return f"{values.min():.2f} to {values.max():.2f}"


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
    told: list[str] = []
    figure = styled(lambda canvas: told.append(picture.draw(canvas, data)), width)
    caption = f"{picture.title}. {told[0]} Seeds: {SEEDS} that follow from --seed {seed}."
    about = {"title": picture.title, "description": caption, "subject": picture.name}
    yield from write(figure, folder / f"{picture.name}.{format}", caption, **about)
