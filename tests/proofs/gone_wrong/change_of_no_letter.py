"""A change of a letter that does not occur was meant for another."""

from proofs.core.claim import Claim
from proofs.core.letters import UNIT, Domain

EXPECTED = "broken"
REASON = "there is no 'v'"

claim = Claim(topic="trade-offs")
bound = claim.statement(
    "bound",
    "w(1-w) ≤ ¼ on (0, 1)",
    claimed=lambda w: 0.25 + 0 * w,
    relation="<=",
    domain=Domain(w=UNIT),
    symbolic=lambda x: x.Rational(1, 4),
)


@bound.enclosure(change={"v": (lambda t: t, (0, 1))}, contact={"w": 0.5})
def everywhere(x):
    return x.w * (1 - x.w)


@bound.observed(
    instances=lambda s: s.reals(0.01, 0.99), scale=1.0, detects=None, why="the enclosure is what is looked at"
)
def at_points(m, w):
    return w * (1 - w)


at_points.control("less", lambda w: 0.2 + 0 * w, why="too little")
