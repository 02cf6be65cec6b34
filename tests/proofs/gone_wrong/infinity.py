"""Infinity where a finite number was promised."""

import math

from proofs.core.claim import Claim
from proofs.core.comparison import Sides

EXPECTED = "broken"

claim = Claim(topic="trade-offs")
inverse = claim.statement("inverse", "1/a", claimed=lambda a: math.inf if a == 0 else 1 / a)


@inverse.check(instances=lambda s: s.reals(0.0, 3.0), confirm=lambda a: 1 / a)
def by_division(claimed, a):
    return Sides(1 / a if a else math.inf, claimed(a))
