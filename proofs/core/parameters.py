"""Parameters of a figure: what a reader may move, and what nobody has judged.

    @claim.curves
    def branches(*, heavy: Unit = 0.9): ...

    @claim.figure("Unequal modes lose their code at another pressure than they find it")
    def draw(saved, panels, *, heavy: Unit = 0.9, couplings: Positive = (0.6, 1.0, 1.4)): ...

Keyword-only parameters with a default, of what computes the curves, of what draws, and of what trains (`def networks(run,
*, hidden: Count = 32)`), are the parameters of the claim's figure. One name stands for one thing: it has one default wherever
it stands. The default says of which type a value is: a number, an integer, a text, or several of them, a tuple; the annotation,
if there is one, what range each lies in, as for letters (proofs.core.letters) and words (`one_of`). Of what trains, `seeds` and
`steps` can always be moved.
"""

from __future__ import annotations

import inspect
import math
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from typing import TYPE_CHECKING, Any, get_args

import numpy as np

from proofs.core.letters import Count, Domain, Interval
from proofs.core.readings import Choice
from theory.validation.inputs import reject

if TYPE_CHECKING:
    from proofs.core.claim import Claim
    from proofs.core.statement import Evidence

CURVES, FIGURE = "curves", "figure"
"""What a parameter belongs to, where that is no experiment."""
BUDGET = ("seeds", "steps")
"""What can be moved of everything that trains."""
TAKEN = ("claim", "level", "seed", "width", "labels", "title", "palette", "results", "claims", "jobs")
"""Names of what else is said of a figure."""
KINDS = {float: "number", int: "integer", str: "text"}

Value = float | int | str | tuple[Any, ...]


@dataclass(frozen=True)
class Parameter:
    """A name, its default, the range that a value lies in if one is declared, and what it belongs to: `curves`, `figure`, experiments.

    Raises ValueError for a default that is neither a number, an integer, a text, nor a tuple of one of these, or lies outside.
    """

    name: str
    default: Any
    range: Interval | Choice | None = None
    of: tuple[str, ...] = (FIGURE,)

    def __post_init__(self) -> None:
        if self.name in TAKEN:
            reject("name of a parameter", f"none of {', '.join(TAKEN)}", self.name)
        values = self.default if isinstance(self.default, tuple) else (self.default,)
        if not values or any(type(value) is not type(values[0]) or type(value) not in KINDS for value in values):
            reject(f"default of {self.name}", "a number, an integer, a text, or a tuple of one of these", self.default)
        self.checked(self.default)

    @property
    def several(self) -> bool:
        """Whether a value is a tuple."""
        return isinstance(self.default, tuple)

    @property
    def kind(self) -> type:
        """Of which type a value, or each entry of one, is."""
        return type(self.default[0] if self.several else self.default)

    @property
    def said(self) -> str:
        """Of what type and in what range a value is, in words."""
        word = KINDS[self.kind] + "s" * self.several
        if isinstance(self.range, Interval) and self.range.integer:
            word += str(self.range).removeprefix("integers")
        elif self.range is not None:
            word += f" in {self.range}" if isinstance(self.range, Interval) else f" {self.range}"
        return f"{word}, with commas between them" if self.several else word

    def checked(self, value: Any) -> Any:
        """The value as the functions get it; raises ValueError where it is of another type or lies outside the range."""
        if not self.several:
            return self._one(value, value)
        entries = np.atleast_1d(value).tolist() if isinstance(value, np.ndarray) else value
        entries = entries if isinstance(entries, list | tuple) else [entries]
        return tuple(self._one(entry, value) for entry in entries) if entries else self._refused(value)

    def read(self, text: str) -> Any:
        """The value that a text says; raises ValueError as `checked` does."""
        try:
            entries = [self.kind(part.strip()) for part in text.split(",")] if self.several else self.kind(text)
        except ValueError:
            return self._refused(text)
        return self.checked(entries)

    def _one(self, entry: Any, value: Any) -> Any:
        entry = entry.item() if isinstance(entry, np.generic) else entry
        if isinstance(entry, int) and not isinstance(entry, bool) and self.kind is float:
            entry = float(entry)
        fits = type(entry) is self.kind and (self.kind is not float or math.isfinite(entry))
        return entry if fits and self._inside(entry) else self._refused(value)

    def _inside(self, entry: Any) -> bool:
        if isinstance(self.range, Choice):
            return entry in self.range.values
        return self.range is None or Domain(**{self.name: self.range}).admits({self.name: entry})

    def _refused(self, value: Any) -> Any:
        reject(self.name, self.said, value)


def of_function(function: Callable[..., Any] | None) -> Iterator[tuple[str, Any, Interval | Choice | None]]:
    """Name, default and range of each keyword-only parameter that has a default."""
    if function is None:
        return
    ranges = inspect.get_annotations(inspect.unwrap(function), eval_str=True)
    for name, parameter in inspect.signature(function).parameters.items():
        if parameter.kind is parameter.KEYWORD_ONLY and parameter.default is not parameter.empty:
            found = [part for part in get_args(ranges.get(name))[1:] if isinstance(part, Interval | Choice)]
            yield name, parameter.default, found[0] if found else None


def of_claim(claim: Claim) -> dict[str, Parameter]:
    """The parameters of the claim's figure by name, those of what draws first; none where it has no figure.

    Raises ValueError for one with two defaults or ranges, or a name that is taken.
    """
    if claim.drawn is None:
        return {}
    found: dict[str, Parameter] = {}
    homes = [(FIGURE, claim.drawn), (CURVES, claim.plotted), *((e.name, e.function) for e in trained(claim))]
    for home, function in homes:
        for name, default, interval in of_function(function):
            known = found.get(name, Parameter(name, default, interval, ()))
            if (known.default, known.range) != (default, interval) or name in BUDGET:
                expected = (
                    "another name" if name in BUDGET else f"the default {known.default!r} and range of {known.of[0]}"
                )
                reject(f"{claim.id}, parameter {name} of {home}", expected, default)
            found[name] = Parameter(name, default, interval, (*known.of, home))
    return found | {one.name: one for one in _budget(claim)}


def trained(claim: Claim) -> list[Evidence]:
    """What the claim trains."""
    return [evidence for statement in claim.statements for evidence in statement.evidence if evidence.trains]


def _budget(claim: Claim) -> Iterator[Parameter]:
    """Seeds and steps of what trains, by default those of level quick, where they are declared."""
    count = next(part for part in get_args(Count)[1:] if isinstance(part, Interval))
    for name in BUDGET:
        plans = {e.name: e.options[name].get("quick") for e in trained(claim) if e.options.get(name)}
        plans = {home: plan[0] if isinstance(plan, list | tuple) else plan for home, plan in plans.items() if plan}
        if plans:
            yield Parameter(name, next(iter(plans.values())), count, tuple(plans))


def moved(claim: Claim, values: Mapping[str, Any]) -> dict[str, Any]:
    """The values that are not the defaults, checked; raises ValueError for a name that the figure does not have, naming those it has."""
    known = of_claim(claim)
    for name in values:
        if name not in known:
            raise ValueError(unknown(claim.id, name, known))
    checked = {name: known[name].checked(value) for name, value in values.items()}
    return {name: value for name, value in checked.items() if name in BUDGET or value != known[name].default}


def unknown(where: str, name: str, known: Mapping[str, Parameter]) -> str:
    """What to say of a name that is none of the parameters."""
    near = get_close_matches(name, known, n=1)
    hint = f"; did you mean {near[0]!r}?" if near else ""
    listed = ", ".join(f"{one.name} = {written(one.default)} ({one.said})" for one in known.values())
    return f"{where}: expected a parameter of its figure ({listed or 'it has none'}), got {name!r}{hint}"


def written(value: Any) -> str:
    """A value as it is said on the command line."""
    if isinstance(value, tuple):
        return ",".join(map(written, value))
    return f"{value:.12g}" if isinstance(value, float) else str(value)


def said(values: Mapping[str, Any]) -> str:
    """Values in words: "a = 3, w = 0.2"."""
    return ", ".join(f"{name} = {written(value)}" for name, value in values.items())


def taken(function: Callable[..., Any] | None, values: Mapping[str, Any]) -> dict[str, Any]:
    """Those of the values that a function takes."""
    own = {name for name, _, _ in of_function(function)}
    return {name: value for name, value in values.items() if name in own}
