"""The control arm diverged: it was not shown wrong, it was not shown at all."""

import numpy as np

from proofs.core import Claim, Share

EXPECTED = "inconclusive"

claim = Claim(topic="trade-offs", empirical=True)


@claim.states(lambda: 1.0, relation="<=")
def near():
    """|(θ, ψ)| ≤ 1"""


@near.experiment(rule=Share(0.5), seeds=24, steps=40, batch=16, reason="a planted example", detects=None)
def players(run):
    from toys.learners.dirac_gan import DiracGAN
    from toys.optimisers import SGD

    learner, shown = (DiracGAN("wgan", start=(0.1, 0.1), jitter=0.01), {})
    for arm, rate in (("network", 0.01), ("control", 1000000.0)):
        fitted = run.fit(learner, SGD(rate), arm=arm)
        shown[arm] = np.hypot(*(fitted.players[player][-1, :, 0] for player in learner.players))
    return shown


@players.measure
def distance(claimed, data):
    return {"network": data["network"] <= claimed(), "control": 10 + data["control"] <= claimed()}
