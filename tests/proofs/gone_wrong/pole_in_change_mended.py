"""Without the pole, and with what is true: 2v/(1+v²) ≤ 1, at v = 1 alone an equality."""

from proofs.core.claim import Claim
from proofs.core.letters import POSITIVE, Domain

EXPECTED = "derived"

claim = Claim(topic="trade-offs")
bound = claim.statement(
    "bound",
    "2v/(1+v²) ≤ 1 for v > 0",
    claimed=lambda v: 1.0 + 0 * v,
    relation="<=",
    domain=Domain(v=POSITIVE),
    symbolic=lambda x: x.Integer(1),
)


@bound.enclosure(change={"v": (lambda t: t / (1 - t), (0, 1))}, contact={"v_t": 0.5})
def everywhere(x):
    return 2 * x.v / (1 + x.v**2)


@bound.observed(
    instances=lambda s: s.scales(0.02, 40.0), scale=1.0, detects=None, why="the enclosure is what is looked at"
)
def at_points(m, v):
    return 2 * v / (1 + v**2)


at_points.control("less", lambda v: 0.9 + 0 * v, why="too little")
