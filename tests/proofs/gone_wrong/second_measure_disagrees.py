"""One training, two statements: the networks bear the first out and contradict the second."""

import numpy as np

from proofs.core.claim import Claim
from proofs.core.rules import Agreement

EXPECTED = "refuted"

claim = Claim(topic="trade-offs")
half = claim.statement("half", "the network says ½", claimed=lambda: 0.5)
third = claim.statement("third", "the same network says ⅓", claimed=lambda: 1 / 3)


@half.experiment(rule=Agreement(0.05), seeds={"quick": [24]}, reason="by construction")
def networks(run):
    return {"said": np.array([np.random.default_rng(seed).normal(0.5, 0.01) for seed in run.seeds])}


@networks.measure
def deviation(claimed, data):
    return {"network": data["said"] - claimed(), "control": data["said"] - claimed() + 1}


@third.measured_on(networks, rule=Agreement(0.05), reason="by construction")
def other_deviation(claimed, data):
    return {"network": data["said"] - claimed(), "control": data["said"] - claimed() + 1}
