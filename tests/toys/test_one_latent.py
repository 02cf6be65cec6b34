"""One latent, worked out: masses about a gap, laws of draws, curves."""

import numpy as np
import pytest

from toys import one_latent, piecewise
from toys.learners.gan import GAN
from toys.learners.vae import VAE
from toys.targets import ring
from toys.train import fit


def test_masses_about_a_gap_are_those_of_the_line():
    """A ramp from -1 to 1 on (-1, 1): half of the draws on either side of 0, and one chord of slope 1."""
    layers = [(np.array([[1.0], [1.0]]), np.array([1.0, -1.0])), (np.array([[1.0, -1.0]]), np.array([-1.0]))]
    line = piecewise.of_layers(layers)
    left, between, right = line.mass_up_to(-0.5), line.mass_between(-0.5, 0.5), line.mass_from(0.5)
    assert line.lipschitz == 1
    assert left == pytest.approx(right, rel=1e-12)
    assert left + between + right == pytest.approx(1, rel=1e-12)
    assert between == pytest.approx(0.3829249225480262, rel=1e-12)


@pytest.mark.parametrize("std", [0.0, 0.3])
def test_draws_are_near_their_own_law_and_far_from_another(std):
    """The distance is of order n^-1/2 for the right law, and of order one for draws that are shifted."""
    line, rng = piecewise.through([-1.0, 0.0, 1.5], [0.0, 2.0, -1.0]), np.random.default_rng(0)
    x = line(rng.standard_normal(4000))[:, 0] + std * rng.standard_normal(4000)
    assert one_latent.law_distance(line, x, std) < 0.03
    assert one_latent.law_distance(line, x + 0.5, std) > 0.15


@pytest.mark.parametrize("kind", ["gan", "vae"])
def test_ancestral_draws_follow_the_model(kind):
    """A GAN stays on its curve, a VAE with noise does not; both follow their laws, the slips do not."""
    target, hidden = ring(8, 1.0, 0.1), {"generator_hidden": (8,), "discriminator_hidden": (8,)}
    learner = GAN(target, latents=1, **hidden) if kind == "gan" else VAE(target, latents=1, hidden=(8,), std=0.1)
    fitted = fit(learner, seeds=[1, 4], steps=40, batch=32)
    seen = one_latent.ancestral(fitted, 1600, 0.1 if kind == "vae" else 0.0)
    assert seen.x.shape == seen.data.shape == (2, 500, 2)
    assert (seen.gap < 0.05).all()
    assert (seen.wrong > seen.gap).all()
    assert (seen.near == 1).all() if kind == "gan" else (seen.near < 0.1).all()
    assert (seen.near_data < 0.1).all()


def test_bad_input_is_named():
    """Counts and deviations out of range are refused by name."""
    with pytest.raises(ValueError, match=r"^std: expected"):
        one_latent.law_distance(piecewise.through([0.0], [0.0]), np.zeros(5), -1.0)
    with pytest.raises(ValueError, match=r"^draws: expected"):
        one_latent.ancestral(fit(GAN(ring(), latents=1), seeds=[1], steps=1, batch=16), 0)
    with pytest.raises(ValueError, match=r"^fitted: expected"):
        one_latent.ancestral(None, 16)  # type: ignore[arg-type]
