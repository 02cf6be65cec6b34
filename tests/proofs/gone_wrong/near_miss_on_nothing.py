"""A near miss for evidence that there is not: it is put through nothing."""

from proofs.core import Claim, Real

EXPECTED = "broken"
REASON = "expected evidence of square"

claim = Claim(topic="trade-offs")


@claim.states(lambda a: a * a)
def square(a: Real):
    """a²"""


def by_multiplication(m, a):
    return a * a


square.check(by_multiplication, on=lambda s: s.reals(0.0, 3.0))
square.wrong("no miss at all", on="by_multiplicaton", claimed=lambda a: a * a)
