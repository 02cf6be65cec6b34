"""What the opening picture shows: samples of models of every family beside the data, on the ring and on Bishop's problem, and one
small image. Nothing is drawn here.

Every model is an arm of `toys.contest`, a network a seed; shown is the seed in the middle (by the modes that it has, then by its
share of good samples), and counted is over all of them which have dropped a mode (of the ring) or a branch (at one input of
Bishop's problem).

The image is a bar whose place is uncertain, a law of a few images of 16 × 16 pixels. Its mean is what squared error predicts,
its median pixel by pixel what absolute error does, and a linear VAE under noise βσ² gives back of each image

    μ + Σ_k (1 - βσ²/λ_k)₊ v_k v_kᵀ (x - μ)

with λ_k, v_k the spectrum of the images' covariance (`theory.water_filling`). All of it is exact.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from theory import GaussianMixture, water_filling

ARMS = (
    ("VAE, decoder means", "VAE, its means", "vae"), ("VAE", "VAE", "vae"), ("GAN", "GAN", "gan"), ("GAN, R1", "GAN with R1", "gan"),
    ("mixture network", "mixture network", "network"), ("flow matching", "flow matching", "network"),
)  # fmt: skip
"""Arms of the contest, what the picture calls them, and their role."""
TARGETS = ("ring", "bishop_inverse")
SHOWN = 512
"""Samples to a panel, a multiple of 16."""
FAR = 1e9
"""Where what is no number lies."""
SIDE, WIDE, PLACES = 16, 3, range(2, 12)
"""Pixels to a side of the image, those across the bar, and the columns where it may begin, all of them equally likely."""
NOISES = (0.02, 0.2, 0.6)
"""Water levels βσ² of the three VAEs, in shares of the largest variance in a direction."""

Arrays = dict[str, Any]


def opening(seeds: Sequence[int], steps: int) -> Arrays:
    """Samples "TARGET_ARM" (n, 2) of the median seed, "TARGET_data", and "TARGET_captured" and "TARGET_quality" (arms, seeds).

    Of the ring's median seed also which modes it has lost, "ring_ARM_lost", by all 2,512 samples that are judged.
    """
    from toys import contest, targets

    found: Arrays = {"steps": steps, "seeds": len(seeds)}
    for name in TARGETS:
        target = getattr(targets, name)()
        x, rows = target.sample(SHOWN, np.random.default_rng(seeds[0])), []
        for index, (made, fitted) in enumerate(_arms(target, seeds, steps)):
            judged = made.draw(fitted, np.full((contest.SAMPLES, target.inputs), contest.FORK))
            scored = _scored(target, judged)
            middle = median_of(*scored.T)
            shown = made.draw(fitted, x[:, : target.inputs]) if target.inputs else judged
            found[f"{name}_{index}"] = shown[middle][:SHOWN]
            if not target.inputs:
                found[f"{name}_{index}_lost"] = lost(judged[middle], target.mixture)
            rows.append(scored.T)
        found |= {f"{name}_data": x, f"{name}_modes": contest.modes(target)}
        found |= dict(zip((f"{name}_captured", f"{name}_quality"), np.array(rows).swapaxes(0, 1), strict=True))
    return found


def passing(seeds: Sequence[int], marks: Sequence[int]) -> Arrays:
    """The same networks on their way, at the minibatches `marks`, of which the last is the end: of the seed in the middle there.

    Samples "TARGET_ARM" (frames, n, 2), "TARGET_data", and of the ring which modes are missing, "ring_ARM_lost" (frames, modes).
    """
    from toys import contest, targets

    found: Arrays = {"steps": np.array(marks), "seeds": len(seeds)}
    for name in TARGETS:
        target = getattr(targets, name)()
        x = target.sample(SHOWN, np.random.default_rng(seeds[0]))
        for index, (made, fitted) in enumerate(_arms(target, seeds, marks[-1], marks)):
            given = np.full((contest.SAMPLES, target.inputs), contest.FORK)
            middle = median_of(*_scored(target, made.draw(fitted, given)).T)
            on_the_way = [_alone(fitted, middle, k) for k in range(len(marks))]
            drawn = np.concatenate(
                [made.draw(one, x[:, : target.inputs] if target.inputs else given) for one in on_the_way]
            )
            found[f"{name}_{index}"] = np.round(drawn[:, :SHOWN], 3).astype(np.float32)
            if not target.inputs:
                found[f"{name}_{index}_lost"] = ~np.array([good(s, target.mixture).any(axis=0) for s in drawn])
        found[f"{name}_data"] = x
    return found


def _arms(target: Any, seeds: Sequence[int], steps: int, record: Sequence[int] = ()) -> Iterator[tuple[Any, Any]]:
    """Each arm on the target and its networks, a seed each; a VAE's means and its samples are of one."""
    from toys import contest
    from toys.train import fitting

    fitted: Arrays = {}
    for arm, _, _ in ARMS:
        made, network = contest.ARMS[arm](target), arm.partition(", decoder")[0]
        if network not in fitted:
            fitted[network] = fitting(seeds)(made.learner, made.optimiser, steps=steps, batch=128, record=record)
        yield made, fitted[network]


def _scored(target: Any, judged: np.ndarray) -> np.ndarray:
    """Modes captured and the share of good samples of every seed (seeds, 2)."""
    from toys import contest

    return np.array([contest.scored(target, np.nan_to_num(samples, nan=FAR))[:2] for samples in judged])


def _alone(fitted: Any, seed: int, mark: int) -> Any:
    """The network of one seed as it was at one mark."""
    one = slice(seed, seed + 1)
    players = {name: rows[mark : mark + 1, one] for name, rows in fitted.players.items()}
    hyper = {name: values[one] for name, values in fitted.hyper.items()}
    return replace(fitted, seeds=fitted.seeds[one], record=fitted.record[mark : mark + 1], players=players, hyper=hyper)


def median_of(captured: np.ndarray, quality: np.ndarray) -> int:
    """The seed in the middle: by how many modes it has, and where these are as many by its share of good samples."""
    return int(np.lexsort((quality, captured))[len(captured) // 2])


def good(x: np.ndarray, law: GaussianMixture) -> np.ndarray:
    """Which samples (n, 2) lie within three deviations of which mode of a mixture of isotropic components, (n, K)."""
    return np.linalg.norm(x[:, None] - law.means, axis=2) <= 3 * np.max(law.stds)


def lost(x: np.ndarray, law: GaussianMixture) -> np.ndarray:
    """The modes (L,) without a good sample."""
    return np.flatnonzero(~good(x, law).any(axis=0))


def bars() -> np.ndarray:
    """The images (places, pixels) that the law of the bar consists of, 0 white and 1 black."""
    images = np.zeros((len(PLACES), SIDE, SIDE))
    for image, at in zip(images, PLACES, strict=True):
        image[2:-2, at : at + WIDE] = 1.0
    return images.reshape(len(PLACES), -1)


def images() -> list[tuple[str, np.ndarray]]:
    """Each image (16, 16) with what it is: of the truth, of what is made of it, of another draw, and of a mode kept alone."""
    x = bars()
    mean, shown, drawn, lost = x.mean(axis=0), x[2], x[5], x[-3]
    _, stretch, directions = np.linalg.svd(x - mean, full_matrices=False)
    spectrum, coded = stretch[:-1] ** 2 / len(x), directions[:-1] @ (shown - mean)  # the last direction has no variance
    vaes = [
        (
            rf"VAE, $\beta\sigma^2\!=\!{level:g}\lambda_1$",
            mean
            + (water_filling.squared_weight(spectrum, level * spectrum[0], 1.0) / spectrum * coded) @ directions[:-1],
        )
        for level in NOISES
    ]
    named = [
        ("truth", shown),
        ("$L_2$: the mean", mean),
        ("$L_1$: the median", np.median(x, axis=0)),
        ("a sample", drawn),
        *vaes,
        ("GAN, one mode", lost),
    ]
    return [(name, image.reshape(SIDE, SIDE)) for name, image in named]
