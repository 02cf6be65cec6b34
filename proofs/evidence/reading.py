"""Readings, looked at: where over its sentence's range a predicate is true, where it is false, and whether that is proved.

Points are drawn over several decades of every letter and away from its ends. One counts when it is confirmed: the
predicate says the same a hundredth further in every direction, and with the exact values of the statements' formulas
(by balls) in the place of those that `theory` computes; and when other values would have turned it, so that statements
decide it and not its author. Where there are points of one kind only, the predicate is
put to the statements' formulas in symbols, and the inequality that comes out is proved over the range, by the decision
procedure or by balls. A search that finds nothing proves nothing.
"""

from __future__ import annotations

import itertools
import math
import random
from collections.abc import Iterator, Mapping
from fractions import Fraction
from typing import Any

import numpy as np
import sympy as sp
from sympy.logic.boolalg import BooleanAtom

from proofs.core.chain import Over, over
from proofs.core.letters import Domain, Interval
from proofs.core.outcome import Outcome, plain
from proofs.core.readings import FAILS, HOLDS, Choice, Reading, evaluated
from proofs.core.rules import AGREE
from proofs.core.statement import Statement
from proofs.evidence.anchor import exact_value
from proofs.evidence.box import start
from proofs.evidence.decision import canonical, decide_at_most, decide_equal
from proofs.evidence.enclosure import Search
from proofs.evidence.premises import Unproved

POINTS, SHOWN = 240, 3
"""Points that are looked at, and those of either kind that are confirmed and told."""
NEAR, NEIGHBOURS = 0.01, 6
"""How far from a point, relatively, the predicate must say the same, and in how many directions that is tried."""
DECADES = (math.log(1e-2), math.log(1e2))
"""Of the distance from a finite end, where the other is infinite."""
HALVINGS = 60
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
        seen["proved"] = _proved(reading, holds=bool(seen["true"]))
    seen["rests_on"] = sorted(rests_on)
    if not rests_on:
        seen["reason"] = "no statement is in it"
    return _outcome(reading, seen)


def of_data(reading: Reading, data: Any) -> Outcome:
    """What an experiment's data say of a reading, at every point that they tell of: decided by its rule at 1 % together.

    Over letters that it tells nothing of it says nothing; of those that it tells of, a finite range may be covered.
    Raises ValueError for a point that is not of the sentence's range.
    """
    assert reading.rule is not None
    cases = reading.function(data)
    seen: dict[str, Any] = {
        "universal": reading.universal,
        "proved": "",
        "boundary": None,
        "reason": "",
        "rests_on": [],
    }
    seen["true"], seen["false"], undecided = [], [], []
    for at, values in cases:
        _known(reading, at)
        decided = reading.rule.decide(np.asarray(values, float), AGREE / len(cases), AGREE / len(cases))
        told_at = {**plain(dict(at)), "seen": decided.detail}
        {"holds": seen["true"], "refuted": seen["false"]}.get(decided.outcome, undecided).append(told_at)
    told_of = {name: reading.asked[name] for at, _ in cases for name in at}
    every = math.prod(len(part.values) for part in told_of.values() if isinstance(part, Choice))
    covered = all(isinstance(part, Choice) for part in told_of.values()) and len(cases) == every
    if undecided:
        seen["reason"] = f"undecided at {told(undecided[0])}"
    elif covered and not (seen["true"] and seen["false"]):
        seen["proved"] = HOLDS if seen["true"] else FAILS
    return _outcome(reading, seen)


def _known(reading: Reading, at: Point) -> None:
    """Raises ValueError for a point that is not of the sentence's range."""
    for name, value in at.items():
        part = reading.asked.get(name)
        if part is None or (isinstance(part, Choice) and value not in part.values):
            raise ValueError(
                f"reading {reading.name!r}: expected points of {reading.sentence.range}, got {name} = {value!r}"
            )


def _outcome(reading: Reading, seen: dict[str, Any]) -> Outcome:
    some = seen["true"] or seen["false"]
    kinds = f"{len(seen['true'])} true, {len(seen['false'])} false points confirmed"
    boundary = f", boundary at {told(seen['boundary'])}" if seen["boundary"] else ""
    proved = f", {seen['proved']} everywhere" if seen["proved"] else ""
    detail = (
        f"{kinds}{boundary}{proved}" if some else f"no point is confirmed{seen['reason'] and ': ' + seen['reason']}"
    )
    return Outcome(reading.name, None, "reading", "holds" if some else "vacuous", detail, reading=seen)


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


def _exact(statement: Statement, letters: Point) -> float | None:
    """The statement's formula there, by balls; None where it has none."""
    x = statement.domain.vocabulary()
    formula = statement.stated(x)
    if formula is None or any(isinstance(v, str) for v in letters.values()):
        return None
    return exact_value(sp.sympify(formula), {name: Fraction(value) for name, value in letters.items()})


def _confirmed(reading: Reading, point: Point, truth: bool) -> bool:
    if _truth(reading, point, exactly=True) is not truth or not _decided(reading, point, truth):
        return False
    draw = random.Random(1)
    return all(_truth(reading, _moved(reading, point, draw), None) is truth for _ in range(NEIGHBOURS))


def _decided(reading: Reading, point: Point, truth: bool) -> bool:
    """Whether some other values of the statements in it, or of one of them, would turn the predicate."""
    called = set[str]()
    _truth(reading, point, called)
    for names in (called, *({name} for name in called)):
        for other in OTHERS:

            def value(statement: Statement, letters: Point, names: set[str] = names, other: Any = other) -> float:
                claimed = float(np.asarray(statement.value(statement.claimed, letters)).reshape(()))
                return other(claimed) if statement.id in names else claimed

            with evaluated(value):
                if bool(reading.function(**point)) != truth:
                    return True
    return False


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


def _proved(reading: Reading, *, holds: bool) -> str:
    """`holds` or `fails` where the predicate, or its negation, is proved over the whole range; else nothing."""
    words = itertools.product(*(part.values for part in reading.choices.values()))
    for chosen in words:
        stated = _in_symbols(reading, dict(zip(reading.choices, chosen, strict=True)))
        if stated is None or not proves(stated if holds else sp.Not(stated), reading.domain, reading.over or over()):
            return ""
    return HOLDS if holds else FAILS


def _in_symbols(reading: Reading, words: Point) -> Any:
    """The predicate as a relation between the formulas of statements; None where it cannot be had."""
    x = reading.domain.vocabulary()
    formulas: dict[Any, Any] = {}
    names: dict[Any, Any] = {}

    def value(statement: Statement, letters: Point) -> Any:
        """A name for the statement's formula there: what is decided before that is known says nothing of it."""
        own = statement.domain.vocabulary()
        formula = statement.stated(own)
        if formula is None:
            raise Unproved(f"{statement.id} has a formula")
        places = {getattr(own, name): sp.nsimplify(v) for name, v in letters.items()}
        at = (statement.id, *places.items())
        name = names.setdefault(at, sp.Dummy(statement.id, real=True))
        formulas[name] = sp.sympify(formula).subs(places, simultaneous=True)
        return name

    try:
        with evaluated(value):
            stated = reading.function(**words, **{name: getattr(x, name) for name in reading.domain})
    except (Unproved, TypeError, *UNDEFINED):  # a predicate that branches on its letters cannot be put in symbols
        return None
    if isinstance(stated, bool) and len(reading.domain):  # it has compared something itself
        return None
    stated = sp.sympify(stated)
    if stated in (sp.true, sp.false):
        return None
    stated = stated.subs(formulas)
    return sp.nsimplify(stated, rational=True) if stated not in (sp.true, sp.false) else stated


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
