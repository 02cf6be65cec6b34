"""A fair coin, said to fall on heads three times in five: no name of this file and no level makes it so."""

import numpy as np

from proofs.core import Claim, Share

EXPECTED = "inconclusive"

claim = Claim(topic="trade-offs")


@claim.observes()
def heads():
    """P(heads) ≥ 0.6"""


@heads.experiment(rule=Share(0.6), seeds=16, reason="a planted example")
def thrown(run):
    return {"heads": np.array([np.random.default_rng(seed).random() < 0.5 for seed in run.seeds])}


@thrown.measure
def falls_on_heads(data):
    heads = np.asarray(data["heads"], float)
    return {"network": heads, "exact": np.ones_like(heads), "control": np.zeros_like(heads)}
