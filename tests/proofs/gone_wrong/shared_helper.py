"""Both sides call one helper of the claim's own file, so that what it gets wrong agrees: E max(U, V) is 2s/3, not s/2."""

from proofs.core.claim import Claim
from proofs.core.letters import POSITIVE, Domain

EXPECTED = "broken"
REASON = "share"
PENDING = "a tracer that sees code of the claim's own file on both sides"


def _largest(s):
    return s / 2


claim = Claim(topic="trade-offs")
largest = claim.statement(
    "largest", "E max(U, V) = s/2, U and V uniform on (0, s)", claimed=lambda s: _largest(s), domain=Domain(s=POSITIVE),
    definition=lambda x: x.Sum(x.s / 4, (x.Symbol("k"), 1, 2)), symbolic=lambda x: x.s / 2,
)  # fmt: skip


@largest.derivation
def one_by_one(x):
    return [("a quarter from each", x.s / 4 + x.s / 4)]


@largest.observed(instances=lambda s: s.scales(0.02, 50.0))
def by_order(m, s):
    return _largest(s)


one_by_one.control("a third", lambda x: x.s / 3, why="a wrong constant")
by_order.control("a third", lambda s: s / 3, why="a wrong constant")
