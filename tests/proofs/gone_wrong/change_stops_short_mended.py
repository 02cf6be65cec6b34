"""Where the domain ends with the way: v² ≤ v on (0, 1)."""

from proofs.core.claim import Claim
from proofs.core.letters import UNIT, Domain

EXPECTED = "derived"

claim = Claim(topic="trade-offs")
bound = claim.statement(
    "bound",
    "v² ≤ v on (0, 1)",
    claimed=lambda v: v,
    relation="<=",
    domain=Domain(v=UNIT),
    symbolic=lambda x: x.v,
)


@bound.enclosure(change={"v": (lambda t: t / (2 - t), (0, 1))}, contact={"v_t": (0, 1)})
def everywhere(x):
    return x.v**2


@bound.observed(
    instances=lambda s: s.reals(0.01, 0.99), scale=1.0, detects=None, why="the enclosure is what is looked at"
)
def at_points(m, v):
    return v**2


at_points.control("less", lambda v: v / 2, why="too little")
