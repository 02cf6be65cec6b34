"""Only eight distinct instances: a search over so few is none."""

from proofs.core import Claim, Real

EXPECTED = "inconclusive"

claim = Claim(topic="trade-offs")


@claim.states(lambda a: a * a)
def square(a: Real):
    """a²"""


def by_multiplication(m, a):
    return a * a


square.check(by_multiplication, on=lambda s: s.integers(1, 8))
