"""An equality that is true to 70 digits and false: balls at more digits tell the sides apart."""

from proofs.core import Claim, Real
from proofs.words import sp

EXPECTED = "refuted"

claim = Claim(topic="trade-offs")


@claim.states(lambda a: 2 * a + 1)
def area(a: Real):
    """∫₀¹ 2(a+t) dt = 2a + 1"""
    yield sp.Integral(2 * (a + sp.Symbol("t")), (sp.Symbol("t"), 0, 1))
    yield "almost", 2 * a + 1 + sp.Rational(1, 10**70)
    yield "back again", 2 * a + 1
