"""NaN where a finite number was promised."""

import math

from proofs.core.claim import Claim
from proofs.core.comparison import Sides

EXPECTED = "broken"

claim = Claim(topic="trade-offs")
root = claim.statement("root", "√a", claimed=lambda a: math.nan if a < 1 else math.sqrt(a))


@root.check(instances=lambda s: s.reals(0.0, 3.0), confirm=math.sqrt)
def by_power(claimed, a):
    return Sides(a**0.5, claimed(a))
