"""Both sides meet at ½ and part again: w ≤ w + (w-½)⁴."""

from proofs.core import Claim, Unit, over
from proofs.words import sp

EXPECTED = "derived"

claim = Claim(topic="trade-offs")


@claim.states(lambda w: w + (w - 0.5) ** 4, relation="<=", enclosed=over(contact={"w": 0.5}))
def bound(w: Unit):
    """w ≤ w + (w-½)⁴ on (0, 1)"""
    yield w + 0
    yield "as it stands", w + (w - sp.Rational(1, 2)) ** 4


def at_points(m, w):
    return w + 0


bound.check(
    at_points, on=lambda s: s.reals(0.01, 0.99), scale=1.0, detects=None, why="the enclosure is what is looked at"
)
bound.wrong("less: too little", claimed=lambda w: w - 0.5)
