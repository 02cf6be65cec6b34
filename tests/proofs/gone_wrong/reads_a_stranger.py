"""A reading in a statement of another claim, which has the name of one that is derived here."""

from proofs.core import Claim, Positive, sentence
from proofs.words import sp

EXPECTED = "broken"
REASON = "expected a statement of its own claim"

claim, other = Claim(topic="trade-offs"), Claim(topic="trade-offs")
t = sp.Symbol("t")


@sentence("nobody")
def it_is_negative(r: Positive):
    """It is negative.

    r: a size
    """


@claim.states(lambda r: r**2)
def square(r: Positive):
    """∫₀ʳ 2t dt = r²"""
    yield sp.Integral(2 * t, (t, 0, r))
    yield "integrate", r**2


def by_quadrature(m, r):
    return m.integrate(lambda t: 2 * t, (0, r))


square.check(by_quadrature, on=lambda s: s.scales(0.1, 10.0))


@other.states(lambda r: -(r**2), name="square")
def negative(r: Positive):
    """∫₀ʳ 2t dt = -r²"""
    yield sp.Integral(2 * t, (t, 0, r))
    yield "integrate", -(r**2)


@claim.reads(it_is_negative, "it is")
def below_nothing(r):
    return negative(r) < 0
