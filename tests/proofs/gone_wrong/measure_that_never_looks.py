"""A measurement that never uses what is claimed would bear out any number."""

import numpy as np

from proofs.core import Agreement, Claim

EXPECTED = "vacuous"
REASON = "never looks at what is claimed"

claim = Claim(topic="trade-offs")


@claim.states(lambda: 17.0)
def level():
    """the level is 17"""


@level.experiment(rule=Agreement(0.1), seeds=24, reason="a declared example")
def trained(run):
    return {"noise": np.array([np.random.default_rng(seed).standard_normal() / 100 for seed in run.seeds])}


@trained.measure
def deviation(claimed, data):
    return {"network": data["noise"], "control": 1 + data["noise"]}
