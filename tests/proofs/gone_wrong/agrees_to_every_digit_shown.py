"""An equality that no canonical form shows and no ball refutes stays undecided: Γ(z + 1) = z Γ(z) at z = eᵃ."""

from proofs.core import Claim, Real
from proofs.words import sp

EXPECTED = "inconclusive"

claim = Claim(topic="trade-offs")


@claim.states(lambda a: 1.0)
def circle(a: Real):
    """Γ(eᵃ + 1)/(eᵃ Γ(eᵃ)) ∫₀^∞ e⁻ᵗ dt = 1"""
    opaque = sp.gamma(sp.exp(a) + 1) / (sp.exp(a) * sp.gamma(sp.exp(a)))
    t = sp.Symbol("t", positive=True)
    yield opaque * sp.Integral(sp.exp(-t), (t, 0, sp.oo))
    yield "worked out", opaque
    yield "a functional equation that no canonical form here knows", sp.Integer(1)
