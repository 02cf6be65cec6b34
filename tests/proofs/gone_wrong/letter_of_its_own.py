"""A letter that only looks like the statement's: it is positive where the statement's is any number (-r ≤ 0)."""

from proofs.core import Claim, Real
from proofs.words import sp

EXPECTED = "broken"
REASON = "as they are given"

claim = Claim(topic="trade-offs")
t, p = sp.Symbol("t"), sp.Symbol("r", positive=True)


@claim.states(lambda r: 0.0 * r, relation="<=")
def bound(r: Real):
    """∫₀ʳ (-1) dt ≤ 0"""
    yield sp.Integral(-1, (t, 0, p))
    yield "a negative number", sp.Integer(0)


def by_quadrature(m, r):
    return -r


bound.check(
    by_quadrature, on=lambda s: s.scales(0.1, 10.0), scale=1.0, detects=None, why="zero is far from what is observed"
)
bound.wrong("less: too little", on="by_quadrature", claimed=lambda r: -2 * r)
