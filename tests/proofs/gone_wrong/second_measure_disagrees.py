"""One training, two statements: the networks bear the first out and contradict the second."""

import numpy as np

from proofs.core import Agreement, Claim

EXPECTED = "refuted"

claim = Claim(topic="trade-offs")


@claim.states(lambda: 0.5)
def half():
    """the network says ½"""


@claim.states(lambda: 1 / 3)
def third():
    """the same network says ⅓"""


@half.experiment(rule=Agreement(0.05), seeds=24, reason="by construction")
def networks(run):
    return {"said": np.array([np.random.default_rng(seed).normal(0.5, 0.01) for seed in run.seeds])}


@networks.measure
def deviation(claimed, data):
    return {"network": data["said"] - claimed(), "control": data["said"] - claimed() + 1}


@third.measured_on(networks, rule=Agreement(0.05), reason="by construction")
def other_deviation(claimed, data):
    return {"network": data["said"] - claimed(), "control": data["said"] - claimed() + 1}
