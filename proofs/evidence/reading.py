"""Readings, looked at: where over its sentence's range a predicate is true, where it is false, and whether that is proved.

Points are drawn over several decades of every letter and away from its ends. One counts when it is confirmed: the
predicate says the same a hundredth further in every direction, and with the exact values of the statements' formulas
(by balls) in the place of those that `theory` computes; when no last digit of them turns it; and when other values would
have, so that statements decide it and not its author. Where there are points of one kind only, the predicate is put to
the statements' formulas in symbols, and the inequality that comes out is proved over the range, by the decision
procedure or by balls. A search that finds nothing proves nothing.
"""

from __future__ import annotations

import contextlib
import itertools
import math
import random
from collections.abc import Callable, Iterable, Iterator, Mapping
from fractions import Fraction
from typing import Any

import numpy as np
import sympy as sp
from sympy.logic.boolalg import BooleanAtom

from proofs.core.chain import Over, over
from proofs.core.letters import Domain, Interval
from proofs.core.outcome import Outcome, plain
from proofs.core.readings import FAILS, HOLDS, Choice, Reading, evaluated
from proofs.core.rules import AGREE, Share, no_spread
from proofs.core.statement import Statement
from proofs.evidence import balls
from proofs.evidence.anchor import exact_value
from proofs.evidence.box import start
from proofs.evidence.decision import canonical, decide_at_most, decide_equal
from proofs.evidence.enclosure import Search
from proofs.evidence.premises import Unproved
from proofs.evidence.unseen import Unseen, way

POINTS, SHOWN = 240, 3
"""Points that are looked at, and those of either kind that are confirmed and told."""
NEAR, NEIGHBOURS = 0.01, 6
"""How far from a point, relatively, the predicate must say the same, and in how many directions that is tried."""
DECADES = (math.log(1e-2), math.log(1e2))
"""Of the distance from a finite end, where the other is infinite."""
HALVINGS = 60
WAYS = 4
"""Points at which it is looked at how a predicate comes to what it says."""
UNDEFINED = (ValueError, ArithmeticError)
"""What a claimed function may raise where it is not defined."""

OTHERS = (
    lambda v: 0.0,
    lambda v: -v - 1,
    lambda v: v + 1e300,
    lambda v: v - 1e300,
    lambda v: 2 * v + 1,
    lambda v: v / 2 - 1e-3,
)
"""Values in the place of what is claimed, of which one would turn a predicate that rests on it."""

LAST_DIGITS = (lambda v: v * (1 + 1e-12), lambda v: v * (1 - 1e-12))
"""Values that double precision cannot tell from what is claimed."""

Point = Mapping[str, Any]


def look(reading: Reading, seed: int) -> Outcome:
    """What is seen of a reading; raises what its predicate raises where it should not."""
    points = {True: [], False: []}
    undefined, rests_on = [], set[str]()
    for point in _points(reading, seed):
        truth = _truth(reading, point, rests_on)
        if truth is None:
            undefined.append(point)
        else:
            points[truth].append(point)
    seen: dict[str, Any] = {"universal": reading.universal, "proved": "", "boundary": None, "reason": ""}
    for truth, name in ((True, "true"), (False, "false")):
        confirmed = (point for point in points[truth] if _confirmed(reading, point, truth))
        seen[name] = [plain(dict(point)) for point in itertools.islice(confirmed, SHOWN)]
    if seen["true"] and seen["false"]:
        seen["boundary"] = _boundary(reading, seen["true"], seen["false"])
    elif undefined:
        seen["reason"] = f"it is undefined at {told(undefined[0])}"
    elif seen["true"] or seen["false"]:
        seen["proved"] = _proved(reading, bool(seen["true"]), rests_on)
    seen["rests_on"] = sorted(rests_on)
    if not rests_on:
        seen["reason"] = "no statement is in it"
    return _outcome(reading, seen)


def of_data(reading: Reading, data: Any, seeds: int) -> Outcome:
    """What an experiment's data say of a reading, at every point that they tell of: decided by its rule at 1 % together.

    Over letters that it tells nothing of it says nothing; of those that it tells of, a finite range may be covered.
    Raises ValueError for a point that is none of the sentence's, or told of twice, and for numbers that are not one a seed.
    """
    assert reading.rule is not None
    with evaluated(_data_alone):
        cases = [(at, np.asarray(values, float)) for at, values in reading.function(data)]
    seen: dict[str, Any] = {
        "universal": reading.universal,
        "proved": "",
        "boundary": None,
        "reason": "",
        "rests_on": [],
    }
    seen["true"], seen["false"], undecided = [], [], []
    for number, (at, values) in enumerate(cases):
        _known(reading, at)
        if at.keys() != cases[0][0].keys() or at in [other for other, _ in cases[:number]]:
            raise ValueError(f"reading {reading.name!r}: expected different points of the same letters, got {told(at)}")
        if values.shape[:1] != (seeds,):
            raise ValueError(f"reading {reading.name!r}: expected one row a seed ({seeds}), got shape {values.shape}")
        decided = reading.rule.decide(values, AGREE / len(cases), AGREE / len(cases))
        same = not isinstance(getattr(reading.rule, "rule", reading.rule), Share) and no_spread(values)
        told_at = {**plain(dict(at)), "seen": decided.detail}
        found = {"holds": seen["true"], "refuted": seen["false"]}.get(decided.outcome, undecided)
        (undecided if same else found).append(told_at)
    parts = [reading.asked[name] for name in (cases[0][0] if cases else ())]
    words = [part.values for part in parts if isinstance(part, Choice)]
    covered = len(words) == len(parts) and len(cases) == math.prod(map(len, words))
    if undecided:
        seen["reason"] = f"undecided at {told(undecided[0])}"
    elif covered and not (seen["true"] and seen["false"]):
        seen["proved"] = HOLDS if seen["true"] else FAILS
    return _outcome(reading, seen, "inconclusive" if undecided else "vacuous")


def _data_alone(statement: Statement, _letters: Point) -> Any:
    raise TypeError(f"an experiment's reading: expected data alone, got the statement {statement.id}")


def _known(reading: Reading, at: Point) -> None:
    """Raises ValueError for a point that is not of the sentence's range."""
    for name, value in at.items():
        part = reading.asked.get(name)
        inside = isinstance(part, Choice) and value in part.values
        if not (inside or (isinstance(part, Interval) and reading.domain.admits({name: value}))):
            raise ValueError(
                f"reading {reading.name!r}: expected points of {reading.sentence.range}, got {name} = {value!r}"
            )


def _outcome(reading: Reading, seen: dict[str, Any], without: str = "vacuous") -> Outcome:
    """What was seen, and what it is without a confirmed point."""
    some = seen["true"] or seen["false"]
    kinds = f"{len(seen['true'])} true, {len(seen['false'])} false points confirmed"
    boundary = f", boundary at {told(seen['boundary'])}" if seen["boundary"] else ""
    proved = f", {seen['proved']} everywhere" if seen["proved"] else ""
    detail = (
        f"{kinds}{boundary}{proved}" if some else f"no point is confirmed{seen['reason'] and ': ' + seen['reason']}"
    )
    return Outcome(reading.name, None, "reading", "holds" if some else without, detail, reading=seen)


def told(point: Point) -> str:
    """`r = 0.125, loss = L2`."""
    return (
        ", ".join(f"{k} = {v:.4g}" if isinstance(v, float) else f"{k} = {v}" for k, v in point.items())
        or "the only point"
    )


# --- points -------------------------------------------------------------------------------------------------------------


def _points(reading: Reading, seed: int) -> Iterator[dict[str, Any]]:
    draw = random.Random(seed)
    words = list(itertools.product(*(part.values for part in reading.choices.values())))
    count = POINTS if len(reading.domain) else 0
    for k in range(max(count, len(words))):
        point = dict(zip(reading.choices, words[k % len(words)], strict=True))
        for name, interval in reading.domain.items():
            point[name] = _drawn(interval, point, draw)
        yield point


def _ends(interval: Interval, point: Point) -> tuple[float, float]:
    numbers = {name: Fraction(value) for name, value in point.items() if not isinstance(value, str)}
    low, high = (Domain.number(bound, numbers) for bound in (interval.lower, interval.upper))
    return float(low), float(high)


def _drawn(interval: Interval, point: Point, draw: random.Random) -> Any:
    low, high = _ends(interval, point)
    if interval.integer:
        return draw.randint(int(low), int(low) + 24 if math.isinf(high) else int(high))
    away = math.exp(draw.uniform(*DECADES))
    if math.isinf(low) and math.isinf(high):
        return away * draw.choice((-1, 1))
    if math.isinf(high):
        return low + away
    return high - away if math.isinf(low) else low + (high - low) * draw.uniform(0.01, 0.99)


# --- truth --------------------------------------------------------------------------------------------------------------


def _truth(reading: Reading, point: Point, rests_on: set[str] | None = None, *, exactly: bool = False) -> bool | None:
    """Whether the predicate is true there; None where it is not defined. Raises TypeError where it is no predicate."""

    def value(statement: Statement, letters: Point) -> Any:
        _owned(reading, statement)
        if rests_on is not None:
            rests_on.add(statement.id)
        if not statement.domain.admits(letters):
            raise ValueError(f"{statement.id} says nothing at {told(letters)}")
        found = _exact(statement, letters) if exactly else None
        numbers = {name: float(v) if isinstance(v, sp.Expr) else v for name, v in letters.items()}
        number = np.asarray(statement.value(statement.claimed, numbers) if found is None else found)
        if number.size != 1 or np.isnan(number.astype(float)).any():
            raise ValueError(f"{statement.id} is not one number")
        return float(number.reshape(()))

    try:
        with evaluated(value):
            truth = reading.function(**point)
    except UNDEFINED:
        return None
    if not isinstance(truth, bool | np.bool_ | BooleanAtom):
        raise TypeError(f"reading {reading.name!r}: expected true or false, got {truth!r}")
    return bool(truth)


def _owned(reading: Reading, statement: Statement) -> None:
    """Raises TypeError for a statement that another claim has to answer for."""
    if not any(statement is own for own in reading.own):
        raise TypeError(f"reading {reading.name!r}: expected a statement of its own claim, got {statement.id}")


def _exact(statement: Statement, letters: Point) -> float | None:
    """The statement's formula there, by balls; None where it has none. What is no zero is none, however small."""
    x = statement.domain.vocabulary()
    formula = statement.stated(x)
    if formula is None or any(isinstance(v, str) for v in letters.values()):
        return None
    at = {name: Fraction(value) for name, value in letters.items()}
    found = exact_value(sp.sympify(formula), at)
    if found == 0 and (ball := balls.evaluate(sp.sympify(formula), at).real) != 0:
        return math.ulp(0.0) if ball > 0 else -math.ulp(0.0)
    return found


def _confirmed(reading: Reading, point: Point, truth: bool) -> bool:
    if _truth(reading, point, exactly=True) is not truth:
        return False
    if not _turned(reading, point, truth, OTHERS):
        return False
    if _turned(reading, point, truth, LAST_DIGITS) and not _tied(reading, point, truth):
        return False
    draw = random.Random(1)
    return all(_truth(reading, _moved(reading, point, draw), None) is truth for _ in range(NEIGHBOURS))


def _turned(reading: Reading, point: Point, truth: bool, others: Iterable[Callable[[float], float]]) -> bool:
    """Whether some other values of the statements in it, or of one of them, would turn the predicate."""
    called = set[str]()
    _truth(reading, point, called)
    for names in (called, *({name} for name in called)):
        for other in others:

            def value(statement: Statement, letters: Point, names: set[str] = names, other: Any = other) -> float:
                claimed = float(np.asarray(statement.value(statement.claimed, letters)).reshape(()))
                return other(claimed) if statement.id in names else claimed

            with evaluated(value), contextlib.suppress(*UNDEFINED), np.errstate(all="ignore"):
                if bool(reading.function(**point)) != truth:
                    return True
    return False


def _tied(reading: Reading, point: Point, truth: bool) -> bool:
    """Whether the formulas of both sides are equal, so that it is no matter of digits which of them is less: neither."""
    stated = _in_symbols(reading, {name: point[name] for name in reading.choices}, set())
    said = stated if truth or stated is None else sp.Not(stated)
    return isinstance(said, sp.Le | sp.Ge) and decide_equal(said.lhs, said.rhs, reading.domain).verdict == "same"


def _moved(reading: Reading, point: Point, draw: random.Random) -> dict[str, Any]:
    """The point, every number moved by a hundredth of its distance from the nearer end."""
    moved = dict(point)
    for name, interval in reading.domain.items():
        if interval.integer:
            continue
        low, high = _ends(interval, moved)
        value, step = point[name], NEAR * draw.choice((-1, 1))
        nearer = min(value - low, high - value)
        moved[name] = value + step * (nearer if math.isfinite(nearer) else abs(value))
    return moved


def _boundary(reading: Reading, true: list[Point], false: list[Point]) -> dict[str, Any] | None:
    """Where the predicate turns between a point of either kind with the same words and integers, halved down to a float."""
    free = [name for name, interval in reading.domain.items() if not interval.integer]
    for a, b in itertools.product(true, false):
        low, high = dict(a), {**a, **{name: b[name] for name in free}}
        if not free or _truth(reading, high) is not False:
            continue
        for _ in range(HALVINGS):
            middle = {name: (low[name] + high[name]) / 2 if name in free else low[name] for name in low}
            truth = _truth(reading, middle)
            if truth is None:
                break
            low, high = (middle, high) if truth else (low, middle)
        else:
            return plain(low)
    return None


# --- proof --------------------------------------------------------------------------------------------------------------


def _proved(reading: Reading, holds: bool, rests_on: set[str]) -> str:
    """`holds` or `fails` where the predicate, or its negation, is proved over the whole range; else nothing."""
    words = itertools.product(*(part.values for part in reading.choices.values()))
    for chosen in words:
        stated = _in_symbols(reading, dict(zip(reading.choices, chosen, strict=True)), rests_on)
        if stated is None or not proves(stated if holds else sp.Not(stated), reading.domain, reading.over or over()):
            return ""
    return HOLDS if holds else FAILS


def _in_symbols(reading: Reading, words: Point, rests_on: set[str]) -> Any:
    """The predicate as a relation between the formulas of statements; None where it cannot be had."""
    x = reading.domain.vocabulary()
    formulas: dict[Any, Any] = {}
    names: dict[Any, Any] = {}

    def value(statement: Statement, letters: Point) -> Any:
        """A name for the statement's formula there: what is decided before that is known says nothing of it."""
        _owned(reading, statement)
        rests_on.add(statement.id)
        own = statement.domain.vocabulary()
        formula = statement.stated(own)
        if formula is None:
            raise Unproved(f"{statement.id} has a formula")
        exact = {name: _as_written(v) for name, v in letters.items()}
        _says_something(statement, exact, reading.domain)
        places = {getattr(own, name): v for name, v in exact.items()}
        at = (statement.id, *places.items())
        name = names.setdefault(at, sp.Dummy(statement.id, real=True))
        formulas[name] = sp.sympify(formula).subs(places, simultaneous=True)
        return Unseen(name)

    try:
        with evaluated(value), way(reading.function) as taken:
            stated = reading.function(**words, **{name: Unseen(getattr(x, name)) for name in reading.domain})
    except (Unproved, TypeError, AttributeError, *UNDEFINED):  # one that branches on letters cannot be put in symbols
        return None
    if isinstance(stated, bool) and len(reading.domain):  # it has compared something itself
        return None
    if any(other != taken for other in _ways(reading, words)):  # it has asked what its letters are
        return None
    stated = sp.sympify(stated)
    if stated in (sp.true, sp.false):
        return None
    return _as_written(stated.subs(formulas))


def _ways(reading: Reading, words: Point) -> Iterator[set[Any]]:
    """The ways that the predicate takes with numbers."""
    for point in itertools.islice(
        _points(reading, 0), WAYS * math.prod(len(c.values) for c in reading.choices.values())
    ):
        if words.items() <= point.items():
            with way(reading.function) as taken, contextlib.suppress(*UNDEFINED):
                reading.function(**point)
            yield taken


def _as_written(e: Any) -> Any:
    """With every float as the decimal fraction that it is written as, not as a nicer number next to it."""
    exact = sp.sympify(e)
    return exact.subs({number: sp.Rational(repr(float(number))) for number in exact.atoms(sp.Float)})


def _says_something(statement: Statement, letters: Point, domain: Domain) -> None:
    """Raises Unproved unless these letters are in the statement's domain, wherever on `domain` they are asked for."""
    for name, letter in letters.items():
        interval = statement.domain[name]
        if letter.is_Symbol and domain[letter.name] == interval:
            continue
        low, high = (Domain.bound_formula(bound, letters) for bound in (interval.lower, interval.upper))
        above = sp.Ge(letter, low) if interval.closed_below else sp.Gt(letter, low)
        below = sp.Le(letter, high) if interval.closed_above else sp.Lt(letter, high)
        ends = {n: (i.lower, i.upper) for n, i in domain.items() if i.integer and i.upper != math.inf}
        parts = ((low, above), (high, below))
        inside = (end.is_infinite or proves(part, domain, over(contact=ends)) for end, part in parts)
        if not all(inside) or (interval.integer and not letter.is_integer):
            raise Unproved(f"{statement.id} says something at {name} = {letter}")


def proves(stated: Any, domain: Domain, by: Over) -> bool:
    """Whether a relation, or what and/or make of several, is proved on the whole domain."""
    if stated in (sp.true, sp.false):
        return bool(stated)
    if isinstance(stated, sp.And):
        return all(proves(part, domain, by) for part in stated.args)
    if isinstance(stated, sp.Or):
        return any(proves(part, domain, by) for part in stated.args)
    if isinstance(stated, sp.Eq):
        return decide_equal(stated.lhs, stated.rhs, domain).verdict == "same"
    if not isinstance(stated, sp.Le | sp.Lt | sp.Ge | sp.Gt):
        return False
    less, more = _sides(stated)
    strict = isinstance(stated, sp.Lt | sp.Gt)
    if not strict and decide_at_most(less, more, domain).verdict == "same":
        return True
    return _surely_positive(more - less, domain) or _by_balls(more - less, domain, by, strict=strict)


def _sides(relation: Any) -> tuple[Any, Any]:
    """The lesser and the greater side of an inequality."""
    return (relation.lhs, relation.rhs) if isinstance(relation, sp.Le | sp.Lt) else (relation.rhs, relation.lhs)


def _surely_positive(difference: Any, domain: Domain) -> bool:
    carried = sp.sympify(difference).subs(domain.carriers())
    return bool(carried.is_positive or canonical(difference, domain).is_positive)


def _by_balls(margin: Any, domain: Domain, by: Over, *, strict: bool) -> bool:
    if not len(domain):
        return False
    contact = {f"{name}_t": c.contact for name, c in by.changes.items() if c.contact is not None}
    options: dict[str, Any] = {
        "change": {name: (c.path, (c.low, c.high)) for name, c in by.changes.items()},
        "contact": {} if strict else {**contact, **by.contact}, "factor": by.factor,
    }  # fmt: skip
    try:
        begun = start(domain, options, margin)
        search = Search(begun, options["contact"])
    except Unproved:
        return False
    search.cover()
    return not (search.violation or search.undecided or begun.missing)
