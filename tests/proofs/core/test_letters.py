"""Letters: what SymPy is told of a symbol is true wherever its letter may be."""

import pytest
import sympy as sp

from proofs.core.letters import NONNEGATIVE, POSITIVE, REAL, UNIT, Domain, Interval, above, between, integers

RANGES = {
    "real": REAL, "positive": POSITIVE, "nonnegative": NONNEGATIVE, "unit": UNIT, "around 0": between(-2, 3),
    "from 0": integers(0), "from 1": integers(1), "from -3": integers(-3), "a few": integers(2, 5),
    "above another": above("a"), "from another on": Interval("a", closed_below=True),
    "integers from another on": Interval("n", closed_below=True, integer=True),
}  # fmt: skip
SIGNS = ("is_positive", "is_nonnegative", "is_nonpositive", "is_negative", "is_zero", "is_integer")


@pytest.mark.parametrize("name", RANGES)
def test_a_symbol_is_told_nothing_that_its_letter_may_not_be(name: str) -> None:
    """No admissible point, edges included, contradicts what is assumed: a letter that may be 0 is not positive."""
    domain = Domain(n=integers(0), a=NONNEGATIVE, x=RANGES[name])
    symbol = domain.vocabulary().x
    for point in domain.points(200, seed=1):
        value = sp.Rational(point["x"].numerator, point["x"].denominator)
        for sign in SIGNS:
            assert getattr(symbol, sign) in (None, getattr(value, sign)), (sign, value)


def test_a_symbol_is_told_the_sign_that_its_range_has() -> None:
    """Integers from 0 on are not negative, those from 1 on positive, as (0, 1) is and what lies above a positive letter."""
    x = Domain(n=integers(0), m=integers(1), w=UNIT, b=above("w")).vocabulary()
    assert (x.n.is_nonnegative, x.m.is_positive, x.w.is_positive, x.b.is_positive) == (True,) * 4
