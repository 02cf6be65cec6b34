"""Half of the turn, which goes on everywhere."""

from proofs.core import Claim, Unit, carried, over
from proofs.words import sp

EXPECTED = "derived"

claim = Claim(topic="trade-offs")


@claim.states(
    lambda w: 0.25 + w,
    relation="<=",
    enclosed=over(
        w=carried(lambda t: t + t * (1 - t) * (1 - 2 * t) / 2, 0, 1), detects=1.0, why="the gap is a quarter at least"
    ),
)
def bound(w: Unit):
    """w(1-w) ≤ ¼ + w on (0, 1)"""
    yield w * (1 - w)
    yield "as it stands", sp.Rational(1, 4) + w


def at_points(m, w):
    return w * (1 - w)


bound.check(
    at_points, on=lambda s: s.reals(0.01, 0.99), scale=1.0, detects=None, why="the enclosure is what is looked at"
)
bound.wrong("less: too little", claimed=lambda w: 0.0 * w)
