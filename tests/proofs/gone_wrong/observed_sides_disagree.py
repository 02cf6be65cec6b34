"""The 50-digit side is not what the check observes: one of them is wrong."""

from proofs.core import Claim, Real

EXPECTED = "broken"

claim = Claim(topic="trade-offs")


@claim.states(lambda a: a * a)
def square(a: Real):
    """a²"""


def by_multiplication(m, a):
    return a * a


square.check(by_multiplication, on=lambda s: s.reals(1.0, 3.0), confirm=lambda a: a * a * 1.001)
