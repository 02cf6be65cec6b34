"""Gradient descent on a flat buffer θ (members, P), every constant of it possibly different per member.

    SGD    u ← μu + g,   θ ← θ - η u
    RMSProp  v ← ρv + (1-ρ)g²,  θ ← θ - η g/(√v + ε)
    Adam   m ← m + (1-β₁)(g-m),  v ← v + (1-β₂)(g²-v),  θ ← θ - η m̂/(√v̂ + ε),  m̂ = m/(1-β₁ᵗ), v̂ = v/(1-β₂ᵗ)

t counts a member's own updates, so that members may move unequally often. `decay` multiplies η by 1 throughout
("constant") or by ½(1 + cos πs/S) at step s of S ("cosine"), which lets the noise of small batches die out.

Source: Kingma & Ba (2015), algorithm 1; Tieleman & Hinton (2012) for RMSProp; cosine: Loshchilov & Hutter (2017), equation 5.
"""

from __future__ import annotations

import math
from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import Literal

import numpy as np
import torch
from torch import Tensor

from theory.validation.unchanging import Unchanging
from toys.learner import Hyper
from toys.validation import choice, hold, positive, require

State = dict[str, Tensor]
Constants = dict[str, np.ndarray]  # (members,) by name


class Optimiser(Unchanging, ABC):
    """One update rule; a frozen dataclass whose per-member constants arrive in `step` as arrays (members,)."""

    decay: Literal["constant", "cosine"]

    def __init_subclass__(cls) -> None:
        hold(cls)

    @abstractmethod
    def start(self, theta: Tensor) -> State:
        """The state before the first update, tensors with one row per member."""

    @abstractmethod
    def step(self, theta: Tensor, g: Tensor, state: State, hyper: Constants, factor: float, alike: bool) -> None:
        """Update θ and its state in place by the gradient g, the learning rate multiplied by `factor`.

        `alike`: all members have the same constants and have moved equally often, so that one pass may do for all.
        """

    def factor(self, step: int, steps: int) -> float:
        """The multiplier of the learning rate at `step` of `steps`."""
        return 1.0 if self.decay == "constant" else 0.5 * (1 + math.cos(math.pi * step / steps))


@dataclass(frozen=True)
class SGD(Optimiser):
    """Plain gradient descent, with momentum μ if asked for.

    Raises ValueError for a rate that is not positive, a momentum outside [0, 1), and an unknown decay.
    """

    learning_rate: Hyper = 1e-2
    momentum: Hyper = 0.0
    decay: Literal["constant", "cosine"] = "constant"

    def __post_init__(self) -> None:
        positive(self.learning_rate, "learning_rate")
        _fraction(self.momentum, "momentum")
        choice(self.decay, ("constant", "cosine"), "decay")

    def start(self, theta: Tensor) -> State:
        return {"u": torch.zeros_like(theta)}

    def step(self, theta: Tensor, g: Tensor, state: State, hyper: Constants, factor: float, alike: bool) -> None:
        momentum, rate = (_column(hyper[k], theta) for k in ("momentum", "learning_rate"))
        u = state["u"].mul_(momentum).add_(g)
        theta.addcmul_(u, rate, value=-factor)


@dataclass(frozen=True)
class RMSProp(Optimiser):
    """Gradients over the root of their running mean square, ρ = `smoothing`.

    Raises ValueError for a rate or ε that is not positive, a smoothing outside [0, 1), and an unknown decay.
    """

    learning_rate: Hyper = 1e-3
    smoothing: Hyper = 0.9
    epsilon: float = 1e-8
    decay: Literal["constant", "cosine"] = "constant"

    def __post_init__(self) -> None:
        positive(self.learning_rate, "learning_rate")
        _fraction(self.smoothing, "smoothing")
        positive(self.epsilon, "epsilon")
        choice(self.decay, ("constant", "cosine"), "decay")

    def start(self, theta: Tensor) -> State:
        return {"v": torch.zeros_like(theta)}

    def step(self, theta: Tensor, g: Tensor, state: State, hyper: Constants, factor: float, alike: bool) -> None:
        smoothing, rate = (_column(hyper[k], theta) for k in ("smoothing", "learning_rate"))
        v = state["v"].mul_(smoothing).add_((1 - smoothing) * g * g)
        theta.sub_(factor * rate * (g / v.sqrt().add_(self.epsilon)))


@dataclass(frozen=True)
class Adam(Optimiser):
    """Adam by PyTorch's fused kernel: one pass over the whole buffer, or over each row where members differ.

    Raises ValueError for a rate or ε that is not positive, a β outside [0, 1), and an unknown decay.
    """

    learning_rate: Hyper = 1e-3
    beta1: Hyper = 0.9
    beta2: Hyper = 0.999
    epsilon: float = 1e-8
    decay: Literal["constant", "cosine"] = "constant"

    def __post_init__(self) -> None:
        positive(self.learning_rate, "learning_rate")
        _fraction(self.beta1, "beta1")
        _fraction(self.beta2, "beta2")
        positive(self.epsilon, "epsilon")
        choice(self.decay, ("constant", "cosine"), "decay")

    def start(self, theta: Tensor) -> State:
        count = torch.zeros(theta.shape[0], device=theta.device)  # float32, as the kernel wants
        return {"m": torch.zeros_like(theta), "v": torch.zeros_like(theta), "t": count}

    def step(self, theta: Tensor, g: Tensor, state: State, hyper: Constants, factor: float, alike: bool) -> None:
        m, v, t = state["m"], state["v"], state["t"].add_(1)
        rates = factor * hyper["learning_rate"]
        for row in [slice(None)] if alike else range(len(theta)):
            one = 0 if alike else row
            rate, beta1, beta2 = (float(values[one]) for values in (rates, hyper["beta1"], hyper["beta2"]))
            # `torch.optim`'s own fused Adam calls this kernel too, bitwise, in twice the time: 84 µs, not 38, at 16 × 1,200.
            torch._fused_adam_(  # pyright: ignore[reportPrivateUsage, reportPrivateImportUsage]  no public function makes one pass
                [theta[row]], [g[row]], [m[row]], [v[row]], [], [t[one]], lr=rate, beta1=beta1, beta2=beta2,
                weight_decay=0.0, eps=self.epsilon, amsgrad=False, maximize=False,
            )  # fmt: skip


def _column(values: np.ndarray, like: Tensor) -> Tensor:
    return torch.tensor(values[:, None], dtype=like.dtype, device=like.device)


def _fraction(value: Hyper, argument: str) -> None:
    array = np.asarray(value, dtype=float)
    require(bool(array.size and ((array >= 0) & (array < 1)).all()), argument, "numbers in [0, 1)", value)
