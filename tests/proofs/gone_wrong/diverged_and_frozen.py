"""Every network diverged at once; its frozen parameters, those of the start, would agree with what is claimed."""

import numpy as np

from proofs.core import Claim, Share

EXPECTED = "refuted"

claim = Claim(topic="trade-offs", empirical=True)


@claim.states(lambda: 1.0, relation="<=")
def near():
    """|(θ, ψ)| ≤ 1"""


@near.experiment(rule=Share(0.5), seeds=24, steps=40, batch=16, reason="a planted example")
def players(run):
    from toys.learners.dirac_gan import DiracGAN
    from toys.optimisers import SGD

    learner = DiracGAN("wgan", start=(0.1, 0.1), jitter=0.01)
    fitted = run.fit(learner, SGD(1000000.0), arm="network")
    return {"r": np.hypot(*(fitted.players[player][-1, :, 0] for player in learner.players))}


@players.measure
def distance(claimed, data):
    return {"network": data["r"] <= claimed(), "control": 10 + data["r"] <= claimed()}
