"""What the claims show in motion: networks while they train, samples while a solver carries them.

For each film a function that trains and one that draws a frame. `fit` keeps the parameters at the steps of a film by its
option `record`, which changes nothing in the training. The network shown is that of the first seed, whatever became
of it.
"""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from proofs.experiment import Run

Data = dict[str, np.ndarray]
SIDE = 48
"""Points to a side of the grid on which a discriminator is shown: SIDE² is a multiple of 16."""


def _moments(steps: int, frames: int) -> list[int]:
    """`frames` steps from 0 to the last, denser at first, where more happens."""
    return sorted({round(steps * (k / (frames - 1)) ** 2) for k in range(frames)})


def contest(run: Run) -> Data:
    """A GAN and a VAE of the contest on the ring: their samples, and the GAN's discriminator on a grid."""
    from toys import contest, targets
    from toys.train import fit

    target, steps = targets.ring(), _moments(2000, 36)
    side = np.linspace(-1.9, 1.9, SIDE)
    grid = np.stack(np.meshgrid(side, side), axis=-1).reshape(-1, 2)
    shown: Data = {"steps": np.array(steps), "side": side, "centres": target.centres}
    for name in ("GAN", "VAE"):
        arm = contest.ARMS[name](target)
        learner: Any = arm.learner
        fitted = fit(learner, seeds=run.seeds, steps=steps[-1], optimiser=arm.optimiser, record=steps)
        z, noise = (np.stack([rng.standard_normal((256, 2)) for rng in fitted.generators(k)]) for k in (0, 1))
        at = range(len(steps))
        if name == "GAN":
            shown["GAN"] = np.stack([fitted.evaluate(learner.sample, own=[z], at=k)[0] for k in at])
            shown["logit"] = np.stack([fitted.evaluate(learner.logit, grid, at=k)[0] for k in at])
        else:
            parts = [np.split(fitted.evaluate(learner.decode, own=[z], at=k), 2, axis=2) for k in at]
            shown["VAE"] = np.stack([(mean + std * noise)[0] for mean, std in parts])
    return shown


def contest_frame(data: Data, figure: Any, k: int) -> None:
    """Samples over the modes, side by side; shades: how real the discriminator deems a place."""
    from proofs.figures import COLOUR, panels

    left, right = panels(figure, 2)
    across = figure.get_figwidth() > figure.get_figheight()
    figure.set_figheight((0.52 if across else 1.7) * figure.get_figwidth())  # the panels are square
    real = 1 / (1 + np.exp(-np.clip(data["logit"][k], -50, 50))).reshape(SIDE, SIDE)
    levels = np.linspace(0, 1, 9)
    left.contourf(data["side"], data["side"], real, levels, cmap="Greys", vmin=-0.2, vmax=2.2)
    left.contour(data["side"], data["side"], real, [0.5], colors=[COLOUR["data"]], linewidths=0.6)
    for axes, name, marker in ((left, "GAN", "^"), (right, "VAE", "s")):
        axes.plot(*data["centres"].T, "+", color=COLOUR["data"], ms=7, label="modes")
        axes.plot(*data[name][k].T, marker, color=COLOUR[name.lower()], ms=2.2, label=f"{name}'s samples")
        axes.set(xlim=(-1.9, 1.9), ylim=(-1.9, 2.5), xlabel="$x_1$", ylabel="$x_2$")
        axes.set_aspect("equal", adjustable="box")
        axes.legend(loc="upper center", ncols=2)


def duel(run: Run) -> Data:
    """The Dirac-GAN from the same starts without a fix and with R1."""
    from toys.dirac_gan import DiracGAN, trajectories

    steps = list(range(0, 301, 6))
    players = {"none": DiracGAN("minimax", start=(0.0, 0.0), jitter=0.35), "r1": DiracGAN("r1", 0.3, (0.0, 0.0), 0.35)}
    paths = {name: trajectories(player, run.seeds, steps, 300, 0.2)[:5] for name, player in players.items()}
    return {"steps": np.array(steps), **paths}


def duel_frame(data: Data, figure: Any, k: int) -> None:
    """Where five starts have gone so far."""
    from proofs.figures import COLOUR, panels

    looks = (("none", "control", "without a fix", "s"), ("r1", "network", "with R1", "o"))
    for axes, (name, colour, label, marker) in zip(panels(figure, 2), looks, strict=True):
        for path in data[name]:
            axes.plot(*path[: k + 1].T, color=COLOUR[colour], lw=0.7)
        axes.plot(*data[name][:, k].T, marker, color=COLOUR[colour], mec=COLOUR["data"], mew=0.5, ms=4, label=label)
        axes.plot(0, 0, "+", color=COLOUR["data"], ms=8, label="equilibrium")
        axes.set(xlim=(-3, 3), ylim=(-3, 4), xlabel=r"generator $\theta$", ylabel=r"discriminator $\psi$")
        axes.legend(loc="upper center", ncols=2)


def filling(run: Run) -> Data:
    """Linear VAEs on a power-law signal: variance of the decoder's means by direction, at three β."""
    from theory import water_filling
    from toys.linear_vae import LinearVAE
    from toys.optimisers import Adam
    from toys.targets import power_law_signal
    from toys.train import fit

    betas, noise_var, steps = (0.4, 1.5, 5.0), 0.1, _moments(300, 40)
    target, n = power_law_signal(4, 1.5), len(run.seeds)
    learner = LinearVAE(target, 4, np.repeat(betas, n), noise_var**0.5, full=True, sampled=True, spread=0.3)
    members = [seed + (arm << 31) for arm in range(len(betas)) for seed in run.seeds]
    rule = Adam(0.08, beta2=0.95, decay="cosine")
    fitted = fit(learner, seeds=members, steps=steps[-1], batch=96, optimiser=rule, record=steps)
    w = [fitted.evaluate(learner.decoder, at=k) for k in range(len(steps))]
    var = np.stack([np.linalg.eigvalsh(v @ v.mT)[:, ::-1].reshape(len(betas), n, 4) for v in w])
    exact = [water_filling.squared_weight(target.spectrum, noise_var, beta) for beta in betas]
    return {
        "steps": np.array(steps),
        "var": var,
        "exact": np.array(exact),
        "betas": np.array(betas),
        "spectrum": target.spectrum,
    }


def filling_frame(data: Data, figure: Any, k: int) -> None:
    """Directions rise to λ - βσ², or stay at nothing."""
    from proofs.figures import COLOUR, panels, spread

    (axes,), order = panels(figure, 1), np.arange(1, 5)
    axes.plot(order, data["spectrum"], "D:", color=COLOUR["data"], ms=3, lw=0.8, label=r"data, $\lambda_k$")
    for arm, (beta, style, marker) in enumerate(zip(data["betas"], ("-", "--", ":"), "s^o", strict=True)):
        axes.plot(
            order,
            data["exact"][arm],
            style,
            color=COLOUR["exact"],
            label=rf"$(\lambda_k - \beta\sigma^2)_+$, $\beta = {beta:g}$",
        )
        spread(axes, order, data["var"][k, arm], COLOUR["vae"], rf"trained, $\beta = {beta:g}$", marker)
    axes.set(
        xlabel="principal direction $k$", ylabel="variance of the decoder's means", xticks=order, ylim=(-0.05, 1.8)
    )
    axes.legend(loc="upper right", ncols=2)


def walking(run: Run) -> Data:
    """Samples of one trained denoiser along the probability-flow ODE, and of one step from where each began."""
    from theory import symmetric_pair
    from toys import targets
    from toys.denoiser import Denoiser
    from toys.optimisers import Adam
    from toys.train import fit

    a, s, weight = 2.0, 0.3, 0.7
    p, highest, lowest = symmetric_pair(a, s, weight), 10.0, 0.1
    learner = Denoiser(targets.symmetric_pair(a, s, weight), lowest, highest, (32, 32))
    fitted = fit(learner, seeds=run.seeds, steps=1500, batch=128, optimiser=Adam(0.02, decay="cosine"))
    stds = np.append(np.geomspace(highest, lowest, 40), 0.0)
    x = np.broadcast_to(p.smooth(highest).ppf((np.arange(1024) + 0.5) / 1024)[:, None], (len(run.seeds), 1024, 1))
    denoise = lambda x, std: fitted.evaluate(learner.denoise, own=[x, np.full_like(x, std)])  # noqa: E731
    once, passed = denoise(x, highest)[0, :, 0], [x[0, :, 0]]
    for high, low in pairwise(stds.tolist()):
        x = x + (low - high) * (x - denoise(x, high)) / high
        passed.append(x[0, :, 0])
    line = np.linspace(-6, 6, 241)
    exact = [p.smooth(std).pdf(line) if std else p.pdf(line) for std in stds.tolist()]
    edges = np.linspace(-6, 6, 81)
    counts = [np.histogram(v, edges)[0] / len(v) / np.diff(edges) for v in (*passed, once)]
    return {
        "steps": np.arange(len(stds)), "stds": stds, "line": line, "exact": np.array(exact), "edges": edges,
        "counts": np.array(counts[:-1]), "once": counts[-1],
    }  # fmt: skip


def walking_frame(data: Data, figure: Any, k: int) -> None:
    """The law of the samples so far, beside the exact one at that noise and what one step would have made."""
    from proofs.figures import COLOUR, panels

    (axes,) = panels(figure, 1)
    axes.stairs(data["once"], data["edges"], color=COLOUR["control"], lw=0.9, ls="--", label="one step (control)")
    axes.stairs(data["counts"][k], data["edges"], color=COLOUR["network"], fill=True, alpha=0.5, label="samples")
    axes.plot(data["line"], data["exact"][k], color=COLOUR["exact"], label=rf"exact, $\sigma = {data['stds'][k]:.2f}$")
    highest = max(data[name].max() for name in ("once", "counts", "exact"))
    axes.set(xlabel="$x$ (data units)", ylabel="density", xlim=(-6, 6), ylim=(0, 1.1 * highest))
    axes.legend(loc="upper right")


def codewords(run: Run) -> Data:
    """Two codewords of a direct quantiser, and of an autoencoder's decoder, on two unequal modes."""
    from theory import GaussianMixture, quantisation
    from toys.optimisers import Adam
    from toys.targets.mixtures import MixtureTarget
    from toys.train import fit
    from toys.vq import VQVAE, VectorQuantiser

    p, steps = GaussianMixture([0.7, 0.3], [-2.0, 2.0], stds=[0.5, 0.5]), _moments(500, 36)
    target, y = MixtureTarget("two unequal modes", p, "blurproof"), np.linspace(-4, 4, 512)
    shown: Data = {"steps": np.array(steps), "y": y, "density": p.pdf(y), "best": quantisation.lloyd_max(p, 2).levels}
    for name, learner, batch, rate in (
        ("direct", VectorQuantiser(target, 2), 64, 0.05), ("autoencoder", VQVAE(target, 2, hidden=(16,)), 32, 0.02),
    ):  # fmt: skip
        rule = Adam(rate, decay="cosine")
        fitted = fit(learner, seeds=run.seeds, steps=steps[-1], batch=batch, optimiser=rule, record=steps)
        rows = [fitted.evaluate(learner.reconstruct, y[:, None], at=k)[..., 0] for k in range(len(steps))]
        shown[name] = np.stack([row[:, [0, -1]] for row in rows])  # what the outermost points are replaced by
    return shown


def codewords_frame(data: Data, figure: Any, k: int) -> None:
    """Each row of points is one network."""
    from proofs.figures import COLOUR, panels

    (axes,) = panels(figure, 1)
    axes.plot(data["y"], data["density"], color=COLOUR["data"], lw=0.9, label="data")
    axes.vlines(data["best"], 0, 0.75, color=COLOUR["exact"], lw=0.9, label="best levels")
    for name, colour, marker, low in (("direct", "network", "o", 0.03), ("autoencoder", "vae", "s", 0.33)):
        rows = low + np.linspace(0, 0.26, data[name].shape[1])
        for end in (0, 1):
            label = f"codewords, {name}" if end else ""
            axes.plot(data[name][k, :, end], rows, marker, color=COLOUR[colour], ms=2.5, label=label)
    axes.set(xlabel="$y$ (data units)", ylabel="density", xlim=(-4, 4), ylim=(0, 1.15))
    axes.legend(loc="upper center", ncols=2)
