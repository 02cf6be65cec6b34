"""Entrants of a contest: whatever a learner is, one budget of data for all of them.

A learner comes in by one of three ways: a, any object with `fit` (`toys.plain`); b, `torch.nn` modules with a loss
(`toys.torch_modules`); c, a function that makes an `Arm` of a target, or a `Learner` (`toys.contest`). `enter` trains it
until it has looked at `steps` minibatches of data: where one of its steps looks at several (a discriminator that learns
five times, samples in packs of four) it makes as many steps fewer. What `fit` of way a asks for is its own matter, and counted.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from inspect import Parameter, isclass, signature
from typing import Any

import numpy as np

from theory.validation.inputs import instance, reject
from theory.validation.told import told
from toys.contest import ARMS, Arm
from toys.learner import Learner
from toys.optimisers import Adam
from toys.plain import is_plain
from toys.sampled import Sampled, sampled
from toys.targets.target import Target
from toys.torch_modules import Modules, StackedModules
from toys.train import Fitted
from toys.validation import door

WAYS = {"a": "an object with fit", "b": "torch.nn modules with a loss", "c": "a learner of toys"}


@told
@dataclass(frozen=True)
class Entrant:
    """A learner by the name that it is shown under, and the way it comes in by: a key of `WAYS`."""

    name: str
    learner: Any
    way: str


def entrant(name: str, thing: object) -> Entrant:
    """What `thing` is as a learner: it, what it makes without arguments, or the arm of `toys.contest` that it names.

    Raises ValueError for what comes in by no way, an unknown name, and a class or function that raises.
    """
    instance("name", name, str, "a text")
    if isinstance(thing, str):
        if thing not in ARMS:
            reject("thing", f"one of {', '.join(ARMS)}", thing)
        return Entrant(name, ARMS[thing], "c")
    made = _made(thing)
    if isinstance(made, Modules):
        return Entrant(name, made, "b")
    if is_plain(made):
        return Entrant(name, made, "a")
    if isinstance(made, Arm | Learner):
        reject("thing", "a function that makes it for a target", f"one {type(made).__name__}, which has its target")
    if callable(made):
        return Entrant(name, _maker(made), "c")
    return reject("thing", f"{', '.join(WAYS.values())}, or a function that makes one", type(made).__name__)


def _made(thing: object) -> object:
    """The thing, or what it makes where it is a class or a function that needs nothing."""
    if isinstance(thing, Modules) or not callable(thing) or (is_plain(thing) and not isclass(thing)):
        return thing
    try:
        needs = [p for p in signature(thing).parameters.values() if p.default is Parameter.empty]
    except (TypeError, ValueError):
        return thing
    if any(p.kind not in (Parameter.VAR_POSITIONAL, Parameter.VAR_KEYWORD) for p in needs):
        return thing
    try:
        return thing()
    except Exception as error:
        raise ValueError(f"thing: expected a learner, got {type(error).__name__}: {error}") from error


def _maker(make: Callable[[Target], Any]) -> Callable[[Target], Arm]:
    """An `Arm` for a target; a bare `Learner` descends by Adam at 1e-3 and is drawn from by its `sample`."""

    def arm(target: Target) -> Arm:
        found = make(target)
        if isinstance(found, Learner) and callable(getattr(found, "sample", None)) and hasattr(found, "latents"):
            return Arm(found, Adam(1e-3), _by_latents)
        return instance("learner", found, Arm, "a function that makes an Arm, or a Learner with latents and sample")

    return arm


def _by_latents(fitted: Fitted, given: np.ndarray) -> np.ndarray:
    """Samples (seeds, n, dim) from standard normal latents."""
    learner: Any = fitted.learner
    z = np.stack([rng.standard_normal((len(given), learner.latents)) for rng in fitted.generators()])
    inputs = [np.broadcast_to(given, (len(z), *given.shape))] if given.shape[1] else []
    return fitted.evaluate(learner.sample, own=[z, *inputs])


@door
def minibatches(entrant: Entrant, target: Target) -> int:
    """How many minibatches of data one of its steps looks at.

    Raises ValueError where the learner has no form for the target.
    """
    if entrant.way == "c":
        learner = entrant.learner(target).learner
        return int(getattr(learner, "discriminator_steps", 1)) * int(getattr(learner, "pack", 1))
    return StackedModules(target, entrant.learner).turns if entrant.way == "b" else 1


@door
def enter(
    entrant: Entrant, target: Target, *, seeds: Sequence[int] | np.ndarray, steps: int, n: int, batch: int = 128
) -> Sampled:
    """Train it on `steps` minibatches of the target once per seed, and draw n samples of each.

    Where the target has inputs it is drawn at those of true samples, the same for every entrant.
    Raises ValueError for what the learner, its training and drawing refuse.
    """
    each = minibatches(entrant, target)
    own = max(1, steps // each)
    found = sampled(entrant.learner, target, seeds=seeds, steps=own, n=n, batch=batch)
    return found if entrant.way == "a" else replace(found, seen=np.full(len(found.seeds), own * batch * each))
