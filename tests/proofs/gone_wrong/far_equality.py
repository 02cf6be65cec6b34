"""Two modes at ±r have the entropy of one, and one bit, only where they lie apart: at r → 0 the bit is lost.

The lemma that drops E ln(1 + e^{-2rX}) is cited by a name that says nothing, and no instance comes from where it is false.
"""

import math

from proofs.core import Claim, Positive, Slack, given
from proofs.words import expectation, sp

EXPECTED = "broken"
REASON = "expected the key of a lemma"

claim = Claim(topic="trade-offs")


def one_and_a_bit(r):
    """ln 2 + ½ ln 2πe."""
    return math.log(2) + math.log(2 * math.pi * math.e) / 2 + 0 * r


@claim.states(one_and_a_bit)
def entropy(r: Positive, lost: Slack):
    """h(½N(-r,1) + ½N(r,1)) = ln 2 + ½ ln 2πe"""
    S, L = sp.Symbol("S"), sp.Symbol("L")
    one = sp.log(2) + sp.log(2 * sp.pi) / 2 + sp.Rational(1, 2)
    yield expectation(sp.log(2) + sp.log(2 * sp.pi) / 2 + S / 2 - L, {S: 1, L: lost})
    yield "E (X-r)² = 1", one - lost
    yield given("modes_do_not_overlap", "L = ln(1 + e^{-2rX}) is nothing"), one


def by_quadrature(m, r):
    def p(z):
        return (m.normal(z, -r) + m.normal(z, r)) / 2

    return m.integrate(lambda z: -p(z) * m.log(p(z)), (-9 - r, -r, 9 - r, r - 9, r, 9 + r), panels=4)


entropy.check(by_quadrature, on=lambda s: s.reals(8.0, 12.0), error=1e-11)
entropy.wrong(
    "one mode: without the bit",
    symbolic=lambda: sp.log(2 * sp.pi) / 2 + sp.Rational(1, 2),
    claimed=lambda r: math.log(2 * math.pi * math.e) / 2 + 0 * r,
)
