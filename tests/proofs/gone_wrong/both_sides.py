"""A ruling “conditional” whose two sides are one and the same statement."""

from proofs.core.claim import Claim, Conditional, Folk
from proofs.core.letters import POSITIVE, Domain

EXPECTED = "vacuous"
REASON = "both sides"
PENDING = "rulings that follow from readings, each with points of its own"

FOLK = Folk("The sea is deep where it is not.", "nobody", Conditional("it is Tuesday", ("cube",), ("cube",)))

claim = Claim(topic="trade-offs", folk=FOLK)
cube = claim.statement(
    "cube", "∫₀ᵃ 3t² dt = a³", claimed=lambda a: a**3, domain=Domain(a=POSITIVE),
    definition=lambda x: x.Integral(3 * x.Symbol("t") ** 2, (x.Symbol("t"), 0, x.a)), symbolic=lambda x: x.a**3,
)  # fmt: skip


@cube.derivation
def by_powers(x):
    return [("a power more", x.a**2 * x.a)]


@cube.observed(instances=lambda s: s.scales(0.1, 10.0))
def by_quadrature(m, a):
    return m.integrate(lambda t: 3 * t * t, (0, a))


by_quadrature.control("a square", lambda a: a**2, why="a power")
