"""What a statement's function yields: a chain of expressions, from the definition to what is stated.

    yield gaussian_mass(-r / 2 - s, r / 2 + s)               the definition, something to be worked out
    yield "φ is even", 2 * gaussian_mass(0, r / 2 + s)       each link with its reason
    yield given("positive_integrand"), sp.erf(r / sp.sqrt(8))     a lemma as a reason; the last link is the statement

A statement that says what solves an equation yields its root first, and is sent the value to go on with, so that a wrong
one can be put in its place; then the residual, which must come to 0:

    t = yield Root(sp.tanh(y))
    yield slope(cost, t)
    yield "F' = artanh t - ut", sp.atanh(t) - y / sp.tanh(y) * t
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Collection, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any

from proofs.words.lemmas import Lemma, is_written
from theory.validation.inputs import instance, real
from theory.validation.told import told

DETECTS = 1e-6
"""The relative error in what is stated that an enclosure has to notice, where its author does not say otherwise."""


@dataclass(frozen=True)
class Root:
    """What is said to solve an equation."""

    value: Any


@dataclass(frozen=True)
class Link:
    """One expression of a chain, and the reason that leads to it from the one before: words, or a lemma that is cited."""

    reason: str
    expression: Any
    lemma: Lemma | None = None


@dataclass(frozen=True)
class Chain:
    """Links from the definition on; `root`, where the last of them is a residual that vanishes there."""

    links: tuple[Link, ...]
    root: Any = None

    @property
    def conclusion(self) -> Any:
        """What is stated, as an expression; None where nothing is."""
        return self.root if self.root is not None else self.links[-1].expression if self.links else None


def written(body: Callable[..., Any], letters: Mapping[str, Any], instead: Any = None) -> Chain:
    """The chain that `body` yields of these letters; `instead` takes the place of what is stated.

    Raises ValueError for a yield that is neither an expression nor (reason, expression), a root without a residual, a lemma
    that is no file, and for letters that only look like these, or bring a sign of their own.
    """
    import sympy as sp

    chain = _followed(body, letters)
    for link in chain.links:
        _own(link.expression, letters)
    if instead is None or not chain.links:
        return chain
    if chain.root is not None:
        return _followed(body, letters, sp.sympify(instead))
    last = replace(chain.links[-1], expression=sp.sympify(instead))
    return Chain((*chain.links[:-1], last))


def _followed(body: Callable[..., Any], letters: Mapping[str, Any], root: Any = None) -> Chain:
    """The chain as it is yielded; `root` goes in the place of the one that is."""
    import sympy as sp

    if not inspect.isgeneratorfunction(body):
        return Chain(())
    yields = body(**letters)
    try:
        first = next(yields)
    except StopIteration:
        return Chain(())
    if not isinstance(first, Root):
        return Chain(tuple(map(_link, [first, *yields])))
    root = _expression(first.value) if root is None else root
    try:
        residual = yields.send(root)
    except StopIteration:
        raise ValueError(f"yield: expected the residual of the equation after Root({root}), got none") from None
    return Chain((_link(residual), *map(_link, yields), Link("which vanishes", sp.Integer(0))), root)


def _link(said: Any) -> Link:
    """A yield as a link; raises ValueError for what is none."""
    match said:
        case (Lemma() as lemma, expression):
            if not is_written(lemma):
                raise ValueError(
                    f"yield: expected a lemma of proofs/words/lemmas, or of a module of one's own, got {lemma.key!r} made by hand"
                )
            return Link(lemma.reason, _expression(expression, said), lemma)
        case (str() as reason, expression):
            return Link(reason, _expression(expression, said))
        case _:
            return Link("definition", _expression(said))


def _expression(value: Any, said: Any = None) -> Any:
    """`value` in SymPy; a string is no expression, which SymPy would parse, letters and all, into something else."""
    import sympy as sp

    if not isinstance(value, str | tuple | Root | None):
        with suppress(sp.SympifyError):
            made = sp.sympify(value)
            if isinstance(made, sp.Basic | sp.MatrixBase):
                return made
    got = value if said is None else said
    raise ValueError(f"yield: expected an expression or (reason, expression), got {got!r}")


def _own(expression: Any, letters: Mapping[str, Any]) -> None:
    """Raises ValueError for a free letter with the name of one of the statement's, or with a sign that nobody declared.

    Such a sign would be believed by every step; a letter that an expectation binds has none.
    """
    for letter in expression.free_symbols - set(letters.values()):
        signed = letter.is_extended_nonnegative is not None or letter.is_extended_nonpositive is not None
        if letter.name in letters or signed:
            raise ValueError(
                f"yield: expected the letters {', '.join(letters)} as they are given, got another {letter}"
            )


@told
@dataclass(frozen=True)
class Carried:
    """A letter as a path in a new one of finite range; `contact` says where on it both sides of an inequality meet.

    Raises ValueError for a range that is empty, or a path that is no function.
    """

    path: Callable[..., Any]
    low: Any
    high: Any
    contact: Any = None

    def __post_init__(self) -> None:
        low, high = _rational("low", self.low), _rational("high", self.high)
        if not low < high:
            raise ValueError(f"low, high of carried: expected low < high, got {self.low!r} and {self.high!r}")
        if not callable(self.path):
            raise ValueError(f"path of carried: expected a function of the new letter as path, got {self.path!r}")


def _rational(name: str, value: Any) -> Fraction:
    """An end of a range, as a claim writes it: 0, 0.5, "1/3"."""
    try:
        return Fraction(value)
    except (TypeError, ValueError, OverflowError, ZeroDivisionError):
        raise ValueError(f"{name} of carried: expected a finite number, got {value!r}") from None


carried = Carried


@told
@dataclass(frozen=True)
class Over:
    """How the last link of a chain is enclosed over the whole domain, by balls."""

    changes: Mapping[str, Carried]
    contact: Mapping[str, Any]
    factor: Callable[..., Any] | None
    detects: float | None
    why: str

    def only(self, letters: Collection[str]) -> None:
        """Raises ValueError for a letter that is none of these, in a change, a contact or the factor."""
        known = {*letters, *(f"{name}_t" for name in self.changes)}
        factor = inspect.signature(self.factor).parameters if self.factor else ()
        for what, named in (("over", self.changes), ("contact", self.contact), ("factor", factor)):
            for name in named:
                if name not in known:
                    raise ValueError(f"{what}: expected letters of {', '.join(letters) or 'none'}, got {name!r}")


def over(
    *,
    contact: Mapping[str, Any] | None = None,
    factor: Callable[..., Any] | None = None,
    detects: float | None = DETECTS,
    why: str = "",
    **letters: Carried,
) -> Over:
    """Enclose the last link over the whole domain: `over(t=carried(lambda w: 1 - w, 0, 1, contact=1))`.

    letters: those that a path carries, w ↦ letter for w from low to high, continuous, monotone and onto (which is
    proved); infinity is reached so. contact: of letters that are not carried, where both sides are equal (a tuple where
    they meet more than once). The margin is multiplied by `factor` of the new letters, by their old names, which must
    be positive: one that vanishes where the margin is infinite keeps it finite there, x - 1 - ln x by 1 - w for
    x = w/(1-w). detects: the relative error in what is stated that must not slip through, explained in `why` if
    None or larger than `DETECTS`; where both sides are 0 at the contact, so is that error, and 0.01 is in reach. In what is reported
    x_t is the new letter of x. Raises ValueError for a letter that is not carried, an error that is none, or a
    large one without reason.
    """
    for name, change in letters.items():
        instance(f"over {name!r}", change, Carried, "carried(path, low, high)")
    contact = instance(
        "contact", {} if contact is None else contact, Mapping, "a mapping from letters to where they meet"
    )
    instance("why", why, str, "a text")
    if factor is not None and not callable(factor):
        raise ValueError(f"factor: expected a function of the new letters, got {factor!r}")
    detects = None if detects is None else real("detects", detects)
    if detects is not None and not 0 < detects <= 1:
        raise ValueError(f"detects: expected a relative error above 0 and up to 1, got {detects!r}")
    if (detects is None or detects > DETECTS) and not why:
        raise ValueError(f"why: expected what hides larger errors than {DETECTS:g} from detects={detects}, got nothing")
    return Over(letters, contact, factor, detects, why)
