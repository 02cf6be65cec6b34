"""What an experiment is told, and how it trains: seeds, steps, batch, device and processes come from the run.

    fitted = run.fit(learner, Adam(0.02))                   every seed of the run, for its steps
    fitted = run.fit(learner, rule, arm="control")          what only the control arm looks at
    fitted = run.fit(learner, rule, arm=("network", "control"))   a block of members for each, one beside the other

The run counts the seed-steps and records which seeds diverged, arm by arm: an experiment need not, and cannot forget it.
Seeds follow from `--seed`, the revision of the experiment and k alone, so that none can be picked by a name.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from concurrent.futures import Executor

    from toys.learner import Learner
    from toys.optimisers import Optimiser
    from toys.train import Fitted

EVERY_ARM = "every arm"
"""Where a fit is recorded that no arm was named for: a seed that diverged in it counts against all of them."""
DIVERGED, SEED_STEPS = "diverged/", "seed_steps"
"""Names of saved arrays: which seeds diverged, by arm, and the seed-steps spent."""
BLOCK = 31
"""Seeds of a run are below 2³¹; block b of the members has b added above."""


@dataclass
class Run:
    """The means of one experiment: `seeds`, `steps` and `batch` by the level, a device, processes to share the work.

    `protocol` names the published protocol that is run, if any.
    """

    level: str
    seeds: tuple[int, ...]
    device: str = "cpu"
    protocol: str | None = None
    steps: int = 0
    batch: int = 128
    executor: Executor | None = None
    diverged: dict[str, np.ndarray] = field(default_factory=dict)
    seed_steps: int = 0

    @property
    def quick(self) -> bool:
        """Whether the run only looks whether everything runs."""
        return self.level == "quick"

    def fit(
        self,
        learner: Learner,
        optimiser: Optimiser | Mapping[str, Optimiser] | None = None,
        *,
        arm: str | Sequence[str] = EVERY_ARM,
        steps: int | None = None,
        batch: int | None = None,
        rows: slice = slice(None),
        block: int = 0,
        **options: Any,
    ) -> Fitted:
        """Train `learner` once a seed (`toys.train.fit`, which takes the other `options`).

        arm: the arm of the measurement that looks at these networks. A sequence trains a block of members for each of
        its entries, (blocks · seeds) in all, whose hyper-parameters the learner has in that order. steps, batch: where
        they are not the run's. rows: which of the run's seeds. block: the first block; others have other seeds.
        Raises ValueError where neither the experiment nor the call says how many steps.
        """
        from toys import train

        steps = self.steps if steps is None else steps
        if steps == 0:
            raise ValueError("steps: expected them in the experiment's declaration or in the call, got neither")
        arms = (arm,) if isinstance(arm, str) else tuple(arm)
        own = self.seeds[rows]
        members = [seed + ((block + b) << BLOCK) for b in range(len(arms)) for seed in own]
        fitted = train.fit(
            learner, seeds=members, steps=steps, batch=batch or self.batch, optimiser=optimiser,
            device=self.device, executor=self.executor, **options,
        )  # fmt: skip
        for name, bad in zip(arms, fitted.diverged.reshape(len(arms), len(own)) >= 0, strict=True):
            self.note(bad, name, rows)
        self.seed_steps += steps * len(members)
        return fitted

    def arm(self, name: str, **options: Any) -> Callable[..., Fitted]:
        """`fit` for one arm, for functions of `toys` that train by a `fit` they are given; raises ValueError as it does."""
        return lambda learner, optimiser=None, **own: self.fit(learner, optimiser, arm=name, **options, **own)

    def note(self, diverged: np.ndarray, arm: str = EVERY_ARM, rows: slice = slice(None)) -> None:
        """Record which seeds (rows,) diverged in an arm; `fit` does so by itself, what is trained otherwise must."""
        self.diverged.setdefault(arm, np.zeros(len(self.seeds), bool))[rows] |= diverged

    def records(self) -> dict[str, np.ndarray]:
        """What is saved beside the experiment's arrays."""
        kept = {DIVERGED + name: bad for name, bad in self.diverged.items()}
        return {**kept, SEED_STEPS: np.array(self.seed_steps)}


def lost(data: Mapping[str, np.ndarray], labels: Sequence[str], n: int) -> np.ndarray:
    """Which of `n` seeds diverged in what an arm looks at: the fits recorded under these labels, or under none."""
    flags = [np.asarray(data[DIVERGED + label], bool) for label in (*labels, EVERY_ARM) if DIVERGED + label in data]
    return np.any(flags, axis=0) if flags else np.zeros(n, bool)


def seeds_of(seed: int, revision: int, count: int) -> tuple[int, ...]:
    """`count` seeds below 2³¹ that follow from the run's seed, the revision and k alone."""
    digest = (hashlib.sha256(f"{seed}/{revision}/{k}".encode()).digest() for k in range(count))
    return tuple(int.from_bytes(d[:4], "big") >> 1 for d in digest)
