"""No success in sixteen where nine in ten are claimed."""

import numpy as np

from proofs.core.claim import Claim
from proofs.core.rules import Share

EXPECTED = "refuted"

claim = Claim(topic="trade-offs", empirical=True)
level = claim.statement("level", "the level is 1", claimed=lambda: 1.0)


@level.experiment(rule=Share(0.9), seeds={"quick": [24]}, reason="a declared example")
def trained(run):
    noise = np.array([np.random.default_rng(seed).standard_normal() for seed in run.seeds])
    return {"network": 0.0 * noise, "control": 0.0 * noise}


@trained.measure
def deviation(claimed, data):
    return {"network": data["network"] * claimed(), "control": data["control"] * claimed()}
