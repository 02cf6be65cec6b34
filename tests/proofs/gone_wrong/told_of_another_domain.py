"""A check that looks at negative numbers, of which the statement says nothing."""

from proofs.core import Claim, Positive

EXPECTED = "broken"
REASON = "expected letters of a ∈ (0, ∞)"

claim = Claim(topic="trade-offs")


@claim.states(lambda a: a * a if a < 0 else a * a + 1)
def square(a: Positive):
    """a²"""


def by_multiplication(m, a):
    return a * a, -a


square.check(by_multiplication, on=lambda s: s.scales(0.1, 10.0))
