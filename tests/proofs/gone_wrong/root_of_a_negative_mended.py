"""√(w - ¼)/4 ≤ 1 where the root is real."""

from fractions import Fraction

from proofs.core.claim import Claim
from proofs.core.letters import Domain, between

EXPECTED = "derived"

claim = Claim(topic="trade-offs")
bound = claim.statement(
    "bound",
    "√(w - ¼)/4 ≤ 1 on (¼, 1)",
    claimed=lambda w: 1.0 + 0 * w,
    relation="<=",
    domain=Domain(w=between(Fraction(1, 4), 1)),
    symbolic=lambda x: x.Integer(1),
)


@bound.enclosure(detects=0.9, why="the gap is half at least")
def everywhere(x):
    return x.sqrt(x.w - x.Rational(1, 4)) / 4


@bound.observed(
    instances=lambda s: s.reals(0.26, 0.99), scale=1.0, detects=None, why="the enclosure is what is looked at"
)
def at_points(m, w):
    return m.sqrt(w - 0.25) / 4


at_points.control("less", lambda w: 0.05 + 0 * w, why="too little")
