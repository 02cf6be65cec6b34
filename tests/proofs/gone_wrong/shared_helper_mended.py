"""The mean of the larger of two uniform draws, observed from its density: 2s/3."""

from proofs.core.claim import Claim
from proofs.core.letters import POSITIVE, Domain

EXPECTED = "derived"


def _largest(s):
    return 2 * s / 3


claim = Claim(topic="trade-offs")
largest = claim.statement(
    "largest", "E max(U, V) = 2s/3, U and V uniform on (0, s)", claimed=lambda s: _largest(s), domain=Domain(s=POSITIVE),
    definition=lambda x: x.Integral(x.Symbol("t") * 2 * x.Symbol("t") / x.s**2, (x.Symbol("t"), 0, x.s)),
    symbolic=lambda x: 2 * x.s / 3,
)  # fmt: skip


@largest.derivation
def by_density(x):
    return [("integrate", 2 * x.s**3 / (3 * x.s**2))]


@largest.observed(instances=lambda s: s.scales(0.02, 50.0))
def by_quadrature(m, s):
    return m.integrate(lambda t: t * 2 * t / s**2, (0, s))


by_density.control("a third", lambda x: x.s / 3, why="a wrong constant")
by_quadrature.control("a third", lambda s: s / 3, why="a wrong constant")
