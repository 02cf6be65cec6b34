"""What running one piece of evidence leaves behind: a plain record, and the arrays that a figure needs.

Outcomes (contract): `holds`, `refuted`, `rejected` (of controls: the false variant was refuted, as it must be),
`inconclusive`, `vacuous`, `broken`, `not run`.
"""

from __future__ import annotations

import errno
import math
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from html import escape
from typing import Any

import numpy as np

OUTCOMES = ("holds", "refuted", "rejected", "inconclusive", "vacuous", "broken", "not run")


@dataclass
class Outcome:
    """One line of evidence, as it stands in the ledger and in the JSON document.

    `proves` is what a success establishes: the statement "everywhere", "at instances" or "on seeds"; of controls nothing.
    `covered`: of each letter, from where to where it was looked at, and the parts of its range left out (proofs.core.strata).
    `reading`: of readings, their points and what is proved.
    """

    name: str
    statement: str | None
    kind: str
    outcome: str
    detail: str = ""
    observed: Any = None
    claimed: Any = None
    relation: str | None = None
    error: float | None = None
    threshold: float | None = None
    n: int | None = None
    seeds: list[int] = field(default_factory=list)
    interval: list[float] | None = None
    counterexample: str | None = None
    detects: float | None = None
    seconds: float = 0.0
    given: list[str] = field(default_factory=list)
    chain: list[dict[str, str]] = field(default_factory=list)
    proves: str = ""
    reading: dict[str, Any] | None = None
    covered: dict[str, dict[str, Any]] = field(default_factory=dict)

    def html(self) -> str:
        """A line of HTML: what was asked, what came of it."""
        name, detail = escape(self.name), escape(self.detail)
        return f"<p>{escape(self.kind)} <code>{name}</code>: <b>{escape(self.outcome)}</b> {detail}</p>"

    def _repr_html_(self) -> str:
        return self.html()

    def record(self) -> dict[str, Any]:
        """The outcome as JSON values; infinities become strings, numpy numbers become Python's."""
        return {key: plain(value) for key, value in asdict(self).items()}


@dataclass
class Finding:
    """What one task returns: the evidence, its controls, what figures draw, and what was trained, by the number of seeds.

    `lasting`: whether it may be kept; what did not come to its end is found out anew. `lost`: what gave way around it, where
    it came to nothing for that.
    """

    outcomes: list[Outcome]
    arrays: dict[str, np.ndarray] = field(default_factory=dict)
    trained: dict[int, Mapping[str, np.ndarray]] = field(default_factory=dict)
    lasting: bool = True
    lost: str = ""


def full(error: BaseException) -> bool:
    """Whether an exception says that there is no room left on a disk."""
    return isinstance(error, OSError) and error.errno in (errno.ENOSPC, getattr(errno, "EDQUOT", errno.ENOSPC))


def of_the_machine(error: BaseException) -> bool:
    """Whether it may tell of the machine rather than of who raised it: no room on a disk, or in memory."""
    return full(error) or isinstance(error, MemoryError)


def told(error: BaseException) -> str:
    """Kind and message of an exception; its message may raise one itself."""
    try:
        return f"{type(error).__name__}: {error}"
    except BaseException as another:
        return f"{type(error).__name__}, whose message raises {type(another).__name__}"


def plain(value: Any) -> Any:
    """`value` in JSON's own types; ±inf and nan as the strings "inf", "-inf" and "nan"; text that UTF-8 can hold."""
    if isinstance(value, np.ndarray):
        return plain(value.tolist())
    if isinstance(value, np.generic):
        return plain(value.item())
    if isinstance(value, float) and not math.isfinite(value):
        return str(value)
    if isinstance(value, Mapping):
        return {str(key): plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [plain(item) for item in value]
    if isinstance(value, int | float | bool | None):
        return value
    return str(value).encode("utf-8", "replace").decode("utf-8")
