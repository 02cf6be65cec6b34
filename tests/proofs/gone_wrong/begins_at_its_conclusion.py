"""A chain that begins at its own conclusion: there is nothing to derive."""

from proofs.core import Claim, Real

EXPECTED = "vacuous"

claim = Claim(topic="trade-offs")


@claim.states(lambda a: 2 * a + 1)
def area(a: Real):
    """∫₀¹ 2(a+t) dt = 2a + 1"""
    yield 2 * a + 1
    yield "add nothing", 2 * a + 1 + 0
    yield "which is the statement", 2 * a + 1
