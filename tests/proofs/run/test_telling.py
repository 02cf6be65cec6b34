"""The order of telling: chapters, central claims, and what comes after what."""

from collections.abc import Iterable

import pytest

from proofs.core.claim import TOPICS, Claim
from proofs.run import discovery, telling


def claims(*given: tuple[str, str], topic: str = "ways-out") -> list[Claim]:
    return [Claim(topic=topic, id=id, after=after) for id, after in given]


def ids(told: Iterable[Claim]) -> str:
    return " ".join(claim.id for claim in told)


@pytest.fixture(scope="module")
def shipped() -> list[Claim]:
    return discovery.load([item for item in discovery.find() if item.shipped])[0]


def test_central_claims_come_first_and_each_is_followed_by_what_comes_after_it() -> None:
    """Depth first, whatever the order in which they were found."""
    given = claims(("deeper", "behind_b"), ("behind_b", "b"), ("a", ""), ("behind_a", "a"), ("b", ""), ("also_a", "a"))
    assert ids(telling.in_order(given)) == "a b behind_a also_a behind_b deeper"
    assert ids(telling.central(given)) == "a b"


def test_nothing_is_lost_and_nothing_told_twice() -> None:
    """One that comes after a stranger is told as central, those in a circle last; chapters stand in their order."""
    given = claims(("x", "y"), ("y", "x"), ("z", "nowhere")) + claims(("w", "z"), topic=TOPICS[0])
    assert ids(telling.in_order(given)) == "w z x y"


def test_the_catalogue_is_told_from_its_central_claims(shipped: list[Claim]) -> None:
    """Each claim comes after one of its own chapter, and in the end after a central one; the chapter of means opens with them."""
    topic = {claim.id: claim.topic for claim in shipped}
    assert all(topic[claim.after] == claim.topic for claim in shipped if claim.after)
    behind = {claim.id: claim.after for claim in shipped}
    for claim in shipped:
        at, steps = claim.id, 0
        while behind[at] and steps < len(shipped):
            at, steps = behind[at], steps + 1
        assert not behind[at], f"{claim.id} is told in a circle"
    assert ids(telling.in_order(shipped)).startswith("l2_optimum_is_mean mean_falls_in_gap ")
    assert {claim.topic for claim in telling.central(shipped)} == set(TOPICS)


def test_what_more_is_said_about_comes_first(shipped: list[Claim]) -> None:
    """Of central claims that with more readings."""
    told = [len(claim.readings) for claim in telling.central(shipped) if claim.topic == "mode-dropping"]
    assert told == sorted(told, reverse=True)
    assert len(set(told)) > 1


def test_what_is_no_name_is_refused() -> None:
    """At the door."""
    with pytest.raises(ValueError, match="after: expected the name of a claim"):
        Claim(topic="ways-out", after=3)  # type: ignore[arg-type]
