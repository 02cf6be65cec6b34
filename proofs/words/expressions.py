"""SymPy expressions as a reader writes them: in plain Unicode, and in MathML.

What is put in at a point is told "... at x = 0", or has a bar with a subscript; cases are "a if x < 0, else b", or have a brace.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from typing import Any
from xml.dom import minidom
from xml.etree import ElementTree

import sympy as sp
from sympy.printing.mathml import MathMLPresentationPrinter
from sympy.printing.precedence import PRECEDENCE
from sympy.printing.printer import Printer
from sympy.printing.str import StrPrinter

from proofs.words import formulas
from proofs.words.formulas import BREAK, HIGH

_RAISED = {plain: raised for raised, plain in HIGH.items() if plain.isdigit() or plain == "-"}
_GREEK = {unicodedata.name(letter).rpartition(" ")[2].lower(): letter for letter in "αβγδεζηθικμνξπρστυφχψω"}
_GREEK.update(dict.fromkeys(("lam", "lamda", "lambda"), "λ"))
_CALLED = {"log": "ln", "atanh": "artanh", "erfinv": "erf⁻¹", "gamma": "Γ", "uppergamma": "Γ", "sech2": "sech²", "sech3": "sech³",
           "log_cosh": "ln cosh"}  # fmt: skip
_MEAN = re.compile(r"E\[Z\^(\d+) (\w+)\]")


def presentation(expression: Any) -> str:
    """MathML of an expression, without the element around it; its minus signs are U+2212, lines may break before signs."""
    return _Presentation().doprint(expression)


def text(expression: Any) -> str:
    """An expression in plain Unicode: `½`-less fractions, x², √(…), `d/dx (…) at x = 0`."""
    return _Text().doprint(expression)


def _letter(name: str) -> str:
    """tau is τ, f0 is f₀; a moment without a value keeps its name."""
    if moment := re.fullmatch(r"E\[(.*)\]", name):
        raised = re.sub(r"[*][*](\d)", lambda found: _RAISED[found[1]], moment[1])
        return f"E[{raised.replace('*', ' ')}]"
    stem, number = _numbered(name, "0123456789")
    stem = stem.removesuffix("_")
    return _GREEK.get(stem, stem) + "".join(chr(0x2080 + int(digit)) for digit in number)


def _numbered(name: str, digits: str) -> tuple[str, str]:
    """A name and the number at its end."""
    stem = name.rstrip(digits)
    return stem, name[len(stem) :]


def _function(name: str) -> tuple[str, str]:
    """What a function is called, and what stands before its argument inside an average."""
    if mean := _MEAN.fullmatch(name):
        power = {"0": "", "1": "Z "}.get(mean[1], f"Z{_RAISED.get(mean[1], mean[1])} ")
        return "E", f"{power}{_CALLED.get(mean[2], mean[2])}"
    return _CALLED.get(name, name.replace("_", " ")), ""


def _mean(e: Any) -> tuple[str, Any] | None:
    """E[Z^k f(a + bZ)] of a function that stands for it: Z^k f, and a + bZ; None for another."""
    called, inside = _function(e.func.__name__)
    return (inside, e.args) if called == "E" and inside and len(e.args) == 2 else None


def _placed(e: Any) -> list[tuple[Any, Any]]:
    """The letters and what is put in for them."""
    return list(zip(e.variables, e.point, strict=True))


_CONSTANTS = {sp.pi: "π", sp.oo: "∞", -sp.oo: "-∞", sp.E: "e", sp.I: "i"}
_WIDE = (sp.Integral, sp.Sum, sp.Product, sp.Limit, sp.Derivative)
"""What reaches as far as a term does, so that it stands in brackets within a product or a power."""


class _Ordered(Printer):
    """The order of a sum's terms, for which SymPy would work out integrals in numbers, however long that takes."""

    def _as_ordered_terms(self, expr: Any, order: str | None = None) -> list[Any]:
        if expr.has(sp.Integral, sp.Sum, sp.Product, sp.Limit):
            return sorted(expr.args, key=lambda term: bool(term.could_extract_minus_sign()))
        return list(super()._as_ordered_terms(expr, order=order))


class _Text(_Ordered, StrPrinter):
    """Sums, products, integrals, derivatives, values at a point and cases in the signs of the house."""

    def _print_Symbol(self, expr: Any) -> str:
        return _letter(expr.name)

    def _print(self, expr: Any, **kwargs: Any) -> str:
        constant = isinstance(expr, sp.Basic) and expr.is_Atom
        return (_CONSTANTS.get(expr) if constant else None) or str(super()._print(expr, **kwargs))

    def _print_exp(self, expr: Any) -> str:
        return f"e^{{{self._print(expr.args[0])}}}"

    def _print_Pow(self, expr: Any, rational: bool = False) -> str:
        base, power = expr.as_base_exp()
        if power == sp.Rational(1, 2):
            return f"√({self._print(base)})"
        if power.is_Rational and power.is_negative:
            return f"1/{self.parenthesize(base**-power, PRECEDENCE['Pow'])}"
        below = f"({self._print(base)})" if isinstance(base, _WIDE) else self.parenthesize(base, PRECEDENCE["Pow"])
        if power.is_Integer:
            return below + "".join(_RAISED[c] for c in str(power))
        return f"{below}^{{{self._print(power)}}}"

    def _print_Mul(self, expr: Any) -> str:
        if expr.could_extract_minus_sign():
            return f"-{self._factor(-expr)}"
        above, below = sp.fraction(expr)
        if below != 1:
            under = f"({self._print(below)})" if below.is_Mul else self._factor(below)
            return f"{self._factor(above)}/{under}"
        factors = expr.as_ordered_factors() if not expr.args[0].is_Number else list(expr.args)
        return " ".join(map(self._factor, factors))

    def _factor(self, e: Any) -> str:
        return f"({self._print(e)})" if e.is_Add or isinstance(e, _WIDE) else self._print(e)

    def _print_Function(self, expr: Any) -> str:
        if mean := _mean(expr):
            inside, (shift, scale) = mean
            moved = "" if shift == 0 else f"{self._print(shift)} + "
            return f"E[{inside}({moved}{self._factor(scale)} Z)]"
        return f"{_function(expr.func.__name__)[0]}({self._listed(expr.args)})"

    def _print_Abs(self, expr: Any) -> str:
        return f"|{self._print(expr.args[0])}|"

    def _print_factorial(self, expr: Any) -> str:
        return f"{self.parenthesize(expr.args[0], PRECEDENCE['Func'])}!"

    def _print_RisingFactorial(self, expr: Any) -> str:
        return f"({self._print(expr.args[0])})_{{{self._print(expr.args[1])}}}"

    def _print_Min(self, expr: Any) -> str:
        return f"{type(expr).__name__.lower()}({self._listed(expr.args)})"

    _print_Max = _print_Min

    def _print_Expectation(self, expr: Any) -> str:
        return f"E[{self._print(expr.args[0])}]"

    def _print_Sum(self, expr: Any) -> str:
        return "".join(self._ranged("Σ", *limit) for limit in expr.limits[::-1]) + self._term(expr.function)

    def _print_Product(self, expr: Any) -> str:
        return "".join(self._ranged("Π", *limit) for limit in expr.limits[::-1]) + self._term(expr.function)

    def _ranged(self, sign: str, letter: Any, low: Any, high: Any) -> str:
        return f"{sign}_{{{self._print(letter)}={self._print(low)}}}^{{{self._print(high)}}} "

    def _print_Integral(self, expr: Any) -> str:
        signs = "".join(
            "∫" + "".join(f"{mark}{{{self._print(end)}}}" for mark, end in zip("_^", ends, strict=False)) + " "
            for _, *ends in expr.limits[::-1]
        )
        return signs + self._term(expr.function) + "".join(f" d{self._print(letter)}" for letter, *_ in expr.limits)

    def _print_Derivative(self, expr: Any) -> str:
        order = sum(count for _, count in expr.variable_count)
        below = " ".join(f"d{self._print(letter)}{self._times(count)}" for letter, count in expr.variable_count)
        return f"d{self._times(order)}/{below} {self._term(expr.expr)}"

    def _times(self, count: Any) -> str:
        return "" if count == 1 else "".join(_RAISED.get(c, c) for c in str(count))

    def _print_Subs(self, obj: Any) -> str:
        put = ", ".join(f"{self._print(letter)} = {self._print(value)}" for letter, value in _placed(obj))
        return f"[{self._print(obj.expr)} at {put}]"

    def _print_Limit(self, expr: Any) -> str:
        e, letter, place, side = expr.args
        from_one = {"+": "⁺", "-": "⁻"}.get(str(side), "") if place.is_finite else ""
        return f"lim_{{{self._print(letter)}→{self._print(place)}{from_one}}} {self._term(e)}"

    def _print_Piecewise(self, expr: Any) -> str:
        return "[" + ", ".join(self._case(*case) for case in expr.args) + "]"

    def _case(self, value: Any, condition: Any) -> str:
        when = "else {}" if condition == sp.true else f"{{}} if {self._print(condition)}"
        return when.format(self._print(value))

    def _print_Relational(self, expr: Any) -> str:
        sign = {"==": "=", "!=": "≠", "<=": "≤", ">=": "≥"}.get(expr.rel_op, expr.rel_op)
        return f"{self._print(expr.lhs)} {sign} {self._print(expr.rhs)}"

    def _print_And(self, expr: Any) -> str:
        return " and ".join(self.parenthesize(part, PRECEDENCE["And"]) for part in expr.args)

    def _print_Or(self, expr: Any) -> str:
        return " or ".join(self.parenthesize(part, PRECEDENCE["Or"]) for part in expr.args)

    def _print_MatrixBase(self, expr: Any) -> str:
        return "(" + "; ".join(self._listed(row) for row in expr.tolist()) + ")"

    _print_ImmutableDenseMatrix = _print_MatrixBase

    def _print_Determinant(self, expr: Any) -> str:
        return f"det {self._print(expr.arg)}"

    def _print_Trace(self, expr: Any) -> str:
        return f"tr {self._print(expr.arg)}"

    def _term(self, e: Any) -> str:
        return f"({self._print(e)})" if e.is_Add or e.is_Piecewise else self._print(e)

    def _listed(self, several: Iterable[Any]) -> str:
        return ", ".join(map(self._print, several))


class _Presentation(_Ordered, MathMLPresentationPrinter):
    """What SymPy's printer lacks or draws otherwise than the house."""

    def doprint(self, expr: Any) -> str:
        tree: Any = self._print(sp.sympify(expr))
        self._broken(tree)
        self._signed(tree)
        return re.sub(
            r"&#(x?[0-9A-Fa-f]+);", lambda m: chr(int(m[1].lstrip("x"), 16 if m[1][0] == "x" else 10)), tree.toxml()
        )

    def _broken(self, tree: Any) -> None:
        """A place to break before every sign of the outermost sum, and of the sums and brackets in its rows."""
        if tree.tagName != "mrow":
            return
        for part in list(tree.childNodes):
            if part.tagName == "mo" and part is not tree.firstChild and _said(part) in ("+", "-", "=", "<", "≤"):
                gap = self._made("mspace")
                gap.setAttribute("width", BREAK)
                tree.insertBefore(gap, part)
            self._broken(part)

    def _signed(self, tree: Any) -> None:
        for part in [tree, *tree.getElementsByTagName("*")]:
            if part.tagName in ("mo", "mn", "mi") and (said := _said(part)):
                part.firstChild.data = {"<": "&lt;", ">": "&gt;"}.get(said, said.replace("-", "−"))

    def _made(self, tag: str, *inside: Any) -> Any:
        made = self.dom.createElement(tag)
        for part in inside:
            made.appendChild(self.dom.createTextNode(part) if isinstance(part, str) else part)
        return made

    def _bracketed(self, e: Any) -> Any:
        """In brackets where a sign would otherwise run on."""
        return (
            self.parenthesize(e, PRECEDENCE["Mul"])
            if e.is_Add or (e.is_Mul and e.could_extract_minus_sign())
            else self._print(e)
        )

    def mathml_tag(self, e: Any) -> str:
        return "&#x2062;" if isinstance(e, sp.Mul) else super().mathml_tag(e)

    def _print_Symbol(self, sym: Any, style: str = "plain") -> Any:
        name = _letter(sym.name)
        stem, number = _numbered(name, "₀₁₂₃₄₅₆₇₈₉")
        if not number:
            return self._made("mi", stem)
        return self._made(
            "msub", self._made("mi", stem), self._made("mn", "".join(str(ord(d) - 0x2080) for d in number))
        )

    def _print_Function(self, e: Any) -> Any:
        if mean := _mean(e):
            inside, (shift, scale) = mean
            moved = [] if shift == 0 else [self._print(shift), self._made("mo", "+")]
            at = self._made(
                "mrow",
                self._made("mo", "("),
                *moved,
                self._bracketed(scale),
                self._made("mi", "Z"),
                self._made("mo", ")"),
            )
            return self._made(
                "mrow", self._upright("E"), self._made("mo", "["), self._made("mi", inside), at, self._made("mo", "]")
            )
        return self._made("mrow", self._made("mi", _function(e.func.__name__)[0]), self._paren_comma_separated(*e.args))

    _print_log = _print_erfinv = _print_gamma = _print_uppergamma = _print_Function

    def _print_exp(self, expr: Any) -> Any:
        return self._made("msup", self._made("mi", "e"), self._raised(expr.args[0]))

    def _print_Exp1(self, e: Any) -> Any:
        return self._made("mi", "e")

    def _print_ImaginaryUnit(self, e: Any) -> Any:
        return self._made("mi", "i")

    def _raised(self, power: Any) -> Any:
        """An exponent on one line, with / for its fractions."""
        if power.is_Atom or power.has(*_WIDE, sp.Subs, sp.Piecewise):
            return self._print(power)
        row = "".join(ElementTree.tostring(part, "unicode") for part in formulas.read(text(power)))
        read: Any = minidom.parseString(f"<mrow>{row}</mrow>").documentElement
        return self.dom.importNode(read, True)

    def _print_RisingFactorial(self, e: Any) -> Any:
        return self._made("msub", self.parenthesize(e.args[0], 10**4), self._print(e.args[1]))

    def _print_Limit(self, e: Any) -> Any:
        e, letter, place, side = e.args
        to = [self._print(letter), self._made("mo", "→"), self._print(place)]
        if place.is_finite and str(side) in ("+", "-"):
            to[2] = self._made("msup", to[2], self._made("mo", str(side)))
        lim = self._made("munder", self._made("mo", "lim"), self._made("mrow", *to))
        return self._made("mrow", lim, self._bracketed(e))

    def _upright(self, letter: str) -> Any:
        made = self._made("mi", letter)
        made.setAttribute("mathvariant", "normal")
        return made

    def _print_Expectation(self, e: Any) -> Any:
        return self._made(
            "mrow", self._upright("E"), self._made("mo", "["), self._print(e.args[0]), self._made("mo", "]")
        )

    def _print_Subs(self, e: Any) -> Any:
        put = [self._made("mrow", self._print(a), self._made("mo", "="), self._print(b)) for a, b in _placed(e)]
        return self._made("mrow", self._bracketed(e.expr), self._made("msub", self._bar(), self._listed(put)))

    def _bar(self) -> Any:
        """The bar of a value at a point: as high as what stands before it."""
        bar = self._made("mo", "|")
        for name, value in (("form", "postfix"), ("stretchy", "true")):
            bar.setAttribute(name, value)
        return bar

    def _listed(self, parts: list[Any]) -> Any:
        row = self._made("mrow", parts[0])
        for part in parts[1:]:
            row.appendChild(self._made("mo", ","))
            row.appendChild(part)
        return row

    def _print_Piecewise(self, e: Any) -> Any:
        rows = [
            self._made("mtr", self._made("mtd", self._print(value)), self._made("mtd", *self._when(at)))
            for value, at in e.args
        ]
        return self._made("mrow", self._made("mo", "{"), self._made("mtable", *rows))

    def _when(self, condition: Any) -> list[Any]:
        return (
            [self._made("mtext", "else")]
            if condition == sp.true
            else [self._made("mtext", "if\u00a0"), self._print(condition)]
        )

    def _print_Derivative(self, e: Any) -> Any:
        order = sum(count for _, count in e.variable_count)
        below = [
            part
            for letter, count in e.variable_count
            for part in (self._made("mi", "d"), self._power(self._print(letter), count))
        ]
        above = self._power(self._made("mi", "d"), order)
        return self._made("mrow", self._made("mfrac", above, self._made("mrow", *below)), self._bracketed(e.expr))

    def _power(self, base: Any, count: Any) -> Any:
        return base if count == 1 else self._made("msup", base, self._print(count))

    def _print_Sum(self, e: Any) -> Any:
        sign = "∑" if isinstance(e, sp.Sum) else "∏"
        signs = [
            self._made(
                "munderover",
                self._made("mo", sign),
                self._made("mrow", self._print(k), self._made("mo", "="), self._print(low)),
                self._print(high),
            )
            for k, low, high in e.limits[::-1]
        ]
        return self._made("mrow", *signs, self._bracketed(e.function))

    _print_Product = _print_Sum

    def _print_Integral(self, expr: Any) -> Any:
        signs = [
            self._made("msubsup", self._made("mo", "∫"), *map(self._print, ends)) for _, *ends in expr.limits[::-1]
        ]
        letters = [
            part for letter, *_ in expr.limits for part in (self._gap(), self._made("mi", "d"), self._print(letter))
        ]
        return self._made("mrow", *signs, self._bracketed(expr.function), *letters)

    def _gap(self) -> Any:
        gap = self._made("mspace")
        gap.setAttribute("width", "0.17em")
        return gap

    def _print_Determinant(self, expr: Any) -> Any:
        return self._made("mrow", self._made("mi", "det"), self._print(expr.arg))

    def _print_Trace(self, e: Any) -> Any:
        return self._made("mrow", self._made("mi", "tr"), self._print(e.arg))

    def _print_binomial(self, expr: Any) -> Any:
        pile = self._made("mfrac", *map(self._print, expr.args))
        pile.setAttribute("linethickness", "0")
        return self._made("mrow", self._made("mo", "("), pile, self._made("mo", ")"))


def _said(node: Any) -> str:
    return node.firstChild.data if node.firstChild is not None and node.firstChild.nodeType == node.TEXT_NODE else ""
