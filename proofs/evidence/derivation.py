"""Derivations: a chain of expressions from the definition to the declared statement, every link decided.

The chain begins at `statement.definition` and ends at `statement.symbolic`; the evidence function gives what stands
between. Every link is decided (proofs.evidence.decision), and the end is compared with the `theory` function that the rest of
the claim uses, at a hundred admissible points and more (proofs.evidence.anchor). A lemma beyond SymPy is a `Step` with `given`: it is cited by
name and source, balls may still refute it, and the statement is then "derived, given ...".
"""

from __future__ import annotations

import itertools
from collections.abc import Callable
from fractions import Fraction
from typing import Any, final

import sympy as sp

from proofs.core.claim import Evidence, Statement, Step
from proofs.core.letters import Vocabulary
from proofs.core.outcome import Outcome
from proofs.evidence.anchor import anchored
from proofs.evidence.decision import WORK_TO_DO, Decision, decide_at_most, decide_equal
from proofs.evidence.kind import Kind
from proofs.words import mathml


@final
class Derivation(Kind):
    """A chain decided link by link; a variant replaces its conclusion."""

    proves = "everywhere"

    def run(self) -> Outcome:
        return decide(self.evidence, seed=self.conditions.draw)

    def variant(self, wrong: Callable[..., Any]) -> Outcome:
        return decide(self.evidence, wrong, seed=self.conditions.draw)

    def scaled(self, relative: float) -> Callable[..., Any]:
        return scaled(self.evidence.statement, relative)

    def signs(self) -> tuple[int, ...]:
        """Both: a chain ends at its statement or it does not."""
        return (1, -1)


def scaled(statement: Statement, relative: float) -> Callable[..., Any]:
    """The symbolic side × (1 + relative), exactly; a zero becomes `relative`, an infinity a million."""
    assert statement.symbolic is not None
    symbolic, fraction = statement.symbolic, Fraction(relative).limit_denominator(10**15)
    exact = sp.Rational(fraction.numerator, fraction.denominator)

    def wrong(x: Any) -> Any:
        value = sp.sympify(symbolic(x))
        return sp.Integer(10) ** 6 if value.is_infinite else exact if value == 0 else value * (1 + exact)

    return wrong


def decide(evidence: Evidence, symbolic: Callable[..., Any] | None = None, *, seed: int = 0) -> Outcome:
    """Decide the chain; `symbolic` replaces the declared conclusion (controls)."""
    statement = evidence.statement
    outcome = Outcome(evidence.name, statement.id, "derivation", "holds", relation=statement.relation)
    if statement.definition is None or (symbolic or statement.symbolic) is None:
        return _settle(outcome, "vacuous", "no definition or no symbolic form is declared: the chain has no anchor")
    x = statement.domain.vocabulary()
    conclusion = sp.sympify((symbolic or statement.symbolic)(x))  # type: ignore[misc]
    chain = _chain(evidence, x, conclusion)
    if len(chain) < 3:
        return _settle(outcome, "vacuous", "the derivation is empty: no step between definition and statement")
    if not chain[0].expression.has(*WORK_TO_DO) or chain[0].expression == conclusion:
        return _settle(
            outcome, "vacuous", "the chain begins at its own conclusion: its definition leaves nothing to work out"
        )
    if statement.root and chain[0].expression == _residual(statement, x, sp.Dummy("other")):
        return _settle(outcome, "vacuous", "the residual does not depend on the claimed root")
    for before, step in itertools.pairwise(chain):
        decision = _decide(before.expression, step, statement, seed)
        outcome.chain.append(_printed(step, decision))
        if step.given and decision.verdict != "different":
            outcome.given.append(step.given)
        elif decision.verdict != "same":
            verdict = "refuted" if decision.verdict == "different" else "inconclusive"
            outcome = _settle(outcome, verdict, f"step “{step.reason}”: {decision.detail}")
            if verdict == "refuted":
                outcome.counterexample = decision.detail
                return outcome
    outcome.chain.insert(0, {"reason": "definition", "expression": str(chain[0].expression), "decision": ""})
    if symbolic is None:
        for printed, step in zip(outcome.chain, chain, strict=True):
            printed["mathml"] = mathml.of_expression(step.expression)
    return outcome if symbolic is not None else _anchor(outcome, statement, conclusion, seed)


def _settle(outcome: Outcome, verdict: str, detail: str) -> Outcome:
    outcome.outcome, outcome.detail = verdict, detail
    return outcome


def _residual(statement: Statement, x: Vocabulary, value: Any) -> Any:
    assert statement.definition is not None
    return sp.sympify(statement.definition(x, value) if statement.root else statement.definition(x))


def _chain(evidence: Evidence, x: Vocabulary, conclusion: Any) -> list[Step]:
    statement = evidence.statement
    start = Step("definition", _residual(statement, x, conclusion))
    end = sp.Integer(0) if statement.root else conclusion
    middle = evidence.function(x, conclusion) if statement.root else evidence.function(x)
    steps = [s if isinstance(s, Step) else Step(*s) for s in middle]
    steps = [Step(s.reason, sp.sympify(s.expression), s.relation, s.given) for s in steps]
    return [start, *steps, Step("which is the statement", end)]


def _decide(before: Any, step: Step, statement: Statement, seed: int) -> Decision:
    if step.relation == "==":
        return decide_equal(before, step.expression, statement.domain, seed=seed)
    if step.relation != statement.relation:
        return Decision("different", f"a step by {step.relation} does not lead to a statement by {statement.relation}")
    left, right = (before, step.expression) if step.relation == "<=" else (step.expression, before)
    return decide_at_most(left, right, statement.domain, seed=seed)


def _printed(step: Step, decision: Decision) -> dict[str, str]:
    known = (
        f"given {step.given}" if step.given and decision.verdict != "same" else f"{decision.verdict}: {decision.detail}"
    )
    return {"reason": step.reason, "expression": str(step.expression), "relation": step.relation, "decision": known}


def _anchor(outcome: Outcome, statement: Statement, conclusion: Any, seed: int) -> Outcome:
    compared = anchored(statement, conclusion, seed)
    if compared.counterexample:
        outcome.counterexample = compared.counterexample
        against = f"the end of the chain is not what the claimed function computes: {compared.counterexample}"
        return _settle(outcome, "refuted", against)
    if compared.few:
        return _settle(outcome, "vacuous", f"the end of the chain could be compared {compared} only")
    outcome.n = compared.counted
    if outcome.outcome == "holds":
        outcome.detail = f"{len(outcome.chain) - 1} steps; end compared with the claimed function {compared}"
    return outcome
