"""A claim that states nothing."""

from proofs.core import Claim

EXPECTED = "vacuous"

claim = Claim(topic="trade-offs")
