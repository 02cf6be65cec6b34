"""A box that covers half of the domain proves half of the statement; the rest is printed."""

from proofs.core import Claim, Unit, carried, over
from proofs.words import sp

EXPECTED = "inconclusive"

claim = Claim(topic="trade-offs")


@claim.states(
    lambda w: 1.0 + 0 * w,
    relation="<=",
    enclosed=over(w=carried(lambda t: t / 2, 0, 1), detects=1.0, why="1 is far above"),
)
def bound(w: Unit):
    """w(1-w) ≤ 1"""
    yield w * (1 - w)
    yield "as it stands", sp.Integer(1)
