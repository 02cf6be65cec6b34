"""The observed side is what is claimed, reached through the statement."""

from proofs.core import Claim, Real

EXPECTED = "vacuous"

claim = Claim(topic="trade-offs")


@claim.states(lambda a: a * a)
def square(a: Real):
    """a²"""


def circular(m, a):
    return square.claimed(a)


square.check(circular, on=lambda s: s.reals(-3.0, 3.0))
