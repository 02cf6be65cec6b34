"""No instance satisfies the assumptions."""

from proofs.core.claim import Claim
from proofs.core.comparison import Sides

EXPECTED = "vacuous"

claim = Claim(topic="trade-offs")
square = claim.statement("square", "a²", claimed=lambda a: a * a)


@square.check(instances=lambda s: s.reals(0.0, 1.0).filter(lambda a: a > 2), confirm=lambda a: a * a)
def by_multiplication(claimed, a):
    return Sides(a * a, claimed(a))
