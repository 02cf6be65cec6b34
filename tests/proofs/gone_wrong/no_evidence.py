"""A statement without evidence."""

from proofs.core import Claim

EXPECTED = "vacuous"

claim = Claim(topic="trade-offs")


@claim.states(lambda: 1.0)
def bare():
    """1 = 1"""
