"""An equality that no canonical form shows and no ball refutes stays undecided: sin² of an opaque angle."""

from proofs.core import Claim, Real
from proofs.words import sp

EXPECTED = "inconclusive"

claim = Claim(topic="trade-offs")


@claim.states(lambda a: 1.0)
def circle(a: Real):
    """∫₀¹ (sin(a+2t)² + cos(a+2t)²)^... = 1 by numbers alone"""
    opaque = sp.gamma(sp.exp(a) + 1) / (sp.exp(a) * sp.gamma(sp.exp(a)))
    yield sp.Integral(1 + 0 * a, (sp.Symbol("t"), 0, 1))
    yield "a functional equation that no canonical form here knows", opaque
    yield "which is the statement", sp.Integer(1)
