"""A ruling “conditional” with a statement for each side: a square exceeds its root above 1, and does not below."""

from proofs.core.claim import Claim, Conditional, Folk
from proofs.core.letters import UNIT, Domain, above

EXPECTED = "derived"

claim = Claim(
    topic="trade-offs", folk=Folk("Squares are larger.", "nobody", Conditional("a > 1", ("larger",), ("smaller",)))
)
larger = claim.statement(
    "larger",
    "a ≤ a² for a > 1",
    claimed=lambda a: a**2,
    relation="<=",
    domain=Domain(a=above(1)),
    symbolic=lambda x: x.a**2,
)
smaller = claim.statement(
    "smaller", "a² ≤ a for a < 1", claimed=lambda a: a, relation="<=", domain=Domain(a=UNIT), symbolic=lambda x: x.a
)


@larger.enclosure(change={"a": (lambda t: 1 / t, (0, 1))}, contact={"a_t": 1}, factor=lambda a_t: a_t**2)
def beyond(x):
    return x.a


@smaller.enclosure(contact={"a": (0, 1)})
def within(x):
    return x.a**2


@larger.observed(instances=lambda s: s.reals(1.0, 9.0), detects=None, why="the enclosure is what is looked at")
def at_points(m, a):
    return a


@smaller.observed(instances=lambda s: s.reals(0.01, 1.0), detects=None, why="the enclosure is what is looked at")
def at_other_points(m, a):
    return a * a


at_points.control("the root", lambda a: a**0.5, why="another power")
at_other_points.control("the cube", lambda a: a**3, why="another power")
