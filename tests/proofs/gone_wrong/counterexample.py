"""False for large a only: the search finds it, shrinks it and confirms it."""

from proofs.core.claim import Claim
from proofs.core.comparison import Sides

EXPECTED = "refuted"

claim = Claim(topic="trade-offs")
square = claim.statement("square", "a²", claimed=lambda a: a * a if a < 2.5 else a * a + 1e-3)


@square.check(instances=lambda s: s.reals(0.0, 3.0), confirm=lambda a: a * a)
def by_multiplication(claimed, a):
    return Sides(a * a, claimed(a))
