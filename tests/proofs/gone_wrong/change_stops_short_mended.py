"""Where the domain ends with the way: v² ≤ v on (0, 1)."""

from proofs.core import Claim, Unit, carried, over

EXPECTED = "derived"

claim = Claim(topic="trade-offs")


@claim.states(lambda v: v, relation="<=", enclosed=over(v=carried(lambda t: t / (2 - t), 0, 1, contact=(0, 1))))
def bound(v: Unit):
    """v² ≤ v on (0, 1)"""
    yield v**2
    yield "as it stands", v


def at_points(m, v):
    return v**2


bound.check(
    at_points, on=lambda s: s.reals(0.01, 0.99), scale=1.0, detects=None, why="the enclosure is what is looked at"
)
bound.wrong("less: too little", claimed=lambda v: v / 2)
