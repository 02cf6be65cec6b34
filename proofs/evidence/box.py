"""The starting box of an enclosure: its inequality in letters of finite range, with every premise of that proved.

A letter keeps its own range or is carried by a new one, w = path(w_t), which must be a continuous and strictly monotone
way through the whole of its domain (proofs.evidence.premises). The margin may be multiplied by a factor that is proved
to be positive inside. What cannot be proved raises `Unproved`.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from inspect import signature
from typing import Any

import sympy as sp

from proofs.core.letters import Domain, Interval, between
from proofs.evidence.premises import Range, Unproved
from proofs.words.expressions import text

Box = dict[str, tuple[Fraction, Fraction]]


@dataclass(frozen=True)
class Carried:
    """A letter of the domain as `path` in a letter of finite range, and what of the domain that does not reach."""

    inside: Range
    path: Any
    integer: bool
    missing: tuple[str, ...] = ()


@dataclass(frozen=True)
class Start:
    """The margin over the starting box, whether its points lie `between` admissible ones, and what it does not cover."""

    margin: Any
    box: Box
    between: bool
    missing: list[str]


def start(domain: Domain, options: Mapping[str, Any], margin: Any) -> Start:
    """Where the search begins, by the `change` and `factor` of an enclosure's options.

    Raises Unproved (a ValueError) for a premise that could not be shown.
    """
    x = domain.vocabulary()
    only("change", options["change"], domain)
    carried = {name: _carried(domain, options["change"], name, getattr(x, name)) for name in domain}
    box = {c.inside.t.name: (c.inside.low, c.inside.high) for c in carried.values()}
    margin = margin.subs({getattr(x, name): c.path for name, c in carried.items()})
    if len({s.name for s in margin.free_symbols}) < len(margin.free_symbols):
        raise Unproved(f"different letters have different names: {sorted(map(str, margin.free_symbols))}")
    factor = _factor(options["factor"], carried, box)
    missing = [what for c in carried.values() for what in c.missing]
    return Start(_times(margin, factor, box), box, any(c.integer for c in carried.values()), missing)


def only(what: str, named: Iterable[str], known: Iterable[str]) -> None:
    """Raises Unproved for a name that is none of the letters."""
    for name in named:
        if name not in known:
            raise Unproved(f"{what} names a letter of {', '.join(known)}: there is no {name!r}")


def _carried(domain: Domain, changes: Mapping[str, Any], name: str, letter: Any) -> Carried:
    interval = domain[name]
    lower, upper = _bounds(name, interval)
    if name not in changes:
        if lower.is_infinite or upper.is_infinite:
            raise Unproved(f"the range of the letter {name!r} is finite; declare a change of variable for it")
        return Carried(Range(letter, _fraction(lower), _fraction(upper)), letter, interval.integer)
    change, (low, high) = changes[name]
    inside = Range(_new(f"{name}_t", Fraction(low), domain), Fraction(low), Fraction(high))
    path = sp.sympify(change(inside.t))
    try:
        reached = inside.ends(path)
    except Unproved as error:
        raise Unproved(f"the change of {name} is continuous, monotone and onto: {error}") from error
    if min(reached) < lower or max(reached) > upper:
        raise Unproved(
            f"the change of {name} stays in its domain: it reaches from {text(min(reached))} to {text(max(reached))}"
        )
    gaps = ((lower, min(reached)), (max(reached), upper))
    return Carried(
        inside, path, interval.integer, tuple(f"{name} from {text(a)} to {text(b)}" for a, b in gaps if a < b)
    )


def _bounds(name: str, interval: Interval) -> tuple[Any, Any]:
    if isinstance(interval.lower, str) or isinstance(interval.upper, str):
        raise Unproved(f"the bounds of {name!r} are numbers: they depend on other letters, {interval}")
    low, high = (sp.oo * b if math.isinf(b) else sp.Rational(Fraction(b)) for b in (interval.lower, interval.upper))
    return low, high


def _new(name: str, low: Fraction, domain: Domain) -> Any:
    """A new letter, assumed to be positive only where its range says so."""
    if name in domain:
        raise Unproved(f"the new letter {name} is new: the domain has one of that name")
    return sp.Symbol(name, positive=True) if low >= 0 else sp.Symbol(name, real=True)


def _factor(given: Any, carried: dict[str, Carried], box: Box) -> Any:
    factor = sp.Integer(1) if given is None else sp.sympify(given(**_new_letters(given, carried)))
    if not positive(factor, box):
        raise Unproved(f"the factor {text(factor)} is positive on the domain")
    return factor


def _new_letters(factor: Any, carried: dict[str, Carried]) -> dict[str, Any]:
    """The new letters that a factor takes, by the names of the old ones or by their own."""
    known = {name: c.inside.t for name, c in carried.items()} | {c.inside.t.name: c.inside.t for c in carried.values()}
    return {name: known[name] for name in signature(factor).parameters}


def _times(margin: Any, factor: Any, box: Box) -> Any:
    """The margin times the factor, as a sum of terms that are finite on the box as far as may be."""
    margin = sp.expand_log(margin.replace(lambda e: isinstance(e, sp.log), lambda e: _split_quotient(e, box)))
    terms = sp.Add.make_args(sp.expand(margin))  # each meets the factor on its own, so that (1-t) ln(1-t) stays whole
    met = (term * factor for term in terms)  # t(1-t)/(2-2t) must lose its pole
    return sp.Add(*(sp.cancel(t) if t.is_rational_function() else _cancelled(t) for t in met))


def _cancelled(term: Any) -> Any:
    """The term with a fraction before its logarithms in lowest terms, still as a product."""
    before, rest = term.as_independent(sp.log)
    return sp.factor(before) * rest if before.is_rational_function() and sp.fraction(before)[1].free_symbols else term


def _split_quotient(logarithm: Any, box: Box) -> Any:
    numerator, denominator = sp.fraction(sp.together(logarithm.args[0]))
    if denominator == 1 or not positive(denominator, box):
        return logarithm
    return sp.log(numerator) - sp.log(denominator)


def positive(expression: Any, box: Box) -> bool:
    """Whether `expression` is surely positive in the interior of the box: what is no factor of one letter by its signs."""
    whole: Any = sp.factor(sp.together(expression))
    signs = [_sign(part, box) for part in sp.Mul.make_args(whole)]
    return 0 not in signs and signs.count(-1) % 2 == 0


def _sign(part: Any, box: Box) -> int:
    """1 or -1; 0 where it is not known."""
    letters = {s.name: s for s in part.free_symbols}
    if not set(letters) <= set(box) or len(letters) < len(part.free_symbols):
        return 0
    if len(letters) <= 1:
        name = next(iter(letters), next(iter(box)))
        try:
            return Range(letters.get(name, sp.Symbol(name, real=True)), *box[name]).sign(part)
        except Unproved:
            return 0
    inside = Domain(**{name: between(low, high) for name, (low, high) in box.items()})
    carried = {symbol.name: path for symbol, path in inside.carriers().items()}
    path = sp.factor(sp.together(part.subs({s: carried[n] for n, s in letters.items() if n in carried})))
    return 1 if path.is_positive else -1 if path.is_negative else 0


def _fraction(number: Any) -> Fraction:
    return Fraction(int(number.p), int(number.q))
