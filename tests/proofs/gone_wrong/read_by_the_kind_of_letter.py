"""A predicate that says one thing of numbers and another of symbols."""

from proofs.core import Claim, Positive, sentence
from proofs.words import sp

EXPECTED = "inconclusive"
REASON = "stays open"

claim = Claim(topic="trade-offs")


@sentence("nobody")
def it_stays_below(r: Positive):
    """It stays below.

    r: a size
    """


@claim.states(lambda r: r**2)
def square(r: Positive):
    """∫₀ʳ 2t dt = r²"""
    t = sp.Symbol("t")
    yield sp.Integral(2 * t, (t, 0, r))
    yield "integrate", r**2


def by_quadrature(m, r):
    return m.integrate(lambda t: 2 * t, (0, r))


square.check(by_quadrature, on=lambda s: s.scales(0.1, 10.0))


@claim.reads(it_stays_below, "below 20 000")
def below(r):
    return square(r) < 20_000 if isinstance(r, float) else square(r) > 0
