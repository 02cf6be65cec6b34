"""√(a²) = a holds for a ≥ 0 only, but the domain is all of ℝ."""

from proofs.core.claim import Claim
from proofs.core.letters import REAL, Domain

EXPECTED = "refuted"

claim = Claim(topic="trade-offs")
root = claim.statement(
    "root",
    "∫₀¹ √(a²) dt = a",
    claimed=lambda a: a,
    domain=Domain(a=REAL),
    definition=lambda x: x.Integral(x.sqrt(x.a**2), (x.Symbol("t"), 0, 1)),
    symbolic=lambda x: x.a,
)


@root.derivation
def carelessly(x):
    return [("the integrand is constant", x.sqrt(x.a**2))]
