"""An equation in which its root has no part once it is worked out: whatever is claimed solves it."""

from proofs.core import Claim, Positive, Root
from proofs.words import sp

EXPECTED = "vacuous"
REASON = "does not depend on the claimed root"

claim = Claim(topic="trade-offs")


@claim.states(lambda a: a**2)
def root(a: Positive):
    """x = a² solves ∫₋₁¹ xt dt = 0"""
    x, t = (yield Root(a**2)), sp.Symbol("t")
    yield sp.Integral(x * t, (t, -1, 1))
    yield "t is odd", sp.Integer(0)


def square(m, a):
    return a * a


root.check(square, on=lambda s: s.scales(0.1, 10.0))
root.wrong("a cube", on="square", claimed=lambda a: a**3)
