"""v ln v with v = w + 10⁻⁵, which is real on the whole domain."""

from proofs.core.claim import Claim
from proofs.core.letters import UNIT, Domain

EXPECTED = "derived"

claim = Claim(topic="trade-offs")
bound = claim.statement(
    "bound",
    "v ln v ≤ 1, v = w + 10⁻⁵, on (0, 1)",
    claimed=lambda w: 1.0 + 0 * w,
    relation="<=",
    domain=Domain(w=UNIT),
    symbolic=lambda x: x.Integer(1),
)


@bound.enclosure(detects=1.0, why="the gap is one at least, but for the last hundred-thousandth")
def everywhere(x):
    return (x.w + x.Rational(1, 10**5)) * x.log(x.w + x.Rational(1, 10**5))


@bound.observed(
    instances=lambda s: s.reals(0.01, 0.99), scale=1.0, detects=None, why="the enclosure is what is looked at"
)
def at_points(m, w):
    return (w + 1e-5) * m.log(w + 1e-5)


at_points.control("less", lambda w: 0.0 * w - 0.3, why="too little")
