"""A way that ends at 1 leaves the rest of (0, ∞) out, where nothing was looked at."""

from proofs.core import Claim, Positive, carried, over

EXPECTED = "inconclusive"
REASON = "v from 1 to ∞"

claim = Claim(topic="trade-offs")


@claim.states(
    lambda v: 1 + v**2,
    relation="<=",
    enclosed=over(v=carried(lambda t: t / (2 - t), 0, 1), detects=None, why="a gap is left"),
)
def bound(v: Positive):
    """v ≤ 1 + v² for v > 0"""
    yield v
    yield "as it stands", 1 + v**2


def at_points(m, v):
    return v


bound.check(at_points, on=lambda s: s.scales(1e-9, 1e9), detects=None, why="the enclosure is what is looked at")
bound.wrong("less: too little", claimed=lambda v: (1 + v**2) / 4)
