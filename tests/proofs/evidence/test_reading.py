"""Sentences that were planted: what is true, false, true under a condition, open or undefined is ruled so."""

import math
from typing import Annotated

import numpy as np
import pytest

from proofs.core import Agreement, Claim, Positive, Real, Share, Unit, carried, one_of, over, sentence
from proofs.core.readings import Ruling, rule, together
from proofs.evidence import reading as readings
from proofs.words import sp

claim = Claim(topic="trade-offs")


@claim.states(lambda r: r**2 / (1 + r**2))
def saturates(r: Positive):
    """∫₀ʳ 2t/(1+t²)² dt = r²/(1+r²)"""
    t = sp.Symbol("t", positive=True)
    yield sp.Integral(2 * t / (1 + t**2) ** 2, (t, 0, r))
    yield "integrate", r**2 / (1 + r**2)


@claim.states(lambda w: w * (1 - w))
def spread_of_a_coin(w: Unit):
    """w(1-w), as a sum"""
    k = sp.Symbol("k")
    yield sp.Sum(sp.Piecewise((w * (1 - w) / 2, True)), (k, 0, 1))
    yield "twice the half", w * (1 - w)


@claim.states(lambda x: np.sqrt(x - 1) if x >= 1 else np.nan)
def root_beyond_one(x: Real):
    """√(x-1)"""
    yield sp.Subs(sp.Derivative(2 * (sp.Symbol("u") - 1) ** sp.Rational(3, 2) / 3, sp.Symbol("u")), sp.Symbol("u"), x)
    yield "differentiate", sp.sqrt(x - 1)


@claim.states(lambda r: 1 / (1 + r**-2))
def otherwise(r: Positive):
    """1/(1 + 1/r²)"""
    yield sp.Integral(1 / (1 + r**-2), (sp.Symbol("t"), 0, 1))
    yield "a constant", 1 / (1 + r**-2)


@claim.states(lambda r: 1 - np.exp(-r))
def nearly_one(r: Positive):
    """∫₀ʳ e^{-t} dt = 1 - e^{-r}"""
    t = sp.Symbol("t")
    yield sp.Integral(sp.exp(-t), (t, 0, r))
    yield "integrate", 1 - sp.exp(-r)


@claim.states(lambda r: 0.5 if r < 1e6 else 0.4)
def only_checked(r: Positive):
    """½, as far as anybody has looked"""


@sentence("a planted one")
def said(r: Positive, w: Unit, x: Real, loss: Annotated[str, one_of("L1", "L2")]):
    """Something is always so.

    r, w, x: numbers; loss: a word
    """


DERIVED = {s.id: "derived" for s in claim.statements}


def ruled(function, verdicts=None, *, of=claim, **options):
    """The ruling on a planted reading of the statements of a claim, and what was seen."""
    reading = Claim(topic="trade-offs", statements=of.statements).reads(said, "as it stands", **options)(function)
    outcome = readings.look(reading, seed=3)
    return rule(outcome.reading, verdicts or DERIVED).word, outcome.reading


def test_what_is_true_everywhere_holds_by_proof():
    """r²/(1+r²) ≥ 0 and 4w(1-w) ≤ 1, the latter by balls with its contact at ½; both at once with &."""
    assert ruled(lambda r: saturates(r) > 0)[0] == "holds"
    by = over(contact={"w": 0.5})
    assert ruled(lambda w: 4 * spread_of_a_coin(w) <= 1, over=by)[0] == "holds"
    assert ruled(lambda r, w: (saturates(r) >= 0) & (spread_of_a_coin(w) >= 0))[0] == "holds"


def test_what_is_false_everywhere_fails_by_proof_of_its_negation():
    """r²/(1+r²) ≥ 1 is true nowhere; that w(1-w) reaches a half neither, which balls prove."""
    assert ruled(lambda r: saturates(r) < 0)[0] == "fails"
    assert ruled(lambda w: spread_of_a_coin(w) >= 0.5)[0] == "fails"


def test_points_of_both_kinds_make_a_condition_with_its_boundary():
    """r²/(1+r²) ≥ ½ from r = 1 on; words of a choice count where statements decide."""
    word, seen = ruled(lambda r: saturates(r) >= 0.5)
    assert word == "conditional"
    assert seen["boundary"]["r"] == pytest.approx(1, rel=1e-9)
    assert all(point["r"] > 1 for point in seen["true"])
    word, seen = ruled(lambda loss, r: saturates(r) > 0 if loss == "L1" else saturates(r) < 0)
    assert word == "conditional"
    assert {point["loss"] for point in seen["true"]} == {"L1"}


def test_what_the_author_decides_does_not_rule():
    """A word that is true by itself, a number compared with another, a statement compared with itself."""
    for typed in (
        lambda loss: loss == "L1",
        lambda r: r > 1,
        lambda loss, r: (loss == "L1") | (saturates(r) < 0),
        lambda r: saturates(r) >= saturates(r),
        lambda r: (saturates(r) > 0) | (r > 1) | (r <= 1),
    ):
        word, seen = ruled(typed)
        assert word == "open", seen


def test_one_counterexample_fails_what_is_universal():
    """“Always” at least a half is refuted by one point, though others agree."""
    assert ruled(lambda r: saturates(r) >= 0.5, universal=True)[0] == "fails"


def test_a_weak_search_never_rules():
    """Seen on one side only and without a proof: open, whether true or false wherever it was looked at."""
    assert ruled(lambda r: only_checked(r) > 0.45)[0] == "open"
    assert ruled(lambda r: only_checked(r) < 0.45)[0] == "open"
    assert ruled(lambda r: bool(saturates(r) < 2))[0] == "open"  # no relation between formulas


def test_what_is_undefined_somewhere_does_not_hold():
    """√(x-1) ≥ 0 is true wherever it is defined, which is not the whole range."""
    word, seen = ruled(lambda x: root_beyond_one(x) >= 0)
    assert word == "open"
    assert "undefined" in seen["reason"]


def test_a_statement_says_nothing_beyond_its_domain():
    """w(1-w) at w = r is known for r < 1 alone: points beyond decide nothing, and nothing holds."""
    word, seen = ruled(lambda r: spread_of_a_coin(r) <= 0.3)
    assert word == "open"
    assert "undefined" in seen["reason"]


def test_a_point_within_a_hundredth_of_the_boundary_does_not_count():
    """True on a sliver only: no point is confirmed there, so that nothing is conditional."""
    word, seen = ruled(lambda w: (spread_of_a_coin(w) > 0.2499999) & (spread_of_a_coin(w) < 0.3))
    assert word == "open"
    assert not seen["true"]


def test_what_rests_on_an_undecided_statement_stays_open():
    """Whatever the points say; and one that is only supported proves nothing everywhere."""
    assert ruled(lambda r: saturates(r) >= 0.5, {"saturates": "inconclusive"})[0] == "open"
    assert ruled(lambda r: saturates(r) >= 0.5, {"saturates": "supported"})[0] == "conditional"
    assert ruled(lambda r: saturates(r) > 0, {"saturates": "supported"})[0] == "open"
    assert ruled(lambda r: saturates(r) > 0, {"other": "derived"})[0] == "open"


def test_what_is_claimed_wrongly_confirms_nothing():
    """Where the claimed function is not what its formula says, its points do not count."""
    other = Claim(topic="trade-offs")
    wrong = other.states(lambda r: 1 - r**2 / (1 + r**2))(saturates.body)
    _, seen = ruled(lambda r: wrong(r) >= 0.9, of=other)
    assert not seen["true"]


def test_an_experiment_rules_at_the_points_of_its_data():
    """True under L1, false under L2: conditional; both true, and no other word: holds; half of the seeds: open."""
    many, few = np.ones(40), np.repeat([1.0, 0.0], 20)

    @sentence("a planted one")
    def trained(loss: Annotated[str, one_of("L1", "L2")]):
        """Training does it."""

    def seen(*cases):
        reading = readings.Reading("seen", "so", trained, lambda data: list(cases), rule=Share(0.5))
        return rule(readings.of_data(reading, {}, len(cases[0][1])).reading, {}).word

    assert seen(({"loss": "L1"}, many), ({"loss": "L2"}, 1 - many)) == "conditional"
    assert seen(({"loss": "L1"}, many), ({"loss": "L2"}, many)) == "holds"
    assert seen(({"loss": "L1"}, 1 - many), ({"loss": "L2"}, 1 - many)) == "fails"
    assert seen(({"loss": "L1"}, many)) == "open"
    assert seen(({"loss": "L1"}, many), ({"loss": "L2"}, few)) == "open"
    assert seen(({"loss": "L1"}, few)) == "open"
    with pytest.raises(ValueError, match="expected points of loss"):
        seen(({"loss": "L7"}, many))


def test_data_that_leave_every_point_undecided_are_inconclusive():
    """They say something, only not enough; data that tell of no point say nothing."""
    few, reading = (
        np.repeat([1.0, 0.0], 20),
        lambda *cases: readings.Reading("seen", "so", said, lambda data: cases, rule=Share(0.5)),
    )
    assert readings.of_data(reading(({}, few)), {}, 40).outcome == "inconclusive"
    assert readings.of_data(reading(), {}, 40).outcome == "vacuous"


@pytest.mark.parametrize(
    ("cases", "expected"),
    [
        ([({"loss": "L1"}, np.ones(40)), ({"loss": "L1"}, np.ones(40))], "different points of the same letters"),
        ([({"loss": "L1"}, np.ones(40)), ({}, np.ones(40))], "different points of the same letters"),
        ([({"loss": "L1"}, np.ones(400))], "one row a seed"),
        ([({"r": -1.0}, np.ones(40))], "expected points of"),
        ([({"w": 1}, np.ones(40))], "expected points of"),
    ],
)
def test_data_are_told_once_a_point_and_once_a_seed(cases, expected):
    """A point that is told of twice covers no other, seeds are not multiplied, and a point lies in the sentence's range."""
    reading = readings.Reading("seen", "so", said, lambda data: cases, rule=Share(0.5))
    with pytest.raises(ValueError, match=expected):
        readings.of_data(reading, {}, 40)


def test_data_without_spread_rule_nothing():
    """The very same number for every seed was not measured."""
    reading = readings.Reading("seen", "so", said, lambda data: [({}, np.zeros(40))], rule=Agreement(0.1))
    assert rule(readings.of_data(reading, {}, 40).reading, {}).word == "open"


def test_a_reading_of_data_calls_no_statement():
    """Whether that is derived would not be asked."""
    reading = readings.Reading("seen", "so", said, lambda data: [({}, saturates(1.0) * np.ones(40))], rule=Share(0.5))
    with pytest.raises(TypeError, match="expected data alone"):
        readings.of_data(reading, {}, 40)


def test_a_last_digit_rules_nothing():
    """1 - e^{-r} < 1 is true everywhere, and 1 < 1 in double precision for large r: no counterexample, but a proof."""
    assert ruled(lambda r: nearly_one(r) < 1, universal=True)[0] == "holds"
    assert ruled(lambda r: 1 - nearly_one(20 * r) > 0)[0] != "conditional"


def test_equal_formulas_are_equal_whatever_their_last_digits():
    """r²/(1+r²) is below itself, written as 1/(1+1/r²), under no word; under the other below one and a half of it."""
    word, seen = ruled(lambda loss, r: saturates(r) < (otherwise(r) if loss == "L1" else 1.5 * otherwise(r)))
    assert word == "conditional"
    assert {point["loss"] for point in seen["false"]} == {"L1"}


def test_values_that_a_predicate_cannot_take_do_not_turn_it():
    """√(r²/(1+r²)) ≥ ½ where other values would be negative."""
    assert ruled(lambda r: math.sqrt(saturates(r)) >= 0.5)[0] == "conditional"


def test_a_formula_is_not_used_beyond_its_statement():
    """w(1-w) at w = r/(1+r) is known for every r, at w = r/1000 is not, though no point that is looked at lies beyond."""
    assert ruled(lambda r: spread_of_a_coin(r / (1 + r)) > 0)[0] == "holds"
    assert ruled(lambda r: spread_of_a_coin(r / 1000) < 1)[0] == "open"


@pytest.mark.parametrize(
    "looks",
    [
        lambda r: saturates(r) > 0 if r != 1e9 else saturates(r) < 0,
        lambda r: saturates(r) > 0 if r not in (1e9,) else saturates(r) < 0,
        lambda r: saturates(r) < 0.99995 if isinstance(r, float) else saturates(r) < 1,
        lambda r: {float: lambda: saturates(r) < 0.99995}.get(type(r), lambda: saturates(r) < 1)(),
    ],
)
def test_what_looks_at_its_letters_is_not_proved(looks):
    """A predicate that asks what its letters are might say another thing of numbers that nobody has looked at."""
    assert ruled(looks)[0] == "open"


def test_no_ruling_can_be_typed():
    """A reading that returns anything but true or false is an error, and letters that are not the sentence's too."""
    with pytest.raises(TypeError, match="expected true or false"):
        ruled(lambda r: "holds")
    with pytest.raises(ValueError, match="expected letters of said"):
        ruled(lambda q: q > 0)


def test_a_sentence_follows_from_its_readings():
    """All hold, all fail, one open, else conditional; without any it is open."""
    assert together(["holds", "holds"]) == "holds"
    assert together(["fails"]) == "fails"
    assert together(["holds", "fails"]) == together(["holds", "conditional"]) == "conditional"
    assert together(["holds", "open"]) == together([]) == "open"
    assert rule(
        {"rests_on": [], "true": [], "false": [], "proved": "", "universal": False, "reason": "x"}, {}
    ) == Ruling("open", "x")


def test_infinity_is_reached_by_a_change_of_letter():
    """r²/(1+r²) ≤ 99/100 + 1/50 for every r, by balls over r = (1-t)/t."""
    assert ruled(lambda r: saturates(r) <= 1.01, over=over(r=carried(lambda t: (1 - t) / t, 0, 1)))[0] == "holds"
