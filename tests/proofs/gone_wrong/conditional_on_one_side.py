"""A reading that its author decides: the statement in it is never asked."""

from proofs.core import Claim, Positive, sentence
from proofs.words import sp

EXPECTED = "vacuous"
REASON = "no point is confirmed"

claim = Claim(topic="trade-offs")


@sentence("nobody")
def the_sea_is_deep(a: Positive):
    """The sea is deep where it is not.

    a: a depth
    """


@claim.states(lambda a: a**3)
def cube(a: Positive):
    """∫₀ᵃ 3t² dt = a³"""
    t = sp.Symbol("t")
    yield sp.Integral(3 * t**2, (t, 0, a))
    yield "a power more", a**3


def by_quadrature(m, a):
    return m.integrate(lambda t: 3 * t * t, (0, a))


cube.check(by_quadrature, on=lambda s: s.scales(0.1, 10.0))
cube.wrong("a square", symbolic=lambda a: a**2, claimed=lambda a: a**2)


@claim.reads(the_sea_is_deep, "it is deeper than one")
def deeper_by_itself(a):
    return a > 1
