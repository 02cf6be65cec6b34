"""A control that is true: the evidence accepts it, so it shows nothing."""

from proofs.core import Claim, Real

EXPECTED = "broken"

claim = Claim(topic="trade-offs")


@claim.states(lambda a: 2 * a + 1)
def area(a: Real):
    """∫₀¹ 2(a+t) dt = 2a + 1"""


def by_midpoints(m, a):
    return sum(2 * (a + (k + 0.5) / 8) for k in range(8)) / 8


area.check(by_midpoints, on=lambda s: s.reals(-3.0, 3.0), error=1e-14)
area.wrong("the same in other words: not false at all", claimed=lambda a: a + a + 1)
