"""NaN where a finite number was promised."""

import math

from proofs.core import Claim, Real

EXPECTED = "broken"

claim = Claim(topic="trade-offs")


@claim.states(lambda a: math.nan if a < 1 else math.sqrt(a))
def root(a: Real):
    """√a"""


def by_power(m, a):
    return a**0.5


root.check(by_power, on=lambda s: s.reals(0.0, 3.0))
