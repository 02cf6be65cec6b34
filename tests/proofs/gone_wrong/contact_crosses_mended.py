"""Both sides meet at ½ and part again: w ≤ w + (w-½)⁴."""

from proofs.core.claim import Claim
from proofs.core.letters import UNIT, Domain

EXPECTED = "derived"

claim = Claim(topic="trade-offs")
bound = claim.statement(
    "bound",
    "w ≤ w + (w-½)⁴ on (0, 1)",
    claimed=lambda w: w + (w - 0.5) ** 4,
    relation="<=",
    domain=Domain(w=UNIT),
    symbolic=lambda x: x.w + (x.w - x.Rational(1, 2)) ** 4,
)


@bound.enclosure(contact={"w": 0.5})
def everywhere(x):
    return x.w + 0


@bound.observed(
    instances=lambda s: s.reals(0.01, 0.99), scale=1.0, detects=None, why="the enclosure is what is looked at"
)
def at_points(m, w):
    return w + 0


at_points.control("less", lambda w: w - 0.5, why="too little")
