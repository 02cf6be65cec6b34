"""Lemmas that derivations cite: what SymPy cannot do, one file each, found by its name.

A file has the lemma's statement as its docstring, its source in `SOURCE` (keys of the bibliography, each with a place),
and `sides(draw)`: two numbers of a random instance, of which the lemma says that the first is at most the second (or,
with `RELATION = "=="`, that they are equal). They come from somewhere else than the lemma: a special case in closed
form, a quadrature. Whoever cites a lemma has it probed; one that fails at its own reading refutes the step. A lemma of
one's own is such a file anywhere: `from my_package import my_lemma`, `yield given(my_lemma), ...`.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module
from importlib.util import find_spec
from types import ModuleType
from typing import Any

from theory.validation.told import told

PROBES = 100
"""Random instances at which a cited lemma is looked at."""
TOLERANCE = 1e-9
"""Relative to the larger side, or to 1."""


@told
@dataclass(frozen=True)
class Lemma:
    """A lemma: its key, what it says, where it is proved, and two sides to be compared; `reason` is what a step prints."""

    key: str
    says: str
    source: tuple[str, ...]
    sides: Callable[..., tuple[Any, Any]]
    relation: str = "<="
    reason: str = ""

    def violated(self, seed: int = 0) -> str | None:
        """What contradicts it at one of `PROBES` random instances, if anything does."""
        import numpy as np

        draw = np.random.default_rng(seed)
        for _ in range(PROBES):
            left, right = map(float, self.sides(draw))
            gap = left - right if self.relation == "<=" else abs(left - right)
            if not gap <= TOLERANCE * max(abs(left), abs(right), 1.0):
                return f"{self.key}: {left:.12g} {self.relation} {right:.12g}"
        return None


def given(key: str | ModuleType, reason: str = "") -> Lemma:
    """The lemma of this key, or of a module of one's own, as the reason of a step, in words of one's own if need be.

    Raises ValueError for a key without a file here, or a file without a statement, a source or sides.
    """
    if isinstance(key, ModuleType):
        return of_module(key.__name__, key, reason)
    name = f"{__name__}.{key}"
    if not isinstance(reason, str):
        raise ValueError(f"reason: expected a text, got {reason!r}")
    if not isinstance(key, str) or not key.isidentifier() or find_spec(name) is None:
        raise ValueError(f"key given: expected the key of a lemma in proofs/words/lemmas, got {key!r}")
    module = import_module(name)
    return of_module(key, module, reason)


def of_module(key: str, module: Any, reason: str = "") -> Lemma:
    """A lemma as a file writes it; raises ValueError where something is missing."""
    says, source = (module.__doc__ or "").strip(), getattr(module, "SOURCE", None)
    sides = getattr(module, "sides", None)
    if not (says and source and sides):
        raise ValueError(
            f"lemma {key!r}: expected a docstring, SOURCE and sides(draw), got {says!r}, {source!r}, {sides!r}"
        )
    source = (source,) if isinstance(source, str) else tuple(source)
    return Lemma(key, says, source, sides, getattr(module, "RELATION", "<="), reason or says.splitlines()[0])


def is_written(lemma: Lemma) -> bool:
    """Whether a file says just this, here or in a module that has been imported; else it was made by hand.

    Raises ValueError where that module has lost its statement or source since.
    """
    modules = (sys.modules.get(name) for name in (f"{__name__}.{lemma.key}", lemma.key))
    known = (module for module in modules if getattr(module, "sides", None) is lemma.sides)
    return any(lemma == of_module(lemma.key, module, lemma.reason) for module in known)
