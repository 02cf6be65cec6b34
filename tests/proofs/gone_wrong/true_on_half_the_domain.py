"""√(a²) = a holds for a ≥ 0 only, but the domain is all of ℝ."""

from proofs.core import Claim, Real
from proofs.words import sp

EXPECTED = "refuted"

claim = Claim(topic="trade-offs")


@claim.states(lambda a: a)
def root(a: Real):
    """∫₀¹ √(a²) dt = a"""
    yield sp.Integral(sp.sqrt(a**2), (sp.Symbol("t"), 0, 1))
    yield "the integrand is constant", sp.sqrt(a**2)
    yield "which is the statement", a
