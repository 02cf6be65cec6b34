"""Twelve successes in sixteen show no probability above 0.7."""

import numpy as np

from proofs.core import Claim, Share

EXPECTED = "inconclusive"

claim = Claim(topic="trade-offs", empirical=True)


@claim.states(lambda: 1.0)
def level():
    """the level is 1"""


@level.experiment(rule=Share(0.7), seeds=16, reason="a declared example")
def trained(run):
    noise = np.array([np.random.default_rng(seed).standard_normal() for seed in run.seeds])
    return {"network": (np.arange(16) < 12) + 0.0 * noise, "control": 0.0 * noise}


@trained.measure
def deviation(claimed, data):
    return {"network": data["network"] * claimed(), "control": data["control"] * claimed()}
