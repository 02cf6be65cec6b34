"""A root where the relation is ≤: its residual is only below zero, which solves nothing. (2a is no root of x² = a².)"""

from proofs.core import Claim, Positive, Root
from proofs.words import sp

EXPECTED = "refuted"
REASON = "which vanishes"

claim = Claim(topic="trade-offs")


@claim.states(lambda a: 2 * a, relation="<=")
def root(a: Positive):
    """x = 2a solves ∫₀ˣ 2t dt = a²"""
    x, t = (yield Root(2 * a)), sp.Symbol("t")
    yield a**2 - sp.Integral(2 * t, (t, 0, x))
    yield "integrate", a**2 - x**2


def square_root(m, a):
    return m.sqrt(a * a)


root.check(square_root, on=lambda s: s.scales(0.1, 10.0), detects=None, why="far from where it is attained")
root.wrong("half of it", on="square_root", claimed=lambda a: a / 2)
