"""Enclosures: proved, refuted or undecided on the whole declared domain."""

import numpy as np

from proofs.core.letters import POSITIVE, REAL, UNIT, Domain, Vocabulary, between
from proofs.core.statement import Statement
from proofs.evidence import enclosure


def bound(relation, domain, claimed, symbolic, observed, **options):
    """An enclosure of `observed` `relation` `symbolic` over `domain`."""

    def body(**letters):
        yield observed(Vocabulary(**letters))
        yield "by balls", symbolic(Vocabulary(**letters))

    declared = {"change": {}, "contact": {}, "factor": None, "detects": 1e-6, "why": "", **options}
    return Statement("s", "…", claimed, relation, domain, body).add("enclosure", body, declared)


def cheaper(scale):
    """Dropping w under the non-saturating loss costs at most `scale` × -ln(1-w)."""
    return bound(
        "<=", Domain(w=UNIT), lambda w: -scale * np.log1p(-w), lambda x: -scale * x.log(1 - x.w),
        lambda x: (2 - x.w) * (x.log(2 - x.w) - x.log(1 - x.w)) - 2 * x.log(2),
        change={"w": (lambda t: 1 - t, (0, 1))}, contact={"w_t": 1},
    )  # fmt: skip


def test_a_bound_with_contact_and_infinity_is_proved() -> None:
    """(2-w) ln((2-w)/(1-w)) - 2 ln 2 ≤ -ln(1-w): contact at w = 0, both infinite at w = 1."""
    assert enclosure.enclose(cheaper(1)).outcome == "holds"


def test_a_wrong_constant_is_refuted_at_a_point() -> None:
    """A quarter of it is too little, and the point is printed."""
    outcome = enclosure.enclose(cheaper(1), lambda x: -x.log(1 - x.w) / 4)
    assert outcome.outcome == "refuted"
    assert outcome.counterexample


def test_the_smallest_slope_at_the_contact_is_seen() -> None:
    """Near w = 0 the cost is (1 - ln 2) w: that constant less 1e-6 is refuted, next to the contact."""
    outcome = enclosure.enclose(cheaper(1), lambda x: (1 - x.log(2) - x.Rational(1, 10**6)) * x.w)
    assert outcome.outcome == "refuted"


def test_an_unbounded_domain_is_reached_by_a_change_of_variable() -> None:
    """v - 1 - ln v ≥ 0 on (0, ∞), touching at v = 1 inside."""
    evidence = bound(
        ">=", Domain(v=POSITIVE), lambda v: 0 * v, lambda x: x.Integer(0), lambda x: x.v - 1 - x.log(x.v),
        change={"v": (lambda t: t / (1 - t), (0, 1))}, contact={"v_t": 0.5}, factor=lambda v_t: 1 - v_t,
    )  # fmt: skip
    assert enclosure.enclose(evidence).outcome == "holds"
    assert enclosure.enclose(evidence, lambda x: x.Rational(1, 10**6)).outcome == "refuted"


def test_two_letters_are_subdivided_together() -> None:
    """ab ≤ 1 + 10⁻³ on (0, 1)² is proved; ab ≤ 0.99 is refuted near the corner."""
    domain = Domain(a=UNIT, b=UNIT)
    evidence = bound("<=", domain, lambda a, b: 1.001, lambda x: x.Rational(1001, 1000), lambda x: x.a * x.b)
    assert enclosure.enclose(evidence).outcome == "holds"
    assert enclosure.enclose(evidence, lambda x: x.Rational(99, 100)).outcome == "refuted"


def test_what_is_not_covered_is_printed() -> None:
    """A change of variable that stops short leaves its rest undecided, by name."""
    evidence = bound(
        "<=", Domain(w=between(0, 2)), lambda w: 5.0, lambda x: x.Integer(5), lambda x: x.w,
        change={"w": (lambda t: t, (0, 1))},
    )  # fmt: skip
    outcome = enclosure.enclose(evidence)
    assert outcome.outcome == "inconclusive"
    assert "w from 1 to 2" in outcome.detail


def test_an_infinite_range_without_a_change_is_broken() -> None:
    """A letter of infinite range needs a change of variable, and the message says which letter."""
    evidence = bound("<=", Domain(a=REAL), lambda a: 1.0, lambda x: x.Integer(1), lambda x: x.a)
    outcome = enclosure.enclose(evidence)
    assert outcome.outcome == "broken"
    assert "the letter 'a'" in outcome.detail


def test_a_factor_that_may_vanish_or_turn_negative_is_broken() -> None:
    """Multiplying the margin is allowed by what is surely positive only."""
    evidence = bound(
        "<=", Domain(w=UNIT), lambda w: 1.0, lambda x: x.Integer(1), lambda x: x.w, factor=lambda w: w - 0.5
    )
    outcome = enclosure.enclose(evidence)
    assert outcome.outcome == "broken"
    assert "the factor w - 0.5 is positive" in outcome.detail


def test_a_claimed_function_that_disagrees_is_refuted() -> None:
    """The symbolic side is compared with the function that the claim uses."""
    evidence = bound("<=", Domain(w=UNIT), lambda w: 2.0, lambda x: x.Integer(1), lambda x: x.w)
    assert enclosure.enclose(evidence).outcome == "refuted"
