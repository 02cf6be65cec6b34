"""A fair coin shows heads in 60 % of its tosses only for those who choose their seeds: a name has none to choose."""

import numpy as np

from proofs.core import Claim, Share

EXPECTED = "inconclusive"
REASON = "of 16 seeds"

claim = Claim(topic="trade-offs")


@claim.observes()
def coin():
    """P(heads) ≥ 0.6"""


@coin.experiment(rule=Share(0.6), seeds=16, reason="declared beforehand")
def tossed(run):
    return {"u": np.array([np.random.default_rng(seed).random(2) for seed in run.seeds])}


@tossed.measure
def heads(data):
    return {"network": data["u"][:, 0] < 0.5, "exact": data["u"][:, 1] < 2, "control": data["u"][:, 1] < 0.05}
