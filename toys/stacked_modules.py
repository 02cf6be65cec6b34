"""Chains of linear layers inside ordinary modules, evaluated for all members of a stack as one batched node.

Under `vmap` PyTorch takes a stack of `Linear` layers apart into a product, a sum and copies, a row a sample; with two inputs
and one output it spends most of its time in the thin first and last layers. A chain x ↦ W_L φ(… φ(W_1 x + b_1) …) + b_L

of `Linear` and activations in an `nn.Sequential`, or one `Linear` alone, is known by its types. `stacked` gives it a
`forward` of its own, with samples in columns and the slope by the chain rule, as `toys.networks` does it; everything else, and
the same chain outside of `vmap`, stays what PyTorch makes of it.
"""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional

Slope = Callable[[Any, Tensor, Tensor], Tensor]
_aten = torch.ops.aten
SLOPES: dict[type[nn.Module], Slope] = {
    nn.ReLU: lambda phi, g, h: _aten.threshold_backward(g, h, 0),
    nn.Tanh: lambda phi, g, h: _aten.tanh_backward(g, h),
    nn.Sigmoid: lambda phi, g, h: _aten.sigmoid_backward(g, h),
    nn.LeakyReLU: lambda phi, g, h: _aten.leaky_relu_backward(g, h, phi.negative_slope, True),
}
"""g φ'(z) from g and h = φ(z), by the type of an activation φ."""
INTO: dict[type[nn.Module], Slope] = {
    nn.ReLU: lambda phi, g, h: _aten.threshold_backward.grad_input(g, h, 0, grad_input=g),
    nn.Tanh: lambda phi, g, h: _aten.tanh_backward.grad_input(g, h, grad_input=g),
    nn.Sigmoid: lambda phi, g, h: _aten.sigmoid_backward.grad_input(g, h, grad_input=g),
    nn.LeakyReLU: lambda phi, g, h: _aten.leaky_relu_backward.grad_input(g, h, phi.negative_slope, True, grad_input=g),
}
"""The same in the place of g, which is nobody else's."""
IN_PLACE: dict[type[nn.Module], Callable[[Any, Tensor], Tensor]] = {
    nn.ReLU: lambda phi, z: torch.relu_(z),
    nn.Tanh: lambda phi, z: torch.tanh_(z),
    nn.Sigmoid: lambda phi, z: torch.sigmoid_(z),
    nn.LeakyReLU: lambda phi, z: functional.leaky_relu_(z, phi.negative_slope),
}
"""φ(z) in the place of z."""


def stacked(module: nn.Module) -> nn.Module:
    """`module` itself, whose chains are from now on evaluated together wherever `vmap` stacks them."""
    for part in module.modules():
        if type(part) is nn.Sequential and _is_chain(part):
            part.__class__ = Chain
        elif type(part) is nn.Linear and isinstance(part.bias, Tensor):
            part.__class__ = Affine
    return module


def _is_chain(part: nn.Sequential) -> bool:
    """Linear first, activations only after one, biases everywhere, and nothing that listens in."""
    kinds = [type(layer) for layer in part]
    linear = [kind in (nn.Linear, Affine) for kind in kinds]
    known = all(is_linear or kind in SLOPES for is_linear, kind in zip(linear, kinds, strict=True))
    apart = all(one or other for one, other in pairwise(linear))
    biased = all(isinstance(layer.bias, Tensor) for layer in part if isinstance(layer, nn.Linear))
    heard = any(vars(layer)[hooks] for layer in part for hooks in ("_forward_hooks", "_forward_pre_hooks"))
    steep = any(isinstance(layer, nn.LeakyReLU) and layer.negative_slope < 0 for layer in part)
    return bool(kinds) and linear[0] and known and apart and biased and not heard and not steep


class Chain(nn.Sequential):
    """A sequence of `Linear` layers and activations."""

    def forward(self, input: Tensor) -> Tensor:
        """What `nn.Sequential` gives."""
        return _evaluated(list(self), input) if input.ndim == 2 else super().forward(input)


class Affine(nn.Linear):
    """A `Linear` layer alone."""

    def forward(self, input: Tensor) -> Tensor:
        """What `nn.Linear` gives."""
        return _evaluated([self], input) if input.ndim == 2 else super().forward(input)


def _evaluated(layers: list[nn.Module], x: Tensor) -> Tensor:
    """The chain at x (batch, in) of one member, (batch, out)."""
    parameters: list[Tensor] = []
    activations: list[nn.Module | None] = []
    for layer in layers:
        if isinstance(layer, nn.Linear):
            parameters += [layer.weight, layer.bias]
            activations.append(None)
        else:
            activations[-1] = layer
    return _OneMember.apply(activations, x, *parameters)


class _OneMember(torch.autograd.Function):
    """The chain of one member: what `vmap` is told to do instead, and how it is differentiated inside of it."""

    @staticmethod
    def forward(activations: list[nn.Module | None], x: Tensor, *parameters: Tensor) -> Tensor:
        return _plain(activations, x, parameters)[-1]

    @staticmethod
    def setup_context(ctx: Any, inputs: tuple[Any, ...], output: Tensor) -> None:
        ctx.activations = inputs[0]
        ctx.save_for_backward(*inputs[1:])

    @staticmethod
    def backward(ctx: Any, *grads: Tensor) -> tuple[Tensor | None, ...]:
        (g,) = grads
        x, *parameters = ctx.saved_tensors
        h = _plain(ctx.activations, x, parameters)  # again, as functions of what can be differentiated
        slopes: list[Tensor] = []
        for layer in reversed(range(len(ctx.activations))):
            phi = ctx.activations[layer]
            g = g if phi is None else SLOPES[type(phi)](phi, g, h[layer + 1])
            slopes = [g.mT @ h[layer], g.sum(0), *slopes]
            g = g @ parameters[2 * layer]
        return None, g, *slopes

    @staticmethod
    def vmap(info: Any, in_dims: tuple[Any, ...], *args: Any) -> tuple[Tensor, int]:
        activations, *tensors = args
        first = [
            tensor.expand(info.batch_size, *tensor.shape) if dim is None else tensor.movedim(dim, 0)
            for tensor, dim in zip(tensors, in_dims[1:], strict=True)
        ]
        return _AllMembers.apply(activations, *first), 0


def _plain(activations: list[nn.Module | None], x: Tensor, parameters: Any) -> list[Tensor]:
    """The layers of one member, rows of samples, in ordinary operations."""
    h = [x]
    for layer, phi in enumerate(activations):
        z = functional.linear(h[-1], parameters[2 * layer], parameters[2 * layer + 1])
        h.append(z if phi is None else phi(z))
    return h


class _AllMembers(torch.autograd.Function):
    """The chain of all members: x (members, batch, in), weights (members, out, in), biases (members, out)."""

    @staticmethod
    def forward(ctx: Any, activations: list[nn.Module | None], x: Tensor, *parameters: Tensor) -> Tensor:
        h = [x.mT.contiguous()]
        for weight, bias, phi in zip(parameters[::2], parameters[1::2], activations, strict=True):
            z = torch.bmm(weight, h[-1]).add_(bias.unsqueeze(2))
            h.append(z if phi is None else IN_PLACE[type(phi)](phi, z))
        ctx.activations = activations
        ctx.save_for_backward(*parameters[::2], *h)
        return h[-1].mT

    @staticmethod
    def backward(ctx: Any, *grads: Tensor) -> tuple[Tensor | None, ...]:
        (g,) = grads
        count, (_, wants_x, *wants) = len(ctx.activations), ctx.needs_input_grad
        weights, h = ctx.saved_tensors[:count], ctx.saved_tensors[count:]
        slopes: list[Tensor | None] = [None] * (2 * count)
        g = g.mT.contiguous()
        for layer in reversed(range(count)):
            phi, below = ctx.activations[layer], h[layer]
            if phi is not None:  # what came in belongs to others
                g = (SLOPES if layer == count - 1 else INTO)[type(phi)](phi, g, h[layer + 1])
            if wants[2 * layer] or wants[2 * layer + 1]:
                # With few inputs the transposed product is several times faster.
                thin = below.shape[1] < g.shape[1]
                slopes[2 * layer] = torch.bmm(below, g.mT).mT if thin else torch.bmm(g, below.mT)
                slopes[2 * layer + 1] = g.sum(2)
            if layer == 0 and not wants_x:
                break
            # With one output the product is an outer one, and a broadcast multiplication three times faster.
            g = weights[layer].mT * g if weights[layer].shape[1] == 1 else torch.bmm(weights[layer].mT, g)
        return None, g.mT if wants_x else None, *slopes
