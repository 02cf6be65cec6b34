"""The way through (0, 1) jumps from ¼ to ¾, over all points where w(1-w) ≤ 3/16 is false."""

from proofs.core import Claim, Unit, carried, over
from proofs.words import sp

EXPECTED = "broken"
REASON = "the change of w is continuous"


def jump(t):
    """t/2 below ½, (1+t)/2 above."""
    return sp.Piecewise((t / 2, t < sp.Rational(1, 2)), ((1 + t) / 2, True))


claim = Claim(topic="trade-offs")


@claim.states(
    lambda w: 3 / 16 + 0 * w,
    relation="<=",
    enclosed=over(w=carried(jump, 0, 1, contact=0.5), detects=None, why="a gap is left"),
)
def bound(w: Unit):
    """w(1-w) ≤ 3/16 on (0, 1)"""
    yield w * (1 - w)
    yield "as it stands", sp.Rational(3, 16)


def at_points(m, w):
    return w * (1 - w)


bound.check(
    at_points, on=lambda s: s.reals(0.01, 0.25), scale=1.0, detects=None, why="the enclosure is what is looked at"
)
bound.wrong("less: too little", claimed=lambda w: 0.0 * w)
