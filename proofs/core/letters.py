"""Letters and domains: which values the letters of a statement may take.

    def two_sets_apart(b: Unit, r: Positive, e: Slack): ...        b ∈ (0, 1), r > 0, and e ≥ 0 that a step throws away
    Weight = Annotated[Letter, between(0, 4)]                      any other range gets a name

A domain is declared once, by the letters of the statement, and everything that bears on the statement reads it there:

- derivations turn it into symbols. A letter in (0, 1) is carried as w = t/(1+t) with t > 0 while it is decided, so
  that `1 - w` is known to be positive and `w < 2` needs no luck; a letter above a bound is carried as bound + t;
- enclosures must cover it, and print what they do not cover;
- anchors and counterexample searches draw admissible points from it, exactly (as fractions), edges included.

A bound may depend on letters declared before it: `above("beta")`. A slack is a letter ≥ 0 that stands for what a step of
the derivation drops: it has no place in the statement. Nothing here imports SymPy until symbols are asked for, because
listing claims must stay fast.
"""

from __future__ import annotations

import inspect
import math
import numbers
import random
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from itertools import count, islice
from types import SimpleNamespace
from typing import TYPE_CHECKING, Annotated, Any, get_args

from proofs.core import strata
from theory.validation.inputs import integer

if TYPE_CHECKING:
    from sympy import Expr as Letter
else:
    Letter = Any

Bound = int | float | Fraction | str


@dataclass(frozen=True)
class Interval:
    """The values from `lower` to `upper`; a string bound is a formula in letters declared before.

    Raises ValueError for bounds between which there is nothing.
    """

    lower: Bound = -math.inf
    upper: Bound = math.inf
    closed_below: bool = False
    closed_above: bool = False
    integer: bool = False
    slack: bool = False

    def __post_init__(self) -> None:
        lower, upper = self.lower, self.upper
        for name, bound in (("lower", lower), ("upper", upper)):
            right = isinstance(bound, str) or (isinstance(bound, numbers.Real) and not isinstance(bound, bool))
            if not right or bound != bound:
                raise ValueError(
                    f"{name} bound of the range of a letter: expected a number or a formula, got {bound!r}"
                )
        if isinstance(lower, str) or isinstance(upper, str):
            return
        if not (lower < upper or (lower == upper and self.closed_below and self.closed_above)):
            raise ValueError(
                f"lower, upper: expected as range of a letter a lower bound below the upper, got {lower!r} and {upper!r}"
            )

    def __str__(self) -> str:
        if self.integer:
            return (
                f"integers from {self.lower} to {self.upper}" if self.upper != math.inf else f"integers ≥ {self.lower}"
            )
        if self.lower == -math.inf and self.upper == math.inf:
            return "ℝ"
        left, right = "[" if self.closed_below else "(", "]" if self.closed_above else ")"
        return f"{left}{_written(self.lower)}, {_written(self.upper)}{right}"


def _written(bound: Bound) -> str:
    """A bound as text, however it was given: a decimal where it has an end, else a fraction; a formula as it is."""
    if isinstance(bound, str):
        return bound
    if isinstance(bound, float) and math.isinf(bound):
        return "∞" if bound > 0 else "-∞"
    number = Fraction(str(bound))
    decimal = Decimal(number.numerator) / number.denominator
    return f"{decimal:f}" if Fraction(decimal) == number else str(number)


REAL = Interval()
POSITIVE = Interval(0)
NONNEGATIVE = Interval(0, closed_below=True)
UNIT = Interval(0, 1)


def between(lower: Bound, upper: Bound) -> Interval:
    """The open interval (lower, upper), of which either may be infinite; raises ValueError for an empty one."""
    return Interval(lower, upper)


def above(lower: Bound) -> Interval:
    """The open half-line (lower, ∞); raises ValueError for a bound of ∞."""
    return Interval(lower)


def integers(lower: int, upper: float = math.inf) -> Interval:
    """The integers from `lower` to `upper`, both included, or without an end (∞); raises ValueError where there is none."""
    for name, bound in (("lower", lower), ("upper", upper)):
        if bound != math.inf:
            integer(name, bound, -(2**53))
    return Interval(lower, upper, closed_below=True, closed_above=upper != math.inf, integer=True)


Real = Annotated[Letter, REAL]
Positive = Annotated[Letter, POSITIVE]
NonNegative = Annotated[Letter, NONNEGATIVE]
Unit = Annotated[Letter, UNIT]
Slack = Annotated[Letter, Interval(0, closed_below=True, slack=True)]
Count = Annotated[Letter, integers(1)]


class Vocabulary(SimpleNamespace):
    """What a derivation is written in: the letters of its domain, then every name of SymPy (`x.log`, `x.Integral`, ...)."""

    def __getattr__(self, name: str) -> Any:
        import sympy

        from proofs.words.moments import Expectation

        return Expectation if name == "Expectation" else getattr(sympy, name)


class Domain(Mapping[str, Interval]):
    """Letters and their intervals, in the order in which bounds may refer to one another.

    Raises ValueError for a letter whose range is no `Interval`.
    """

    def __init__(self, **letters: Interval) -> None:
        for name, interval in letters.items():
            if not isinstance(interval, Interval):  # pyright: ignore[reportUnnecessaryIsInstance]  who declares may not check types
                raise ValueError(f"domain letter {name!r}: expected an Interval, got {interval!r}")
        self._letters = letters

    @classmethod
    def of(cls, function: Callable[..., Any]) -> Domain:
        """The annotated letters of a function; raises ValueError for a parameter that is none."""
        letters: dict[str, Interval] = {}
        for name, annotation in inspect.get_annotations(function, eval_str=True).items():
            found = [part for part in get_args(annotation)[1:] if isinstance(part, Interval)]
            if name != "return":
                if len(found) != 1:
                    raise ValueError(
                        f"letter {name!r} of {function.__name__}: expected an annotated range, got {annotation!r}"
                    )
                letters[name] = found[0]
        bare = [name for name in inspect.signature(function).parameters if name not in letters]
        if bare:
            raise ValueError(f"letters of {function.__name__}: expected each to have a range, {bare[0]!r} has none")
        return cls(**letters)

    @property
    def stated(self) -> tuple[str, ...]:
        """The letters of the statement: all but the slack ones."""
        return tuple(name for name, interval in self.items() if not interval.slack)

    @property
    def said(self) -> str:
        """The domain in words: of slack letters only that they are dropped on the way."""
        slack = [name for name in self if name not in self.stated]
        stated = ", ".join(f"{name} ∈ {self[name]}" for name in self.stated)
        return "; ".join(filter(None, (stated, f"{', '.join(slack)} ≥ 0 are thrown away" if slack else "")))

    def __getitem__(self, name: str) -> Interval:
        return self._letters[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._letters)

    def __len__(self) -> int:
        return len(self._letters)

    def __hash__(self) -> int:
        return hash(str(self))

    def __repr__(self) -> str:
        return f"Domain({self})"

    def __str__(self) -> str:
        return ", ".join(f"{name} ∈ {interval}" for name, interval in self.items())

    def vocabulary(self) -> Vocabulary:
        """One SymPy symbol a letter, with the assumptions that its interval implies for sure."""
        import sympy as sp

        def symbol(name: str, interval: Interval) -> sp.Symbol:
            sign = self._sign(interval)
            return (
                sp.Symbol(name, integer=True, **sign) if interval.integer else sp.Symbol(name, **sign or {"real": True})
            )

        return Vocabulary(**{name: symbol(name, interval) for name, interval in self.items()})

    def _sign(self, interval: Interval) -> dict[str, bool]:
        """What the lower bound says for sure of a letter's sign, as an assumption of SymPy's."""
        before = self.vocabulary_before(interval) if isinstance(interval.lower, str) else {}
        bound = self.bound_formula(interval.lower, before)
        if bound.is_positive or (bound.is_nonnegative and not interval.closed_below):
            return {"positive": True}
        return {"nonnegative": True} if bound.is_nonnegative else {}

    def vocabulary_before(self, interval: Interval) -> dict[str, Any]:
        """The symbols of the letters declared before `interval`."""
        names = []
        for name, other in self.items():
            if other is interval:
                break
            names.append(name)
        earlier = Domain(**{name: self[name] for name in names})
        return {name: getattr(earlier.vocabulary(), name) for name in names}

    @staticmethod
    def bound_formula(bound: Bound, letters: Mapping[str, Any]) -> Any:
        """A bound in SymPy, those that are formulas in terms of the given letters."""
        import sympy as sp

        if isinstance(bound, str):
            return sp.parse_expr(bound, local_dict=dict(letters))
        return sp.oo * (1 if bound > 0 else -1) if math.isinf(bound) else sp.Rational(Fraction(bound))

    @staticmethod
    def number(bound: Bound, point: Mapping[str, Fraction]) -> Fraction | float:
        """A bound as a number at a point of the letters that it refers to: exact, or ±∞.

        Raises ValueError or TypeError where a formula has no value there.
        """
        if isinstance(bound, str):
            letters = {name: _rational(value) for name, value in point.items()}
            value = Domain.bound_formula(bound, letters)
            return Fraction(int(value.p), int(value.q)) if value.is_Rational else Fraction(float(value))
        return bound if isinstance(bound, float) and math.isinf(bound) else Fraction(bound)

    def carriers(self) -> dict[Any, Any]:
        """Each symbol in terms of a free positive (or real) one: the exact domain, as substitutions."""
        import sympy as sp

        x = self.vocabulary()
        carried: dict[Any, Any] = {}
        for name, interval in self.items():
            symbol = getattr(x, name)
            if interval.integer or (interval.lower in (0, -math.inf) and interval.upper == math.inf):
                continue
            letters = {earlier: getattr(x, earlier) for earlier in self}
            lower, upper = self.bound_formula(interval.lower, letters), self.bound_formula(interval.upper, letters)
            t = (
                sp.Symbol(f"{name}_t", nonnegative=True)
                if interval.closed_below
                else sp.Symbol(f"{name}_t", positive=True)
            )
            if upper == sp.oo:
                carried[symbol] = lower + t
            elif lower == -sp.oo:
                carried[symbol] = upper - t
            else:
                carried[symbol] = (lower + upper * t) / (1 + t)
        for symbol, expression in carried.items():  # bounds that refer to carried letters
            carried[symbol] = expression.subs({s: e for s, e in carried.items() if s != symbol})
        return carried

    def admits(self, letters: Mapping[str, Any]) -> bool:
        """Whether numbers for some letters lie in their ranges; bounds that need a letter that is not given admit everything.

        What is not finite lies nowhere.
        """
        if not all(math.isfinite(value) for value in letters.values()):
            return False
        exact = {name: Fraction(value) for name, value in letters.items()}
        for name, value in exact.items():
            interval = self[name]
            try:
                low, high = (self.number(bound, exact) for bound in (interval.lower, interval.upper))
            except (TypeError, ValueError):
                continue
            inside = (low <= value if interval.closed_below else low < value) and (
                value <= high if interval.closed_above else value < high
            )
            if not inside or (interval.integer and value.denominator != 1):
                return False
        return True

    def points(self, count: int, seed: int) -> list[dict[str, Fraction]]:
        """`count` admissible points, exact fractions: ordinary ones, and such from all parts of the range (proofs.core.strata)."""
        return list(islice(self.drawn(seed), count))

    def drawn(self, seed: int) -> Iterator[dict[str, Fraction]]:
        """Such points without end: two of four are ordinary, one has a single letter far out, one all of them."""
        draw = random.Random(seed)
        parts = {name: _in_turn(strata.strata(interval), draw) for name, interval in self.items()}
        return (self._point(draw, index, parts) for index in count())

    def covered(self, points: Iterable[Mapping[str, Any]]) -> dict[str, dict[str, Any]]:
        """Of each stated letter that points tell: from where to where they lie, and the parts of its range that they leave out."""
        points = list(points)
        told: dict[str, dict[str, Any]] = {}
        for name in (name for name in self.stated if points and all(name in point for point in points)):
            found = {self._stratum(name, point) for point in points}
            values = [float(point[name]) for point in points]
            left = [str(part) for part in strata.strata(self[name]) if part not in found]
            told[name] = {"from": min(values), "to": max(values), "left_out": left}
        return told

    def _stratum(self, name: str, point: Mapping[str, Any]) -> strata.Stratum:
        exact = {other: Fraction(value) for other, value in point.items() if other in self}
        lower, upper = (self.number(bound, exact) for bound in (self[name].lower, self[name].upper))
        return strata.stratum(self[name], lower, upper, exact[name])

    def near(
        self, point: Mapping[str, Fraction], count: int, away: Fraction, seed: int = 0
    ) -> Iterator[dict[str, Fraction]]:
        """`count` admissible points around `point`, each letter moved by up to `away` of the distance to its nearer edge.

        Letters on an edge stay there, and so do integers.
        """
        draw = random.Random(seed)
        for _ in range(count):
            moved: dict[str, Fraction] = {}
            for name, interval in self.items():
                step = 0 if interval.integer else away * Fraction(draw.uniform(-1, 1))
                here, there = ([self.number(b, p) for b in (interval.lower, interval.upper)] for p in (point, moved))
                moved[name] = _moved(point[name], step, *here, *there)
            yield moved

    def _point(
        self, draw: random.Random, index: int, parts: Mapping[str, Iterator[strata.Stratum]]
    ) -> dict[str, Fraction]:
        """The point of this number; the first is ordinary, so that a glance at few sees such a one."""
        kind, alone = index % 4, (index // 4) % max(len(self), 1)
        point: dict[str, Fraction] = {}
        for place, (name, interval) in enumerate(self.items()):
            lower, upper = (self.number(b, point) for b in (interval.lower, interval.upper))
            if kind == 2 or (kind == 3 and place == alone) or lower == upper:
                point[name] = strata.drawn(next(parts[name]), interval, lower, upper, draw)
            else:
                point[name] = _ordinary(interval, lower, upper, draw)
        return point


def _in_turn(parts: list[strata.Stratum], draw: random.Random) -> Iterator[strata.Stratum]:
    """All parts, again and again, each time in another order."""
    while True:
        yield from draw.sample(parts, len(parts))


def _ordinary(interval: Interval, lower: Any, upper: Any, draw: random.Random) -> Fraction:
    """A letter of everyday size, or anywhere between two ends."""
    if interval.integer:
        return Fraction(draw.randint(int(lower), int(lower) + 12 if math.isinf(upper) else int(upper)))
    if not math.isinf(lower) and not math.isinf(upper):
        return lower + (upper - lower) * Fraction(draw.randint(1, 4095), 4096)
    size = Fraction(round(math.exp(draw.uniform(-3, 2.5)) * 4096) + 1, 4096)
    if math.isinf(upper):
        return size * draw.choice((-1, 1)) if math.isinf(lower) else lower + size
    return upper - size


def _moved(value: Fraction, step: Fraction | int, low: Any, high: Any, lower: Any, upper: Any) -> Fraction:
    """`value` in (low, high), moved by `step` of the distance to the nearer edge, and carried over to (lower, upper)."""
    if math.isinf(low) and math.isinf(high):
        return value * (1 + step)
    if math.isinf(high):
        return lower + (value - low) * (1 + step)
    if math.isinf(low):
        return upper - (high - value) * (1 + step)
    if low == high:
        return Fraction(lower)
    share = (value - low) / (high - low)
    return lower + (upper - lower) * (share + min(share, 1 - share) * step)


def _rational(value: Fraction) -> Any:
    import sympy as sp

    return sp.Rational(value.numerator, value.denominator)
