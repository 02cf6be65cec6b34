"""The anchor: the symbolic form of a statement against the function that computes what is claimed.

The exact side is a ball. The claimed side is a float64, which loses digits where its arguments are rounded and where
terms cancel. What differs is therefore confirmed before it counts, in four ways: double precision could not lose so
much on the declared formula (the radius of its ball at 53 bits, every letter known to one unit in its last place), nor
on numbers of the statement's usual size, nor by what rounds the arguments (the last digit of each), and it differs by the
same at neighbouring points, where rounding scatters and a wrong formula does not. A point where that is not so decides
nothing and does not count, nor does one where the function refuses its arguments: such points cover nothing.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache
from statistics import median
from typing import Any

import numpy as np
import sympy as sp
from flint import arb, ctx

from proofs.core.letters import Domain
from proofs.core.statement import Statement
from proofs.evidence import balls
from proofs.evidence.decision import show_point

ANCHORS, COUNTED = 104, 100
"""Admissible points at which the two are compared, and those that must count; as many more are drawn where too few do."""
ANCHOR_TOLERANCE = 1e-9
"""Relative: what remains of float64 after a short formula with benign cancellation."""
SLACK = 4
"""Times over: the same formula may be written in another way, and rounding scatters so much."""
NEIGHBOURS, NEAR = 12, Fraction(1, 2**14)
"""Points tried around one that differs, and how far away: relative to the distance from the nearer edge of the domain."""

Point = Mapping[str, Fraction]


@dataclass(frozen=True)
class Anchored:
    """Points that counted, how many decided nothing, the worst relative gap, and what refutes, if anything does."""

    points: list[Point]
    undecided: int = 0
    worst: float = 0.0
    counterexample: str | None = None

    @property
    def counted(self) -> int:
        """How many points counted."""
        return len(self.points)

    @property
    def few(self) -> bool:
        """Whether too few points counted to tell."""
        return self.counted < COUNTED

    def __str__(self) -> str:
        besides = f"; {self.undecided} more decide nothing in double precision" if self.undecided else ""
        return f"at {self.counted} points (worst {self.worst:.0e}{besides})"


def anchored(statement: Statement, conclusion: Any, seed: int, claimed: Callable[..., Any] | None = None) -> Anchored:
    """Compare the symbolic form with the claimed function, or `claimed` in its place.

    Raises ValueError where the function gives no single number.
    """
    claimed = claimed or statement.claimed
    first = _first(conclusion, statement.domain, seed + 1)
    points = itertools.islice(statement.domain.drawn(seed + 1), ANCHORS, None)
    usual = median([abs(exact) for _, exact in first if exact is not None] or [0.0])
    spare = ((point, exact_value(conclusion, point)) for point in itertools.islice(points, ANCHORS))
    counted, undecided, worst = list[Point](), 0, 0.0
    for number, (point, exact) in enumerate(itertools.chain(first, spare)):
        if number >= ANCHORS and len(counted) >= COUNTED:
            break
        if exact is None:
            continue
        value = claimed_value(statement, point, claimed)
        gap = math.inf if value is None else _relative(value, exact)
        if value is None:
            undecided += 1
        elif gap <= ANCHOR_TOLERANCE:
            counted.append(point)
            worst = max(worst, gap)
        elif differs(statement, conclusion, point, usual, claimed):
            return Anchored(counted, undecided, gap, f"{exact:.12g} against {value:.12g} at {show_point(point)}")
        else:
            undecided += 1
    return Anchored(counted, undecided, worst)


@lru_cache(maxsize=16)  # near misses come back to the same points
def _first(conclusion: Any, domain: Domain, seed: int) -> list[tuple[Point, float | None]]:
    return [(point, exact_value(conclusion, point)) for point in itertools.islice(domain.drawn(seed), ANCHORS)]


def exact_value(conclusion: Any, point: Point) -> float | None:
    """The symbolic form at the point, by a ball narrower than a float; None where there is none."""
    if conclusion in (sp.oo, -sp.oo):
        return float(conclusion)
    for digits in balls.LADDER:
        try:
            return balls.as_float(balls.evaluate(conclusion, point, digits))
        except (balls.NoBall, ValueError, ZeroDivisionError):
            continue
    return None


def claimed_value(statement: Statement, point: Point, claimed: Callable[..., Any]) -> float | None:
    """The claimed function at the point, None where it refuses it; raises ValueError where it gives no single number."""
    try:
        value = np.asarray(statement.value(claimed, _numbers(statement, point)))
    except (ValueError, ArithmeticError):
        return None
    if value.size != 1 or np.isnan(value).any():
        what = "NaN" if value.size == 1 else f"shape {value.shape}"
        raise ValueError(f"claimed: expected one number, got {what} at {show_point(point)}")
    return float(value.reshape(()))


def _numbers(statement: Statement, point: Point) -> dict[str, int | float]:
    integer = {name for name, interval in statement.domain.items() if interval.integer}
    return {name: int(value) if name in integer else float(value) for name, value in point.items()}


def differs(
    statement: Statement, conclusion: Any, point: Point, usual: float, claimed: Callable[..., Any] | None = None
) -> bool:
    """Whether the two differ at the point by more than double precision can lose there.

    usual: the size that the statement's numbers mostly have; a difference below its last digit decides nothing.
    Raises ValueError where the function gives no single number.
    """

    def off(at: Point) -> float | None:
        exact, value = exact_value(conclusion, at), claimed_value(statement, at, claimed or statement.claimed)
        return None if exact is None or value is None else value - exact

    here = off(point)
    assert here is not None
    spread = rounded(statement, point, claimed or statement.claimed)
    if not math.isfinite(here):
        return math.isfinite(spread)
    if abs(here) <= SLACK * max(lost(statement, conclusion, point), np.finfo(float).eps * usual, spread):
        return False
    around = [there for at in statement.domain.near(point, NEIGHBOURS, NEAR) if (there := off(at)) is not None]
    return abs(here) > SLACK * (max(around, default=0.0) - min(around, default=0.0))


def rounded(statement: Statement, point: Point, claimed: Callable[..., Any]) -> float:
    """By how much the claimed value changes with the last digit of each of its arguments; ∞ where one then has none."""
    arguments = statement.arguments(_numbers(statement, point))
    values = list[float]()
    for place, argument in enumerate(arguments):
        if isinstance(argument, float):
            for towards in (-math.inf, math.inf):
                nudged = (*arguments[:place], math.nextafter(argument, towards), *arguments[place + 1 :])
                try:
                    value = claimed(*nudged)
                except (ValueError, ArithmeticError):
                    return math.inf
                values.append(float(np.asarray(value if statement.part is None else value[statement.part]).reshape(())))
    if not values:
        return 0.0
    return max(values) - min(values) if all(map(math.isfinite, values)) else math.inf


def lost(statement: Statement, conclusion: Any, point: Point) -> float:
    """What double precision may lose on the formula as it is declared, its letters known to a unit in the last place."""
    with ctx.workprec(53):
        exact = {name for name, interval in statement.domain.items() if interval.integer}
        letters = {
            name: value if name in exact else arb(float(value), math.ulp(float(value)) if value else 0.0)
            for name, value in point.items()
        }
        try:
            ball = balls.Evaluator(letters).visit(conclusion)
        except (balls.NoBall, ValueError, ZeroDivisionError):
            return math.inf  # a branch or a pole is within reach of the last digit
        return float(ball.real.rad()) if ball.real.is_finite() else math.inf


def _relative(value: float, exact: float) -> float:
    if value == exact:
        return 0.0
    return abs(value - exact) / max(abs(value), abs(exact), 1e-300)
