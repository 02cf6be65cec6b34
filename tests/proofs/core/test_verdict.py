"""Verdicts fail closed: what is not known to be well is not."""

import pytest

from proofs.core import Claim, Positive, verdict
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
