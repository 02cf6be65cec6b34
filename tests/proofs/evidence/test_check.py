"""Checks: what double precision cannot decide does not count, what is wrong is confirmed and refuted."""

import math

import mpmath
import numpy as np
import pytest

from proofs.core.statement import Statement
from proofs.evidence import check


def searched(claimed, observed, instances, relation="==", **options):
    """What a search for a counterexample comes to."""
    return check.search(Statement("s", "…", claimed, relation).check(observed, on=instances, **options))[0]


def exactly(y):
    """ln(1+y) at 50 digits."""
    with mpmath.workdps(50):
        return mpmath.log1p(y)


@pytest.mark.parametrize("relation", ["==", "<=", ">="])
def test_what_cancels_is_not_refuted(relation) -> None:
    """ln(1+y) with the 1 added first is the right function, and loses what is small beside 1."""
    tiny = searched(
        lambda y: math.log(1 + y), lambda m, y: math.log1p(y), lambda s: s.either(s.scales(1e-9, 1e-4), s.scales(0.01, 1.0)), relation,
        error=1e-15, confirm=exactly,
    )  # fmt: skip
    assert tiny.outcome == "holds", tiny.detail
    assert "beyond double precision" in tiny.detail


@pytest.mark.parametrize("relative", [1e-6, 1e-9])
def test_a_wrong_constant_is_refuted_all_the_same(relative) -> None:
    """A billionth too much, in the same formula."""
    wrong = searched(
        lambda y: math.log(1 + y) * (1 + relative), lambda m, y: math.log1p(y),
        lambda s: s.either(s.scales(1e-9, 1e-4), s.scales(0.01, 1.0)), error=1e-15, confirm=exactly,
    )  # fmt: skip
    assert wrong.outcome == "refuted", wrong.detail
    assert "confirmed at 50 digits" in wrong.detail


def test_wrong_at_an_edge_alone_is_refuted() -> None:
    """A variance kept above 1e-12 is wrong at 0, though next to nothing."""
    wrong = searched(lambda v: max(v, 1e-12), lambda m, v: v, lambda s: s.either(s.one_of((0.0,)), s.reals(0.5, 1.0)))
    assert wrong.outcome == "refuted", wrong.detail
    assert wrong.counterexample == "(0.0,)" or wrong.counterexample == "0.0"


def test_a_check_that_seldom_has_digits_is_inconclusive() -> None:
    """Fewer than a hundred instances count where most are lost."""
    lost = searched(lambda y: 1e3 + y - 1e3, lambda m, y: y, lambda s: s.scales(1e-6, 1e-3), error=1e-15)
    assert lost.outcome == "inconclusive", lost.detail
    assert (lost.n or 0) < check.COUNTED


def test_arrays_are_confirmed_entry_by_entry() -> None:
    """A small entry beside a large one is not excused by it."""
    wrong = searched(
        lambda y: np.array([1e6 * y, y * (1 + 1e-8)]), lambda m, y: np.array([1e6 * y, y]), lambda s: s.reals(0.5, 1.0)
    )
    assert wrong.outcome == "refuted", wrong.detail


@pytest.mark.parametrize("scale", [lambda y: 1.0, lambda y: np.array(2.0), lambda y: max(1.0, 0.0 * y)])
def test_a_scale_that_is_the_same_everywhere_needs_a_reason(scale) -> None:
    """A function that always gives one number hides the tails as the number would."""
    for why, outcome in (("", "inconclusive"), ("as planted", "holds")):
        instances = lambda s: s.scales(1e-8, 1e8)  # noqa: E731
        found = searched(
            lambda y: 1.0 * y, lambda m, y: m.sqrt(m.number(y) ** 2), instances, scale=scale, why=why, error=1e-15
        )
        assert found.outcome == outcome, found.detail
