"""The 50-digit side is not what the check observes: one of them is wrong."""

from proofs.core.claim import Claim
from proofs.core.comparison import Sides

EXPECTED = "broken"

claim = Claim(topic="trade-offs")
square = claim.statement("square", "a²", claimed=lambda a: a * a)


@square.check(instances=lambda s: s.reals(1.0, 3.0), confirm=lambda a: a * a * 1.001)
def by_multiplication(claimed, a):
    return Sides(a * a, claimed(a))
