"""No instance satisfies the assumptions."""

from proofs.core import Claim, Real

EXPECTED = "vacuous"

claim = Claim(topic="trade-offs")


@claim.states(lambda a: a * a)
def square(a: Real):
    """a²"""


def by_multiplication(m, a):
    return a * a


square.check(by_multiplication, on=lambda s: s.reals(0.0, 1.0).filter(lambda a: a > 2))
