"""A letter of the domain that neither side uses: "for every w" says nothing of w."""

from proofs.core import Claim, Positive, Unit
from proofs.words import sp

EXPECTED = "vacuous"
REASON = "neither side uses the letter w"

claim = Claim(topic="trade-offs")


@claim.states(lambda s, w: 2.0 / s)
def mean(s: Positive, w: Unit):
    """E T = 2/s for every w"""
    t = sp.Symbol("t", positive=True)
    yield sp.Integral(t * s**2 * t * sp.exp(-s * t), (t, 0, sp.oo))
    yield "worked out", 2 / s


def by_definition(m, s, w):
    return 2 / s, s, w


mean.check(by_definition, on=lambda s: s.tuples(s.scales(1e-8, 1e8), s.reals(1e-8, 1 - 1e-8)))
mean.wrong("1/s for 2/s", symbolic=lambda s: 1 / s, claimed=lambda s, w: 1 / s)
