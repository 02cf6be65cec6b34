"""A stack of small multi-layer networks, one per member, evaluated together.

A member's parameters are one row of a flat buffer θ of shape (members, P), so that an optimiser is one update of
one tensor and a member can be frozen by a row. Layer ℓ of every member at once is the batched product

    h_ℓ = φ(W_ℓ h_{ℓ-1} + b_ℓ),      h_0 = x of shape (members, in, batch),     the last layer without φ.

Samples are columns: with two inputs and one output per network the long axis must be the contiguous one (a row
layout spends four fifths of its time in the thin first and last layers).

The gradient is written out by hand in `Stack`: `run` keeps what `pull` needs. Calling a network makes the two one node
of autograd's graph; `plain` is the same network in ordinary operations, faster where it is differentiated twice, and the
twin against which the fast one is tested. What is written by hand is an `MLP`'s and nobody else's: a subclass is called
as it defines itself, and differentiated by autograd.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Literal

import numpy as np
import torch
from torch import Tensor

from theory.validation.told import told
from toys.layout import Layout
from toys.validation import hold, positive_integer, require

Network = Callable[[Tensor, Tensor], Tensor]  # (θ, x) ↦ outputs
ActivationName = Literal["relu", "leaky_relu", "tanh", "sigmoid"]
InitName = Literal["uniform", "he", "xavier", "orthogonal", "normal"]
LEAK = 0.2  # slope of the leaky rectifier, the value of the generative literature (Radford et al. 2016)


@told
@dataclass(frozen=True)
class Activation:
    """φ in place, and its chain rule written in the output h = φ(z): h becomes g φ'(z)."""

    apply_: Callable[[Tensor], Tensor]
    apply: Callable[[Tensor], Tensor]
    chain_: Callable[[Tensor, Tensor], Tensor]


_aten = torch.ops.aten
ACTIVATIONS: dict[str, Activation] = {
    "relu": Activation(
        torch.relu_, torch.relu, lambda g, h: _aten.threshold_backward.grad_input(g, h, 0, grad_input=h)
    ),
    "leaky_relu": Activation(
        lambda z: torch.nn.functional.leaky_relu_(z, LEAK),
        lambda z: torch.nn.functional.leaky_relu(z, LEAK),
        lambda g, h: _aten.leaky_relu_backward.grad_input(g, h, LEAK, True, grad_input=h),
    ),
    "tanh": Activation(torch.tanh_, torch.tanh, lambda g, h: _aten.tanh_backward.grad_input(g, h, grad_input=h)),
    "sigmoid": Activation(
        torch.sigmoid_, torch.sigmoid, lambda g, h: _aten.sigmoid_backward.grad_input(g, h, grad_input=h)
    ),
}


@dataclass(frozen=True)
@hold
class MLP:
    """A multi-layer perceptron x ↦ W_L φ(… φ(W_1 x + b_1) …) + b_L, one per row of θ.

    `sizes` = (inputs, hidden…, outputs). `init`: "uniform" draws weights and biases from U(±1/√fan_in) (the
    PyTorch default), "he" weights from N(0, 2/fan_in), "xavier" from N(0, 2/(fan_in + fan_out)), "orthogonal"
    from random orthonormal frames, "normal" from N(0, 1), all but the first with zero biases; all weights are
    multiplied by `gain`.

    Raises ValueError for fewer than two sizes, one that is no integer ≥ 1, an unknown activation or init.
    """

    sizes: tuple[int, ...]
    activation: ActivationName = "relu"
    init: InitName = "uniform"
    gain: float = 1.0

    def __post_init__(self) -> None:
        require(len(self.sizes) >= 2, "sizes", "at least (inputs, outputs)", self.sizes)
        for size in self.sizes:
            positive_integer(size, "sizes")
        require(self.activation in ACTIVATIONS, "activation", f"one of {sorted(ACTIVATIONS)}", self.activation)
        require(self.init in DRAWS, "init", f"one of {sorted(DRAWS)}", self.init)

    @property
    def layers(self) -> list[tuple[int, int]]:
        """(fan_in, fan_out) of each layer."""
        return list(zip(self.sizes[:-1], self.sizes[1:], strict=True))

    @cached_property
    def layout(self) -> Layout:
        """W₁, b₁, W₂, b₂, … in a member's row."""
        return Layout(tuple(shape for m, n in self.layers for shape in ((n, m), (n, 1))))

    @property
    def length(self) -> int:
        """P: numbers in one member's row."""
        return self.layout.length

    def initialise(self, rng: np.random.Generator) -> np.ndarray:
        """One member's row (P,) drawn from its own generator, in float64 whatever the precision of training."""
        blocks: list[np.ndarray] = []
        for fan_in, fan_out in self.layers:
            weight, bias = DRAWS[self.init](fan_in, fan_out, rng)
            blocks += [self.gain * weight, bias[:, None]]
        return self.layout.row(*blocks)

    def unpack(self, theta: Tensor) -> list[tuple[Tensor, Tensor]]:
        """Views (W (members, out, in), b (members, out, 1)) of each layer of a buffer (members, P)."""
        blocks = self.layout.unpack(theta)
        return list(zip(blocks[::2], blocks[1::2], strict=True))

    def __call__(self, theta: Tensor, x: Tensor) -> Tensor:
        """Outputs (members, out, batch) for inputs (members, in, batch)."""
        return _Node.apply(theta, x, self) if type(self) is MLP else self.plain(theta, x)

    def plain(self, theta: Tensor, x: Tensor) -> Tensor:
        """The same outputs from ordinary operations."""
        phi = ACTIVATIONS[self.activation].apply
        *hidden, (last_weight, last_bias) = self.unpack(theta)
        for weight, bias in hidden:
            x = phi(torch.baddbmm(bias, weight, x))
        return torch.baddbmm(last_bias, last_weight, x)


class Stack:
    """One stack of networks at work on its buffer θ: forwards layer by layer, and back by the chain rule.

    All it needs is made once and used again for every minibatch: views of the blocks of θ, which an optimiser changes
    in place, and room for layers and slopes, so that a step allocates nothing and stays in cache. What it returns is
    therefore overwritten by its next use on as many columns. Outside of autograd.
    """

    def __init__(self, net: MLP, theta: Tensor) -> None:
        blocks = net.layout.matrices(theta)
        self.net, self.theta = net, theta
        self.weights, self.biases = blocks[::2], blocks[1::2]
        self.activation = ACTIVATIONS[net.activation]
        self.room: dict[tuple[str, int, int], Tensor] = {}

    @cached_property
    def slope(self) -> Tensor:
        """Where `pull` leaves the slope in θ; its padding stays zero."""
        return torch.zeros_like(self.theta)

    @cached_property
    def slots(self) -> list[Tensor]:
        """Views of the blocks of `slope`."""
        return self.net.layout.matrices(self.slope)

    def run(self, x: Tensor) -> list[Tensor]:
        """h_0 … h_L: the inputs, the hidden layers and the outputs."""
        h, last = [x], len(self.weights) - 1
        for layer, (weight, bias) in enumerate(zip(self.weights, self.biases, strict=True)):
            h.append(torch.bmm(weight, h[-1], out=self._room(f"layer {layer}", weight.shape[1], x)).add_(bias))
            if layer < last:
                self.activation.apply_(h[-1])
        return h

    def pull(self, h: list[Tensor], g: Tensor, *, to_theta: bool, to_x: bool) -> Tensor:
        """The slope in the inputs from g, that in the outputs, by the chain rule on h of `run`; in θ it goes to `slope`.

        The hidden layers of h are spent: they are overwritten by their slopes, as less memory is more cache. Without
        `to_x` the descent ends at the first hidden layer.
        """
        for layer in reversed(range(len(self.weights))):
            if to_theta:
                # Written through a copy: into a strided slot bmm would fall back to one product per member.
                self.slots[2 * layer].copy_(_outer(g, h[layer]))
                torch.sum(g, 2, keepdim=True, out=self.slots[2 * layer + 1])
            if layer > 0 or to_x:
                weight = self.weights[layer]
                g = _pull_back(weight, g, self._room("slope", weight.shape[2], g))
            if layer > 0:
                g = self.activation.chain_(g, h[layer])
        return g

    def _room(self, purpose: str, width: int, like: Tensor) -> Tensor:
        key = (purpose, width, like.shape[2])
        if key not in self.room:
            self.room[key] = like.new_empty(like.shape[0], width, like.shape[2])
        return self.room[key]


def twice(net: Network) -> Network:
    """`net` in the form that is cheap to differentiate twice: an `MLP` has one of its own, any other is called as it is."""
    return net.plain if isinstance(net, MLP) and type(net) is MLP else net


class _Node(torch.autograd.Function):
    """The whole stack as one node of the graph, which can be gone through once, or in ordinary operations again."""

    @staticmethod
    def forward(ctx: Any, theta: Tensor, x: Tensor, net: MLP) -> Tensor:
        *h, out = Stack(net, theta).run(x)
        ctx.net = net
        ctx.save_for_backward(theta, *h)
        return out

    @staticmethod
    def backward(ctx: Any, g: Tensor) -> tuple[Tensor | None, Tensor | None, None]:  # pyright: ignore[reportIncompatibleMethodOverride]  torch says *grads, there is one
        theta, *h = ctx.saved_tensors
        wants_theta, wants_x, _ = ctx.needs_input_grad
        if torch.is_grad_enabled():  # the slope is to be differentiated again
            return _slopes(ctx.net, theta, h[0], g, wants_theta, wants_x)
        stack = Stack(ctx.net, theta)
        d_x = stack.pull(h, g, to_theta=wants_theta, to_x=wants_x)
        return (stack.slope if wants_theta else None), (d_x if wants_x else None), None


def _slopes(
    net: MLP, theta: Tensor, x: Tensor, g: Tensor, wants_theta: bool, wants_x: bool
) -> tuple[Tensor | None, Tensor | None, None]:
    """What `backward` returns, as a function of θ, x and g."""
    wanted = [leaf for leaf, wants in ((theta, wants_theta), (x, wants_x)) if wants]
    slopes = iter(torch.autograd.grad(net.plain(theta, x), wanted, g, create_graph=True))
    return (next(slopes) if wants_theta else None), (next(slopes) if wants_x else None), None


def _outer(g: Tensor, h: Tensor) -> Tensor:
    # g hᵀ. With few inputs its transpose is several times faster.
    return torch.bmm(h, g.mT).mT if h.shape[1] < g.shape[1] else torch.bmm(g, h.mT)


def _pull_back(weight: Tensor, g: Tensor, out: Tensor) -> Tensor:
    # With one output Wᵀg is an outer product, and a broadcast multiplication is three times faster than bmm.
    return torch.mul(weight.mT, g, out=out) if weight.shape[1] == 1 else torch.bmm(weight.mT, g, out=out)


def _uniform(fan_in: int, fan_out: int, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    bound = 1 / np.sqrt(fan_in)
    return rng.uniform(-bound, bound, (fan_out, fan_in)), rng.uniform(-bound, bound, fan_out)


def _he(fan_in: int, fan_out: int, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    return np.sqrt(2 / fan_in) * rng.standard_normal((fan_out, fan_in)), np.zeros(fan_out)


def _xavier(fan_in: int, fan_out: int, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    return np.sqrt(2 / (fan_in + fan_out)) * rng.standard_normal((fan_out, fan_in)), np.zeros(fan_out)


def _orthogonal(fan_in: int, fan_out: int, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    q, r = np.linalg.qr(rng.standard_normal((max(fan_in, fan_out), min(fan_in, fan_out))))
    q = q * np.sign(np.diagonal(r))  # makes the frame uniformly distributed (Mezzadri 2007)
    return (q if fan_out >= fan_in else q.T), np.zeros(fan_out)


def _normal(fan_in: int, fan_out: int, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    return rng.standard_normal((fan_out, fan_in)), np.zeros(fan_out)


DRAWS = {"uniform": _uniform, "he": _he, "xavier": _xavier, "orthogonal": _orthogonal, "normal": _normal}
"""Weights (fan_out, fan_in) and biases (fan_out,) by name of `init`, of (fan_in, fan_out, generator)."""
