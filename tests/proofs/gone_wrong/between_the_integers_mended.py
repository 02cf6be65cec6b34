"""n(n-2) ≥ 0 for all reals from 2 on, hence for integers."""

from proofs.core.claim import Claim
from proofs.core.letters import Domain, integers

EXPECTED = "derived"

claim = Claim(topic="trade-offs")
bound = claim.statement(
    "bound",
    "n(n-2) ≥ 0, n = 2, 3, ...",
    claimed=lambda n: 0.0 * n,
    relation=">=",
    domain=Domain(n=integers(2)),
    symbolic=lambda x: x.Integer(0),
)


@bound.enclosure(change={"n": (lambda t: 1 / t, (0, "1/2"))}, contact={"n_t": "1/2"}, factor=lambda n_t: n_t**2)
def everywhere(x):
    return x.n * (x.n - 2)


@bound.observed(
    instances=lambda s: s.integers(2, 300), scale=1.0, detects=None, why="the enclosure is what is looked at"
)
def at_points(m, n):
    return n * (n - 2)


at_points.control("less", lambda n: 0.0 * n + 1, why="too little")
