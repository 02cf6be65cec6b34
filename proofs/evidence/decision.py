"""The three-way decision: are two expressions the same on a domain, different, or is it undecided?

*Same* is said only after both sides were brought to one canonical form by rewritings that hold on the whole declared
domain: every letter is carried by a free positive or real symbol, logarithms of products are split over factors whose
sign is known, exponentials of sums become products, everything is put over one denominator, and the numerator,
a polynomial in what is left, must vanish term by term. `simplify` is never asked.

*Different* is said only when a ball at an exact admissible point excludes zero. Equality to any number of digits
supports but never decides: that is *undecided*, with the digits.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import wraps
from typing import Any

import sympy as sp

from proofs.core.letters import Domain
from proofs.evidence import balls, lowest
from proofs.words.expressions import text
from proofs.words.moments import Expectation

GLANCE, PROBES = 2, 24
"""Admissible points at which two expressions are compared before their canonical forms are sought, and when these differ."""


NO_BALL = "no canonical form, and no ball"
"""Of what cannot even be looked at in numbers."""
WORK_TO_DO = (sp.Integral, sp.Sum, sp.Product, sp.Derivative, sp.Limit, sp.Subs, Expectation, sp.Determinant, sp.Trace)
"""A definition is something still to be worked out; an expression without any of these is already a conclusion."""


@dataclass(frozen=True)
class Decision:
    """`verdict` is "same", "different" or "undecided"; `detail` says how that is known."""

    verdict: str
    detail: str


def _once(function: Callable[..., Any]) -> Callable[..., Any]:
    """`function`, run once for the same arguments.

    Expressions are known by their full text: SymPy takes some different ones for equal (`Subs` of two partial
    derivatives at the same point), so what it finds in a dictionary may belong to another.
    """
    known: dict[Any, Any] = {}

    @wraps(function)
    def remembered(*arguments: Any, **options: Any) -> Any:
        key = (
            *(a if isinstance(a, Domain) else sp.srepr(sp.sympify(a), order="none") for a in arguments),
            *options.items(),
        )
        if key not in known:
            known[key] = function(*arguments, **options)
        return known[key]

    return remembered


@_once  # variants of one chain share all links but the last
def decide_equal(left: Any, right: Any, domain: Domain, *, seed: int = 0) -> Decision:
    """Whether `left` = `right` everywhere on `domain`."""
    left, right = worked_out(left), worked_out(right)
    if left.has(sp.oo) or right.has(sp.oo):  # carried letters let ∞ absorb what is finite on the domain
        left, right = (side.subs(domain.carriers()) for side in (left, right))
    if sp.oo in (left, right) or -sp.oo in (left, right):
        return _decide_infinite(left, right)
    difference = left - right
    if difference.has(sp.nan, sp.zoo):
        return Decision("undecided", "the difference is not a finite expression")
    glance = _probe(difference, domain, seed, balls.excludes_zero, "differs by", GLANCE)
    if glance.verdict == "different":  # a false variant seldom needs its canonical form
        return glance
    if canonical(difference, domain) == 0:
        return Decision("same", "canonical forms agree")
    return _probe(difference, domain, seed, balls.excludes_zero, "differs by", PROBES)


@_once
def decide_at_most(left: Any, right: Any, domain: Domain, *, seed: int = 0) -> Decision:
    """Whether `left` ≤ `right` everywhere on `domain`."""
    left, right = worked_out(left), worked_out(right)
    difference = right - left
    if _surely_nonnegative(canonical(difference, domain)):
        return Decision("same", "every term of the canonical difference is nonnegative")
    seen = _probe(difference, domain, seed, lambda ball: bool(ball.real < 0), "violated by", PROBES)
    if seen.verdict == "undecided" and (found := lowest.violated(left, right, domain, seed)):
        point, by = found
        return Decision("different", f"violated by {by} at {show_point(point)}")
    return seen


@_once
def worked_out(e: Any) -> Any:
    """Sums, integrals, limits, derivatives and expectations done, as far as SymPy can: part by part, and each part once."""
    e = sp.sympify(e)
    compound = isinstance(e, sp.Add | sp.Mul | sp.Subs) and e.has(*WORK_TO_DO)
    return e.func(*map(worked_out, e.args)).doit() if compound else e.doit()


def canonical(e: Any, domain: Domain) -> Any:
    """Zero if and only if the rewritings below show that `e` vanishes on `domain`; otherwise one normal form of `e`."""
    carried = sp.sympify(e).subs(domain.carriers())
    carried = carried.rewrite((sp.tanh, sp.sinh, sp.cosh), sp.exp).rewrite(sp.atanh, sp.log)
    flat = carried.replace(lambda t: isinstance(t, sp.log), _split_log)
    flat = sp.expand_power_exp(sp.expand_power_base(flat.replace(_is_root, _split_root)))
    numerator, denominator = sp.fraction(sp.together(flat))
    numerator = sp.expand(sp.expand_power_exp(sp.expand(numerator)))
    if numerator.is_zero or numerator == 0 or sp.expand(sp.powsimp(numerator)) == 0:
        return sp.Integer(0)
    return numerator / denominator


def _split_log(logarithm: Any) -> Any:
    argument = sp.factor(sp.together(logarithm.args[0]))
    return sp.expand_log(sp.log(argument), force=False)


def _is_root(t: Any) -> bool:
    return isinstance(t, sp.Pow) and t.exp.is_Rational and not t.exp.is_Integer


def _split_root(power: Any) -> Any:
    return sp.expand_power_base(sp.factor(sp.together(power.base)) ** power.exp, force=False)


def _surely_nonnegative(e: Any) -> bool:
    if e.is_nonnegative:
        return True
    numerator, denominator = sp.fraction(sp.together(e))
    return bool(denominator.is_positive and sp.factor(numerator).is_nonnegative)


def _decide_infinite(left: Any, right: Any) -> Decision:
    if left == right:
        return Decision("same", "both are infinite")
    if left.is_finite is False and right.is_finite is False:
        return Decision("different", f"{text(left)} against {text(right)}")
    return Decision("different", f"one side is infinite: {text(left)} against {text(right)}")


def _probe(difference: Any, domain: Domain, seed: int, against: Any, word: str, count: int) -> Decision:
    largest, blocked = 0.0, None
    for point in domain.points(count, seed):
        size = 0.0
        for digits in balls.LADDER:
            try:
                ball = balls.evaluate(difference, point, digits)
            except (balls.NoBall, ValueError, ZeroDivisionError, NotImplementedError) as error:
                blocked = str(error)
                break
            if against(ball):
                return Decision("different", f"{word} {ball.real.str(8, radius=False)} at {show_point(point)}")
            size = balls.magnitude(ball)
        else:
            largest = max(largest, size)
    if blocked is not None:
        return Decision("undecided", f"{NO_BALL}: {blocked}")
    return Decision("undecided", f"no canonical form; the balls agree to {largest:.1e} at {count} points")


def show_point(point: Mapping[str, Fraction]) -> str:
    """`w = 3/4, σ = 2`, for messages."""
    return ", ".join(f"{name} = {value}" for name, value in point.items()) or "the only point"
