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
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from proofs.words.lemmas import Lemma


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

    Raises ValueError for a yield that is neither an expression nor (reason, expression).
    """
    import sympy as sp

    if not inspect.isgeneratorfunction(body):
        return Chain(())
    yields = body(**letters)
    first = next(yields, None)
    if not isinstance(first, Root):
        links = [*map(_link, [first] if first is not None else []), *map(_link, yields)]
        if instead is not None and links:
            links[-1] = replace(links[-1], expression=sp.sympify(instead))
        return Chain(tuple(links))
    root = sp.sympify(first.value if instead is None else instead)
    links = [_link(yields.send(root)), *map(_link, yields), Link("which vanishes", sp.Integer(0))]
    return Chain(tuple(links), root)


def _link(said: Any) -> Link:
    """A yield as a link; raises ValueError for what is none."""
    import sympy as sp

    match said:
        case (Lemma() as lemma, expression):
            return Link(lemma.reason, sp.sympify(expression), lemma)
        case (str() as reason, expression):
            return Link(reason, sp.sympify(expression))
        case tuple() | Root() | None:
            raise ValueError(f"yield: expected an expression or (reason, expression), got {said!r}")
        case _:
            return Link("definition", sp.sympify(said))


@dataclass(frozen=True)
class Carried:
    """A letter as a path in a new one of finite range; `contact` says where on it both sides of an inequality meet."""

    path: Callable[..., Any]
    low: Any
    high: Any
    contact: Any = None


carried = Carried


@dataclass(frozen=True)
class Over:
    """How the last link of a chain is enclosed over the whole domain, by balls."""

    changes: Mapping[str, Carried]
    contact: Mapping[str, Any]
    factor: Callable[..., Any] | None
    detects: float
    why: str


def over(
    *,
    contact: Mapping[str, Any] | None = None,
    factor: Callable[..., Any] | None = None,
    detects: float = 1e-6,
    why: str = "",
    **letters: Carried,
) -> Over:
    """Enclose the last link over the whole domain: `over(t=carried(lambda w: 1 - w, 0, 1, contact=1))`.

    letters: those that a path carries, w ↦ letter for w from low to high, continuous, monotone and onto (which is
    proved); infinity is reached so. contact: of letters that are not carried, where both sides are equal (a tuple where
    they meet more than once). The margin is multiplied by `factor` of the new letters, by their old names, which must
    be positive. detects: the relative error in what is stated that must not slip through, explained in `why` if
    larger than 1e-6.
    """
    return Over(letters, contact or {}, factor, detects, why)
