"""The observed side calls the function under test by its name."""

from proofs.core import Claim
from theory import location

EXPECTED = "vacuous"

claim = Claim(topic="trade-offs")


@claim.states(location.squared_risk)
def risk():
    """E(Y-c)²"""


def circular(m, p, c):
    return location.squared_risk(p, c)


risk.check(circular, on=lambda s: s.tuples(s.mixtures(), s.reals(-1.0, 1.0)))
