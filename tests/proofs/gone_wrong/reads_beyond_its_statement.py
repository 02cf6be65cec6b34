"""A statement about r < 1000, read for every r: beyond, the formula says something that nobody has stated."""

from typing import Annotated

from proofs.core import Claim, Letter, Positive, between, sentence
from proofs.words import sp

EXPECTED = "inconclusive"
REASON = "stays open"

claim = Claim(topic="trade-offs")


@sentence("nobody")
def it_grows(r: Positive):
    """It grows for ever.

    r: a size
    """


@claim.states(lambda r: r**2)
def square(r: Annotated[Letter, between(0, 1000)]):
    """∫₀ʳ 2t dt = r², r < 1000"""
    t = sp.Symbol("t")
    yield sp.Integral(2 * t, (t, 0, r))
    yield "integrate", r**2


def by_quadrature(m, r):
    return m.integrate(lambda t: 2 * t, (0, r))


square.check(by_quadrature, on=lambda s: s.scales(0.1, 10.0))


@claim.reads(it_grows, "it is positive")
def positive_for_ever(r):
    return square(r) > 0
