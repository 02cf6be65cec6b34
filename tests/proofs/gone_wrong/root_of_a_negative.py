"""√(w - ¼)/4 ≤ 1 says nothing below ¼, where the root is no real number."""

from proofs.core.claim import Claim
from proofs.core.letters import UNIT, Domain

EXPECTED = "inconclusive"
REASON = "not covered"

claim = Claim(topic="trade-offs")
bound = claim.statement(
    "bound",
    "√(w - ¼)/4 ≤ 1 on (0, 1)",
    claimed=lambda w: 1.0 + 0 * w,
    relation="<=",
    domain=Domain(w=UNIT),
    symbolic=lambda x: x.Integer(1),
)


@bound.enclosure(detects=None, why="a gap is left")
def everywhere(x):
    return x.sqrt(x.w - x.Rational(1, 4)) / 4


@bound.observed(
    instances=lambda s: s.reals(0.26, 0.99), scale=1.0, detects=None, why="the enclosure is what is looked at"
)
def at_points(m, w):
    return m.sqrt(w - 0.25) / 4


at_points.control("less", lambda w: 0.05 + 0 * w, why="too little")
