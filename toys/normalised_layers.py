"""The multi-layer perceptron of published GANs: batch and spectral normalisation, maxout, scaled inputs.

    h_ℓ = φ(N(W_ℓ h_{ℓ-1})),      h_0 = scale · x,      the last layer a plain W h + b

    maxout     h = max over `pieces` of affine maps             Goodfellow et al. (2013)
    "batch"    N(u) = γ (u - mean u)/√(var u + 1e-5) + β        Ioffe & Szegedy (2015), statistics of the columns at hand
    "spectral" every W is divided by its largest singular value Miyato et al. (2018), by power iteration

Batch normalisation keeps no running averages: a sample is normalised by those drawn with it, in evaluation too. The
slope of the singular value is that of uᵀWv at the iteration's u and v. Everything in ordinary operations,
differentiable as often as wanted.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property, reduce
from typing import Any, Literal

import numpy as np
import torch
from torch import Tensor

from toys.layout import Layout
from toys.networks import ACTIVATIONS, DRAWS, MLP, InitName
from toys.validation import choice, hold, positive, positive_integer, require

POWER_ITERATIONS = 8
"""From the same start every time: the networks are small, and a member's row then says all there is to know of it."""


@dataclass(frozen=True)
@hold
class NormalisedMLP:
    """`sizes` = (inputs, hidden…, outputs) as in `MLP`; with maxout a hidden layer of n has n · `pieces` affine maps.

    Raises ValueError for fewer than two sizes, a size or `pieces` that is no integer ≥ 1, a scale that is not positive,
    and an unknown activation, init or normalisation.
    """

    sizes: tuple[int, ...]
    activation: Literal["relu", "leaky_relu", "tanh", "sigmoid", "maxout"] = "relu"
    init: InitName = "uniform"
    gain: float = 1.0
    pieces: int = 5
    normalise: Literal["none", "batch", "spectral"] = "none"
    scale: float = 1.0

    def __post_init__(self) -> None:
        require(len(self.sizes) >= 2, "sizes", "at least (inputs, outputs)", self.sizes)
        for size in (*self.sizes, self.pieces):
            positive_integer(size, "sizes")
        choice(self.activation, (*ACTIVATIONS, "maxout"), "activation")
        choice(self.init, tuple(DRAWS), "init")
        choice(self.normalise, ("none", "batch", "spectral"), "normalise")
        positive(self.scale, "scale")

    @cached_property
    def layers(self) -> list[tuple[int, int]]:
        """(fan_in, fan_out) of each layer, pieces counted."""
        wide = self.pieces if self.activation == "maxout" else 1
        outs = [n * wide for n in self.sizes[1:-1]] + [self.sizes[-1]]
        return list(zip(self.sizes[:-1], outs, strict=True))

    @cached_property
    def layout(self) -> Layout:
        """W and b of each layer; γ too between them where the layer is normalised by the batch."""
        shapes: list[tuple[int, int]] = []
        for number, (m, n) in enumerate(self.layers):
            shapes += [(n, m), *([(n, 1)] if self._by_batch(number) else []), (n, 1)]
        return Layout(tuple(shapes))

    @property
    def length(self) -> int:
        """P: numbers in one member's row."""
        return self.layout.length

    def initialise(self, rng: np.random.Generator) -> np.ndarray:
        """One member's row (P,); γ begins at 1."""
        blocks: list[np.ndarray] = []
        for number, (fan_in, fan_out) in enumerate(self.layers):
            weight, bias = DRAWS[self.init](fan_in, fan_out, rng)
            gammas = [np.ones((fan_out, 1))] if self._by_batch(number) else []
            blocks += [self.gain * weight, *gammas, bias[:, None]]
        return self.layout.row(*blocks)

    def __call__(self, theta: Tensor, x: Tensor) -> Tensor:
        """Outputs (members, out, batch) for inputs (members, in, batch)."""
        blocks = iter(self.layout.unpack(theta))
        h = self.scale * x
        for number in range(len(self.layers)):
            weight = next(blocks)
            if self.normalise == "spectral":
                weight = weight / spectral_norm(weight)[:, None, None]
            if self._by_batch(number):
                gamma, beta = next(blocks), next(blocks)
                h = gamma * _standard(torch.bmm(weight, h)) + beta
            else:
                h = torch.baddbmm(next(blocks), weight, h)
            if number + 1 < len(self.layers):
                h = self._bent(h)
        return h

    def _by_batch(self, number: int) -> bool:
        return self.normalise == "batch" and number + 1 < len(self.layers)

    def _bent(self, h: Tensor) -> Tensor:
        if self.activation == "maxout":
            return _Maxout.apply(h.reshape(h.shape[0], self.pieces, -1, h.shape[2]))
        return ACTIVATIONS[self.activation].apply(h)


NetworkFactory = Callable[[tuple[int, ...]], MLP | NormalisedMLP]
"""How a learner is told what network to make of (inputs, hidden…, outputs)."""


def spectral_norm(weight: Tensor) -> Tensor:
    """Largest singular value (members,) of matrices (members, n, m), from below, by `POWER_ITERATIONS`."""
    with torch.no_grad():
        v = torch.ones_like(weight[:, :1]).mT + 0.5 * weight[:, :1].mT  # not at right angles to anything likely
        for _ in range(POWER_ITERATIONS):
            u = torch.nn.functional.normalize(weight @ v, dim=1)
            v = torch.nn.functional.normalize(weight.mT @ u, dim=1)
    return (u.mT @ weight @ v).flatten()  # pyright: ignore[reportPossiblyUnboundVariable]  the loop is gone through eight times


class _Maxout(torch.autograd.Function):
    """max over the second dimension; twice as fast backwards as `amax`, which looks for ties."""

    @staticmethod
    def forward(ctx: Any, h: Tensor) -> Tensor:
        out = reduce(torch.maximum, h.unbind(1))
        ctx.save_for_backward(h == out[:, None])
        return out

    @staticmethod
    def backward(ctx: Any, g: Tensor) -> Tensor:  # pyright: ignore[reportIncompatibleMethodOverride]  torch says *grads, there is one
        (largest,) = ctx.saved_tensors
        return torch.where(largest, g[:, None], g.new_zeros(()))


def _standard(u: Tensor) -> Tensor:
    """Mean 0 and variance 1 over the columns."""
    centred = u - u.mean(2, keepdim=True)
    return centred * (centred.square().mean(2, keepdim=True) + 1e-5).rsqrt()
