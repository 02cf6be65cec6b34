"""Looked at where letters are ordinary alone, though stated for all of them."""

from proofs.core import Claim, Positive

EXPECTED = "inconclusive"
REASON = "s below 1e-3 from the lower end"

claim = Claim(topic="trade-offs")


@claim.states(lambda s: s * s)
def square(s: Positive):
    """s² for s > 0"""


def by_adding(m, s):
    return m.exp(2 * m.log(s)), s


square.check(by_adding, on=lambda s: s.reals(0.5, 2.0), error=1e-13)
square.wrong("s for s²", claimed=lambda s: s)
