"""An equality that no canonical form shows and no ball refutes stays undecided: sin² of an opaque angle."""

from proofs.core.claim import Claim
from proofs.core.letters import REAL, Domain

EXPECTED = "inconclusive"

claim = Claim(topic="trade-offs")
circle = claim.statement(
    "circle",
    "∫₀¹ (sin(a+2t)² + cos(a+2t)²)^... = 1 by numbers alone",
    claimed=lambda a: 1.0,
    domain=Domain(a=REAL),
    definition=lambda x: x.Integral(1 + 0 * x.a, (x.Symbol("t"), 0, 1)),
    symbolic=lambda x: x.Integer(1),
)


@circle.derivation
def by_numbers(x):
    opaque = x.gamma(x.exp(x.a) + 1) / (x.exp(x.a) * x.gamma(x.exp(x.a)))  # Γ(z+1) = z Γ(z)
    return [("a functional equation that no canonical form here knows", opaque)]
