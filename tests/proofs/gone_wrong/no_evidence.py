"""A statement without evidence."""

from proofs.core.claim import Claim

EXPECTED = "vacuous"

claim = Claim(topic="trade-offs")
claim.statement("bare", "1 = 1", claimed=lambda: 1.0)
