"""What a kind of evidence is: the interface that its class fills, and what every piece of evidence of a run is told.

A new kind is one file in this folder with one class, found by its name; a claim declares it by `statement.add`.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from importlib import import_module
from typing import Any, ClassVar

import numpy as np

from proofs.core.outcome import Outcome
from proofs.core.readings import Reading
from proofs.core.statement import Evidence
from proofs.core.training import seeds_of

Arrays = Mapping[str, np.ndarray]


@dataclass(frozen=True)
class Conditions:
    """Seed, level, device, protocol; processes for its training; and what was trained before, by the number of seeds."""

    seed: int = 0
    level: str = "quick"
    device: str = "cpu"
    protocol: str | None = None
    jobs: int = 1
    trained: Mapping[int, Arrays] = field(default_factory=dict)

    @property
    def draw(self) -> int:
        """The seed of whatever is drawn once: points, instances."""
        return seeds_of(self.seed, 0, 1)[0]


class Kind(ABC):
    """One piece of evidence under given conditions; its class is final.

    `proves` says what a success establishes: the statement "everywhere" on its domain, "at instances", or "on seeds";
    `detects` the relative error that must not slip through where nothing is declared; `scans` whether the least one that is
    noticed is looked for at level quick too.
    """

    proves: ClassVar[str]
    detects: ClassVar[float] = 1e-6
    scans: ClassVar[bool] = False

    def __init__(self, evidence: Evidence, conditions: Conditions) -> None:
        self.evidence, self.conditions = evidence, conditions

    @abstractmethod
    def run(self) -> Outcome:
        """Look at what is claimed."""

    @abstractmethod
    def variant(self, wrong: Callable[..., Any]) -> Outcome:
        """Put `wrong` in its place and look with the very same eyes; called after `run`."""

    @abstractmethod
    def scaled(self, relative: float) -> Callable[..., Any]:
        """The variant in which what is claimed is (1 + relative) times as large."""

    def signs(self) -> tuple[int, ...]:
        """Directions in which such an error makes the statement false: down for ≤, up for ≥, else both."""
        return {"<=": (-1,), ">=": (1,)}.get(self.evidence.statement.relation, (1, -1))

    def own_controls(self) -> Iterable[Outcome]:
        """Controls that belong to the kind, once what is claimed holds, before the harness's near misses."""
        return ()

    def read(self, reading: Reading) -> Outcome:
        """What it says of a reading; raises ValueError for kinds of which nobody can ask."""
        raise ValueError(
            f"reading {reading.name!r}: expected an experiment to read, got {self.evidence.kind} {self.evidence.name!r}"
        )

    def riders(self) -> Iterable[Kind]:
        """Evidence of other statements that looks at what this one has made."""
        return ()

    def arrays(self) -> Arrays:
        """What is saved for figures."""
        return {}

    def trained(self) -> Mapping[int, Arrays]:
        """What was trained, by the number of seeds, to be judged again without training."""
        return {}


def of(evidence: Evidence, conditions: Conditions) -> Kind:
    """`evidence` as its kind runs it; raises ValueError for a kind that no file here defines."""
    name = f"proofs.evidence.{evidence.kind}"
    try:
        kind = getattr(import_module(name), evidence.kind.capitalize())
    except (ModuleNotFoundError, AttributeError) as error:
        raise ValueError(f"kind: expected a kind of evidence that {name} defines, got {evidence.kind!r}") from error
    return kind(evidence, conditions)
