"""A right chain whose end is not what the claimed function computes."""

from proofs.core.claim import Claim
from proofs.core.letters import REAL, Domain

EXPECTED = "refuted"

claim = Claim(topic="trade-offs")
area = claim.statement(
    "area",
    "∫₀¹ 2(a+t) dt = 2a + 1",
    claimed=lambda a: 2 * a - 1,
    domain=Domain(a=REAL),
    definition=lambda x: x.Integral(2 * (x.a + x.Symbol("t")), (x.Symbol("t"), 0, 1)),
    symbolic=lambda x: 2 * x.a + 1,
)


@area.derivation
def integrate(x):
    return [("integrate", 2 * x.a + 1)]
