"""√(w - ¼)/4 ≤ 1 says nothing below ¼, where the root is no real number."""

from proofs.core import Claim, Unit, over
from proofs.words import sp

EXPECTED = "inconclusive"
REASON = "not covered"

claim = Claim(topic="trade-offs")


@claim.states(lambda w: 1.0 + 0 * w, relation="<=", enclosed=over(detects=None, why="a gap is left"))
def bound(w: Unit):
    """√(w - ¼)/4 ≤ 1 on (0, 1)"""
    yield sp.sqrt(w - sp.Rational(1, 4)) / 4
    yield "as it stands", sp.Integer(1)


def at_points(m, w):
    return m.sqrt(w - 0.25) / 4


bound.check(
    at_points, on=lambda s: s.reals(0.26, 0.99), scale=1.0, detects=None, why="the enclosure is what is looked at"
)
bound.wrong("less: too little", claimed=lambda w: 0.05 + 0 * w)
