"""A ruling “conditional” with evidence on one side only."""

from proofs.core.claim import Claim, Conditional, Folk
from proofs.core.comparison import Sides
from proofs.core.letters import REAL, Domain

EXPECTED = "vacuous"

claim = Claim(topic="trade-offs", folk=Folk("Areas grow.", "nobody", Conditional("a > 0", ("area",), ())))
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
