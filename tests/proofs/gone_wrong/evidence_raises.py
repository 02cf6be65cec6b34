"""Evidence that raises."""

from proofs.core.claim import Claim

EXPECTED = "broken"

claim = Claim(topic="trade-offs")
square = claim.statement("square", "a²", claimed=lambda a: a * a)


@square.check(instances=lambda s: s.reals(-1.0, 1.0), confirm=lambda a: a * a)
def unfinished(claimed, a):
    raise RuntimeError("not written yet")
