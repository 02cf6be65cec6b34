"""Every learner trains on every target."""

import numpy as np
import pytest

from toys import targets
from toys.learners.denoiser import Denoiser
from toys.learners.discriminator import Discriminator
from toys.learners.flow_matching import FlowMatching
from toys.learners.gan import GAN
from toys.learners.linear_vae import LinearVAE
from toys.learners.mixture_network import MixtureNetwork
from toys.learners.regressor import Regressor
from toys.learners.vae import VAE
from toys.learners.vq import VQVAE, VectorQuantiser
from toys.train import fit

TARGETS = [
    targets.bishop_inverse(), targets.checkerboard(), targets.grid(), targets.line_in_plane(), targets.pinwheel(),
    targets.power_law_signal(), targets.random_edge(), targets.ring(), targets.spiral(),
    targets.symmetric_pair(2.0, 0.5), targets.two_branch(), targets.two_moons(), targets.noisy_code(),
]  # fmt: skip
LEARNERS = [
    GAN, VAE, LinearVAE, VQVAE, VectorQuantiser, MixtureNetwork, Regressor, FlowMatching, Denoiser,
    lambda target: Discriminator(target, target),
]  # fmt: skip


@pytest.mark.parametrize("target", TARGETS, ids=lambda t: t.name)
@pytest.mark.parametrize("make", LEARNERS, ids=lambda make: getattr(make, "__name__", "learner").strip("<>"))
def test_every_learner_trains_on_every_target(make, target):
    """Three steps leave parameters that moved and finite losses."""
    learner = make(target)
    fitted = fit(learner, seeds=[4], steps=3, batch=16, record=[0])
    assert fitted.diverged[0] == -1
    for name, rows in fitted.players.items():
        assert np.isfinite(fitted.loss[name]).all()
        assert not np.array_equal(rows[0], rows[-1])
