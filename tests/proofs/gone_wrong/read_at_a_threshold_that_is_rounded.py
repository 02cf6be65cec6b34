"""r²/(1+r²) ≤ 1 - 10⁻¹⁶ is false for large r: a threshold is what is written, not the nicer number next to it."""

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


@claim.states(lambda r: r**2 / (1 + r**2))
def saturates(r: Positive):
    """∫₀ʳ 2t/(1+t²)² dt = r²/(1+r²)"""
    t = sp.Symbol("t", positive=True)
    yield sp.Integral(2 * t / (1 + t**2) ** 2, (t, 0, r))
    yield "integrate", r**2 / (1 + r**2)


def by_quadrature(m, r):
    return m.integrate(lambda t: 2 * t / (1 + t * t) ** 2, (0, r))


saturates.check(by_quadrature, on=lambda s: s.scales(0.1, 10.0))


@claim.reads(it_stays_below, "below one, by a last digit")
def below_one(r):
    return saturates(r) <= 0.9999999999999999
