"""The observed side calls the function under test by its name."""

from proofs.core.claim import Claim
from proofs.core.comparison import Sides
from theory import location

EXPECTED = "vacuous"

claim = Claim(topic="trade-offs")
risk = claim.statement("risk", "E(Y-c)²", claimed=location.squared_risk)


@risk.check(instances=lambda s: s.tuples(s.mixtures(), s.reals(-1.0, 1.0)), confirm=lambda i: location.squared_risk(*i))
def circular(claimed, instance):
    return Sides(location.squared_risk(*instance), claimed(*instance))
