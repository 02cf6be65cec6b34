"""A fair coin shows heads in a quarter of its tosses at least, and enough of them tell."""

import numpy as np

from proofs.core import Claim, Share

EXPECTED = "supported"

claim = Claim(topic="trade-offs")


@claim.observes()
def coin():
    """P(heads) ≥ 0.25"""


@coin.experiment(rule=Share(0.25), seeds=64, reason="declared beforehand")
def tossed(run):
    return {"u": np.array([np.random.default_rng(seed).random(2) for seed in run.seeds])}


@tossed.measure
def heads(data):
    return {"network": data["u"][:, 0] < 0.5, "exact": data["u"][:, 1] < 0.5, "control": data["u"][:, 1] < 0.05}
