"""Piecewise linear networks: exact broken lines of one input, bounds of several."""

import numpy as np
import pytest
import torch
from scipy.special import ndtr

from toys import piecewise
from toys.networks import LEAK, MLP


def network(sizes, activation="relu", seed=0):
    """A net of the stack, a member's row, and its layers."""
    net = MLP(sizes, activation, gain=1.5)
    row = net.initialise(np.random.default_rng(seed))
    return net, row, piecewise.layers_of(net, row)


@pytest.mark.parametrize("activation", ["relu", "leaky_relu"])
@pytest.mark.parametrize("sizes", [(1, 1), (1, 7, 1), (1, 6, 5, 2), (1, 4, 4, 4, 3)])
def test_the_broken_line_is_the_network(sizes, activation):
    """Same values everywhere, far out too, and at its own knots from either side."""
    for seed in range(5):
        net, row, layers = network(sizes, activation, seed)
        line = piecewise.of_layers(layers, LEAK if activation == "leaky_relu" else 0.0)
        z = np.concatenate([np.linspace(-9, 9, 997), [-1e3, 1e3], line.knots, line.knots + 1e-9, line.knots - 1e-9])
        x = net.plain(torch.tensor(row)[None], torch.tensor(z)[None, None])[0].numpy().T
        np.testing.assert_allclose(line(z), x, rtol=1e-9, atol=1e-9)
        assert (np.diff(line.knots) > 0).all()


@pytest.mark.parametrize("sizes", [(1, 7, 1), (1, 6, 5, 2), (1, 8, 8, 1)])
def test_no_chord_is_steeper_and_some_is_as_steep(sizes):
    """Chords between random points stay below the Lipschitz constant; one inside the steepest piece reaches it."""
    _, _, layers = network(sizes)
    line = piecewise.of_layers(layers)
    z = np.sort(np.random.default_rng(1).uniform(-6, 6, 4000))
    assert (np.linalg.norm(np.diff(line(z), axis=0), axis=1) <= line.lipschitz * np.diff(z) * (1 + 1e-9) + 1e-13).all()
    steep = np.argmax(np.linalg.norm(line.slopes, axis=1))
    edges = np.concatenate([line.knots[:1] - 1, line.knots, line.knots[-1:] + 1])
    a, b = line(edges[steep : steep + 2])
    assert np.linalg.norm(b - a) == pytest.approx(line.lipschitz * (edges[steep + 1] - edges[steep]), rel=1e-6, abs=0)


@pytest.mark.parametrize("sizes", [(1, 7, 1), (1, 8, 8, 1)])
def test_masses_are_those_of_fine_cells(sizes):
    """P(g ≤ y), P(g ≥ y) and P(low < g < high) against the sum over a fine grid of z; together they are everything."""
    _, _, layers = network(sizes, seed=3)
    line = piecewise.of_layers(layers)
    z = np.linspace(-8, 8, 800_001)
    weight = np.diff(ndtr(np.concatenate([[-np.inf], (z[1:] + z[:-1]) / 2, [np.inf]])))
    x = line(z)[:, 0]
    for low, high in [(-0.3, 0.1), (0.0, 0.4), (*np.quantile(x, [0.3, 0.6]),)]:
        got = line.mass_up_to(low), line.mass_between(low, high), line.mass_from(high)
        slow = weight[x <= low].sum(), weight[(x > low) & (x < high)].sum(), weight[x >= high].sum()
        np.testing.assert_allclose(got, slow, atol=3e-5)
        assert sum(got) == pytest.approx(1, abs=1e-14)


def test_levels_and_tails():
    """A level counts where it is meant to; masses far out keep their digits."""
    line = piecewise.through([-1.0, 2.0], [0.0, 3.0])
    assert line.mass_up_to(0.0) == pytest.approx(ndtr(-1.0), rel=1e-14)
    assert line.mass_between(0.0, 3.0) == pytest.approx(ndtr(2.0) - ndtr(-1.0), rel=1e-14)
    assert line.mass_from(3.0) == pytest.approx(ndtr(-2.0), rel=1e-14)
    assert line.mass_between(-1.0, 0.0) == 0
    assert line.lipschitz == 1
    far = piecewise.through([0.0, 40.0], [0.0, 40.0])
    assert far.mass_from(12.0) == pytest.approx(ndtr(-12.0), rel=1e-12)
    np.testing.assert_allclose(line(np.array([-5.0, 0.5, 5.0]))[:, 0], [0, 1.5, 3])


def test_distance_is_that_of_the_nearest_point_of_a_fine_walk():
    """Points beside the line, on it, and beyond its last knot, where it goes on."""
    _, _, layers = network((1, 6, 5, 2), seed=4)
    line = piecewise.of_layers(layers)
    x = np.random.default_rng(0).normal(size=(40, 2))
    walk = line(np.linspace(-30, 30, 200_001))
    slow = np.array([np.linalg.norm(walk - point, axis=1).min() for point in x])
    np.testing.assert_allclose(line.distance(x), slow, atol=1e-3)
    assert (line.distance(x) <= slow + 1e-12).all()
    assert line.distance(line(np.array([-300.0, 0.2, 41.0]))).max() < 1e-11


@pytest.mark.parametrize("sizes", [(1, 6, 5, 1), (2, 6, 1), (3, 8, 8, 2)])
def test_slopes_lie_between_the_search_and_the_spectral_norms(sizes):
    """Jacobians are those of autograd; the search finds no less than it began with, and no more than the product."""
    net, row, layers = network(sizes, seed=5)
    rng = np.random.default_rng(2)
    z = rng.standard_normal((50, sizes[0]))
    slopes = piecewise.slopes_at(layers, z)
    for point, slope in zip(z[:5], slopes[:5], strict=True):
        jacobian = torch.autograd.functional.jacobian(
            lambda x: net.plain(torch.tensor(row)[None], x[None, :, None])[0, :, 0], torch.tensor(point)
        )
        assert slope == pytest.approx(np.linalg.norm(jacobian.numpy(), 2), rel=1e-12)
    found = piecewise.steepest(layers, z, rng)
    assert slopes.max() <= found <= piecewise.spectral_product(layers) * (1 + 1e-12)
    if sizes[0] == 1:
        assert found <= piecewise.of_layers(layers).lipschitz * (1 + 1e-12)


@pytest.mark.parametrize("kind", ["gan", "vae"])
def test_layers_of_fitted_members_generate_what_they_do(kind):
    """A GAN's generator, a VAE's decoder means."""
    from toys.learners.gan import GAN
    from toys.learners.vae import VAE
    from toys.targets import symmetric_pair
    from toys.train import fit

    pair = symmetric_pair(2.0, 0.5)
    learner = GAN(pair, latents=2, generator_hidden=(5,)) if kind == "gan" else VAE(pair, latents=2, hidden=(5,))
    fitted = fit(learner, seeds=[3, 8], steps=3, batch=16)
    z = np.random.default_rng(0).standard_normal((16, 2))
    shown = fitted.evaluate(learner.sample if kind == "gan" else learner.decode, z)[..., 0]
    for layers, row in zip(piecewise.of_fitted(fitted), shown, strict=True):
        (first, bias), (last, final) = layers
        np.testing.assert_allclose(np.maximum(z @ first.T + bias, 0) @ last[0] + final[0], row, rtol=1e-5, atol=1e-6)


def test_one_layer_is_as_steep_as_its_spectral_norm():
    """Without a hidden layer search, slope and product are the same number."""
    _, _, layers = network((4, 3), seed=1)
    rng = np.random.default_rng(0)
    z = rng.standard_normal((5, 4))
    assert piecewise.steepest(layers, z, rng) == pytest.approx(piecewise.spectral_product(layers), rel=1e-12)
    assert piecewise.slopes_at(layers, z).shape == (5,)


ONE, TWO = network((1, 3, 1))[2], network((2, 3, 1))[2]
BAD = [
    (lambda: piecewise.of_layers(TWO), "layers"),
    (lambda: piecewise.of_layers([]), "layers"),
    (lambda: piecewise.of_layers(ONE, leak=1.5), "leak"),
    (lambda: piecewise.through([1.0, 0.0], [0.0, 1.0]), "knots"),
    (lambda: piecewise.through([0.0, 1.0], [0.0]), "values"),
    (lambda: piecewise.of_layers(ONE).mass_between(1.0, 0.0), "high"),
    (lambda: piecewise.of_layers(network((1, 3, 2))[2]).mass_up_to(0.0), "layers, line"),
    (lambda: piecewise.steepest(TWO, np.zeros((3, 2)), np.random.default_rng(0), rounds=0), "rounds"),
]


@pytest.mark.parametrize(("call", "named"), BAD)
def test_bad_input_is_named(call, named):
    """Shapes and ranges that do not fit are refused by name."""
    with pytest.raises(ValueError, match=f"^{named}: expected"):
        call()
