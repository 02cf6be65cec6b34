"""A tolerance wider than the resolution: no instance counts, and the check decides nothing."""

from proofs.core.claim import Claim
from proofs.core.comparison import Sides

EXPECTED = "inconclusive"

claim = Claim(topic="trade-offs")
square = claim.statement("square", "a²", claimed=lambda a: a * a + 0.01)


@square.check(instances=lambda s: s.reals(1.0, 3.0), confirm=lambda a: a * a)
def generous(claimed, a):
    return Sides(a * a, claimed(a), observed_error=1.0)


generous.control("anything", lambda a: a + 0.5, why="would pass too")
