"""(n-2)(n-3) ≥ 0 for integers: the reals between, where it is false, are no counterexample, and cannot be covered."""

from proofs.core.claim import Claim
from proofs.core.letters import Domain, integers

EXPECTED = "inconclusive"
REASON = "not covered"

claim = Claim(topic="trade-offs")
bound = claim.statement(
    "bound",
    "(n-2)(n-3) ≥ 0, n = 2, 3, ...",
    claimed=lambda n: 0.0 * n,
    relation=">=",
    domain=Domain(n=integers(2)),
    symbolic=lambda x: x.Integer(0),
)


@bound.enclosure(
    change={"n": (lambda t: 1 / t, (0, "1/2"))},
    contact={"n_t": (0, "1/2")},
    factor=lambda n_t: n_t**2,
    detects=None,
    why="a gap is left",
)
def everywhere(x):
    return (x.n - 2) * (x.n - 3)


@bound.observed(
    instances=lambda s: s.integers(2, 300), scale=1.0, detects=None, why="the enclosure is what is looked at"
)
def at_points(m, n):
    return (n - 2) * (n - 3)


at_points.control("less", lambda n: 0.0 * n + 1, why="too little")
