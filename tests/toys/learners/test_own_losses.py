"""Losses of one's own as objects: what they say is what is trained."""

import math

import numpy as np
import pytest
import torch
from scipy.stats import t as student_t
from torch.nn.functional import relu

from toys.learners.gan import GAN, OBJECTIVES, Objective, Slopes
from toys.learners.vae import VAE, Residual
from toys.optimisers import SGD
from toys.targets import ring, two_branch
from toys.train import fit

SMALL = {"generator_hidden": (7, 5), "discriminator_hidden": (6,), "activation": "tanh"}
SETTINGS = {"seeds": [3, 8], "steps": 6, "batch": 32, "dtype": "float64"}
LOSSES = (lambda r, f: relu(1 - r) + relu(1 + f), lambda r, f: -f)
BY_HAND = Slopes(
    lambda r, f: (-(r < 1).to(r.dtype), (f > -1).to(f.dtype)),
    lambda r, f: -torch.ones_like(f),
)


@pytest.mark.parametrize("options", [{}, {"pack": 2}, {"r1": 0.3}], ids=str)
def test_an_objective_is_trained_with_and_without_slopes(options):
    """A hinge by autograd and by hand end at the same networks; the non-saturating one ends elsewhere."""
    runs = [
        fit(GAN(ring(), objective=objective, **SMALL, **options), optimiser=SGD(0.1), **SETTINGS).players
        for objective in (Objective(*LOSSES), Objective(*LOSSES, BY_HAND), "nonsaturating")
    ]
    for name in runs[0]:
        assert np.allclose(runs[0][name], runs[1][name], rtol=0, atol=1e-12)
        assert np.abs(runs[0][name] - runs[2][name]).max() > 1e-4


def test_an_objective_is_what_its_name_stands_for():
    """The object in the place of its name changes no bit; what is neither is refused."""
    named, given = (
        fit(GAN(ring(), objective=objective, **SMALL), **SETTINGS).players
        for objective in ("relativistic", OBJECTIVES["relativistic"])
    )
    assert all(np.array_equal(named[k], given[k]) for k in named)
    with pytest.raises(ValueError, match="objective"):
        GAN(ring(), objective=3)


def members(learner):
    rows = learner.initialise(np.random.default_rng(0))
    players = {k: torch.tensor(v[None]) for k, v in rows.items()}
    rng = np.random.default_rng(1)
    draws = learner.draw(1, 16, lambda n: learner.target.sample(n, rng), rng)
    hyper = {"beta": torch.tensor([0.7]).double(), "std": torch.tensor([0.3]).double()}
    return players, {k: torch.tensor(v[0][None]).double() for k, v in draws.items()}, hyper


@pytest.mark.parametrize("noise", ["fixed", "isotropic", "factorised"])
def test_a_normal_residual_is_the_decoder_without_one(noise):
    """To rounding, for a conditional target."""
    normal = Residual(
        lambda e: -0.5 * e.square() - 0.5 * math.log(2 * math.pi), lambda rng, shape: rng.standard_normal(shape)
    )
    plain, own = (VAE(two_branch(), hidden=(5,), noise=noise, residual=law) for law in (None, normal))
    players, batch, hyper = members(plain)
    assert torch.allclose(
        plain.loss("encoder", players, batch, hyper), own.loss("encoder", players, batch, hyper), rtol=1e-12
    )


def test_a_student_residual_is_scipys_density():
    """-ln t₄((x - g)/σ)/σ summed over dimensions, beside the KL; and it is drawn as it says."""
    constant = math.lgamma(2.5) - math.lgamma(2) - 0.5 * math.log(4 * math.pi)
    law = Residual(lambda e: constant - 2.5 * torch.log1p(e.square() / 4), lambda rng, shape: rng.standard_t(4, shape))
    learner = VAE(ring(), hidden=(5,), residual=law)
    players, batch, hyper = members(learner)
    encoded = learner.encode(players, hyper, batch["x"].mT)
    mean, std = encoded[..., :2], encoded[..., 2:]
    g, sigma = learner.decode(players, hyper, mean + std * batch["noise"].mT).chunk(2, 2)
    expected = -student_t.logpdf(batch["x"].mT, 4, g.detach(), sigma.detach()).sum(2)
    found = learner.terms(players, hyper, batch["x"].mT, batch["noise"].mT)[..., 0]
    assert np.allclose(found.detach(), expected, rtol=1e-12)
    drawn = learner.residuals((20_000,), np.random.default_rng(0))
    assert np.mean(np.abs(drawn) > student_t.isf(0.05, 4)) == pytest.approx(0.1, abs=0.01)
