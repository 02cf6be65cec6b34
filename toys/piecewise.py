"""Networks of rectifiers are piecewise linear: of one input, broken lines that can be worked out exactly.

    g(z) = offset_k + slope_k z    between knot_{k-1} and knot_k

`of_layers` finds every knot, layer by layer: within a piece each unit is affine in z, so it changes its state at one
point at most. Then the Lipschitz constant max_k |slope_k| and the mass that z ~ N(0, 1) sends anywhere are exact, up to
the rounding of float64. Of several inputs the pieces are too many; there

    |∇g(z)| at any z  ≤  Lipschitz constant  ≤  Π_ℓ ‖W_ℓ‖        spectral norms, slopes of the activation in [0, 1]

A network is the list of its layers (W (out, in), b (out,)); `layers_of` takes it out of a stack of `toys.networks`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np
from jaxtyping import Float, Real
from numpy.typing import ArrayLike
from scipy.special import ndtr, ndtri

from theory import isoperimetry
from theory.validation.inputs import LARGEST
from theory.validation.unchanging import Unchanging
from toys.validation import Extended, door, positive, positive_integer, require, shut

if TYPE_CHECKING:
    from toys.networks import MLP
    from toys.normalised_layers import NormalisedMLP
    from toys.train import Fitted

Layers = Sequence[tuple[Real[np.ndarray, "_ _"], Real[np.ndarray, " _"]]]

SLIVER = 1e-13
"""Knots closer than this, relative to 1 + |knot|, are one."""


@dataclass(frozen=True)
@shut
class BrokenLine(Unchanging):
    """A continuous piecewise linear function of one number: `knots` (K,), `slopes` and `offsets` (K+1, dim)."""

    knots: Float[np.ndarray, " K"]
    slopes: Float[np.ndarray, "K+1 dim"]
    offsets: Float[np.ndarray, "K+1 dim"]

    def __call__(self, z: ArrayLike) -> Float[np.ndarray, "*n dim"]:
        """g(z), (..., dim)."""
        z = np.asarray(z, dtype=float)
        piece = np.searchsorted(self.knots, z)
        return self.offsets[piece] + self.slopes[piece] * z[..., None]

    @property
    def lipschitz(self) -> float:
        """The largest |slope|, which is the Lipschitz constant."""
        return float(np.linalg.norm(self.slopes, axis=1).max())

    def distance(self, x: ArrayLike) -> Float[np.ndarray, " n"]:
        """How far points x (n, dim) are from the line, (n,): on every piece the nearest z is clipped to it.

        Raises ValueError unless x has as many columns as the line has outputs.
        """
        x = np.asarray(x, dtype=float)
        require(x.ndim == 2 and x.shape[1] == self.slopes.shape[1], "x", f"rows of {self.slopes.shape[1]}", x.shape)
        size = (self.slopes**2).sum(axis=1)
        along = (x @ self.slopes.T - (self.offsets * self.slopes).sum(axis=1)) / np.where(size > 0, size, 1)
        along = np.clip(along, np.append(-np.inf, self.knots), np.append(self.knots, np.inf))
        gaps = x[:, None] - self.offsets - self.slopes * along[..., None]
        return np.sqrt((gaps**2).sum(axis=2).min(axis=1))

    def mass_up_to(self, y: Extended) -> float:
        """P(g(z) ≤ y), z ~ N(0, 1), for one output. Raises ValueError for a line with several outputs."""
        return self._mass(lambda level: level <= y, -np.inf, y)

    def mass_from(self, y: Extended) -> float:
        """P(g(z) ≥ y), z ~ N(0, 1), for one output. Raises ValueError for a line with several outputs."""
        return self._mass(lambda level: level >= y, y, np.inf)

    def mass_between(self, low: Extended, high: Extended) -> float:
        """P(low < g(z) < high), z ~ N(0, 1), for one output. Raises ValueError for several, and unless low ≤ high."""
        require(low <= high, "high", f"a number ≥ low = {low}", high)
        return self._mass(lambda level: (level > low) & (level < high), low, high)

    def _mass(self, holds: Callable[[np.ndarray], np.ndarray], low: float, high: float) -> float:
        """Of the z with g(z) from `low` to `high`; where g is level, `holds` decides."""
        require(self.slopes.shape[1] == 1, "layers, line", "one output", self.slopes.shape)
        a, b = self.slopes[:, 0], self.offsets[:, 0]
        left, right = np.append(-np.inf, self.knots), np.append(self.knots, np.inf)
        level, a = a == 0, np.where(a == 0, 1, a)
        first, last = np.minimum((low - b) / a, (high - b) / a), np.maximum((low - b) / a, (high - b) / a)
        first, last = np.clip(first, left, right), np.clip(last, left, right)
        inside = holds(b)
        first, last = (np.where(level, np.where(inside, end, 0), cut) for end, cut in ((left, first), (right, last)))
        flip = np.where(first > 0, -1, 1)  # in the upper tail 1 - Φ keeps the digits
        return float((flip * (ndtr(flip * last) - ndtr(flip * first))).sum())


@door
def through(knots: ArrayLike, values: ArrayLike) -> BrokenLine:
    """The broken line through points (knots (K,), values (K,)), level beyond the first and the last.

    Raises ValueError unless the knots rise and there are as many values.
    """
    z, y = np.asarray(knots, dtype=float), np.asarray(values, dtype=float)
    require(z.ndim == 1 and z.size > 0 and bool((np.diff(z) > 0).all()), "knots", "rising numbers", knots)
    require(y.shape == z.shape, "values", f"shape {z.shape}", y.shape)
    with np.errstate(over="ignore"):
        slopes = np.concatenate([[0], np.diff(y) / np.diff(z), [0]])
    require(bool((np.abs(slopes) <= LARGEST).all()), "knots", "some so far apart that no slope is beyond 1e75", knots)
    return BrokenLine(z, slopes[:, None], (np.append(y[0], y) - slopes * np.append(z[0], z))[:, None])


@door
def of_layers(layers: Layers, leak: float = 0.0) -> BrokenLine:
    """The broken line of a network with one input: rectifiers of slope `leak` below 0 between the layers.

    Raises ValueError for a network with several inputs, or no layer, and a leak outside [0, 1].
    """
    require(_inputs(layers) == 1, "layers", "a network with one input", _inputs(layers))
    require(0 <= leak <= 1, "leak", "a number in [0, 1]", leak)
    knots, slopes, offsets = np.zeros(0), np.ones((1, 1)), np.zeros((1, 1))
    *hidden, (last_weight, last_bias) = layers
    for weight, bias in hidden:
        slopes, offsets = slopes @ weight.T, offsets @ weight.T + bias
        knots, piece, middle = _cut(knots, slopes, offsets)
        slopes, offsets = slopes[piece], offsets[piece]
        state = np.where(slopes * middle[:, None] + offsets > 0, 1, leak)
        slopes, offsets = slopes * state, offsets * state
    return BrokenLine(knots, slopes @ last_weight.T, offsets @ last_weight.T + last_bias)


def _cut(knots: np.ndarray, slopes: np.ndarray, offsets: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """New knots wherever a unit passes through 0, the old piece of each new one, and a point inside it."""
    with np.errstate(divide="ignore", invalid="ignore"):
        roots = -offsets / slopes
    left, right = np.append(-np.inf, knots)[:, None], np.append(knots, np.inf)[:, None]
    every = np.unique(np.concatenate([knots, roots[np.isfinite(roots) & (roots > left) & (roots < right)]]))
    every = every[np.append(True, np.diff(every) > SLIVER * (1 + np.abs(every[1:])))[: len(every)]]
    middle = (every[1:] + every[:-1]) / 2
    middle = np.concatenate([every[:1] - 1, middle, every[-1:] + 1]) if every.size else np.zeros(1)
    return every, np.searchsorted(knots, middle), middle


@door
def layers_of(net: MLP | NormalisedMLP, row: ArrayLike) -> list[tuple[np.ndarray, np.ndarray]]:
    """The layers of one member, whose parameters are `row` (P,), in float64.

    Raises ValueError for a network that is no `MLP`, or more than one.
    """
    from toys.networks import MLP

    require(type(net) is MLP, "net", "an MLP, whose layers say all of it", type(net).__name__)
    row = np.asarray(row)
    require(row.shape == (net.length,), "row", f"{net.length} numbers", row.shape)
    blocks = net.layout.unpack(row[None])
    return [(w[0], b[0, :, 0]) for w, b in zip(blocks[::2], blocks[1::2], strict=True)]


@door
def of_fitted(fitted: Fitted) -> list[list[tuple[np.ndarray, np.ndarray]]]:
    """The layers of every member's generator, or of its decoder's means: a GAN, or a VAE with a fixed σ.

    Raises ValueError for another learner, and for a network that is no `MLP`, or more than one.
    """
    from toys.learners.gan import GAN
    from toys.learners.joint_gan import JointGAN
    from toys.learners.vae import VAE

    learner = fitted.learner
    if isinstance(learner, GAN | JointGAN):
        return [layers_of(learner.generator, row) for row in fitted.players["generator"][-1]]
    if isinstance(learner, VAE):
        rows, _ = learner.layout.unpack(fitted.players["decoder"][-1])
        return [layers_of(learner.decoder, row) for row in rows]
    raise ValueError(f"fitted: expected a GAN or a VAE, got {type(learner).__name__}")


@door
def one_unit(knot: float, outer: float, inner: float) -> Layers:
    """The network outer · max(0, inner (z - knot))."""
    return [(np.array([[inner]]), np.array([-inner * knot])), (np.array([[outer]]), np.zeros(1))]


@door
def two_units(p: float, q: float, u: float, w: float) -> Layers:
    """The network p max(0, uz) + q max(0, wz)."""
    return [(np.array([[u], [w]]), np.zeros(2)), (np.array([[p, q]]), np.zeros(1))]


@door
def anatomy(layers: Layers, low: float, high: float, at: float) -> np.ndarray:
    """(L, P(g ≤ low), P(low < g < high), |g'(at)|) of a network with one input and one output, (4,).

    Raises ValueError for a network with more of either.
    """
    line = of_layers(layers)
    masses = line.mass_up_to(low), line.mass_between(low, high)
    return np.array([line.lipschitz, *masses, slopes_at(layers, np.array([[at]]))[0]])


@door
def anatomy_by_norms(layers: Layers, low: float, high: float, at: float) -> np.ndarray:
    """`anatomy` with the product of spectral norms, an upper bound, in the place of the Lipschitz constant.

    Raises ValueError for a network with more than one input or output.
    """
    return anatomy(layers, low, high, at) * [spectral_product(layers), 1, 1, 1] / [of_layers(layers).lipschitz, 1, 1, 1]


@door
def clipped_mass(mass: float, distance: float, lipschitz: float) -> float:
    """What g(z) = min(max(L(z - Φ⁻¹(mass)), 0), distance) sends between 0 and `distance`, both excluded.

    Raises ValueError unless 0 < mass < 1, distance and lipschitz are positive, and the rise is wide enough for floats.
    """
    require(0 < mass < 1, "mass", "a number in (0, 1)", mass)
    positive(distance, "distance")
    positive(lipschitz, "lipschitz")
    knots = ndtri(mass) + np.array([0.0, distance / lipschitz])
    require(knots[0] < knots[1], "distance", "one that is no rounding error at that slope", distance)
    line = through(knots, isoperimetry.clipped_line(knots, mass, distance, lipschitz))
    return line.mass_between(0.0, distance * (1 - 1e-13))  # less a rounding, lest the level at `distance` count


@door
def spectral_product(layers: Layers) -> float:
    """Π_ℓ ‖W_ℓ‖₂: an upper bound on the Lipschitz constant, whatever the activation, if its slope is in [0, 1].

    Raises ValueError unless each layer has as many inputs as the one before has outputs.
    """
    _inputs(layers)
    return float(np.prod([np.linalg.norm(weight, 2) for weight, _ in layers]))


@door
def slopes_at(layers: Layers, z: ArrayLike, leak: float = 0.0) -> Float[np.ndarray, " n"]:
    """‖∇g‖₂ (n,) at rows z (n, inputs), the spectral norm of the Jacobian.

    Raises ValueError for a network without layers.
    """
    h, jacobian = np.asarray(z, dtype=float), np.eye(_inputs(layers))[None]
    require(h.ndim == 2 and h.shape[1] == jacobian.shape[1], "z", f"rows of {jacobian.shape[1]}", h.shape)
    *hidden, (last, _) = layers
    for weight, bias in hidden:
        h = h @ weight.T + bias
        state = np.where(h > 0, 1, leak)
        h, jacobian = h * state, (weight @ jacobian) * state[:, :, None]
    return np.linalg.norm(last @ jacobian, 2, axis=(1, 2)) * np.ones(len(h))


@door
def steepest(layers: Layers, z: ArrayLike, rng: np.random.Generator, *, leak: float = 0.0, rounds: int = 8) -> float:
    """The largest slope found: at rows z, then around the best sixteen, ever nearer. At most the Lipschitz constant.

    Raises ValueError unless `rounds` is an integer ≥ 1 and the network has a layer.
    """
    positive_integer(rounds, "rounds")
    z = np.asarray(z, dtype=float)
    slopes = slopes_at(layers, z, leak)
    for r in range(rounds):
        best = np.argsort(slopes)[-16:]
        near = np.tile(z[best], (16, 1))  # the first of the sixteen copies stays
        near[16:] += 2.0**-r * rng.standard_normal(near[16:].shape)
        z, slopes = near, slopes_at(layers, near, leak)
    return float(slopes.max())


def _inputs(layers: Layers) -> int:
    require(len(layers) > 0, "layers", "at least one", layers)
    fits = all(len(w) == len(b) for w, b in layers) and all(
        len(b) == after.shape[1] for (_, b), (after, _) in pairwise(layers)
    )
    require(fits, "layers", "each with as many inputs as the one before has outputs", [w.shape for w, _ in layers])
    return layers[0][0].shape[1]
