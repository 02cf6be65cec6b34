"""A lemma that is no file of its own: nobody has looked at what it says."""

from proofs.core import Claim, Positive
from proofs.words import sp
from proofs.words.lemmas import Lemma

EXPECTED = "broken"
REASON = "expected a lemma of proofs/words/lemmas"

claim = Claim(topic="trade-offs")
t = sp.Symbol("t")
CONVENIENT = Lemma("gibbs", "it is so", ("nobody",), lambda draw: (0.0, 0.0), reason="it is so")


@claim.states(lambda a: a**2 / 2)
def area(a: Positive):
    """∫₀ᵃ t dt = a²/2"""
    yield sp.Integral(t, (t, 0, a))
    yield CONVENIENT, a**2 / 2


def by_hand(m, a):
    return a * a / 2


area.check(by_hand, on=lambda s: s.scales(0.1, 10.0))
