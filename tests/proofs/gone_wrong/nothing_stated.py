"""A claim that states nothing."""

from proofs.core.claim import Claim

EXPECTED = "vacuous"

claim = Claim(topic="trade-offs")
