"""Having samples diagnosed: `diagnose("fakes.npy", target="ring:modes=8,std=0.02")`.

    from proofs.diagnosis.asking import diagnose
    found = diagnose(samples, target="ring:modes=8,std=0.02")
    found.present                       # ("dropped",)
    found.words                         # {"dropped": "present", "blurred": "absent", …}
    found.first.fault("dropped").low    # what theory.diagnosis says, of the first seed
    found.document                      # the JSON document of `blurproof diagnose --json`
    found.figure()                      # a matplotlib Figure
    print(found)                        # the table of the command

Several tables are several seeds. The confidence holds for all that is said of all of them together: each seed is judged
at 1 - (1 - confidence)/seeds.
"""

from __future__ import annotations

import io
import time
from dataclasses import dataclass
from typing import Any

import numpy as np

from proofs.diagnosis import reading
from proofs.diagnosis.against import Against, against
from proofs.diagnosis.reading import Sample
from theory import diagnosis
from theory.diagnosis import Diagnosis, Several
from theory.validation.inputs import Array, between, integer
from theory.validation.unchanging import Unchanging


def said(one: Diagnosis) -> str:
    """One line on a diagnosis: what is present, which checks tell the samples from the law, what stayed undecided."""
    told = [c.name for c in one.checks if c.word == "present"]
    undecided = [f.name for f in one.faults if f.word == "undecided"]
    parts = [f"present: {', '.join(one.present)}" if one.present else "no fault is present"]
    parts += [f"told from the truth by {' and '.join(told)}"] if told else []
    parts += [f"undecided at this n: {', '.join(undecided)}"] if undecided else []
    return "; ".join(parts)


@dataclass(frozen=True)
class Diagnosed(Unchanging):
    """What was found in the samples of one or several seeds, by the names they came under.

    `points` are those of the first seed as they are drawn: x beside y where something is given.
    """

    names: tuple[str, ...]
    diagnoses: tuple[Diagnosis, ...]
    several: Several | None
    against: Against
    confidence: float
    seed: int
    seconds: float
    points: Array

    @property
    def first(self) -> Diagnosis:
        """The diagnosis of the only, or the first seed."""
        return self.diagnoses[0]

    @property
    def words(self) -> dict[str, str]:
        """The word on each fault and each check; of several seeds the worst."""
        worst = ("present", "undecided", "absent")
        told = [{part.name: part.word for part in (*one.faults, *one.checks)} for one in self.diagnoses]
        return {name: next(w for w in worst if w in [each[name] for each in told]) for name in told[0]}

    @property
    def present(self) -> tuple[str, ...]:
        """The faults that are present in some seed, and the checks that tell some seed from the truth."""
        return tuple(name for name, word in self.words.items() if word == "present")

    @property
    def modal(self) -> bool:
        """Whether modes are known, so that samples lie in one or not."""
        return self.first.modes is not None or self.against.conditional is not None

    @property
    def verdict(self) -> str:
        """One line: what is present, and what stayed undecided; of several seeds, in how many."""
        if self.several is None:
            return said(self.first)
        seen = [f"{r.name} in {r.k} of {r.n}" for r in self.several.rates if r.k]
        return f"present: {', '.join(seen)}" if seen else f"no fault is present in {len(self.names)} seeds"

    @property
    def heading(self) -> str:
        """What was held against what, and how sure the words are."""
        ns = sorted({one.n for one in self.diagnoses})
        n = f"{ns[0]:,}" if len(ns) == 1 else f"{ns[0]:,} to {ns[-1]:,}"
        who = self.names[0] if self.several is None else f"{len(self.names)} seeds, each"
        each = "" if self.several is None else f" (each seed is judged at {self.first.confidence:.6g})"
        return (
            f"{who}: {n} samples in {self.first.dim} dimension{'s' if self.first.dim > 1 else ''}, against "
            f"{self.against.said}; confidence {self.confidence:g} for all that is said{each}"
        )

    @property
    def document(self) -> dict[str, Any]:
        """The JSON document of `blurproof diagnose --json`."""
        from proofs.diagnosis import document

        return document.build(self)

    def figure(self, width: str = "double") -> Any:
        """The figure, a matplotlib Figure; raises ValueError unless width is single or double."""
        from proofs.diagnosis import figure

        return figure.draw(self, width)

    def page(self) -> str:
        """The HTML page, whole in itself."""
        from proofs.diagnosis import page

        return page.render(self)

    def __str__(self) -> str:
        from rich.console import Console

        from proofs.diagnosis import table

        text = io.StringIO()
        table.show(self, Console(file=text, width=table.WIDTH, force_terminal=False, no_color=True, highlight=False))
        return "\n".join(line.rstrip() for line in text.getvalue().splitlines())


def diagnose(
    samples: object, *, target: object = None, mixture: object = None, reference: object = None, law: object = None,
    given: object = None, train: object = None, modes: int | None = None, confidence: float = 0.99, seed: int = 0,
) -> Diagnosed:  # fmt: skip
    """What is wrong with samples: which faults are present, absent or undecided, how large they are, and why.

    samples: an array or tensor (n,), (n, D) or (seeds, n, D), a path as the command takes it, or a list of these, one a seed.
    target: a target of `toys.targets`, or "ring:modes=8,std=0.02"; mixture: a GaussianMixture, a mapping or a JSON file;
    reference: samples of the real thing; law: a function of x that gives the law of y, or "package.module:function".
    given: the x of every sample, where something is given; the same for every seed, or one a seed.
    train: training points, near which copies would lie. modes: how many to look for in a reference.

    Raises ValueError, naming the argument or the file, for what cannot be used, and what is missing or too much.
    """
    confidence, seed = between("confidence", confidence, 0, 1, open=True), integer("seed", seed, 0, 2**32 - 1)
    tables = reading.samples("samples", samples)
    x = None if given is None else reading.samples("given", given)
    if x is not None and len(x) not in (1, len(tables)):
        raise ValueError(f"given: expected one table, or one a seed, got {len(x)} for {len(tables)} seeds")
    held = against(
        target=target,
        mixture=mixture,
        reference=reference,
        law=law,
        given=None if x is None else x[0],
        modes=modes,
        seed=seed,
    )
    points = None if train is None else reading.sample("train", train)
    if points is not None and held.conditional is not None:
        raise ValueError(f"train: expected samples without x given, got a law of y given x ({held.said})")
    start = time.perf_counter()
    each = 1 - (1 - confidence) / len(tables)
    found, shown = [], None
    for k, one in enumerate(tables):
        own = None if x is None else x[k % len(x)]
        diagnosed, drawn = _one(one, own, held, points, each, seed)
        found.append(diagnosed)
        shown = drawn if shown is None else shown
    assert shown is not None
    together = diagnosis.several(found, confidence=confidence) if len(found) > 1 else None
    names = tuple(one.name for one in tables)
    return Diagnosed(names, tuple(found), together, held, confidence, seed, time.perf_counter() - start, shown)


def _one(
    table: Sample, given: Sample | None, held: Against, train: Sample | None, confidence: float, seed: int
) -> tuple[Diagnosis, Array]:
    """The diagnosis of one table, and its points as they are drawn; what is refused is named as it was given."""
    try:
        if held.conditional is not None:
            return _conditional(table, given, held, confidence, seed)
        rows = table.of(held.columns)
        near = None if train is None else train.of(held.columns)
        if held.law is not None:
            return diagnosis.diagnose(rows, held.law, confidence=confidence, train=near, seed=seed), rows
        assert held.reference is not None
        return diagnosis.diagnose_reference(
            rows, held.reference, modes=held.modes, confidence=confidence, train=near, seed=seed
        ), rows
    except ValueError as error:
        if str(error).startswith("samples: "):
            raise ValueError(f"{table.name}: {str(error).removeprefix('samples: ')}") from error
        raise


def _conditional(
    table: Sample, given: Sample | None, held: Against, confidence: float, seed: int
) -> tuple[Diagnosis, Array]:
    known = held.conditional
    assert known is not None
    if given is None:
        y, x = known.parted(table.of(known.columns), None, seed)
    else:
        x = given.of(known.inputs)
        y = table.of(known.dim)
        if len(x) != len(y):
            raise ValueError(f"{given.name}: expected one row for each of the {len(y):,} samples, got {len(x):,}")
        y, x = known.parted(y, x, seed)
    found = diagnosis.diagnose_given(y, x, known.laws(x), confidence=confidence, seed=seed)
    return found, np.concatenate([x[:, :1], y[:, :1]], axis=1)
