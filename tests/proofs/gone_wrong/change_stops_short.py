"""A way that ends at 1 leaves the rest of (0, ∞) out, where v² ≤ v is false."""

from proofs.core.claim import Claim
from proofs.core.letters import POSITIVE, Domain

EXPECTED = "inconclusive"
REASON = "v from 1 to oo"

claim = Claim(topic="trade-offs")
bound = claim.statement(
    "bound",
    "v² ≤ v for v > 0",
    claimed=lambda v: v,
    relation="<=",
    domain=Domain(v=POSITIVE),
    symbolic=lambda x: x.v,
)


@bound.enclosure(
    change={"v": (lambda t: t / (2 - t), (0, 1))}, contact={"v_t": (0, 1)}, detects=None, why="a gap is left"
)
def everywhere(x):
    return x.v**2


@bound.observed(
    instances=lambda s: s.reals(0.01, 0.99), scale=1.0, detects=None, why="the enclosure is what is looked at"
)
def at_points(m, v):
    return v**2


at_points.control("less", lambda v: v / 2, why="too little")
