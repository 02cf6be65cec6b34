"""Arb balls for SymPy expressions: a number with a proven error bound.

`evaluate(expression, values, digits)` walks the expression once and returns an `acb` (a complex ball) that surely
contains the exact value. A ball that excludes zero proves that something is different from zero; one that contains
zero proves nothing, however small. That asymmetry is the whole rôle of balls in derivations.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from fractions import Fraction
from functools import cache
from typing import Any

import flint
import sympy as sp
from flint import acb, arb, ctx, fmpq

from proofs.words.expressions import text

LADDER = (50, 200, 1000)
"""Decimal digits tried in turn; the last one bounds how small a difference can still be seen."""

FACTORS = 1000
"""Of a product, at most."""


class NoBall(Exception):
    """The expression holds something that has no ball evaluation."""


_FUNCTIONS: dict[Any, Callable[..., Any]] = {
    sp.exp: acb.exp, sp.log: acb.log, sp.sin: acb.sin, sp.cos: acb.cos, sp.tan: acb.tan,
    sp.sinh: acb.sinh, sp.cosh: acb.cosh, sp.tanh: acb.tanh, sp.asin: acb.asin, sp.atan: acb.atan,
    sp.atanh: acb.atanh, sp.asinh: acb.asinh, sp.erf: acb.erf, sp.erfc: acb.erfc, sp.gamma: acb.gamma,
    sp.loggamma: acb.lgamma, sp.LambertW: acb.lambertw, sp.uppergamma: lambda s, z: z.gamma_upper(s),
    sp.erfinv: lambda z: acb(z.real.erfinv()),
    sp.polygamma: lambda k, z: z.polygamma(k),
    sp.factorial: lambda n: (n + 1).gamma(),
    sp.RisingFactorial: lambda a, n: (a + n).gamma() * a.rgamma(),
}  # fmt: skip


def rational(value: Fraction | int) -> arb:
    """The exact fraction as a ball at the working precision."""
    return arb(fmpq(value.numerator, value.denominator))


def evaluate(expression: Any, values: Mapping[str, Fraction], digits: int = 50) -> acb:
    """The ball of `expression` at the exact point `values` (name → fraction), at `digits` working digits."""
    with ctx.workdps(digits):
        return Evaluator(values).visit(sp.sympify(expression))


class Evaluator:
    """One walk over an expression; `values` (fractions or balls) by letter name, `bound` for integration variables.

    real: never to leave the real numbers; what is complex anywhere in a ball then has none. special: called first with
    the walk and an expression, gives its ball where it knows better, else None.
    """

    def __init__(
        self,
        values: Mapping[str, Any],
        bound: Mapping[Any, acb] | None = None,
        *,
        real: bool = False,
        special: Callable[[Evaluator, Any], acb | None] = lambda _walk, _e: None,
    ) -> None:
        self.values, self.bound, self.real, self.special = values, dict(bound or {}), real, special
        self.known: dict[Any, acb] = {}

    def visit(self, e: Any) -> acb:
        """The ball of `e`, once; raises NoBall where there is none, ValueError or ZeroDivisionError where Arb refuses."""
        if e not in self.known:
            self.known[e] = self._visited(e)
        return self.known[e]

    def _visited(self, e: Any) -> acb:
        known = self.special(self, e)
        ball = self._plain(e) if known is None else known
        if not self.real:
            return ball
        if ball.imag != 0 and not isinstance(e, sp.Integral):
            raise NoBall(f"{text(e)} may be complex")
        return acb(ball.real)

    def _plain(self, e: Any) -> acb:
        if e in self.bound:
            return self.bound[e]
        if isinstance(e, sp.Symbol):
            if e.name not in self.values:
                raise NoBall(f"no value for {text(e)}")
            value = self.values[e.name]
            return acb(value if isinstance(value, arb) else rational(value))
        if isinstance(e, sp.Rational):
            return acb(arb(fmpq(int(e.p), int(e.q))))
        if isinstance(e, sp.Float):
            raise NoBall(f"an inexact number, {text(e)}; write a fraction")
        return self._compound(e)

    def _compound(self, e: Any) -> acb:
        constant = {
            sp.pi: acb.pi,
            sp.E: lambda: acb(1).exp(),
            sp.I: lambda: acb(0, 1),
            sp.EulerGamma: lambda: acb(arb.const_euler()),
        }.get(e)
        if constant is not None:
            return constant()
        if isinstance(e, sp.Add):
            return sum((self.visit(a) for a in e.args), acb(0))
        if isinstance(e, sp.Mul):
            product = acb(1)
            for a in e.args:
                product *= self.visit(a)
            return product
        if isinstance(e, sp.Pow):
            return self._power(*e.args)
        if e.func in _FUNCTIONS:
            return _FUNCTIONS[e.func](*(self.visit(a) for a in e.args))
        return self._rarer(e)

    def _power(self, base: Any, exponent: Any) -> acb:
        b = self.visit(base)
        if exponent.is_Integer:
            return b ** int(exponent)
        if exponent == sp.Rational(1, 2):
            return b.sqrt()
        if exponent == sp.Rational(-1, 2):
            return b.rsqrt()
        return b ** self.visit(exponent)

    def _rarer(self, e: Any) -> acb:
        if isinstance(e, sp.Abs):
            return acb(abs(self.visit(e.args[0])))
        if isinstance(e, sp.Max | sp.Min):
            return self._extremum(e)
        if isinstance(e, sp.Piecewise):
            return self._piecewise(e)
        limits: tuple[Any, ...] = getattr(e, "limits", ())
        bounded = all(len(limit) == 3 for limit in limits)
        if isinstance(e, sp.Sum) and bounded:
            return self.visit(e.doit())
        if isinstance(e, sp.Product) and bounded and len(limits) == 1:
            return self._product(e)
        if isinstance(e, sp.Integral) and bounded and len(limits) == 1:
            return self._integral(e)
        own = getattr(
            e.func, "ball", None
        )  # a function that brings its own, such as those of proofs.words.gaussian_averages
        if own is not None:
            return own(*(self.visit(a) for a in e.args))
        raise NoBall(f"no ball evaluation for {e.func.__name__}")

    def _extremum(self, e: Any) -> acb:
        values = [self.visit(a).real for a in e.args]
        pick = arb.max if isinstance(e, sp.Max) else arb.min
        result = values[0]
        for value in values[1:]:
            result = pick(result, value)
        return acb(result)

    def _piecewise(self, e: Any) -> acb:
        for branch, condition in e.args:
            if condition == sp.true or self._surely(condition):
                return self.visit(branch)
            if not self._surely(sp.Not(condition)):
                raise NoBall(f"the condition {text(condition)} is not decided at this point")
        raise NoBall("no branch applies")

    def _surely(self, condition: Any) -> bool:
        if condition in (sp.true, sp.false):
            return condition == sp.true
        if not isinstance(condition, sp.core.relational.Relational):
            raise NoBall(f"a condition that is no comparison: {text(condition)}")
        left, right = self.visit(condition.lhs).real, self.visit(condition.rhs).real
        return bool(condition.func(1, 0)) if left > right else bool(condition.func(0, 1)) if left < right else False

    def _product(self, e: Any) -> acb:
        """Factor by factor; raises NoBall where the ends are no integers, or too far apart."""
        variable, *ends = e.limits[0]
        low, high = (self.visit(end).real.unique_fmpz() for end in ends)
        if low is None or high is None or high - low > FACTORS:
            raise NoBall(f"a product that is none of at most {FACTORS} factors")
        product = acb(1)
        for k in range(int(low), int(high) + 1):
            product *= Evaluator(self.values, {**self.bound, variable: acb(k)}).visit(e.function)
        return product

    def _integral(self, e: Any) -> acb:
        if not e.free_symbols:
            return _constant(e, ctx.prec)
        return self.integrated(e)

    def integrated(self, e: Any) -> acb:
        """The ball of an integral over a finite range; raises NoBall for an infinite one."""
        variable, lower, upper = e.limits[0]
        if sp.oo in (upper, lower) or -sp.oo in (upper, lower):
            raise NoBall("an integral over an unbounded range")

        def integrand(z: acb, _analytic: bool) -> acb:
            return Evaluator(self.values, {**self.bound, variable: z}).visit(e.function)

        return acb.integral(integrand, self.visit(lower), self.visit(upper))


@cache
def _constant(integral: Any, _precision: int) -> acb:
    """An integral without letters, worked out once for each working precision."""
    return Evaluator({}).integrated(integral)


def excludes_zero(ball: acb) -> bool:
    """Whether the ball proves that its number is not zero."""
    return bool(ball.real.is_finite() and ball.imag.is_finite() and not ball.contains(acb(0)))


def magnitude(ball: acb) -> float:
    """An upper bound of the absolute value, as a float."""
    return float(abs(ball).upper())


def as_float(ball: acb) -> float:
    """The midpoint as a float; raises NoBall where the ball is not finite, not real, or wider than a float's digits."""
    if not (ball.real.is_finite() and ball.imag.contains(0)):
        raise NoBall("not a finite real number")
    if ball.real.rad() > abs(ball.real.mid()) * arb("1e-15") and ball.real.rad() > arb("1e-300"):
        raise NoBall("cancellation left too few digits")
    return float(ball.real.mid())


__all__ = ["LADDER", "NoBall", "as_float", "evaluate", "excludes_zero", "flint", "magnitude", "rational"]
