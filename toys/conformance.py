"""Laws that every learner obeys, whichever way it comes in: `violations(learner)` says which ones it breaks, in words.

    seeds     the seed decides everything: the same samples twice, whatever the global generators did before, and others for another
    splits    which seeds are trained together, and in which order, changes nothing
    diverges  what was trained on numbers that are none is reported, and is no crash
    shape     as many finite rows of the right length as were asked for, and on every device that there is
    kept      what was saved and loaded draws the same samples

A learner is what `toys.sampled.sampled` takes: an object with `fit`, `Modules`, or a function that makes an `Arm`. The same is asked
of scores: `misjudged(score, target)` says whether a score rejects the exact member of `toys.exact` or accepts a constant.
As a pytest plugin: `pytest --learner package.module:name`.
"""

from __future__ import annotations

import random
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import torch
from jaxtyping import Float

from theory import diagnosis
from toys import arms, contest, exact, plain, torch_modules
from toys.ode import heun
from toys.sampled import Sampled, places, sampled
from toys.targets import ring
from toys.targets.mixtures import MixtureTarget
from toys.targets.target import Target
from toys.train import Fitted, fit
from toys.validation import choice, door, require

STEPS, BATCH, DRAWN = 3, 16, 32
Law = Callable[[Any, Target], str]
"""What a learner does against it on a target, "" if nothing."""


def seeds_decide(learner: Any, target: Target) -> str:
    """Twice the same seed is the same, after other things have happened; two seeds are not."""
    first = _of(learner, target, [3])
    for other in (random.random, np.random.random, partial(torch.rand, 1)):
        other()
    again, second = _of(learner, target, [3]), _of(learner, target, [4])
    if any(failed := (*first.failed, *second.failed)):
        return f"has no samples: {' '.join(failed)}"
    if not np.array_equal(first.samples, again.samples):
        return "a seed does not decide its samples"
    return "two seeds draw the same samples" if np.array_equal(first.samples, second.samples) else ""


def splits_change_nothing(learner: Any, target: Target) -> str:
    """Three seeds together are what they are alone and the other way round."""
    together, turned = _of(learner, target, [3, 4, 5]), _of(learner, target, [5, 4, 3])
    alone = np.concatenate([_of(learner, target, [seed]).samples for seed in (3, 4, 5)])
    same = np.array_equal(together.samples, alone, equal_nan=True)
    same &= np.array_equal(together.samples, turned.samples[::-1], equal_nan=True)
    return "" if same else "samples of a seed depend on the seeds beside it"


def divergence_is_reported(learner: Any, target: Target) -> str:
    """Trained on NaN, every seed is one that failed, with its reason, and nothing is raised."""
    try:
        found = _of(learner, Poisoned(target), [3, 4])
    except Exception as error:  # whatever a stranger's learner raises
        return f"raises {type(error).__name__} where its data are not finite: {error}"
    return "" if all(found.failed) else "draws samples although its data are not finite"


def shapes_are_right(learner: Any, target: Target) -> str:
    """One row and a number that divides nothing: (n, dim), at the inputs that are given."""
    for n in (1, 37):
        found = _of(learner, target, [3, 4], n)
        if any(found.failed):
            return f"has no samples where {n} are asked for: {max(found.failed)}"
        if not np.allclose(found.samples[..., : target.inputs], places(target, n), rtol=1e-6, atol=1e-6):
            return "samples are not at the inputs that are given"
    devices = [] if plain.is_plain(learner) or not torch.cuda.is_available() else ["cuda"]
    found = [_drawn(learner, target, _trained(learner, target, device)) for device in devices]
    return "" if all(np.isfinite(x).all() for x in found) else "has no samples on another device"


def what_is_kept_is_the_same(learner: Any, target: Target) -> str:
    """Members, or where a learner keeps them to itself their samples, are the same after a journey by a file."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "kept.npz"
        if plain.is_plain(learner):
            found = _of(learner, target, [3])
            found.save(path)
            before, after = found.samples, Sampled.load(path).samples
        else:
            fitted = _trained(learner, target)
            before = _drawn(learner, target, fitted)
            fitted.save(path)
            after = _drawn(learner, target, Fitted.load(_learner(learner, target), path))
    return "" if np.array_equal(before, after, equal_nan=True) else "draws other samples once it was saved and loaded"


LAWS: dict[str, Law] = {
    "seeds": seeds_decide, "splits": splits_change_nothing, "diverges": divergence_is_reported,
    "shape": shapes_are_right, "kept": what_is_kept_is_the_same,
}  # fmt: skip
"""Each law by name."""


@door
def violations(learner: Any, target: Target | None = None, laws: Sequence[str] = tuple(LAWS)) -> list[str]:
    """The broken laws, "name: what it does", on the target (the ring of eight); empty for a good learner.

    Raises ValueError for a law that there is not, and unless the learner is of a kind that `toys.sampled.sampled` takes.
    """
    for law in laws:
        choice(law, tuple(LAWS), "laws")
    said = {law: LAWS[law](learner, ring() if target is None else target) for law in laws}
    return [f"{law}: {words}" for law, words in said.items() if words]


def _of(learner: Any, target: Target, seeds: Sequence[int], n: int = DRAWN) -> Sampled:
    return sampled(learner, target, seeds=seeds, steps=STEPS, batch=BATCH, n=n)


def _learner(learner: Any, target: Target) -> Any:
    return (
        torch_modules.StackedModules(target, learner)
        if torch_modules.is_modules(learner)
        else arms.made(learner, target).learner
    )


def _trained(learner: Any, target: Target, device: str = "cpu") -> Fitted:
    """A member of either stacked way."""
    options: dict[str, Any] = {"seeds": [3], "steps": STEPS, "batch": BATCH, "device": device}
    if torch_modules.is_modules(learner):
        return torch_modules.train(learner, target, **options)
    arm = arms.made(learner, target)
    return fit(arm.learner, optimiser=arm.optimiser, **options)


def _drawn(learner: Any, target: Target, fitted: Fitted) -> np.ndarray:
    given = places(target, DRAWN)
    return (
        torch_modules.drawn(fitted, given)[0]
        if torch_modules.is_modules(learner)
        else arms.made(learner, target).draw(fitted, given)
    )


@dataclass(frozen=True)
class Poisoned(Target):
    """A target of which all that is drawn is NaN."""

    inner: Target
    source = "nobody"

    @property
    def name(self) -> str:  # pyright: ignore[reportIncompatibleVariableOverride]  a name that is only read
        return f"poisoned {self.inner.name}"

    @property
    def dim(self) -> int:  # pyright: ignore[reportIncompatibleVariableOverride]  a number that is only read
        return self.inner.dim

    @property
    def inputs(self) -> int:  # pyright: ignore[reportIncompatibleVariableOverride]  a number that is only read
        return self.inner.inputs

    @property
    def mean(self) -> Float[np.ndarray, " {self.dim}"]:
        return self.inner.mean

    @property
    def cov(self) -> Float[np.ndarray, "{self.dim} {self.dim}"]:
        return self.inner.cov

    def sample(self, n: int, rng: np.random.Generator) -> Float[np.ndarray, "{n} {self.dim}"]:
        return np.full((n, self.inner.dim), np.nan)


# Scores.


@dataclass(frozen=True)
class Exact:
    """The exact sampler of a mixture as a learner that has nothing to learn: Heun's method along the exact score flow."""

    target: Target

    def fit(
        self, sample: object, *, seed: int, steps: int, batch: int
    ) -> Callable[[int, np.random.Generator], np.ndarray]:
        """What samples the target: from a deviation far above its spread down to one far below that of its modes.

        Raises ValueError unless the target is a Gaussian mixture.
        """
        flow, mixture = exact.score_flow(self.target), getattr(self.target, "mixture", None)
        low = 0.02 * float(np.sqrt(np.linalg.eigvalsh(mixture.covs).min())) if mixture is not None else 0.0
        high = 20 * float(np.sqrt(np.trace(self.target.cov)))
        levels = np.geomspace(high, low, 161).tolist()
        return lambda n, rng: heun(flow, self.target.mean + high * rng.standard_normal((n, self.target.dim)), levels)


@dataclass(frozen=True)
class Constant:
    """The mean of the target, whatever was to be learned."""

    target: Target

    def fit(
        self, sample: object, *, seed: int, steps: int, batch: int
    ) -> Callable[[int, np.random.Generator], np.ndarray]:
        """What gives n times the mean."""
        return lambda n, rng: np.tile(self.target.mean, (n, 1))


Score = Callable[[np.ndarray, MixtureTarget], bool]
"""Whether samples (n, dim) are good ones of a mixture."""
SCORES: dict[str, Score] = {
    "captured": lambda x, target: contest.scored(target, x)[0] == len(target.mixture),
    "quality": lambda x, target: contest.scored(target, x)[1] > 0.95,
    "precision": lambda x, target: contest.summaries(target, x, np.random.default_rng(0))[0] > 0.9,
    "recall": lambda x, target: contest.summaries(target, x, np.random.default_rng(0))[1] > 0.9,
    "diagnosis": lambda x, target: not diagnosis.diagnose(x, target.mixture).present,
}
"""Those of the contest, each with what it asks of good samples, and the diagnosis, which is to find no fault.

Mass off support is not among them: a constant at a mode has none.
"""


@door
def misjudged(score: str | Score, target: MixtureTarget, n: int = 1000) -> str:
    """What a score does wrong, "" if nothing: it accepts n samples of the exact member, and rejects a constant.

    Raises ValueError for a score that there is not.
    """
    if isinstance(score, str):
        choice(score, tuple(SCORES), "score")
        score = SCORES[score]
    found = {kind: sampled(kind(target), target, seeds=[3], steps=1, n=n).samples[0] for kind in (Exact, Constant)}
    if not score(found[Exact], target):
        return "rejects the exact member"
    return "accepts a constant" if score(found[Constant], target) else ""


@door
def named(name: str) -> Any:
    """The learner of that name: an arm of `toys.contest.ARMS`, or "package.module:name", what is made of a class.

    Raises ValueError where there is none.
    """
    from importlib import import_module

    if name in contest.ARMS:
        return contest.ARMS[name]
    module, _, attribute = name.partition(":")
    require(bool(module and attribute), "name", "an arm of the contest, or package.module:name", name)
    try:
        found = getattr(import_module(module), attribute)
    except (ImportError, AttributeError) as error:
        raise ValueError(f"name: expected package.module:name that can be imported, got {name!r}: {error}") from error
    return found() if isinstance(found, type) and plain.is_plain(found) else found
