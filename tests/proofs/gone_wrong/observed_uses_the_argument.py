"""The observed side is the claimed function, handed in as the argument."""

from proofs.core.claim import Claim
from proofs.core.comparison import Sides

EXPECTED = "vacuous"

claim = Claim(topic="trade-offs")
square = claim.statement("square", "a²", claimed=lambda a: a * a)


@square.check(instances=lambda s: s.reals(-3.0, 3.0), confirm=lambda a: a * a)
def circular(claimed, a):
    return Sides(claimed(a), claimed(a))
