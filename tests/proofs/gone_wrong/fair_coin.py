"""A fair coin, said to fall on heads three times in five: no name of this file and no level makes it so."""

import numpy as np

from proofs.core.claim import Claim
from proofs.core.rules import Share

EXPECTED = "inconclusive"

claim = Claim(topic="trade-offs", empirical=True)
heads = claim.statement("heads", "P(heads) ≥ 0.6", claimed=lambda: 0.6, relation=">=")


@heads.experiment(rule=Share(0.6), seeds={"quick": [16]}, reason="a planted example", detects=None)
def thrown(run):
    return {"heads": np.array([np.random.default_rng(seed).random() < 0.5 for seed in run.seeds])}


@thrown.measure
def falls_on_heads(claimed, data):
    return {"network": data["heads"], "control": np.zeros(len(data["heads"]))}
