"""The mean of the larger of two uniform draws, observed from its density: 2s/3."""

from proofs.core import Claim, Positive
from proofs.words import sp

EXPECTED = "derived"


def _largest(s):
    return 2 * s / 3


claim = Claim(topic="trade-offs")


@claim.states(lambda s: _largest(s))
def largest(s: Positive):
    """E max(U, V) = 2s/3, U and V uniform on (0, s)"""
    yield sp.Integral(sp.Symbol("t") * 2 * sp.Symbol("t") / s**2, (sp.Symbol("t"), 0, s))
    yield "integrate", 2 * s**3 / (3 * s**2)
    yield "which is the statement", 2 * s / 3


def by_quadrature(m, s):
    return m.integrate(lambda t: t * 2 * t / s**2, (0, s))


largest.check(by_quadrature, on=lambda s: s.scales(0.02, 50.0))
largest.wrong("a third: a wrong constant", symbolic=lambda s: s / 3, claimed=lambda s: s / 3)
