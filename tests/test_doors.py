"""Every public function of theory, toys and proofs, tried as it is meant and as it is not.

What is public is found by looking, in `tests.fuzz`; a new function fails here until it is told what a right call is.
`make fuzz` tries as many thousands as wished.
"""

from tests.fuzz.__main__ import results
from tests.fuzz.doors import doors


def test_every_door_gives_a_right_value_or_names_what_it_refuses() -> None:
    """Right arguments give numbers, one hostile argument a right value or its refusal by name: no warning, no NaN, no other error."""
    count = len(doors())
    found = list(results(15, 0, 2 * count))
    assert len(found) == 2 * count > 1000
    assert {one["kind"] for one in found[:count]} <= {"right", "infinite"}, "with right arguments"
    assert not [one for one in found if one["kind"] == "fault"]
    assert sum(one["kind"] == "refused" for one in found) > count / 3
