"""An equality that is true to 70 digits and false: balls at more digits tell the sides apart."""

from proofs.core.claim import Claim
from proofs.core.letters import REAL, Domain

EXPECTED = "refuted"

claim = Claim(topic="trade-offs")
area = claim.statement(
    "area",
    "∫₀¹ 2(a+t) dt = 2a + 1",
    claimed=lambda a: 2 * a + 1,
    domain=Domain(a=REAL),
    definition=lambda x: x.Integral(2 * (x.a + x.Symbol("t")), (x.Symbol("t"), 0, 1)),
    symbolic=lambda x: 2 * x.a + 1,
)


@area.derivation
def nearly(x):
    return [("almost", 2 * x.a + 1 + x.Rational(1, 10**70)), ("back again", 2 * x.a + 1)]
