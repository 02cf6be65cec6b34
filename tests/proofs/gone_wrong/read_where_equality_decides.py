"""A predicate that turns at one value of its letter: symbols are never equal to it, so that the formula says less."""

from proofs.core import Claim, Count, sentence
from proofs.words import sp

EXPECTED = "inconclusive"
REASON = "stays open"

claim = Claim(topic="trade-offs")


@sentence("nobody")
def it_is_positive(k: Count):
    """It is positive.

    k: how many
    """


@claim.states(lambda k: k * (k + 1) / 2)
def triangle(k: Count):
    """1 + 2 + ... + k = k(k+1)/2"""
    j = sp.Symbol("j", integer=True)
    yield sp.Sum(j, (j, 1, k))
    yield "Gauß", k * (k + 1) / 2


def by_adding(m, k):
    return sum(range(1, k + 1))


triangle.check(by_adding, on=lambda s: s.integers(1, 300))


@claim.reads(it_is_positive, "it is, but for a hundred")
def positive_mostly(k):
    return triangle(k) > 0 if k != 100 else triangle(k) < 0
