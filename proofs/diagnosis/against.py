"""What samples are held against: a law that is known, a law of y given x, or samples of the real thing.

Exactly one of `target`, `mixture`, `reference` and `law` says it. A target of `toys.targets` is held to its own law where
that is a Gaussian mixture, to that of y given x where something is given, and otherwise to many samples of it.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass, fields
from typing import Any

import numpy as np

from proofs.diagnosis import conditionals, reading, targets
from proofs.diagnosis.conditionals import Conditional
from proofs.diagnosis.reading import Sample
from theory import GaussianMixture
from theory.validation.inputs import Array, integer, reject
from theory.validation.unchanging import Unchanging
from toys.targets.line_in_plane import LineInPlane
from toys.targets.target import Target

DRAWN = 20_000
"""Samples of a target without modes: what a user's are compared with."""
STREAM = 16
"""Told apart from other uses of the seed."""


@dataclass(frozen=True)
class Against(Unchanging):
    """One of `law`, `reference` (n, dim) and `conditional` is there; `said` names it in words."""

    said: str
    columns: int
    law: GaussianMixture | None = None
    reference: Array | None = None
    conditional: Conditional | None = None
    modes: int | None = None

    @property
    def kind(self) -> str:
        """Of the three which."""
        return "mixture" if self.law is not None else "conditional" if self.conditional is not None else "reference"


def against(
    *,
    target: object = None,
    mixture: object = None,
    reference: object = None,
    law: object = None,
    given: Sample | None = None,
    modes: object = None,
    seed: int = 0,
) -> Against:
    """What is meant by the one of the first four that is there.

    Raises ValueError, naming the argument, where none of them is there or several are, one cannot be used, or `given` or
    `modes` come with one that has no use for them.
    """
    asked = {"target": target, "mixture": mixture, "reference": reference, "law": law}
    named = [name for name, value in asked.items() if value is not None]
    if len(named) != 1:
        raise ValueError(f"{', '.join(named or asked)}: expected one of {', '.join(asked)}, got {len(named) or 'none'}")
    found = _of_law(law, given) if law is not None else MAKERS[named[0]](asked[named[0]], seed)
    if given is not None and found.conditional is None:
        reject("given", "a target that gives something, or a law", f"{found.said}, which gives nothing")
    if modes is not None:
        if found.reference is None:
            reject("modes", "a reference: modes are then fitted to it", f"{found.said}, whose law is known")
        count = integer("modes", modes, 1, max(1, len(found.reference) // 2))
        return Against(found.said, found.columns, reference=found.reference, modes=count)
    return found


def _of_target(value: object, seed: int) -> Against:
    made = targets.target("target", value) if isinstance(value, str) else value
    if isinstance(made, GaussianMixture):
        return _of_mixture(made, seed)
    if not isinstance(made, Target):
        reject("target", "a target of toys.targets, or NAME:OPTION=VALUE,… of one", value)
    said = _said(made)
    known = conditionals.of_target(made)
    if known is not None:
        return Against(said, known.columns, conditional=known)
    law = _mixture_of(made)
    if law is not None:
        return Against(said, law.dim, law=law)
    drawn = made.sample(DRAWN, np.random.default_rng([seed, STREAM]))
    return Against(f"{said}, {DRAWN:,} samples of it", made.dim, reference=drawn)


def _mixture_of(made: Target) -> GaussianMixture | None:
    """The law of a target that is a mixture; none where it has another, or no density."""
    if isinstance(made, LineInPlane) and made.std > 0:
        return GaussianMixture([1.0], made.mean[None], covs=made.cov[None])
    law = getattr(made, "mixture", None)
    return law if isinstance(law, GaussianMixture) else None


def _said(made: Target) -> str:
    """The name of a target with what is chosen in it, as far as that is plain numbers."""
    own = [f for f in fields(made) if f.name not in ("name", "source")]  # pyright: ignore[reportArgumentType]
    plain = [(f.name, getattr(made, f.name)) for f in own]
    chosen = [f"{name} {value:g}" for name, value in plain if isinstance(value, int | float)]
    law = _mixture_of(made)
    modes = [f"{len(law)} modes"] if law is not None and len(law) > 1 else []
    return ", ".join([made.name, *modes, *chosen])


def _of_mixture(value: object, seed: int) -> Against:
    law = targets.mixture("mixture", value)
    where = f" of {os.fspath(value)}" if isinstance(value, str | os.PathLike) else ""
    return Against(f"the mixture{where}, {len(law)} mode{'s' if len(law) > 1 else ''}", law.dim, law=law)


def _of_reference(value: object, seed: int) -> Against:
    real = reading.sample("reference", value)
    return Against(f"{len(real.rows):,} samples, {real.name}", real.rows.shape[1], reference=real.rows)


def _of_law(value: object, given: Sample | None) -> Against:
    """A function of the user's own, which says the law of y at one x."""
    function = targets.function("law", value) if isinstance(value, str) else value
    if not callable(function):
        reject("law", "a function of x, or package.module:function", value)
    if given is None:
        reject("given", "the x of every sample, as a law was given", None)
    name = value if isinstance(value, str) else getattr(function, "__qualname__", "a function")
    known = conditionals.of_function(function, given.rows)
    return Against(f"the law {name} of y given x", known.columns, conditional=known)


MAKERS: dict[str, Callable[[Any, int], Against]] = {
    "target": _of_target, "mixture": _of_mixture, "reference": _of_reference,
}  # fmt: skip
