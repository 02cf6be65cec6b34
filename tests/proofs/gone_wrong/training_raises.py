"""The training of one statement's networks raises: it is broken, and what rides on it is not run."""

from proofs.core.claim import Claim
from proofs.core.rules import Agreement

EXPECTED = "broken"

claim = Claim(topic="trade-offs")
half = claim.statement("half", "the network says ½", claimed=lambda: 0.5)
third = claim.statement("third", "the same network says ⅓", claimed=lambda: 1 / 3)


@half.experiment(rule=Agreement(0.05), seeds={"quick": [24]}, reason="by construction")
def networks(run):
    raise RuntimeError("no memory left")


@networks.measure
def deviation(claimed, data):
    return {"network": data["said"] - claimed()}


@third.measured_on(networks, rule=Agreement(0.05), reason="by construction")
def other_deviation(claimed, data):
    return {"network": data["said"] - claimed()}
