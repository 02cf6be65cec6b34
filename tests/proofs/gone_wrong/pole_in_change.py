"""The way through the domain jumps over it at a pole: 2v/(1+v²) ≤ v²/(1+v²) is false for every v < 2."""

from proofs.core.claim import Claim
from proofs.core.letters import POSITIVE, Domain

EXPECTED = "broken"
REASON = "the change of v is continuous"

claim = Claim(topic="trade-offs")
bound = claim.statement(
    "bound",
    "2v/(1+v²) ≤ v²/(1+v²) for v > 0",
    claimed=lambda v: v**2 / (1 + v**2),
    relation="<=",
    domain=Domain(v=POSITIVE),
    symbolic=lambda x: x.v**2 / (1 + x.v**2),
)


@bound.enclosure(
    change={"v": (lambda t: -t / ((1 - 2 * t) * (1 - t)), (0, 1))},
    contact={"v_t": 0},
    detects=None,
    why="a gap is left",
)
def everywhere(x):
    return 2 * x.v / (1 + x.v**2)


@bound.observed(
    instances=lambda s: s.scales(2.0, 40.0), scale=1.0, detects=None, why="the enclosure is what is looked at"
)
def at_points(m, v):
    return 2 * v / (1 + v**2)


at_points.control("less", lambda v: v**2 / (1 + v**2) - 0.9, why="too little")
