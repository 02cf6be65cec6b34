"""E[f(Y)] as a linear operator of SymPy: a word of derivations that SymPy lacks."""

from __future__ import annotations

from typing import Any

import sympy as sp


class Expectation(sp.Function):
    """E[f(Y)], linear: `Expectation(f, Tuple((Y, m1), (Y**2, m2), ...))` gives the moments of Y by name.

    It stays unevaluated until `doit`, which expands f into monomials of the random letters and puts in their moments.
    A monomial without a declared moment becomes an opaque number, the same one wherever it appears.
    """

    nargs = 2

    @classmethod
    def eval(cls, *_args: Any) -> None:
        """Nothing is worked out before `doit`."""

    def doit(self, **hints: Any) -> sp.Expr:
        """Σ c E[monomial], with the moments that are declared in their places."""
        args: Any = self.args
        integrand, moments = args
        table: dict[Any, Any] = dict(moments)
        random = sorted({s for monomial in table for s in monomial.free_symbols}, key=str)
        polynomial = sp.Poly(sp.expand(integrand.doit(**hints)), *random)
        return sp.Add(*(c * self._moment(polynomial.gens, powers, table) for powers, c in polynomial.terms()))

    def _eval_derivative(self, s: sp.Symbol) -> sp.Expr:
        return sp.diff(self.doit(), s)

    @staticmethod
    def _moment(letters: Any, powers: Any, table: dict[Any, Any]) -> Any:
        monomial = sp.Mul(*(letter**power for letter, power in zip(letters, powers, strict=True)))
        if monomial == 1:
            return sp.Integer(1)
        return table.get(monomial, sp.Symbol(f"E[{monomial}]", real=True))
