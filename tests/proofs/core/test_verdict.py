"""Verdicts fail closed: what is not known to be well is not."""

from dataclasses import replace

import pytest

from proofs.core import Claim, Positive, Share, verdict
from proofs.core.outcome import Outcome
from proofs.core.statement import Statement

EVERYWHERE = {"s": {"from": 1e-8, "to": 1e8, "left_out": []}}


def derived() -> tuple[Statement, list[Outcome]]:
    """A statement, and outcomes by which it is derived."""

    def mean(s: Positive) -> object:
        "the mean of an exponential law"
        yield s
        yield "as it stands", s

    statement = Claim(topic="trade-offs").states(lambda s: 1 / s)(mean)
    statement.check(lambda m, s: (1 / s, s), name="seen", on=lambda s: s.scales(1e-8, 1e8))
    kinds = {"derivation": "everywhere", "seen": "at instances"}
    outcomes = [
        Outcome(name, "mean", "check" if name == "seen" else name, "holds", proves=proves, covered=EVERYWHERE)
        for name, proves in kinds.items()
    ]
    return statement, [*outcomes, Outcome("seen: a near miss", "mean", "control", "rejected")]


def test_all_is_well() -> None:
    """The outcomes that the others are made of give the best verdict."""
    assert verdict.of_statement(*derived()).word == "derived"


@pytest.mark.parametrize("place", range(3))
@pytest.mark.parametrize("word", ["hold", "", "HOLDS", "passed", "unknown"])
def test_an_unknown_word_is_broken(place: int, word: str) -> None:
    """Of any piece of evidence, and of a control."""
    statement, outcomes = derived()
    outcomes[place].outcome = word
    assert verdict.of_statement(statement, outcomes).word == "broken"


def test_good_words_in_wrong_places_are_broken() -> None:
    """A control that holds has not been rejected; evidence that is rejected does not hold."""
    for place, word in ((2, "holds"), (0, "rejected"), (1, "rejected")):
        statement, outcomes = derived()
        outcomes[place].outcome = word
        assert verdict.of_statement(statement, outcomes).word == "broken"


@pytest.mark.parametrize("outcome", ["not run", "inconclusive", "refuted", "vacuous"])
def test_nothing_less_than_holds_is_derived(outcome: str) -> None:
    """Each bad word forces its own verdict, "not run" that of what is undecided."""
    statement, outcomes = derived()
    outcomes[1].outcome = outcome
    assert verdict.of_statement(statement, outcomes).word == outcome.replace("not run", "inconclusive")


def test_what_is_missing_for_the_next_better_verdict_is_said() -> None:
    """A derivation, a check, a rejected control: whatever is taken away is asked for, and nothing of what is derived."""
    statement, outcomes = derived()
    assert verdict.of_statement(statement, outcomes).missing == ""
    proof, check, control = outcomes
    proof.proves = ""
    assert verdict.of_statement(statement, outcomes).missing == verdict.PROOF
    assert verdict.of_statement(statement, [proof, check]).missing == f"{verdict.PROOF}, and {verdict.REJECTED}"
    proof.proves, check.proves = "everywhere", ""
    assert verdict.of_statement(statement, outcomes).missing == f"{verdict.CHECK}, and {verdict.REJECTED}"
    assert verdict.of_statement(statement, [proof]).missing == "to be run: seen"
    for word, said in {
        "nonsense": "broken",
        "not run": "inconclusive",
        "vacuous": "vacuous",
        "refuted": "refuted",
    }.items():
        check.outcome = word
        assert verdict.of_statement(statement, outcomes).missing == f"{verdict.MUST[said]}: seen"
    check.outcome, control.outcome = "holds", "inconclusive"
    assert verdict.of_statement(statement, outcomes).missing == f"{verdict.MUST['inconclusive']}: seen: a near miss"
    assert verdict.of_statement(Claim(topic="trade-offs").states(lambda s: s)(bare), []).missing.startswith(
        "a derivation"
    )


def bare(s: Positive) -> None:
    "s"


def test_what_several_statements_lack_is_said_once() -> None:
    """A claim is short of what its worst statements are short of; one that is empirical lacks nothing that could be added."""
    claim = Claim(topic="trade-offs")
    for name in ("one", "two", "three"):
        claim.states(lambda s: s, name=name)(bare).check(lambda m, s: s, on=lambda s: s.scales(1e-8, 1e8), name="seen")
    outcomes = [
        Outcome("seen", name, "check", "holds", proves="at instances", covered=EVERYWHERE)
        for name in ("one", "two", "three")
    ]
    controls = [Outcome("seen: a near miss", name, "control", "rejected") for name in ("one", "two", "three")]
    total, _ = verdict.of_claim(claim, [*outcomes, *controls])
    assert (total.word, total.missing) == ("supported", f"one, two, three: {verdict.PROOF}")
    outcomes[1].outcome = "refuted"
    assert verdict.of_claim(claim, [*outcomes, *controls])[0].missing == "two: to hold: seen"
    claim.empirical, outcomes[1].outcome = True, "holds"
    assert verdict.of_claim(claim, [*outcomes, *controls])[0].missing == verdict.EMPIRICAL
    seen = Claim(topic="trade-offs")
    seen.observes()(nothing_is_computed).experiment(rule=Share(0.5), seeds=(8, 8), reason="it does")(lambda run: {})
    holds = Outcome("<lambda>", "nothing_is_computed", "experiment", "holds", proves="on seeds")
    found = verdict.of_statement(seen.statements[0], [replace(holds, name=seen.statements[0].evidence[0].name)])
    assert (found.word, found.missing) == ("supported", verdict.FORMULA)


def nothing_is_computed() -> None:
    "it does"


def test_a_part_that_nobody_looked_at_is_undecided() -> None:
    """Until another piece of evidence has been there."""
    statement, outcomes = derived()
    outcomes[0].covered = outcomes[1].covered = {"s": EVERYWHERE["s"] | {"left_out": ["beyond 1e3 from the lower end"]}}
    found = verdict.of_statement(statement, outcomes)
    assert (found.word, "not looked at: s beyond 1e3" in found.reason) == ("inconclusive", True)
    outcomes[1].covered = EVERYWHERE
    assert verdict.of_statement(statement, outcomes).word == "derived"
    outcomes[0].covered = outcomes[1].covered = {}
    assert verdict.of_statement(statement, outcomes).word == "inconclusive"


def test_a_word_that_is_no_verdict_ends_badly() -> None:
    """The exit code is that of what is broken."""
    assert verdict.exit_code(["derived", "splendid"], strict=False) == 1
    assert verdict.exit_code(["derived", "supported"], strict=True) == 0
