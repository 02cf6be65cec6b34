"""A box that covers half of the domain proves half of the statement; the rest is printed."""

from proofs.core.claim import Claim
from proofs.core.letters import UNIT, Domain

EXPECTED = "inconclusive"

claim = Claim(topic="trade-offs")
bound = claim.statement(
    "bound",
    "w(1-w) ≤ 1",
    claimed=lambda w: 1.0 + 0 * w,
    relation="<=",
    domain=Domain(w=UNIT),
    symbolic=lambda x: x.Integer(1),
)


@bound.enclosure(change={"w": (lambda t: t / 2, (0, 1))}, detects=1.0)
def everywhere(x):
    return x.w * (1 - x.w)
