"""A claim that states nothing."""

from proofs.claim import Claim

EXPECTED = "vacuous"

claim = Claim(topic="trade-offs")
