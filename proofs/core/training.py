"""What an experiment is told: how much may be spent, on which seeds, where."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Run:
    """What an experiment needs to know: how much may be spent, on which seeds, where."""

    level: str
    seeds: tuple[int, ...]
    device: str = "cpu"
    protocol: str | None = None
    executor: Any = field(default=None, compare=False)

    @property
    def quick(self) -> bool:
        return self.level == "quick"


def hashed_seeds(seed: int, claim: str, evidence: str, count: int) -> tuple[int, ...]:
    """`count` seeds below 2³¹ that follow from the run's seed and the names alone."""
    digest = (hashlib.sha256(f"{seed}/{claim}/{evidence}/{k}".encode()).digest() for k in range(count))
    return tuple(int.from_bytes(d[:4], "big") >> 1 for d in digest)
