"""Normalised, maxout and scaled networks against the same written out by hand."""

import numpy as np
import pytest
import torch

from toys.learners.gan import GAN
from toys.networks import MLP
from toys.normalised_layers import NormalisedMLP, spectral_norm
from toys.optimisers import RMSProp
from toys.targets import ring
from toys.train import fit

FORMS = [
    {"activation": "maxout", "pieces": 3}, {"normalise": "batch"}, {"normalise": "spectral", "activation": "tanh"},
    {"scale": 0.25, "activation": "leaky_relu"}, {"normalise": "batch", "activation": "maxout", "pieces": 2},
]  # fmt: skip


def stack(net, members, seed=0):
    """Rows of `members` networks with every number drawn, γ and biases too."""
    rng = np.random.default_rng(seed)
    rows = [net.initialise(rng) for _ in range(members)]
    return torch.tensor(np.stack([row + 0.1 * rng.standard_normal(row.shape) * (row != 0) for row in rows])), rng


def by_hand(net, row, x):
    """One member's network, layer by layer in NumPy, on columns x."""
    h, blocks = net.scale * x, iter(net.layout.unpack(row[None]))
    for number in range(len(net.sizes) - 1):
        weight, last = next(blocks)[0], number + 2 == len(net.sizes)
        if net.normalise == "spectral":
            weight = weight / np.linalg.norm(weight, 2)
        if net.normalise == "batch" and not last:
            gamma, beta, u = next(blocks)[0], next(blocks)[0], weight @ h
            h = gamma * (u - u.mean(1, keepdims=True)) / np.sqrt(u.var(1, keepdims=True) + 1e-5) + beta
        else:
            h = weight @ h + next(blocks)[0]
        if last:
            return h
        if net.activation == "maxout":
            width = net.sizes[number + 1]
            h = np.max([h[p * width : (p + 1) * width] for p in range(net.pieces)], axis=0)
        else:
            h = {"relu": np.maximum(h, 0), "tanh": np.tanh(h), "leaky_relu": np.where(h > 0, h, 0.2 * h)}[
                net.activation
            ]
    raise AssertionError


@pytest.mark.parametrize("form", FORMS, ids=str)
def test_the_stack_is_the_textbook_network(form):
    """Outputs equal the layers written out member by member; the spectral norm is that of the SVD, to 1 %."""
    net = NormalisedMLP((2, 6, 5, 3), **form)
    theta, rng = stack(net, 3)
    x = rng.standard_normal((3, 2, 32))
    out = net(theta, torch.tensor(x)).numpy()
    rough = 0.05 if net.normalise == "spectral" else 1e-12
    for member in range(3):
        assert np.allclose(out[member], by_hand(net, theta[member].numpy(), x[member]), rtol=rough, atol=rough)


@pytest.mark.parametrize("form", [f for f in FORMS if f.get("normalise") != "spectral"], ids=str)
def test_the_slope_is_a_finite_difference(form):
    """Of a random functional, along a random direction in θ."""
    net = NormalisedMLP((2, 6, 5, 3), **form)
    theta, rng = stack(net, 2)
    x, weight = (torch.tensor(rng.standard_normal((2, d, 32))) for d in (2, 3))
    direction = torch.tensor(rng.standard_normal(theta.shape))
    value = lambda t: (net(t, x) * weight).sum()  # noqa: E731
    (slope,) = torch.autograd.grad(value(theta.requires_grad_()), theta)
    with torch.no_grad():
        expected = float(value(theta + 1e-6 * direction) - value(theta - 1e-6 * direction)) / 2e-6
    assert float((slope * direction).sum()) == pytest.approx(expected, rel=1e-6)


def test_without_options_it_is_an_mlp():
    """The same row, the same network."""
    plain, normalised = MLP((2, 5, 1), "tanh"), NormalisedMLP((2, 5, 1), "tanh")
    row = plain.initialise(np.random.default_rng(0))
    assert np.array_equal(row, normalised.initialise(np.random.default_rng(0)))
    x = torch.ones(1, 2, 16, dtype=torch.float64)
    assert torch.allclose(plain(torch.tensor(row[None]), x), normalised(torch.tensor(row[None]), x))


def test_power_iteration_finds_the_largest_singular_value():
    """From below, to a hundredth where the second is half as large, and exactly for a single column."""
    rng = np.random.default_rng(1)
    u, v = (np.linalg.qr(rng.standard_normal((n, 4)))[0] for n in (9, 6))
    w = torch.tensor(u @ np.diag([2.0, 1.0, 0.5, 0.1]) @ v.T)[None]
    assert float(spectral_norm(w)[0]) == pytest.approx(2, rel=0.01)
    assert float(spectral_norm(w)[0]) <= 2 + 1e-12
    assert float(spectral_norm(w[:, :, :1])[0]) == pytest.approx(float(w[0, :, 0].norm()), rel=1e-12)


@pytest.mark.parametrize("form", FORMS, ids=str)
@pytest.mark.parametrize("options", [{}, {"penalty": 0.3, "objective": "wasserstein"}], ids=str)
def test_a_member_does_not_depend_on_its_neighbours(form, options):
    """A seed gives bitwise the same networks alone and among eighteen, under gradient penalties too."""
    make = lambda sizes: NormalisedMLP(sizes, **form)  # noqa: E731
    gan = GAN(
        ring(), generator_hidden=(7, 5), discriminator_hidden=(6,), generator_form=make, discriminator_form=make,
        **options,
    )  # fmt: skip
    crowd, alone = (fit(gan, seeds=seeds, steps=5, batch=32) for seeds in (range(18), [13]))
    for name in gan.players:
        assert np.array_equal(crowd.players[name][:, 13], alone.players[name][:, 0])


def test_clipping_keeps_the_discriminators_weights_within_bounds():
    """After every step but the last update, which at this rate takes them no further than 0.01 + 1e-3 beyond."""
    gan = GAN(ring(), objective="wasserstein", clip=0.01)
    fitted = fit(gan, seeds=[1, 2], steps=20, batch=16, optimiser=RMSProp(1e-3), record=[10])
    assert 0.005 < np.abs(fitted.players["discriminator"]).max() <= 0.01 + 4e-3
    assert np.abs(fitted.players["generator"]).max() > 0.1


@pytest.mark.parametrize(
    "bad", [{"sizes": (3,)}, {"activation": "gelu"}, {"init": "zeros"}, {"normalise": "layer"}, {"scale": 0.0}, {"pieces": 0}]
)  # fmt: skip
def test_bad_options_are_refused(bad):
    """Each option is checked."""
    with pytest.raises(ValueError, match="expected"):
        NormalisedMLP(**({"sizes": (2, 3)} | bad))
