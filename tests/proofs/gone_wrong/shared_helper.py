"""Both sides call one helper of the claim's own file, so that what it gets wrong agrees: E max(U, V) is 2s/3, not s/2."""

from proofs.core import Claim, Positive
from proofs.words import sp

EXPECTED = "broken"
REASON = "share"


def _largest(s):
    return s / 2


claim = Claim(topic="trade-offs")


@claim.states(lambda s: _largest(s))
def largest(s: Positive):
    """E max(U, V) = s/2, U and V uniform on (0, s)"""
    t = sp.Symbol("t", positive=True)
    yield sp.Integral(t / s, (t, 0, s))
    yield "which is the statement", s / 2


def by_order(m, s):
    return _largest(s)


largest.check(by_order, on=lambda s: s.scales(0.02, 50.0))
largest.wrong("a third: a wrong constant", symbolic=lambda s: s / 3, claimed=lambda s: s / 3)
