"""(n-2)(n-3) ≥ 0 for integers: the reals between, where it is false, are no counterexample, and cannot be covered."""

from typing import Annotated

from proofs.core import Claim, Letter, carried, integers, over
from proofs.words import sp

EXPECTED = "inconclusive"
REASON = "not covered"

claim = Claim(topic="trade-offs")


@claim.states(
    lambda n: 0.0 * n,
    relation=">=",
    enclosed=over(
        n=carried(lambda t: 1 / t, 0, "1/2", contact=(0, "1/2")),
        factor=lambda n: n**2,
        detects=None,
        why="a gap is left",
    ),
)
def bound(n: Annotated[Letter, integers(2)]):
    """(n-2)(n-3) ≥ 0, n = 2, 3, ..."""
    yield (n - 2) * (n - 3)
    yield "as it stands", sp.Integer(0)


def at_points(m, n):
    return (n - 2) * (n - 3)


bound.check(
    at_points, on=lambda s: s.integers(2, 300), scale=1.0, detects=None, why="the enclosure is what is looked at"
)
bound.wrong("less: too little", claimed=lambda n: 0.0 * n + 1)
