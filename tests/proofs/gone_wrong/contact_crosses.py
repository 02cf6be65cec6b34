"""Both sides meet at ½ and cross there: w ≤ w + (w-½)³ is false below."""

from proofs.core.claim import Claim
from proofs.core.letters import UNIT, Domain

EXPECTED = "refuted"
REASON = "violated at w"

claim = Claim(topic="trade-offs")
bound = claim.statement(
    "bound",
    "w ≤ w + (w-½)³ on (0, 1)",
    claimed=lambda w: w + (w - 0.5) ** 3,
    relation="<=",
    domain=Domain(w=UNIT),
    symbolic=lambda x: x.w + (x.w - x.Rational(1, 2)) ** 3,
)


@bound.enclosure(contact={"w": 0.5}, detects=None, why="a gap is left")
def everywhere(x):
    return x.w + 0


@bound.observed(
    instances=lambda s: s.reals(0.5, 0.99), scale=1.0, detects=None, why="the enclosure is what is looked at"
)
def at_points(m, w):
    return w + 0


at_points.control("less", lambda w: w - 0.5, why="too little")
