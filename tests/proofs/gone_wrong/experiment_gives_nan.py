"""NaN for a seed that did not diverge."""

import numpy as np

from proofs.core import Agreement, Claim

EXPECTED = "broken"

claim = Claim(topic="trade-offs", empirical=True)


@claim.states(lambda: 1.0)
def level():
    """the level is 1"""


@level.experiment(rule=Agreement(0.02), seeds=16, reason="a declared example")
def trained(run):
    noise = np.array([np.random.default_rng(seed).standard_normal() for seed in run.seeds])
    return {"network": np.where(noise == noise.max(), np.nan, 1 + 0.01 * noise), "control": 1.5 + 0.01 * noise}


@trained.measure
def deviation(claimed, data):
    return {"network": data["network"] / claimed() - 1, "control": data["control"] / claimed() - 1}
