"""A derivation without a step."""

from proofs.core import Claim, Real
from proofs.words import sp

EXPECTED = "vacuous"

claim = Claim(topic="trade-offs")


@claim.states(lambda a: 2 * a + 1)
def area(a: Real):
    """∫₀¹ 2(a+t) dt = 2a + 1"""
    yield sp.Integral(2 * (a + sp.Symbol("t")), (sp.Symbol("t"), 0, 1))
