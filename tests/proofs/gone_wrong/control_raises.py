"""A control that raises is no control."""

from proofs.core import Claim, Real

EXPECTED = "broken"

claim = Claim(topic="trade-offs")


@claim.states(lambda a: 2 * a + 1)
def area(a: Real):
    """∫₀¹ 2(a+t) dt = 2a + 1"""


def by_midpoints(m, a):
    return sum(2 * (a + (k + 0.5) / 8) for k in range(8)) / 8


area.check(by_midpoints, on=lambda s: s.reals(-3.0, 3.0), error=1e-14)
area.wrong("division by zero: raises", claimed=lambda a: a / 0)
