"""The way through the domain jumps over it at a pole: 2v/(1+v²) ≤ v²/(1+v²) is false for every v < 2."""

from proofs.core import Claim, Positive, carried, over

EXPECTED = "broken"
REASON = "the change of v is continuous"

claim = Claim(topic="trade-offs")


@claim.states(
    lambda v: v**2 / (1 + v**2),
    relation="<=",
    enclosed=over(
        v=carried(lambda t: -t / ((1 - 2 * t) * (1 - t)), 0, 1, contact=0), detects=None, why="a gap is left"
    ),
)
def bound(v: Positive):
    """2v/(1+v²) ≤ v²/(1+v²) for v > 0"""
    yield 2 * v / (1 + v**2)
    yield "as it stands", v**2 / (1 + v**2)


def at_points(m, v):
    return 2 * v / (1 + v**2)


bound.check(
    at_points, on=lambda s: s.scales(2.0, 40.0), scale=1.0, detects=None, why="the enclosure is what is looked at"
)
bound.wrong("less: too little", claimed=lambda v: v**2 / (1 + v**2) - 0.9)
