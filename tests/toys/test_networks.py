"""Stacked networks against plain autograd and against a network written out by hand."""

import numpy as np
import pytest
import torch

from toys.networks import LEAK, MLP, Stack

PHI = {
    "relu": lambda z: np.maximum(z, 0), "leaky_relu": lambda z: np.where(z > 0, z, LEAK * z),
    "tanh": np.tanh, "sigmoid": lambda z: 1 / (1 + np.exp(-z)),
}  # fmt: skip


def stack(net, members, seed=0):
    rng = np.random.default_rng(seed)
    return torch.tensor(np.stack([net.initialise(rng) for _ in range(members)])), rng


@pytest.mark.parametrize("activation", PHI)
@pytest.mark.parametrize("sizes", [(3, 1), (2, 5, 1), (1, 7, 4, 3), (4, 6, 6, 2)])
def test_the_fast_stack_is_the_textbook_network(sizes, activation):
    """Outputs equal φ(Wx+b) written out member by member."""
    net = MLP(sizes, activation)
    theta, rng = stack(net, 3)
    x = torch.tensor(rng.standard_normal((3, sizes[0], 11)))
    out = net(theta, x)
    for member in range(3):
        h = x[member].numpy()
        layers = net.unpack(theta)
        for number, (weight, bias) in enumerate(layers):
            h = weight[member].numpy() @ h + bias[member].numpy()
            h = PHI[activation](h) if number + 1 < len(layers) else h
        assert np.allclose(out[member], h, rtol=1e-13, atol=1e-14)


@pytest.mark.parametrize("activation", PHI)
@pytest.mark.parametrize("sizes", [(3, 1), (2, 5, 1), (1, 7, 4, 3)])
def test_the_gradient_by_hand_is_the_gradient_of_autograd(sizes, activation):
    """∂/∂θ and ∂/∂x of a random functional agree with plain autograd, together and one at a time."""
    net = MLP(sizes, activation)
    theta, rng = stack(net, 3)
    x = torch.tensor(rng.standard_normal((3, sizes[0], 11)))
    weight = torch.tensor(rng.standard_normal((3, sizes[-1], 11)))
    theta.requires_grad_(), x.requires_grad_()
    expected = torch.autograd.grad((net.plain(theta, x).sin() * weight).sum(), (theta, x))
    got = torch.autograd.grad((net(theta, x).sin() * weight).sum(), (theta, x))
    (only_x,) = torch.autograd.grad((net(theta.detach(), x).sin() * weight).sum(), x)
    (only_theta,) = torch.autograd.grad((net(theta, x.detach()).sin() * weight).sum(), theta)
    for a, b in [(got[0], expected[0]), (got[1], expected[1]), (only_theta, expected[0]), (only_x, expected[1])]:
        assert torch.allclose(a, b, rtol=1e-12, atol=1e-13)


@pytest.mark.parametrize("wanted", [(0,), (1,), (0, 1)], ids=str)
def test_the_fast_stack_differentiates_twice(wanted):
    """The slope of a functional of slopes, in θ, x and the weights of the outputs, is that of `plain`."""
    net = MLP((2, 4, 3, 2), "tanh")
    theta, rng = stack(net, 2)
    leaves = (
        theta.requires_grad_(),
        *(torch.tensor(rng.standard_normal((2, 2, 5)), requires_grad=True) for _ in range(2)),
    )

    def second(call):
        value = (call(*leaves[:2]) * leaves[2]).sum()
        slopes = torch.autograd.grad(value, [leaves[i] for i in wanted], create_graph=True)
        return torch.autograd.grad(sum(slope.pow(3).sum() for slope in slopes), leaves)

    for found, expected in zip(second(net), second(net.plain), strict=True):
        assert expected.abs().sum() > 0
        assert torch.allclose(found, expected, rtol=1e-10, atol=1e-13)


def test_the_fast_stack_refuses_a_second_walk_back():
    """Going back spends the layers: doing it twice raises instead of returning something wrong."""
    net = MLP((2, 4, 1))
    theta, _ = stack(net, 2)
    out = net(theta.requires_grad_(), torch.ones(2, 2, 16, dtype=torch.float64)).sum()
    torch.autograd.grad(out, theta, retain_graph=True)
    with pytest.raises(RuntimeError, match="inplace"):
        torch.autograd.grad(out, theta)


def test_a_stack_sees_parameters_that_move_and_minibatches_of_any_size():
    """Used again after an update in place, on fewer and on more columns, it gives what a fresh one gives."""
    net = MLP((2, 5, 4, 3), "tanh")
    theta, rng = stack(net, 3)
    worker = Stack(net, theta)
    for columns in (16, 48, 16):
        x, g = (torch.tensor(rng.standard_normal((3, n, columns))) for n in (2, 3))
        d_x = worker.pull(worker.run(x), g, to_theta=True, to_x=True)
        leaves = theta.clone().requires_grad_(), x.requires_grad_()
        expected = torch.autograd.grad((net.plain(*leaves) * g).sum(), leaves)
        assert torch.allclose(worker.slope, expected[0], rtol=1e-12, atol=1e-13)
        assert torch.allclose(d_x, expected[1], rtol=1e-12, atol=1e-13)
        theta += 0.1


@pytest.mark.parametrize(
    ("init", "std"), [("uniform", (1 / 3 / 200) ** 0.5), ("he", 0.1), ("xavier", (2 / 500) ** 0.5), ("normal", 1.0)]
)
def test_initial_weights_have_the_advertised_size(init, std):
    """Standard deviation of 200×300 weights within four standard errors, times the gain; biases as documented."""
    net = MLP((200, 300), init=init, gain=1.5)
    ((weight, bias),) = net.unpack(stack(net, 1)[0])
    assert float(weight.std()) == pytest.approx(1.5 * std, rel=4 / np.sqrt(2 * weight.numel()))
    assert (float(bias.abs().max()) > 0) == (init == "uniform")
    if init == "uniform":
        assert float(weight.abs().max()) <= 1.5 / np.sqrt(200)


@pytest.mark.parametrize("sizes", [(4, 9), (9, 4)])
def test_orthogonal_weights_are_orthonormal(sizes):
    """Rows or columns, whichever are fewer, are orthonormal times the gain."""
    net = MLP(sizes, init="orthogonal", gain=0.8)
    w = net.unpack(stack(net, 1)[0])[0][0][0].numpy()
    gram = w @ w.T if w.shape[0] < w.shape[1] else w.T @ w
    assert np.allclose(gram, 0.64 * np.eye(4), atol=1e-14)


@pytest.mark.parametrize("bad", [{"sizes": (3,)}, {"sizes": (3, 0)}, {"activation": "gelu"}, {"init": "zeros"}])
def test_bad_networks_are_refused(bad):
    """Sizes, activation and initialisation are checked."""
    with pytest.raises(ValueError, match="expected"):
        MLP(**({"sizes": (2, 3)} | bad))
