"""The parts of a letter's range: what is drawn of one lies in it, points reach all of them, and what they leave is told."""

import math
import random
from fractions import Fraction

import pytest

from proofs.core import strata
from proofs.core.letters import Domain, Interval, between, integers

RANGES = {
    "positive": Interval(0, math.inf),
    "from one on": Interval(1, math.inf, closed_below=True),
    "negative": Interval(-math.inf, 0),
    "real": Interval(-math.inf, math.inf),
    "between": between(0, 1),
    "closed": Interval(Fraction(1, 2), 3, closed_below=True, closed_above=True),
    "integers": integers(2),
    "few integers": integers(1, 3),
}
every_range = pytest.mark.parametrize("interval", RANGES.values(), ids=RANGES)


@every_range
def test_what_is_drawn_of_a_part_lies_in_it(interval: Interval) -> None:
    """Every part, many times."""
    draw = random.Random(3)
    for part in strata.strata(interval):
        for _ in range(50):
            value = strata.drawn(part, interval, interval.lower, interval.upper, draw)
            assert strata.stratum(interval, interval.lower, interval.upper, value) == part
            assert Domain(x=interval).admits({"x": value})


@every_range
@pytest.mark.parametrize("seed", range(5))
def test_the_points_of_an_anchor_reach_every_part(interval: Interval, seed: int) -> None:
    """A hundred of them leave nothing out; a letter beside it makes no difference."""
    domain = Domain(x=interval, y=between(0, 1))
    covered = domain.covered(domain.points(104, seed))
    assert covered["x"]["left_out"] == []
    assert covered["y"]["left_out"] == []


def test_what_points_leave_out_is_told() -> None:
    """Ordinary ones leave both tails."""
    left = Domain(x=RANGES["positive"]).covered([{"x": 0.5}, {"x": 2.0}])["x"]["left_out"]
    assert "below 1e-3 from the lower end" in left
    assert "beyond 1e3 from the lower end" in left
    assert "1e-1 to 1e0 from the lower end" not in left


def test_ends_that_depend_on_a_letter_are_reached() -> None:
    """0 < t < 1 - a: near either end, relative to how far they are apart."""
    domain = Domain(a=between(0, 1), t=between(0, "1-a"))
    assert domain.covered(domain.points(104, 1))["t"]["left_out"] == []


@pytest.mark.parametrize("value", [math.nan, math.inf, -math.inf])
def test_what_is_not_finite_lies_nowhere(value: float) -> None:
    """Not even on the whole line."""
    assert not Domain(x=RANGES["real"]).admits({"x": value})


def test_points_reach_far_out_and_far_in() -> None:
    """Of a range without an end beyond a million, next to a finite end nearer than a millionth: at one of eight seeds."""
    domain = Domain(s=RANGES["positive"], w=between(0, 1), x=RANGES["real"])
    points = [point for seed in range(8) for point in domain.points(104, seed)]
    s, w, x = ([float(point[name]) for point in points] for name in "swx")
    assert min(max(s), max(x), -min(x)) > 1e6
    assert max(min(s), min(w), 1 - max(w), min(map(abs, x))) < 1e-6
