"""Published rows beside a contest: what a protocol of `toys.protocols` printed on the same target, and ours of the same name.

Its networks are not trained here (`blurproof verify --protocol` does that), and nothing is judged by closeness to them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from proofs.contest.pieces import Seed
from proofs.run import published
from toys.protocols import DISAGREE, NAMES, Protocol, named
from toys.targets.target import Target
from toys.validation import choice


def on(name: str, target: Target) -> str:
    """What the protocol calls this target.

    Raises ValueError for an unknown protocol, and one that has another target.
    """
    choice(name, NAMES, "protocol")
    protocol = named(name)
    for known, make in protocol.targets.items():
        if _same(make(), target):
            return known
    there = ", ".join(protocol.targets)
    raise ValueError(
        f"protocol: expected one that has the target {target.name} as it is here, got {name}, which has {there}"
    )


def _same(one: Target, other: Target) -> bool:
    """Whether both draw the same from the same generator."""
    if one.dim != other.dim:
        return False
    drawn = [target.sample(64, np.random.default_rng(0)) for target in (one, other)]
    return bool(np.allclose(drawn[0], drawn[1], rtol=1e-9, atol=0))


def beside(name: str, target: Target, seeds: Mapping[str, Sequence[Seed]]) -> dict[str, Any]:
    """Rows of ours and of the paper, and where these come from; raises ValueError as `on` does."""
    known, protocol = on(name, target), named(name)
    data: dict[str, np.ndarray] = {"arms": np.array([*seeds]), "targets": np.array([known])}
    for k, own in enumerate(seeds.values()):
        data[f"captured_{known}_{k}"] = np.array([0.0 if one.score is None else one.score.modes for one in own])
        data[f"quality_{known}_{k}"] = np.array([0.0 if one.score is None else one.score.good for one in own])
    return {
        "name": name,
        "target": known,
        "source": protocol.source,
        "published": protocol.standing,
        "counting": protocol.counting.words,
        "notes": [_networks(protocol), *([DISAGREE] if protocol.published else [])],
        "rows": [row for row in published.rows(protocol, data) if row["target"] == known],
    }


def _networks(protocol: Protocol) -> str:
    return (
        f"the paper's networks, {protocol.steps:,} updates, are not ours: a number of ours stands beside an arm of the same "
        f"name; blurproof verify --protocol {protocol.name} trains theirs"
    )
