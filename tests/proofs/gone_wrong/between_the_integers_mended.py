"""n(n-2) ≥ 0 for all reals from 2 on, hence for integers."""

from typing import Annotated

from proofs.core import Claim, Letter, carried, integers, over
from proofs.words import sp

EXPECTED = "derived"

claim = Claim(topic="trade-offs")


@claim.states(
    lambda n: 0.0 * n,
    relation=">=",
    enclosed=over(n=carried(lambda t: 1 / t, 0, "1/2", contact="1/2"), factor=lambda n: n**2),
)
def bound(n: Annotated[Letter, integers(2)]):
    """n(n-2) ≥ 0, n = 2, 3, ..."""
    yield n * (n - 2)
    yield "as it stands", sp.Integer(0)


def at_points(m, n):
    return n * (n - 2)


bound.check(
    at_points, on=lambda s: s.integers(2, 300), scale=1.0, detects=None, why="the enclosure is what is looked at"
)
bound.wrong("less: too little", claimed=lambda n: 0.0 * n + 1)
