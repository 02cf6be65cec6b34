"""The training of one statement's networks raises: it is broken, and what rides on it is not run."""

from proofs.core import Agreement, Claim

EXPECTED = "broken"

claim = Claim(topic="trade-offs")


@claim.states(lambda: 0.5)
def half():
    """the network says ½"""


@claim.states(lambda: 1 / 3)
def third():
    """the same network says ⅓"""


@half.experiment(rule=Agreement(0.05), seeds=24, reason="by construction")
def networks(run):
    raise RuntimeError("no memory left")


@networks.measure
def deviation(claimed, data):
    return {"network": data["said"] - claimed()}


@third.measured_on(networks, rule=Agreement(0.05), reason="by construction")
def other_deviation(claimed, data):
    return {"network": data["said"] - claimed()}
