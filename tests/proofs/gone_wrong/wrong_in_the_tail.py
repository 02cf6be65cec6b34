"""Right where letters are ordinary, wrong beyond a thousand: the anchor goes there."""

from proofs.core import Claim, Positive
from proofs.words import sp

EXPECTED = "refuted"
REASON = "the end of the chain is not what the claimed function computes"

claim = Claim(topic="trade-offs")


@claim.states(lambda s: 1 / s if s < 2000 else 1 / s**1.01)
def mean(s: Positive):
    """E T = 1/s for T exponential of rate s"""
    t = sp.Symbol("t", positive=True)
    yield sp.Integral(t * s * sp.exp(-s * t), (t, 0, sp.oo))
    yield "worked out", 1 / s
