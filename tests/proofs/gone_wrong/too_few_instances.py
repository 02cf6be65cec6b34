"""Only eight distinct instances: a search over so few is none."""

from proofs.core.claim import Claim
from proofs.core.comparison import Sides

EXPECTED = "inconclusive"

claim = Claim(topic="trade-offs")
square = claim.statement("square", "a²", claimed=lambda a: a * a)


@square.check(instances=lambda s: s.integers(1, 8), confirm=lambda a: a * a)
def by_multiplication(claimed, a):
    return Sides(a * a, claimed(a))
