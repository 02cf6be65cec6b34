"""An inequality cited for an equality that nobody can decide."""

from proofs.core import Claim, Positive, given
from proofs.words import sp

EXPECTED = "inconclusive"
REASON = "no canonical form"

claim = Claim(topic="trade-offs")
t = sp.Symbol("t")


@claim.states(lambda a: a**2 / 2)
def area(a: Positive):
    """∫₀ᵃ t dt = a²/2"""
    yield sp.Integral(t, (t, 0, a))
    yield given("positive_integrand"), a * sp.gamma(a + 1) / sp.gamma(a) / 2


def by_hand(m, a):
    return a * a / 2


area.check(by_hand, on=lambda s: s.scales(0.1, 10.0))
