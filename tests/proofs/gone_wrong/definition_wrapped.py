"""A definition that is the statement under a trivial sum is none: Σ_{k=1}^{1} s²/2 is what is claimed."""

from proofs.core import Claim, Positive
from proofs.words import sp

EXPECTED = "vacuous"
REASON = "begins at its own conclusion"

claim = Claim(topic="trade-offs")


@claim.states(lambda s: s * s / 2)
def half(s: Positive):
    """E X² = s²/2 (it is s²)"""
    yield sp.Sum(s**2 / 2, (sp.Symbol("k"), 1, 1))
    yield "a single term", s**2 / 2
    yield "as it stands", s * s / 2
