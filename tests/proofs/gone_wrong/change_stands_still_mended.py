"""Half as fast, the same way goes on to the end."""

from proofs.core.claim import Claim
from proofs.core.letters import UNIT, Domain

EXPECTED = "derived"

claim = Claim(topic="trade-offs")
bound = claim.statement(
    "bound",
    "w(1-w) ≤ ¼ + w on (0, 1)",
    claimed=lambda w: 0.25 + w,
    relation="<=",
    domain=Domain(w=UNIT),
    symbolic=lambda x: x.Rational(1, 4) + x.w,
)


@bound.enclosure(change={"w": (lambda t: 2 * t, (0, "1/2"))}, detects=1.0, why="the gap is a quarter at least")
def everywhere(x):
    return x.w * (1 - x.w)


@bound.observed(
    instances=lambda s: s.reals(0.01, 0.99), scale=1.0, detects=None, why="the enclosure is what is looked at"
)
def at_points(m, w):
    return w * (1 - w)


at_points.control("less", lambda w: 0.0 * w, why="too little")
