"""Two modes at ±r have the entropy of one, and one bit, only where they lie apart: at r → 0 the bit is lost.

The cited lemma that drops E ln(1 + e^{-2rX}) is never looked at, and no instance comes from where it is false.
"""

import math

from proofs.core.claim import Claim, Step
from proofs.core.letters import POSITIVE, Domain

EXPECTED = "inconclusive"
REASON = "span"
PENDING = "instances that must span the domain, and cited lemmas that are probed"

claim = Claim(topic="trade-offs")
entropy = claim.statement(
    "entropy", "h(½N(-r,1) + ½N(r,1)) = ln 2 + ½ ln 2πe", claimed=lambda r: math.log(2) + math.log(2 * math.pi * math.e) / 2 + 0 * r,
    domain=Domain(r=POSITIVE),
    definition=lambda x: x.Expectation(
        x.log(2) + x.log(2 * x.pi) / 2 + x.Symbol("S") / 2 - x.Symbol("L"),
        x.Tuple((x.Symbol("S"), 1), (x.Symbol("L"), x.Symbol("E L"))),
    ),
    symbolic=lambda x: x.log(2) + x.log(2 * x.pi) / 2 + x.Rational(1, 2),
)  # fmt: skip


@entropy.derivation
def by_modes(x):
    one = x.log(2) + x.log(2 * x.pi) / 2 + x.Rational(1, 2)
    return [
        ("E (X-r)² = 1", one - x.Symbol("E L")),
        Step("L = ln(1 + e^{-2rX}) is nothing", one, given="modes do not overlap"),
    ]


@entropy.observed(instances=lambda s: s.reals(8.0, 12.0), error=1e-11)
def by_quadrature(m, r):
    def p(z):
        return (m.normal(z, -r) + m.normal(z, r)) / 2

    return m.integrate(lambda z: -p(z) * m.log(p(z)), (-9 - r, -r, 9 - r, r - 9, r, 9 + r), panels=4)


by_modes.control("one mode", lambda x: x.log(2 * x.pi) / 2 + x.Rational(1, 2), why="without the bit")
by_quadrature.control("one mode", lambda r: math.log(2 * math.pi * math.e) / 2 + 0 * r, why="without the bit")
