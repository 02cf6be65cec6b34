"""A control that raises is no control."""

from proofs.core.claim import Claim
from proofs.core.comparison import Sides
from proofs.core.letters import REAL, Domain

EXPECTED = "broken"

claim = Claim(topic="trade-offs")
area = claim.statement(
    "area",
    "∫₀¹ 2(a+t) dt = 2a + 1",
    claimed=lambda a: 2 * a + 1,
    domain=Domain(a=REAL),
    definition=lambda x: x.Integral(2 * (x.a + x.Symbol("t")), (x.Symbol("t"), 0, 1)),
    symbolic=lambda x: 2 * x.a + 1,
)


@area.check(instances=lambda s: s.reals(-3.0, 3.0), confirm=lambda a: 2 * a + 1)
def by_midpoints(claimed, a):
    return Sides(sum(2 * (a + (k + 0.5) / 8) for k in range(8)) / 8, claimed(a), observed_error=1e-14)


by_midpoints.control("division by zero", lambda a: a / 0, why="raises")
