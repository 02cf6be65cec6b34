"""A tolerance wider than the resolution: no instance counts, and the check decides nothing."""

from proofs.core import Claim, Real

EXPECTED = "inconclusive"

claim = Claim(topic="trade-offs")


@claim.states(lambda a: a * a + 0.01)
def square(a: Real):
    """a²"""


def generous(m, a):
    return a * a


square.check(generous, on=lambda s: s.reals(1.0, 3.0), error=1.0)
square.wrong("anything: would pass too", claimed=lambda a: a + 0.5)
