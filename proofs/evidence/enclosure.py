"""Enclosures: an inequality proved on its whole declared domain by Arb balls and subdivision.

The domain is cut into boxes; on a box the margin (claimed minus observed, oriented so that it should not be negative)
is enclosed by a ball. Positive everywhere: proved. Negative at a point: refuted there. Otherwise the box is halved,
until it is too small: undecided, and the rest is printed.

Infinity is reached by a change of variable whose ends are checked to be the ends of the domain; a `factor`, checked to
be positive, keeps the margin finite there, and where it grows like -ln t the bound ln t ≤ ln h on (0, h] is used. Where
both sides meet, `contact` names the point: there the margin must vanish exactly and the sign of its first derivative
that does not vanish, enclosed on a box at the contact, decides.
"""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from typing import Any

import sympy as sp
from flint import acb, arb, ctx

from proofs.core.claim import Evidence, Statement
from proofs.core.letters import Domain, between
from proofs.core.outcome import Outcome
from proofs.evidence import balls
from proofs.evidence.anchor import anchored
from proofs.evidence.decision import canonical, show_point
from proofs.evidence.derivation import scaled
from proofs.evidence.kind import Kind

Box = dict[str, tuple[Fraction, Fraction]]

DEPTH = 40
"""Halvings of one side after which a box counts as undecided."""
BOXES = 20_000
"""Boxes examined before giving up."""
LOG = sp.Dummy("log")
CONTACT_SIDE = Fraction(1, 2)
"""Largest side of the box at a contact point; it is halved until the derivative's sign is certain."""


class Enclosure(Kind):
    """An inequality enclosed box by box; a variant replaces its claimed side."""

    proves = "everywhere"

    def run(self) -> Outcome:
        return enclose(self.evidence, seed=self.conditions.draw)

    def variant(self, wrong: Callable[..., Any]) -> Outcome:
        return enclose(self.evidence, wrong, seed=self.conditions.draw)

    def scaled(self, relative: float) -> Callable[..., Any]:
        return scaled(self.evidence.statement, relative)


def enclose(evidence: Evidence, symbolic: Callable[..., Any] | None = None, *, seed: int = 0) -> Outcome:
    """Prove, refute or leave undecided; `symbolic` replaces the claimed side (controls)."""
    statement = evidence.statement
    outcome = Outcome(evidence.name, statement.id, "enclosure", "holds", relation=statement.relation)
    if statement.relation not in ("<=", ">=") or (symbolic or statement.symbolic) is None or not len(statement.domain):
        return _settle(outcome, "vacuous", "an enclosure needs an inequality, a domain and a symbolic claimed side")
    x = statement.domain.vocabulary()
    claimed = sp.sympify((symbolic or statement.symbolic)(x))  # type: ignore[misc]
    if symbolic is None:
        compared = anchored(statement, claimed, seed)
        if compared.counterexample:
            outcome.counterexample = compared.counterexample
            return _settle(outcome, "refuted", f"the claimed function disagrees: {compared.counterexample}")
        if compared.few:
            return _settle(outcome, "vacuous", f"the claimed side could be compared {compared} only")
    observed = sp.sympify(evidence.function(x))
    margin = claimed - observed if statement.relation == "<=" else observed - claimed
    margin, box, ranges = _changed(margin, evidence, x)
    missing = _uncovered(statement, ranges)
    search = _Search(margin, evidence.options["contact"], seed)
    search.cover(box)
    return _judge(outcome, search, missing)


def _settle(outcome: Outcome, verdict: str, detail: str) -> Outcome:
    outcome.outcome, outcome.detail = verdict, detail
    return outcome


def _judge(outcome: Outcome, search: _Search, missing: list[str]) -> Outcome:
    if search.violation is not None:
        outcome.counterexample = search.violation
        return _settle(outcome, "refuted", f"violated at {search.violation}")
    left = [*missing, *search.undecided[:3]]
    if left:
        return _settle(outcome, "inconclusive", "not covered: " + "; ".join(left))
    outcome.n = search.boxes
    return _settle(outcome, "holds", f"proved on the whole domain, {search.boxes} boxes")


def _changed(margin: Any, evidence: Evidence, x: Any) -> tuple[Any, Box, dict[str, tuple[Any, Any]]]:
    """The margin in letters of finite range, the starting box, and the range of every declared letter."""
    box: Box = {}
    ranges: dict[str, tuple[Any, Any]] = {}
    for name, interval in evidence.statement.domain.items():
        if name in evidence.options["change"]:
            change, (low, high) = evidence.options["change"][name]
            t = sp.Symbol(f"{name}_t", positive=True)
            path = sp.sympify(change(t))
            margin = margin.subs(getattr(x, name), path)
            sides = [
                sp.limit(path, t, sp.Rational(Fraction(low)), "+"),
                sp.limit(path, t, sp.Rational(Fraction(high)), "-"),
            ]
            ranges[name] = (min(sides), max(sides))
            box[t.name] = (Fraction(low), Fraction(high))
        elif (
            isinstance(interval.lower, str)
            or isinstance(interval.upper, str)
            or float("inf") in (-interval.lower, interval.upper)
        ):
            raise ValueError(f"enclosure: the letter {name!r} has no finite range; declare a change of variable for it")
        else:
            box[name] = (Fraction(interval.lower), Fraction(interval.upper))
            ranges[name] = (sp.Rational(box[name][0]), sp.Rational(box[name][1]))
    factor = sp.Integer(1)
    if evidence.options["factor"] is not None:
        letters = {s.name: s for s in margin.free_symbols}
        factor = sp.sympify(evidence.options["factor"](**{name: letters[name] for name in box}))
        if not _positive_inside(factor, box):
            raise ValueError(f"factor: expected an expression that is surely positive on the domain, got {factor}")
    margin = sp.expand_log(margin.replace(lambda e: isinstance(e, sp.log), lambda e: _split_quotient(e, box)))
    terms = sp.Add.make_args(sp.expand(margin))  # each meets the factor on its own, so that (1-t) ln(1-t) stays whole
    met = (term * factor for term in terms)  # t(1-t)/(2-2t) must lose its pole
    return sp.Add(*(sp.cancel(t) if t.is_rational_function() else _cancelled(t) for t in met)), box, ranges


def _cancelled(term: Any) -> Any:
    """The term with a fraction before its logarithms in lowest terms, still as a product."""
    before, rest = term.as_independent(sp.log)
    return sp.factor(before) * rest if before.is_rational_function() and sp.fraction(before)[1].free_symbols else term


def _split_quotient(logarithm: Any, box: Box) -> Any:
    numerator, denominator = sp.fraction(sp.together(logarithm.args[0]))
    if denominator == 1 or not _positive_inside(denominator, box):
        return logarithm
    return sp.log(numerator) - sp.log(denominator)


def _positive_inside(expression: Any, box: Box) -> bool:
    """Whether `expression` is surely positive in the interior of the box."""
    inside = Domain(**{name: between(low, high) for name, (low, high) in box.items()})
    carried = {symbol.name: path for symbol, path in inside.carriers().items()}
    path = expression.subs({s: carried[s.name] for s in expression.free_symbols if s.name in carried})
    return bool(sp.factor(sp.together(path)).is_positive)


def _uncovered(statement: Statement, ranges: dict[str, tuple[Any, Any]]) -> list[str]:
    missing = []
    for name, interval in statement.domain.items():
        low, high = ranges[name]
        lower, upper = (statement.domain._formula(b, {}) for b in (interval.lower, interval.upper))
        if low > lower:
            missing.append(f"{name} from {lower} to {low}")
        if high < upper:
            missing.append(f"{name} from {high} to {upper}")
    return missing


class _Search:
    """Depth-first subdivision of one starting box."""

    def __init__(self, margin: Any, contact: dict[str, Any], seed: int) -> None:
        self.margin = margin
        self.contact = [(k, Fraction(v)) for k, at in contact.items() for v in (at if isinstance(at, tuple) else (at,))]
        self.boxes, self.undecided, self.violation = 0, [], None
        self.symbols = {s.name: s for s in margin.free_symbols}
        self.derivatives: dict[tuple[str, int], Any] = {}

    def cover(self, start: Box) -> None:
        stack = [(start, 0)]
        while stack and self.violation is None:
            box, depth = stack.pop()
            self.boxes += 1
            self._point(box)
            if self._positive(self.margin, box) or self._touches(box) or self._diverges(box):
                continue
            if depth >= DEPTH * len(box) or self.boxes > BOXES:
                self.undecided.append(", ".join(f"{n} ∈ [{float(a):.3g}, {float(b):.3g}]" for n, (a, b) in box.items()))
                if self.boxes > BOXES:
                    return
                continue
            stack.extend((half, depth + 1) for half in _halves(box))

    def _point(self, box: Box) -> None:
        middle = {name: (low + high) / 2 for name, (low, high) in box.items()}
        ball = _enclose(self.margin, {n: (v, v) for n, v in middle.items()})
        if ball is not None and ball < 0:
            self.violation = f"{show_point(middle)}, by {ball.str(6, radius=False)}"

    def _positive(self, expression: Any, box: Box) -> bool:
        ball = _enclose(expression, box)
        return ball is not None and ball.is_finite() and bool(ball > 0)

    def _touches(self, box: Box) -> bool:
        """Whether `box` meets the contact and the sign of a derivative proves the margin nonnegative on it."""
        for name, at in self.contact:
            low, high = box.get(name, (None, None))
            if low is None or high is None or at not in (low, high) or high - low > CONTACT_SIDE:
                continue
            order = self._order(name, at)
            sign = 1 if at == low else (-1) ** order
            if order and self._positive(sign * self.derivatives[name, order], box):
                return True
        return False

    def _diverges(self, box: Box) -> bool:
        """Whether, next to t = 0, margin = A + B ln t with B < 0, so that margin ≥ A + B ln h > 0 on (0, h]."""
        for name, (low, high) in box.items():
            log = sp.log(self.symbols[name])
            if low != 0 or high >= 1 or not self.margin.has(log):
                continue
            linear = self.margin.subs(log, LOG)
            slope, rest = sp.diff(linear, LOG), linear.subs(LOG, 0)
            ball = None if slope.has(LOG) else _enclose(slope, box)
            if ball is None or not ball < 0:
                continue
            if self._positive(rest + slope * sp.log(sp.Rational(high.numerator, high.denominator)), box):
                return True
        return False

    def _order(self, name: str, at: Fraction) -> int:
        """The order of the first derivative that does not vanish at the contact; 0 when the margin itself does not."""
        letter, exact = self.symbols[name], sp.Rational(at.numerator, at.denominator)
        for order in range(7):
            self.derivatives.setdefault((name, order), _apart(sp.diff(self.margin, letter, order)))
            value = self.derivatives[name, order].subs(letter, exact)
            if not value.is_finite or canonical(value, Domain()) != 0:
                return order
        return 0


def _apart(e: Any) -> Any:
    """A rational function of one letter in partial fractions, whose balls are far narrower than those of a long sum."""
    return sp.apart(e, *e.free_symbols) if len(e.free_symbols) == 1 and e.is_rational_function() else e


def _halves(box: Box) -> list[Box]:
    name = max(box, key=lambda n: box[n][1] - box[n][0])
    low, high = box[name]
    middle = (low + high) / 2
    return [{**box, name: (low, middle)}, {**box, name: (middle, high)}]


def _enclose(expression: Any, box: Box) -> arb | None:
    """The real ball of `expression` over `box`, or None where it cannot be had."""
    with ctx.workdps(30):
        values = {name: _interval(low, high) for name, (low, high) in box.items()}
        try:
            ball = _Over(values).visit(expression)
        except (balls.NoBall, ZeroDivisionError, ValueError):
            return None
        return ball.real if ball.imag.contains(0) else None


def _interval(low: Fraction, high: Fraction) -> arb:
    return balls.rational(low).union(balls.rational(high))


class _Over(balls.Evaluator):
    """Ball evaluation where letters are intervals; t ln t is continued by 0 at t = 0."""

    def visit(self, e: Any) -> acb:
        if isinstance(e, sp.Symbol) and e.name in self.values:
            return acb(self.values[e.name])
        if isinstance(e, sp.Mul):
            powers = e.as_powers_dict()
            logs = [f for f in e.args if isinstance(f, sp.log) and powers[f.args[0]] >= 1]
            if logs:
                t = logs[0].args[0]
                return acb(_t_log_t(self.visit(t).real)) * self.visit(e / (t * logs[0]))
        return super().visit(e)


def _t_log_t(t: arb) -> arb:
    """A ball around {t ln t}: exact away from 0, hull of the values on [0, h] when t may be 0 and h ≤ 1/e.

    Letters never leave the domain; what a ball shows below 0 there is the rounding of its radius.
    """
    if t > 0:
        return t * t.log()
    high = arb(t.upper())
    if not (high > 0 and high < arb(-1).exp() and t.lower() >= -high / 1000):
        raise balls.NoBall("t ln t over a range that leaves [0, 1/e)")
    return arb(0).union(high * high.log())
