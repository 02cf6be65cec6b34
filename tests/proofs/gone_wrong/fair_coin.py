"""A fair coin, said to fall on heads three times in five: no name of this file and no level makes it so."""

import numpy as np

from proofs.core import Claim, Share

EXPECTED = "inconclusive"

claim = Claim(topic="trade-offs", empirical=True)


@claim.states(lambda: 0.6, relation=">=")
def heads():
    """P(heads) ≥ 0.6"""


@heads.experiment(rule=Share(0.6), seeds=16, reason="a planted example", detects=None)
def thrown(run):
    return {"heads": np.array([np.random.default_rng(seed).random() < 0.5 for seed in run.seeds])}


@thrown.measure
def falls_on_heads(claimed, data):
    return {"network": data["heads"], "control": np.zeros(len(data["heads"]))}
