"""Infinity where a finite number was promised."""

import math

from proofs.core import Claim, Real

EXPECTED = "broken"

claim = Claim(topic="trade-offs")


@claim.states(lambda a: math.inf if a == 0 else 1 / a)
def inverse(a: Real):
    """1/a"""


def by_division(m, a):
    return 1 / a if a else math.inf


inverse.check(by_division, on=lambda s: s.reals(0.0, 3.0))
