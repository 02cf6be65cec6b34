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

from collections.abc import Sequence
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
    from toys.train import fitting

    found: Arrays = {"steps": steps, "seeds": len(seeds)}
    for name in TARGETS:
        target = getattr(targets, name)()
        x = target.sample(SHOWN, np.random.default_rng(seeds[0]))
        rows, fitted = [], {}
        for index, (arm, _, _) in enumerate(ARMS):
            made = contest.ARMS[arm](target)
            network = arm.partition(", decoder")[0]  # its means and its samples are of one VAE
            if network not in fitted:
                fitted[network] = fitting(seeds)(made.learner, made.optimiser, steps=steps, batch=128)
            judged = made.draw(fitted[network], np.full((contest.SAMPLES, target.inputs), contest.FORK))
            scored = np.array([contest.scored(target, np.nan_to_num(samples, nan=FAR))[:2] for samples in judged])
            middle = median_of(*scored.T)
            shown = made.draw(fitted[network], x[:, : target.inputs]) if target.inputs else judged
            found[f"{name}_{index}"] = shown[middle][:SHOWN]
            if not target.inputs:
                found[f"{name}_{index}_lost"] = lost(judged[middle], target.mixture)
            rows.append(scored.T)
        found |= {f"{name}_data": x, f"{name}_modes": contest.modes(target)}
        found |= dict(zip((f"{name}_captured", f"{name}_quality"), np.array(rows).swapaxes(0, 1), strict=True))
    return found


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
    """Each image (16, 16) with what it is; the same place of the bar wherever one is shown."""
    x = bars()
    mean, shown, lost = x.mean(axis=0), x[2], x[-3]
    _, stretch, directions = np.linalg.svd(x - mean, full_matrices=False)
    spectrum, coded = stretch[:-1] ** 2 / len(x), directions[:-1] @ (shown - mean)  # the last direction has no variance
    vaes = [
        (
            rf"VAE, $\beta\sigma^2 = {level:g}\lambda_1$",
            mean
            + (water_filling.squared_weight(spectrum, level * spectrum[0], 1.0) / spectrum * coded) @ directions[:-1],
        )
        for level in NOISES
    ]
    named = [
        ("truth", shown),
        ("$L_2$: the mean", mean),
        ("$L_1$: the median", np.median(x, axis=0)),
        *vaes,
        ("GAN, one mode", lost),
    ]
    return [(name, image.reshape(SIDE, SIDE)) for name, image in named]
