"""What a diagnosis says: faults with their sizes, intervals and words; checks that need no modes; several seeds.

A word follows from an interval [low, high] that holds for all faults of a diagnosis at once and from a declared
threshold: *present* where low lies above it, *absent* where high lies below it, *undecided* between.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass, fields
from typing import Any

import numpy as np
from numpy.typing import NDArray

from theory.diagnosis.intervals import clopper_pearson
from theory.validation.inputs import Array, between, choice, instance, reject
from theory.validation.unchanging import Unchanging

WORDS = ("absent", "undecided", "present")


@dataclass(frozen=True)
class Part:
    """A fault at one place: of a mode, of a pair of modes, of all together (`mode` is then None)."""

    name: str
    size: float
    low: float
    high: float
    word: str
    mode: int | None


@dataclass(frozen=True)
class Fault:
    """One kind of fault: its size in `unit` with an interval, and what the truth scores at this n.

    null: the band in which the size of right samples lies. smallest: the least size found at this n with probability
    0.95, infinite where none is. implied_by: faults that are present and bring this one along. claims: ids of claims
    of blurproof that explain it.
    """

    name: str
    says: str
    unit: str
    word: str
    size: float
    low: float
    high: float
    null: tuple[float, float]
    smallest: float
    parts: tuple[Part, ...]
    implied_by: tuple[str, ...]
    claims: tuple[str, ...]


@dataclass(frozen=True)
class Check:
    """A global test that needs no modes: its value, the band of right samples, its p, on n samples."""

    name: str
    value: float
    null: tuple[float, float]
    p: float
    word: str
    n: int
    says: str


@dataclass(frozen=True)
class Diagnosis(Unchanging):
    """What is wrong with n samples in `dim` dimensions, at a family-wise confidence.

    modes: (K, D) means of the law's modes, None where none are known; and then so are masses and spreads.
    labels: (n,) the mode of each sample, -1 for bridged, -2 for invented.
    masses: (K,) shares of all samples, with mass_low, mass_high; weights: (K,) what the law has there.
    spreads: (K,) of the modes, relative to the law's, with spread_low, spread_high; infinite where nothing is known.
    """

    n: int
    dim: int
    confidence: float
    law: str
    faults: tuple[Fault, ...]
    checks: tuple[Check, ...]
    labels: NDArray[np.int64]
    modes: Array | None = None
    masses: Array | None = None
    mass_low: Array | None = None
    mass_high: Array | None = None
    weights: Array | None = None
    spreads: Array | None = None
    spread_low: Array | None = None
    spread_high: Array | None = None

    @property
    def present(self) -> tuple[str, ...]:
        """Names of the faults that are present."""
        return tuple(each.name for each in self.faults if each.word == "present")

    def fault(self, name: str) -> Fault:
        """The fault of that name.

        Raises ValueError unless name is that of a fault that was looked for.
        """
        by_name = {each.name: each for each in self.faults}
        return by_name[choice("name", name, by_name)]

    def record(self) -> dict[str, Any]:
        """All of it in lists, dictionaries, text and finite numbers, as JSON has them; infinities as text."""
        return {field.name: _plain(getattr(self, field.name)) for field in fields(self)}


@dataclass(frozen=True)
class Rate:
    """In how many of n seeds a fault or a check's difference is present, and the exact interval of its probability."""

    name: str
    k: int
    n: int
    low: float
    high: float


@dataclass(frozen=True)
class Several:
    """Diagnoses of several seeds, and how often each fault is present in them."""

    diagnoses: tuple[Diagnosis, ...]
    confidence: float
    rates: tuple[Rate, ...]

    def rate(self, name: str) -> Rate:
        """The rate of the fault or check of that name.

        Raises ValueError unless name is that of a fault that was looked for, or of a check.
        """
        by_name = {each.name: each for each in self.rates}
        return by_name[choice("name", name, by_name)]

    def record(self) -> dict[str, Any]:
        """All of it as JSON has it; infinities as text."""
        return {
            "confidence": self.confidence,
            "rates": [_plain(each) for each in self.rates],
            "diagnoses": [each.record() for each in self.diagnoses],
        }


def several(diagnoses: Sequence[Diagnosis], *, confidence: float = 0.99) -> Several:
    """How often each fault is present over seeds: k of n, and the Clopper-Pearson interval of its probability.

    So for each check. All intervals hold together: each at 1 - (1 - confidence)/F, F the number of faults and checks. What is
    infinite in a diagnosis stays so.

    Raises ValueError unless diagnoses is a sequence of at least one Diagnosis, all of the same faults and checks, and
    0 < confidence < 1.
    """
    level = between("confidence", confidence, 0, 1, open=True)
    if isinstance(diagnoses, str) or not isinstance(diagnoses, Sequence) or not diagnoses:
        reject("diagnoses", "a sequence of at least one Diagnosis", diagnoses)
    every = tuple(instance("diagnoses", each, Diagnosis, "a sequence of Diagnosis") for each in diagnoses)
    words = [{part.name: part.word for part in (*each.faults, *each.checks)} for each in every]
    names = [*words[0]]
    if any([*each] != names for each in words):
        reject("diagnoses", "diagnoses of the same faults and checks", [[*each] for each in words])
    rates = list[Rate]()
    for name in names:
        k = sum(each[name] == "present" for each in words)
        low, high = clopper_pearson(k, len(every), (1 - level) / len(names))
        rates.append(Rate(name, k, len(every), float(low), float(high)))
    return Several(every, level, tuple(rates))


def _plain(value: Any) -> Any:
    """A value as JSON has it."""
    if isinstance(value, (Part, Fault, Check, Rate)):
        return {field.name: _plain(getattr(value, field.name)) for field in fields(value)}
    if isinstance(value, np.ndarray):
        return _plain(value.tolist())
    if isinstance(value, (tuple, list)):
        return [_plain(each) for each in value]
    return str(value) if isinstance(value, float) and not math.isfinite(value) else value
