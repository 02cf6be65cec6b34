"""False for large a only: the search finds it, shrinks it and confirms it."""

from proofs.core import Claim, Real

EXPECTED = "refuted"

claim = Claim(topic="trade-offs")


@claim.states(lambda a: a * a if a < 2.5 else a * a + 0.001)
def square(a: Real):
    """a²"""


def by_multiplication(m, a):
    return a * a


square.check(by_multiplication, on=lambda s: s.reals(0.0, 3.0))
