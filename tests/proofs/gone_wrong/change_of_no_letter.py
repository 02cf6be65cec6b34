"""A change of a letter that does not occur was meant for another."""

from proofs.core import Claim, Unit, carried, over
from proofs.words import sp

EXPECTED = "broken"
REASON = "expected letters of w, got 'v'"

claim = Claim(topic="trade-offs")


@claim.states(lambda w: 0.25 + 0 * w, relation="<=", enclosed=over(v=carried(lambda t: t, 0, 1), contact={"w": 0.5}))
def bound(w: Unit):
    """w(1-w) ≤ ¼ on (0, 1)"""
    yield w * (1 - w)
    yield "as it stands", sp.Rational(1, 4)


def at_points(m, w):
    return w * (1 - w)


bound.check(
    at_points, on=lambda s: s.reals(0.01, 0.99), scale=1.0, detects=None, why="the enclosure is what is looked at"
)
bound.wrong("less: too little", claimed=lambda w: 0.2 + 0 * w)
