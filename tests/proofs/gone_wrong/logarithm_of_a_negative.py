"""v ln v with v = w - 10⁻⁵ is no real number on a hundred-thousandth of the domain."""

from proofs.core import Claim, Unit, over
from proofs.words import sp

EXPECTED = "inconclusive"
REASON = "not covered"

claim = Claim(topic="trade-offs")


@claim.states(lambda w: 1.0 + 0 * w, relation="<=", enclosed=over(detects=None, why="a gap is left"))
def bound(w: Unit):
    """v ln v ≤ 1, v = w - 10⁻⁵, on (0, 1)"""
    yield (w - sp.Rational(1, 10**5)) * sp.log(w - sp.Rational(1, 10**5))
    yield "as it stands", sp.Integer(1)


def at_points(m, w):
    return (w - 1e-05) * m.log(w - 1e-05)


bound.check(
    at_points, on=lambda s: s.reals(0.26, 0.99), scale=1.0, detects=None, why="the enclosure is what is looked at"
)
bound.wrong("less: too little", claimed=lambda w: 0.0 * w - 0.3)
