"""Evidence that raises."""

from proofs.core import Claim, Real

EXPECTED = "broken"

claim = Claim(topic="trade-offs")


@claim.states(lambda a: a * a)
def square(a: Real):
    """a²"""


def unfinished(m, a):
    raise RuntimeError("not written yet")


square.check(unfinished, on=lambda s: s.reals(-1.0, 1.0))
