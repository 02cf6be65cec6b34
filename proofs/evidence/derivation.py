"""Derivations: a chain of expressions from the definition to the declared statement, every link decided.

Equality is decided first, then the statement's own relation (proofs.evidence.decision). The end of the chain is compared
with the `theory` function that the rest of the claim uses, at a hundred admissible points and more
(proofs.evidence.anchor). A lemma beyond SymPy is cited by its key: its own numerical reading is probed, balls may still
refute the step, and the statement is then "derived, given ...".
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Sequence
from fractions import Fraction
from typing import Any, final

import sympy as sp

from proofs.core.chain import Chain, Link
from proofs.core.comparison import Scaled
from proofs.core.outcome import Outcome
from proofs.core.statement import Evidence, Statement
from proofs.evidence import used
from proofs.evidence.anchor import ANCHOR_TOLERANCE, anchored
from proofs.evidence.decision import NO_BALL, WORK_TO_DO, Decision, decide_at_most, decide_equal
from proofs.evidence.kind import Kind
from proofs.words import mathml
from proofs.words.expressions import text
from proofs.words.lemmas import Lemma
from proofs.words.moments import Expectation

BESIDE = sp.Rational(1001, 1000)
"""Times the claimed root: another, which must not solve its equation."""


@final
class Derivation(Kind):
    """A chain decided link by link; a variant replaces its conclusion."""

    proves = "everywhere"
    detects = 10 * ANCHOR_TOLERANCE
    scans = True

    def run(self) -> Outcome:
        return decide(self.evidence, seed=self.conditions.draw)

    def variant(self, wrong: Callable[..., Any]) -> Outcome:
        if isinstance(wrong, Scaled):  # another function is claimed: the chain does not end there
            return decide_end(self.evidence, wrong, seed=self.conditions.draw)
        return decide(self.evidence, wrong, seed=self.conditions.draw)

    def scaled(self, relative: float) -> Callable[..., Any]:
        return Scaled(self.evidence.statement.claimed, relative)

    def signs(self) -> tuple[int, ...]:
        """Both: a chain ends at what is claimed or it does not."""
        return (1, -1)


def decide_end(evidence: Evidence, claimed: Callable[..., Any], *, seed: int = 0) -> Outcome:
    """Whether the chain ends at what another function computes."""
    statement = evidence.statement
    outcome = Outcome(evidence.name, statement.id, "derivation", "holds", relation=statement.relation)
    conclusion = sp.sympify(statement.stated(statement.domain.vocabulary()))
    return _anchor(outcome, statement, conclusion, seed, claimed)


def scaled(statement: Statement, relative: float) -> Callable[..., Any]:
    """What is stated × (1 + relative), exactly; a zero becomes `relative`, an infinity a million."""
    fraction = Fraction(relative).limit_denominator(10**15)
    exact = sp.Rational(fraction.numerator, fraction.denominator)

    def wrong(x: Any) -> Any:
        value = sp.sympify(statement.stated(x))
        return sp.Integer(10) ** 6 if value.is_infinite else exact if value == 0 else value * (1 + exact)

    return wrong


def decide(evidence: Evidence, symbolic: Callable[..., Any] | None = None, *, seed: int = 0) -> Outcome:
    """Decide the chain; `symbolic` takes the place of what is stated (controls)."""
    statement = evidence.statement
    outcome = Outcome(evidence.name, statement.id, "derivation", "holds", relation=statement.relation)
    x = statement.domain.vocabulary()
    chain = statement.chain(x, None if symbolic is None else sp.sympify(symbolic(x)))
    links, conclusion = chain.links, chain.conclusion
    if len(links) < (2 if chain.root is None else 3):
        return _settle(outcome, "vacuous", "the derivation is empty: no step between definition and statement")
    if not links[0].expression.has(*WORK_TO_DO) or unwrapped(links[0].expression) == conclusion:
        return _settle(
            outcome, "vacuous", "the chain begins at its own conclusion: its definition leaves nothing to work out"
        )
    if chain.root is not None and symbolic is None and _solved_by_another(statement, chain, seed):
        return _settle(outcome, "vacuous", "the residual does not depend on the claimed root")
    outcome = follow(outcome, links, statement, seed, "==" if chain.root is not None else statement.relation)
    if outcome.outcome == "refuted":
        return outcome
    outcome.chain.insert(0, {"reason": "definition", "expression": text(links[0].expression), "decision": ""})
    if symbolic is None:
        for printed, link in zip(outcome.chain, links, strict=False):
            printed["mathml"] = mathml.of_expression(link.expression)
    return outcome if symbolic is not None else _anchor(outcome, statement, conclusion, seed)


def unwrapped(definition: Any) -> Any:
    """A definition without what is no work: sums and integrals of one thing, values put in, the derivative of an integral.

    What does not depend on the variable stands before the sum or the integral; what is left there is done where no letter
    stands in it and it is a rational function, or where it has a single term.
    """
    e = sp.sympify(definition)
    if not e.has(*WORK_TO_DO):
        return e
    if isinstance(e, sp.Subs) and not e.has(sp.Derivative):
        variables, values = e.args[1:]
        return unwrapped(e.expr).subs(list(zip(variables.args, values.args, strict=True)), simultaneous=True)
    if isinstance(e, sp.Limit):
        body, variable, place, _ = e.args
        return unwrapped(body).subs(variable, place) if place.is_Symbol or not body.has(variable) else e
    if isinstance(e, sp.Derivative) and isinstance(e.expr, sp.Integral):
        done = e.doit()
        return e if done.has(*WORK_TO_DO) else done
    if isinstance(e, sp.Integral | sp.Sum):
        return _unwrapped_sum(e)
    return e.func(*map(unwrapped, e.args)) if e.args and not isinstance(e, Expectation) else e


def _unwrapped_sum(e: Any) -> Any:
    inner, variables = unwrapped(e.function), set(e.variables)
    factors = sp.Mul.make_args(sp.factor_terms(inner))
    outside = sp.Mul(*(f for f in factors if not f.free_symbols & variables))
    rest = sp.Mul(*(f for f in factors if f.free_symbols & variables))
    fixed = not any(sp.sympify(end).free_symbols for limit in e.limits for end in limit[1:])
    lone = isinstance(e, sp.Sum) and all(low == high for _, low, high in e.limits)
    bare = not rest.free_symbols - variables and rest.is_rational_function(*variables) and fixed
    left = e.func(rest, *e.limits)
    return outside * (left.doit() if lone or bare else left)


def _solved_by_another(statement: Statement, chain: Chain, seed: int) -> bool:
    """Whether the equation is solved by what is next to the claimed root as well."""
    beside = statement.chain(statement.domain.vocabulary(), BESIDE * chain.root if chain.root != 0 else BESIDE)
    first = beside.links[0].expression
    if first == chain.links[0].expression:
        return True
    return decide_equal(first, sp.Integer(0), statement.domain, seed=seed).verdict == "same"


def follow(outcome: Outcome, links: Sequence[Link], statement: Statement, seed: int, relation: str) -> Outcome:
    """Decide every link after the first, by equality or `relation`; one that is different refutes.

    An inequality is no reason for an equality.
    """
    for before, link in itertools.pairwise(links):
        decision, found = _decide(before.expression, link, statement, seed, relation)
        outcome.chain.append(_printed(link, decision, found))
        if link.lemma and decision.verdict == "undecided" and decision.detail.startswith(NO_BALL):
            return _settle(
                outcome,
                "vacuous",
                f"step “{link.reason}” cites a lemma and cannot be looked at in numbers: {decision.detail}",
            )
        if link.lemma and decision.verdict != "different" and not _weaker(link.lemma, decision, relation):
            outcome.given.append(cited(link.lemma))
        elif decision.verdict != "same":
            verdict = "refuted" if decision.verdict == "different" else "inconclusive"
            outcome = _settle(outcome, verdict, f"step “{link.reason}”: {decision.detail}")
            if verdict == "refuted":
                outcome.counterexample = decision.detail
                return outcome
    return outcome


def _settle(outcome: Outcome, verdict: str, detail: str) -> Outcome:
    outcome.outcome, outcome.detail = verdict, detail
    return outcome


def _weaker(lemma: Lemma, decision: Decision, relation: str) -> bool:
    """Whether the lemma says less than the step that it is cited for."""
    return decision.verdict != "same" and relation == "==" != lemma.relation


def _decide(before: Any, link: Link, statement: Statement, seed: int, relation: str) -> tuple[Decision, str]:
    """Whether a link holds, and by which relation: equality, or the one that is allowed."""
    if link.lemma and (violated := link.lemma.violated(seed)):
        return Decision("different", f"the lemma fails at its own reading: {violated}"), relation
    decision = decide_equal(before, link.expression, statement.domain, seed=seed)
    if decision.verdict == "same" or relation not in ("<=", ">="):
        return decision, "=="
    left, right = (before, link.expression) if relation == "<=" else (link.expression, before)
    return decide_at_most(left, right, statement.domain, seed=seed), relation


def cited(lemma: Lemma) -> str:
    """A lemma as it is printed wherever the verdict is: its source, and what it says."""
    return f"{', '.join(lemma.source)}: {lemma.says.splitlines()[0]}"


def _printed(link: Link, decision: Decision, relation: str) -> dict[str, str]:
    known = f"{decision.verdict}: {decision.detail}"
    if link.lemma and decision.verdict != "same":
        known = f"given {cited(link.lemma)}"
    return {"reason": link.reason, "expression": text(link.expression), "relation": relation, "decision": known}


def _anchor(
    outcome: Outcome, statement: Statement, conclusion: Any, seed: int, claimed: Callable[..., Any] | None = None
) -> Outcome:
    compared = anchored(statement, conclusion, seed, claimed)
    if claimed is None and (unused := used.nowhere(statement)):
        return _settle(outcome, "vacuous", f"neither side uses the letter {', '.join(unused)}")
    if compared.counterexample:
        outcome.counterexample = compared.counterexample
        against = f"the end of the chain is not what the claimed function computes: {compared.counterexample}"
        return _settle(outcome, "refuted", against)
    if compared.few:
        return _settle(outcome, "vacuous", f"the end of the chain could be compared {compared} only")
    outcome.n, outcome.covered = compared.counted, statement.domain.covered(compared.points)
    if outcome.outcome == "holds":
        steps = len(outcome.chain) - 1
        outcome.detail = f"{steps} step{'s' * (steps != 1)}; end compared with the claimed function {compared}"
    return outcome
