"""A near miss of a formula, where there is no derivation into which it could be put: nothing has refuted it."""

from proofs.core import Claim, Real

EXPECTED = "vacuous"
REASON = "is put through nothing"

claim = Claim(topic="trade-offs")


@claim.states(lambda a: a * a)
def square(a: Real):
    """a²"""


def by_multiplication(m, a):
    return a * a


square.check(by_multiplication, on=lambda s: s.reals(0.0, 3.0))
square.wrong("no miss at all", symbolic=lambda a: a * a)
