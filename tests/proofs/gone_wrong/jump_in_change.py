"""The way through (0, 1) jumps from ¼ to ¾, over all points where w(1-w) ≤ 3/16 is false."""

import sympy as sp

from proofs.core.claim import Claim
from proofs.core.letters import UNIT, Domain

EXPECTED = "broken"
REASON = "the change of w is continuous"


def jump(t):
    """t/2 below ½, (1+t)/2 above."""
    return sp.Piecewise((t / 2, t < sp.Rational(1, 2)), ((1 + t) / 2, True))


claim = Claim(topic="trade-offs")
bound = claim.statement(
    "bound",
    "w(1-w) ≤ 3/16 on (0, 1)",
    claimed=lambda w: 3 / 16 + 0 * w,
    relation="<=",
    domain=Domain(w=UNIT),
    symbolic=lambda x: x.Rational(3, 16),
)


@bound.enclosure(change={"w": (jump, (0, 1))}, contact={"w_t": 0.5}, detects=None, why="a gap is left")
def everywhere(x):
    return x.w * (1 - x.w)


@bound.observed(
    instances=lambda s: s.reals(0.01, 0.25), scale=1.0, detects=None, why="the enclosure is what is looked at"
)
def at_points(m, w):
    return w * (1 - w)


at_points.control("less", lambda w: 0.0 * w, why="too little")
