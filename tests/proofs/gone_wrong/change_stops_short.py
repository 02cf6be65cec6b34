"""A way that ends at 1 leaves the rest of (0, ∞) out, where v² ≤ v is false."""

from proofs.core import Claim, Positive, carried, over

EXPECTED = "inconclusive"
REASON = "v from 1 to oo"

claim = Claim(topic="trade-offs")


@claim.states(
    lambda v: v,
    relation="<=",
    enclosed=over(v=carried(lambda t: t / (2 - t), 0, 1, contact=(0, 1)), detects=None, why="a gap is left"),
)
def bound(v: Positive):
    """v² ≤ v for v > 0"""
    yield v**2
    yield "as it stands", v


def at_points(m, v):
    return v**2


bound.check(
    at_points, on=lambda s: s.reals(0.01, 0.99), scale=1.0, detects=None, why="the enclosure is what is looked at"
)
bound.wrong("less: too little", claimed=lambda v: v / 2)
