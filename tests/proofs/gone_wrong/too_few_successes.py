"""Twelve successes in sixteen show no probability above 0.7."""

import numpy as np

from proofs.core.claim import Claim
from proofs.core.rules import Share

EXPECTED = "inconclusive"

claim = Claim(topic="trade-offs", empirical=True)
level = claim.statement("level", "the level is 1", claimed=lambda: 1.0)


@level.experiment(rule=Share(0.7), seeds={"quick": [16]}, reason="a declared example")
def trained(run):
    noise = np.array([np.random.default_rng(seed).standard_normal() for seed in run.seeds])
    return {"network": (np.arange(16) < 12) + 0.0 * noise, "control": 0.0 * noise}


@trained.measure
def deviation(claimed, data):
    return {"network": data["network"] * claimed(), "control": data["control"] * claimed()}
