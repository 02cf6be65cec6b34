"""w(1-w) ≤ ¼ - 1/10⁶ fails next to w = ½ only."""

from proofs.core.claim import Claim
from proofs.core.letters import UNIT, Domain

EXPECTED = "refuted"

claim = Claim(topic="trade-offs")
bound = claim.statement(
    "bound",
    "w(1-w) ≤ ¼ - 10⁻⁶",
    claimed=lambda w: 0.25 - 1e-6 + 0 * w,
    relation="<=",
    domain=Domain(w=UNIT),
    symbolic=lambda x: x.Rational(1, 4) - x.Rational(1, 10**6),
)


@bound.enclosure()
def everywhere(x):
    return x.w * (1 - x.w)
