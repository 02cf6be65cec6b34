"""Where is right - left lowest? The search for a point at which a step `left ≤ right` fails, for what no canonical form decides.

Downhill in all letters (proofs.evidence.downhill), from the lowest of many points; and in up to two letters by balls, whose
lower bounds say which part of the domain may hide a violation. Either can only refute: a ball at an exact point is below 0.
"""

from __future__ import annotations

import heapq
import math
from collections.abc import Callable, Iterator, Mapping
from fractions import Fraction
from itertools import count
from typing import Any

import numpy as np
import sympy as sp
from flint import arb, ctx

from proofs.core.letters import Domain
from proofs.evidence import balls, downhill

POINTS, LOWEST, EACH, BOXES = 96, 8, 90, 600
"""Points of which a descent starts from the lowest, how many of them go on, how often each is looked at for every letter, and boxes looked at."""
HEAVY = (sp.Integral, sp.Sum, sp.Product)
"""What is too slow for either."""
NOISE, TINY, FARTHEST = 1e-13, 1e-300, 36.0
"""What rounding may hide; the least distance from an end, and the farthest that a descent may go, by its logarithm."""

Point = Mapping[str, Fraction]
Margin = Callable[[Point], tuple[float, float]]


def violated(left: Any, right: Any, domain: Domain, seed: int) -> tuple[Point, str] | None:
    """An admissible point at which left ≤ right fails, and by how much, if the search finds one."""
    difference = right - left
    if difference.has(*HEAVY) or not len(domain):
        return None
    margin = _margin(left, right, domain)
    for point in (*_by_boxes(difference, domain, margin), *_downhill(margin, domain, seed)):
        for digits in balls.LADDER[:2]:
            ball = _ball(difference, point, digits)
            if ball is not None and ball < 0:
                return point, ball.str(8, radius=False)
            if ball is not None and ball > 0:
                break
    return None


def _ball(expression: Any, point: Point, digits: int = 30) -> arb | None:
    try:
        ball = balls.evaluate(expression, point, digits)
    except (balls.NoBall, ValueError, ZeroDivisionError, NotImplementedError):
        return None
    return ball.real if ball.imag == 0 and ball.real.is_finite() else None


def _margin(left: Any, right: Any, domain: Domain) -> Margin:
    """right - left in floats, and the size of what is compared; infinite where it has no value, NaN where SciPy has no name for it."""
    letters = [getattr(domain.vocabulary(), name) for name in domain]
    try:
        sides = sp.lambdify(letters, (left, right), "scipy", cse=True)
    except (SyntaxError, TypeError, ValueError):
        return lambda point: (math.nan, 1.0)

    def margin(point: Point) -> tuple[float, float]:
        with np.errstate(all="ignore"):
            try:
                low, high = (float(side) for side in sides(*(float(point[name]) for name in domain)))
            except NameError:
                return math.nan, 1.0
            except (ValueError, ArithmeticError, TypeError):
                return math.inf, 1.0
        size = max(abs(low), abs(high))
        return (high - low, size) if 0 < size < math.inf else (math.inf, 1.0)

    return margin


def _downhill(margin: Margin, domain: Domain, seed: int) -> Iterator[Point]:
    """Points where right - left may be negative."""
    free = [name for name, interval in domain.items() if not interval.integer]

    def of(point: Point) -> list[float]:
        return [_unbounded(point[name], *_ends(domain, name, point)) for name in free]

    def place(start: Point, numbers: np.ndarray) -> Point:
        told, point = dict(zip(free, numbers, strict=True)), dict[str, Fraction]()
        for name in domain:
            point[name] = _bounded(float(told[name]), *_ends(domain, name, point)) if name in told else start[name]
        return point

    def move(point: Point, near: float, draw: np.random.Generator) -> Point:
        return place(point, np.array(of(point)) + near * draw.normal(size=len(free)))

    known = [(*margin(point), point) for point in domain.points(POINTS, seed)]
    if any(math.isnan(room) for room, _, _ in known):  # what has no name in SciPy is looked at by balls alone
        return
    ways = downhill.Numbers(of, place)
    found = downhill.descend(margin, known, ways, move=move, seed=seed, lowest=LOWEST, each=EACH)
    yield from (point for low, point in found if low < NOISE)


def _ends(domain: Domain, name: str, point: Point) -> tuple[float, float]:
    return float(domain.number(domain[name].lower, point)), float(domain.number(domain[name].upper, point))


def _unbounded(value: Fraction, low: float, high: float) -> float:
    """A letter as a real number without bounds: the logarithm of its distance from the end, or of the ratio of both."""
    v = float(value)
    if math.isinf(low) and math.isinf(high):
        return math.asinh(v)
    below, above = max(v - low, TINY), max(high - v, TINY)
    return math.log(above) if math.isinf(low) else math.log(below) if math.isinf(high) else math.log(below / above)


def _bounded(number: float, low: float, high: float) -> Fraction:
    number = max(-FARTHEST, min(number, FARTHEST))
    if math.isinf(low) and math.isinf(high):
        return Fraction(math.sinh(number))
    if math.isinf(low) or math.isinf(high):
        return (
            Fraction(high) - Fraction(math.exp(number))
            if math.isinf(low)
            else Fraction(low) + Fraction(math.exp(number))
        )
    return Fraction(low) + (Fraction(high) - Fraction(low)) * Fraction(1 / (1 + math.exp(-number)))


def _by_boxes(difference: Any, domain: Domain, margin: Margin) -> Iterator[Point]:
    """Middles of boxes where the difference may be negative, those boxes first whose ball reaches lowest, while it reaches below 0."""
    if len(domain) > 2 or any(
        i.integer or isinstance(i.lower, str) or isinstance(i.upper, str) for i in domain.values()
    ):
        return
    x = domain.vocabulary()
    ways = {name: _way(interval.lower, interval.upper) for name, interval in domain.items()}
    carried = difference.subs({getattr(x, name): way(sp.Symbol(f"{name}_u")) for name, way in ways.items()})
    number = count()
    heap = [(-math.inf, 0, next(number), {name: (Fraction(0), Fraction(1)) for name in domain})]
    for _ in range(BOXES):
        if not heap:
            return
        _, depth, _, box = heapq.heappop(heap)
        middle = {name: Fraction(ways[name]((low + high) / 2)) for name, (low, high) in box.items()}
        room, size = margin(middle)
        if not room > NOISE * size:
            yield middle
        name = max(box, key=lambda n: box[n][1] - box[n][0])
        low, high = box[name]
        for half in ((low, (low + high) / 2), ((low + high) / 2, high)):
            part = {**box, name: half}
            lowest = _lower_bound(carried, part)
            if lowest < 0:
                heapq.heappush(heap, (lowest, depth - 1, next(number), part))


def _way(lower: Any, upper: Any) -> Callable[[Any], Any]:
    """From (0, 1) through the whole of a range."""
    if math.isinf(lower) and math.isinf(upper):
        return lambda u: (2 * u - 1) / (u * (1 - u))
    if math.isinf(lower):
        return lambda u: _exact(upper, u) - (1 - u) / u
    if math.isinf(upper):
        return lambda u: _exact(lower, u) + u / (1 - u)
    return lambda u: _exact(lower, u) + (_exact(upper, u) - _exact(lower, u)) * u


def _exact(bound: Any, like: Any) -> Any:
    exact = Fraction(bound)
    return exact if isinstance(like, Fraction) else sp.Rational(exact.numerator, exact.denominator)


def _lower_bound(carried: Any, box: Mapping[str, tuple[Fraction, Fraction]]) -> float:
    with ctx.workdps(30):
        values = {f"{n}_u": balls.rational(low).union(balls.rational(high)) for n, (low, high) in box.items()}
        try:
            ball = balls.Evaluator(values).visit(carried).real
        except (balls.NoBall, ValueError, ZeroDivisionError, NotImplementedError):
            return -math.inf
        return float(ball.lower()) if ball.is_finite() else -math.inf
