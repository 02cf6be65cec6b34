"""Without the pole, and with what is true: 2v/(1+v²) ≤ 1, at v = 1 alone an equality."""

from proofs.core import Claim, Positive, carried, over
from proofs.words import sp

EXPECTED = "derived"

claim = Claim(topic="trade-offs")


@claim.states(lambda v: 1.0 + 0 * v, relation="<=", enclosed=over(v=carried(lambda t: t / (1 - t), 0, 1, contact=0.5)))
def bound(v: Positive):
    """2v/(1+v²) ≤ 1 for v > 0"""
    yield 2 * v / (1 + v**2)
    yield "as it stands", sp.Integer(1)


def at_points(m, v):
    return 2 * v / (1 + v**2)


bound.check(
    at_points, on=lambda s: s.scales(0.02, 40.0), scale=1.0, detects=None, why="the enclosure is what is looked at"
)
bound.wrong("less: too little", claimed=lambda v: 0.9 + 0 * v)
