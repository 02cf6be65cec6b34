"""What an enclosure takes for granted, proved: that a change of variable is continuous, strictly monotone, and onto.

A function of one letter is walked through once. It is continuous on an open range where nothing in it divides by zero or
leaves the real numbers, and it has one sign there if its factors have. The sign of a polynomial comes from its exact
zeros at the ends, divided out, and from balls on the closed range for what is left; that of anything else from balls
alone. Whatever cannot be shown raises `Unproved`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import sympy as sp
from flint import arb, ctx

from proofs.evidence import balls
from proofs.words.expressions import text

HALVINGS = 24
"""Halvings of the range after which a sign is given up."""
FAR = Fraction(1, 2**200)
"""How near an end of the range its limit is looked at."""
CONTINUOUS = (
    sp.exp,
    sp.sin,
    sp.cos,
    sp.sinh,
    sp.cosh,
    sp.tanh,
    sp.atan,
    sp.asinh,
    sp.erf,
    sp.erfc,
    sp.Abs,
    sp.Max,
    sp.Min,
)
"""Continuous wherever their arguments are."""


class Unproved(ValueError):
    """A premise that could not be shown; the message says which."""


@dataclass(frozen=True)
class Range:
    """The open range (low, high) of the letter `t`."""

    t: Any
    low: Fraction
    high: Fraction

    def __str__(self) -> str:
        return f"{self.low} < {self.t} < {self.high}"

    def ends(self, path: Any) -> tuple[Any, Any]:
        """Where `path` comes from and where it leads to; raises Unproved unless it is continuous and strictly monotone."""
        if self.low >= self.high:
            raise Unproved(f"the range {self} is not empty")
        self.continuous(path)
        self._shown(f"{text(path)} is strictly monotone", lambda: self.sign(sp.diff(path, self.t)))
        return self._limit(path, self.low, "+"), self._limit(path, self.high, "-")

    def continuous(self, e: Any) -> None:
        """Raises Unproved unless `e` is real and continuous on the range."""
        for part in e.args:
            self.continuous(part)
        if isinstance(e, sp.Pow) and not (e.exp.is_Integer and e.exp >= 0):
            sign = self._shown(f"{e.base} is not zero", lambda: self.sign(e.base))
            if sign < 0 and not e.exp.is_Integer:
                raise Unproved(f"{text(e)} is real on {self}")
        elif isinstance(e, sp.log):
            if self._shown(f"{e.args[0]} is not zero", lambda: self.sign(e.args[0])) < 0:
                raise Unproved(f"{text(e)} is real on {self}")
        elif not (e.is_number or e == self.t or isinstance(e, (sp.Add, sp.Mul, sp.Pow, *CONTINUOUS))):
            self._halved(e, lambda ball: bool(ball.is_finite()))

    def sign(self, e: Any) -> int:
        """1 or -1, the sign of `e` everywhere on the range; raises Unproved where it has none."""
        e = sp.factor(sp.together(e))
        if isinstance(e, sp.Mul):
            signs = [self.sign(part) for part in e.args]
            return -1 if signs.count(-1) % 2 else 1
        if isinstance(e, sp.Pow) and not e.is_number:
            return self._of_power(e)
        if isinstance(e, sp.exp):
            self.continuous(e)
            return 1
        if e.is_polynomial(self.t) and not e.is_number:
            return self._of_polynomial(e)
        self.continuous(e)
        return self.sign(e.args[0] - 1) if isinstance(e, sp.log) else self._by_balls(e)

    def _of_power(self, e: Any) -> int:
        sign = self.sign(e.base)
        if e.exp.is_Integer:
            return sign ** int(e.exp % 2)
        self.continuous(e)
        return 1

    def _of_polynomial(self, e: Any) -> int:
        """t-low is positive inside and t-high negative: what else changes the sign is seen on the closed range."""
        sign, rest = 1, sp.Poly(e, self.t)
        for end, own in ((self.low, 1), (self.high, -1)):
            edge = sp.Poly(self.t - _exact(end), self.t)
            while not rest.is_zero and sp.expand(rest.eval(_exact(end))) == 0:
                rest, sign = rest.quo(edge), sign * own
        return sign * self._by_balls(sp.horner(rest.as_expr()))

    def _by_balls(self, e: Any) -> int:
        signs = self._halved(e, lambda ball: 1 if ball > 0 else -1 if ball < 0 else 0)
        if len(signs) != 1:
            raise Unproved(f"{text(e)} has one sign on {self}")
        return signs.pop()

    def _halved(self, e: Any, known: Callable[[arb], Any]) -> set[Any]:
        """What is known on the closed range, piece by piece."""
        found, stack = set(), [(self.low, self.high, 0)]
        with ctx.workdps(30):
            while stack:
                low, high, depth = stack.pop()
                what = self._known(e, low, high, known)
                if what:
                    found.add(what)
                elif depth == HALVINGS:
                    raise Unproved(f"{text(e)} has one sign, and is finite, on {self}")
                else:
                    middle = (low + high) / 2
                    stack += [(low, middle, depth + 1), (middle, high, depth + 1)]
        return found

    def _known(self, e: Any, low: Fraction, high: Fraction, known: Callable[[arb], Any]) -> Any:
        try:
            ball = balls.Evaluator({self.t.name: balls.rational(low).union(balls.rational(high))}, real=True).visit(e)
        except (balls.NoBall, ZeroDivisionError, ValueError):
            return None
        return known(ball.real) if ball.real.is_finite() else None

    def _limit(self, path: Any, end: Fraction, side: str) -> Any:
        """The limit at an end, by SymPy, believed if the path is seen to be near it there."""
        try:
            limit = sp.limit(path, self.t, _exact(end), side)
        except (NotImplementedError, sp.PoleError) as error:
            raise Unproved(f"{text(path)} has a limit as {self.t} → {end}") from error
        near = end + (self.high - self.low) * FAR * (1 if side == "+" else -1)
        value = balls.evaluate(path, {self.t.name: near}, 200).real
        if limit.is_finite:
            seen = abs(value - balls.evaluate(limit, {}, 200).real) < arb("1e-6")
        else:
            seen = value > 40 if limit == sp.oo else value < -40 if limit == -sp.oo else False
        if not seen:
            raise Unproved(f"{text(path)} → {text(limit)} as {self.t} → {end}")
        return limit

    def _shown(self, what: str, work: Callable[[], int]) -> int:
        try:
            return work()
        except Unproved as error:
            raise Unproved(f"{what} on {self}") from error


def _exact(value: Fraction) -> Any:
    return sp.Rational(value.numerator, value.denominator)
