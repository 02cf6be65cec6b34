"""Premises of an enclosure: ways through a domain, and factors, are proved or refused."""

from fractions import Fraction

import pytest
import sympy as sp

from proofs.evidence.box import positive
from proofs.evidence.premises import Range, Unproved

t, s = sp.Symbol("t", positive=True), sp.Symbol("s", real=True)
UNIT, WIDE = Range(t, Fraction(0), Fraction(1)), Range(s, Fraction(-1), Fraction(1))
WAYS = [
    (UNIT, t / (1 - t), (0, sp.oo)),
    (UNIT, 1 / t, (sp.oo, 1)),
    (UNIT, -sp.log(t) / 2, (sp.oo, 0)),
    (UNIT, sp.log(t / (1 - t)), (-sp.oo, sp.oo)),
    (UNIT, sp.sqrt(t) / 3, (0, sp.Rational(1, 3))),
    (UNIT, t**3, (0, 1)),
    (UNIT, t / (1 - t**2), (0, sp.oo)),
    (WIDE, s / (1 - s**2), (-sp.oo, sp.oo)),
    (WIDE, s**3 + s, (-2, 2)),
    (WIDE, sp.atanh(s / 2), (-sp.atanh(sp.Rational(1, 2)), sp.atanh(sp.Rational(1, 2)))),
]
NO_WAYS = [
    (UNIT, -t / ((1 - 2 * t) * (1 - t)), "is not zero"),
    (UNIT, t / (1 - t) + sp.sqrt(t - sp.Rational(1, 4)), "is not zero"),
    (UNIT, sp.log(t - sp.Rational(1, 3)), "is not zero"),
    (UNIT, sp.sqrt(t - 2), "is real"),
    (UNIT, t + 4 * t * (1 - t) * (1 - 2 * t), "monotone"),
    (UNIT, sp.Min(2 * t, 1), "monotone"),
    (UNIT, sp.Abs(t - sp.Rational(1, 3)), "monotone"),
    (UNIT, sp.Integer(1), "monotone"),
    (UNIT, sp.floor(2 * t) + t, "finite"),
    (UNIT, sp.Piecewise((t, t < sp.Rational(1, 2)), (t + 1, True)), "finite"),
    (UNIT, t + sp.Symbol("other", positive=True), "finite"),
    (WIDE, sp.sqrt(s**2), "monotone"),
    (Range(t, Fraction(1), Fraction(1)), t, "empty"),
]


@pytest.mark.parametrize(("inside", "path", "ends"), WAYS, ids=str)
def test_a_way_leads_from_one_end_to_the_other(inside, path, ends) -> None:
    """What is continuous and strictly monotone is found to be so, and where it leads."""
    assert inside.ends(path) == ends


@pytest.mark.parametrize(("inside", "path", "words"), NO_WAYS, ids=str)
def test_what_breaks_off_turns_or_stands_still_is_no_way(inside, path, words) -> None:
    """Poles, roots of negatives, jumps, turns and plateaus are refused, by name."""
    with pytest.raises(Unproved, match=words):
        inside.ends(path)


def test_factors_are_positive_inside_whatever_their_letters_are_assumed_to_be() -> None:
    """A zero at an end is none inside; a letter assumed to be positive is not on a range that goes below."""
    box = {"t": (Fraction(0), Fraction(1))}
    assert positive(t * (1 - t) ** 2, box)
    assert positive((t - 1) * (t - 2), box)
    assert not positive(t - sp.Rational(1, 2), box)
    assert not positive(sp.Symbol("k", positive=True), box)
    assert not positive(t, {"t": (Fraction(-1), Fraction(1))})
    assert not positive(t * s, {"t": (Fraction(0), Fraction(1)), "s": (Fraction(-1), Fraction(1))})
