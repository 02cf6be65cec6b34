"""No success in sixteen where nine in ten are claimed."""

import numpy as np

from proofs.core import Claim, Share

EXPECTED = "refuted"

claim = Claim(topic="trade-offs", empirical=True)


@claim.states(lambda: 1.0)
def level():
    """the level is 1"""


@level.experiment(rule=Share(0.9), seeds=24, reason="a declared example")
def trained(run):
    noise = np.array([np.random.default_rng(seed).standard_normal() for seed in run.seeds])
    return {"network": 0.0 * noise, "control": 0.0 * noise}


@trained.measure
def deviation(claimed, data):
    return {"network": data["network"] * claimed(), "control": data["control"] * claimed()}
