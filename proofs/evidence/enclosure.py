"""Enclosures: an inequality proved on its whole declared domain by Arb balls and subdivision.

The domain is cut into boxes; on a box the margin (claimed minus observed, oriented so that it should not be negative)
is enclosed by a ball. Positive everywhere: proved. Negative at a point: refuted there. Otherwise the box is halved,
until it is too small: undecided, and the rest is printed.

Infinity is reached by a change of variable that is proved to be continuous, strictly monotone, and onto the domain
(proofs.evidence.premises); a `factor`, proved to be positive, keeps the margin finite there, and where it grows like -ln t the bound ln t ≤ ln h on (0, h] is used. Where
both sides meet, `contact` names the point: there the margin must vanish exactly and the sign of its first derivative
that does not vanish, enclosed on a box at the contact, decides.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from fractions import Fraction
from typing import Any, final

import sympy as sp
from flint import acb, arb, ctx

from proofs.core.letters import Domain
from proofs.core.outcome import Outcome
from proofs.core.statement import Evidence, Statement
from proofs.evidence import balls
from proofs.evidence.anchor import ANCHORS, anchored
from proofs.evidence.box import Box, Start, only, positive, start
from proofs.evidence.decision import canonical, show_point
from proofs.evidence.derivation import follow, scaled
from proofs.evidence.kind import Kind
from proofs.evidence.premises import Unproved
from proofs.words.expressions import text

DEPTH = 40
"""Halvings of one side after which a box counts as undecided."""
BOXES = 20_000
"""Boxes examined before giving up."""
LOG = sp.Dummy("log")
CONTACT_SIDE = Fraction(1, 2)
"""Largest side of the box at a contact point; it is halved until the derivative's sign is certain."""


@final
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
    x = statement.domain.vocabulary()
    chain = statement.chain(x, None if symbolic is None else sp.sympify(symbolic(x)))
    links = chain.links
    if statement.relation not in ("<=", ">=") or chain.root is not None or len(links) < 2 or not len(statement.domain):
        return _settle(outcome, "vacuous", "an enclosure needs an inequality, a domain and a symbolic claimed side")
    claimed, observed = links[-1].expression, links[-2].expression
    if symbolic is None:
        compared = anchored(statement, claimed, seed)
        if compared.counterexample:
            outcome.counterexample = compared.counterexample
            return _settle(outcome, "refuted", f"the claimed function disagrees: {compared.counterexample}")
        if compared.few:
            return _settle(outcome, "vacuous", f"the claimed side could be compared {compared} only")
        outcome.covered = statement.domain.covered(compared.points)
    if follow(outcome, links[:-1], statement, seed, statement.relation).outcome != "holds":
        return outcome
    margin = claimed - observed if statement.relation == "<=" else observed - claimed
    try:
        begun = start(statement.domain, evidence.options, margin)
        search = Search(begun, evidence.options["contact"])
    except Unproved as error:
        return _settle(outcome, "broken", f"not proved that {error}")
    search.violation = _at_integers(statement, margin, seed) if begun.between else None
    search.cover()
    return _judge(outcome, search, begun.missing)


def _settle(outcome: Outcome, verdict: str, detail: str) -> Outcome:
    outcome.outcome, outcome.detail = verdict, detail
    return outcome


def _judge(outcome: Outcome, search: Search, missing: list[str]) -> Outcome:
    if search.violation is not None:
        outcome.counterexample = search.violation
        return _settle(outcome, "refuted", f"violated at {search.violation}")
    left = [*missing, *search.undecided[:3]]
    if left:
        return _settle(outcome, "inconclusive", "not covered: " + "; ".join(left))
    outcome.n = search.boxes
    return _settle(outcome, "holds", f"proved on the whole domain, {search.boxes} boxes")


def _at_integers(statement: Statement, margin: Any, seed: int) -> str | None:
    """An admissible point where the margin is negative, if one is drawn: boxes hold points between the integers too."""
    for point in statement.domain.points(ANCHORS, seed):
        try:
            ball = balls.evaluate(margin, point)
        except (balls.NoBall, ValueError, ZeroDivisionError):
            continue
        if ball.imag == 0 and ball.real < 0:
            return f"{show_point(point)}, by {ball.real.str(6, radius=False)}"
    return None


class Search:
    """Depth-first subdivision of one starting box; raises Unproved (a ValueError) for a contact that is none of its points."""

    def __init__(self, begun: Start, contact: Mapping[str, Any]) -> None:
        self.margin, self.box, self.between = begun.margin, begun.box, begun.between
        self.contact = [(k, Fraction(v)) for k, at in contact.items() for v in (at if isinstance(at, tuple) else (at,))]
        only("contact", contact, self.box)
        for name, at in self.contact:
            if not self.box[name][0] <= at <= self.box[name][1]:
                raise Unproved(f"the contact {name} = {at} is a point of its range {self.box[name]}")
        self.boxes, self.undecided, self.violation = 0, list[str](), None
        self.symbols = {s.name: s for s in self.margin.free_symbols}
        self.derivatives: dict[tuple[str, int], Any] = {}
        self.signs: dict[Any, bool] = {}

    def cover(self) -> None:
        """Cut until every box is proved or given up, or one point violates."""
        stack = [(self.box, 0)]
        while stack and self.violation is None:
            box, depth = stack.pop()
            self.boxes += 1
            if self._positive(self.margin, box) or self._touches(box) or self._diverges(box):
                continue
            if self._point(box) or depth >= DEPTH * len(box) or self.boxes > BOXES:
                self.undecided.append(", ".join(f"{n} ∈ [{float(a):.3g}, {float(b):.3g}]" for n, (a, b) in box.items()))
                if self.boxes > BOXES:
                    return
                continue
            stack.extend((half, depth + 1) for half in _halves(box))

    def _point(self, box: Box) -> bool:
        """Look at the middle: whether the margin is negative there, which violates, or no real number, so that halving is vain."""
        middle = {name: (low + high) / 2 for name, (low, high) in box.items()}
        ball = self._ball(self.margin, {n: (v, v) for n, v in middle.items()})
        if ball is not None and ball < 0 and not self.between:
            self.violation = f"{show_point(middle)}, by {ball.str(6, radius=False)}"
        return ball is None or ball < 0

    def _positive(self, expression: Any, box: Box) -> bool:
        ball = self._ball(expression, box)
        return ball is not None and bool(ball > 0)

    def _ball(self, expression: Any, box: Box) -> arb | None:
        """The finite real ball of `expression` over `box`, or None where it cannot be had."""
        with ctx.workdps(30):
            values = {name: balls.rational(low).union(balls.rational(high)) for name, (low, high) in box.items()}
            try:
                ball = balls.Evaluator(values, real=True, special=_closed(self._nonnegative)).visit(expression).real
            except (balls.NoBall, ZeroDivisionError, ValueError):
                return None
            return ball if ball.is_finite() else None

    def _nonnegative(self, expression: Any) -> bool:
        """Whether it is proved for the whole of the starting box, so that a ball below 0 shows its radius alone."""
        if expression not in self.signs:
            self.signs[expression] = positive(expression, self.box)
        return self.signs[expression]

    def _touches(self, box: Box) -> bool:
        """Whether `box` meets the contact and the sign of a derivative proves the margin nonnegative on it."""
        for name, at in self.contact:
            low, high = box[name]
            if name not in self.symbols or at not in (low, high) or high - low > CONTACT_SIDE:
                continue
            order = self._order(name, at)
            sign = 1 if at == low else (-1) ** order
            if order and self._positive(sign * self.derivatives[name, order], box):
                return True
        return False

    def _diverges(self, box: Box) -> bool:
        """Whether, next to t = 0, margin = A + B ln t with B < 0, so that margin ≥ A + B ln h > 0 on (0, h]."""
        for name, (low, high) in box.items():
            log = sp.log(self.symbols.get(name, LOG))
            if low != 0 or high >= 1 or not self.margin.has(log):
                continue
            linear = self.margin.subs(log, LOG)
            slope, rest = sp.diff(linear, LOG), linear.subs(LOG, 0)
            ball = None if slope.has(LOG) else self._ball(slope, box)
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


def _closed(nonnegative: Callable[[Any], bool]) -> Callable[[balls.Evaluator, Any], acb | None]:
    """What boxes know better: t ln t is continued by 0 at t = 0, and roots and logarithms are real.

    `nonnegative` says of an expression that it is proved to be so all over; what its ball then shows below 0 is the
    rounding of its radius, and is cut off.
    """

    def positive_part(walk: balls.Evaluator, e: Any) -> arb:
        """The ball of what must not be negative; raises NoBall where it may be."""
        ball = walk.visit(e).real
        if ball < 0 or not (ball >= 0 or nonnegative(e)):
            raise balls.NoBall(f"{text(e)} may be negative")
        return ball

    def special(walk: balls.Evaluator, e: Any) -> acb | None:
        if isinstance(e, sp.Mul):
            powers = e.as_powers_dict()
            logs = [f for f in e.args if isinstance(f, sp.log) and powers[f.args[0]] >= 1]
            if logs:
                t = logs[0].args[0]
                return acb(_t_log_t(positive_part(walk, t))) * walk.visit(e / (t * logs[0]))
        if isinstance(e, sp.log):
            return acb(_real(positive_part(walk, e.args[0]).log()))
        if isinstance(e, sp.Pow) and e.exp.is_Rational and not e.exp.is_Integer:
            return acb(_power(positive_part(walk, e.base), walk.visit(e.exp).real))
        return None

    return special


def _real(ball: arb) -> arb:
    if not ball.is_finite():
        raise balls.NoBall("no finite real number")
    return ball


def _power(t: arb, exponent: arb) -> arb:
    """A ball around {t^a}, t ≥ 0: the hull of the values on [0, h] when t may be 0."""
    if t > 0 or exponent < 0:
        return _real(t**exponent)
    high = arb(t.upper())
    return arb(0).union(high**exponent) if high > 0 else arb(0)


def _t_log_t(t: arb) -> arb:
    """A ball around {t ln t}, t ≥ 0: exact away from 0, hull of the values on [0, h] when t may be 0 and h ≤ 1/e."""
    if t > 0:
        return t * t.log()
    high = arb(t.upper())
    if not 0 < high < arb(-1).exp():
        raise balls.NoBall("t ln t over a range that reaches beyond 1/e")
    return arb(0).union(high * high.log())
