"""y given x: what the problems of `toys.targets` say of each x, and how their samples are taken apart into x and y.

    bishop_inverse   t | x  uniform on the branches of h(t) near x
    two_branch       y | x  w N(-g(x), s²) + (1-w) N(g(x), s²)
    noisy_code       x | z  ±a, with odds exp(2mz/v)
    random_edge      a sample at one time: 0 or 1, with the probability that it is on by then

A row of samples is (x, y), or y alone where x is given apart. An edge is a whole signal: of each, one time is drawn, and
the sample there is y. Values that are discrete are spread uniformly over ±HALF, samples and law alike, so that right ones
stay right and what lies between two values stays off both.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np
from scipy.special import expit, ndtr

from theory import GaussianMixture
from theory.diagnosis import Pieces
from theory.validation.inputs import Array, reject
from theory.validation.told import told
from toys.targets.bishop_inverse import BishopInverse
from toys.targets.noisy_code import NoisyCode
from toys.targets.random_edge import RandomEdge
from toys.targets.target import Target
from toys.targets.two_branch import TwoBranch, branch

HALF = 0.05
"""Half of the width over which a discrete value is spread, in units of the distance of two of them."""
Law = GaussianMixture | Pieces


@told
@dataclass(frozen=True)
class Conditional:
    """Laws of y for rows of x; columns of x and y; the distance of two values where they are discrete; what a signal is."""

    laws: Callable[[Array], list[Law]]
    inputs: int
    dim: int
    unit: float = 0.0
    signal: RandomEdge | None = None

    @property
    def columns(self) -> int:
        """Columns of a sample that comes whole."""
        return self.signal.dim if self.signal else self.inputs + self.dim

    def parted(self, rows: Array, given: Array | None, seed: int) -> tuple[Array, Array]:
        """y (n, dim) and x (n, inputs) of rows that are whole, or of y with what was given, values spread where discrete."""
        rng = np.random.default_rng([seed, len(rows)])
        if given is not None:
            y, x = rows, given
        elif self.signal:
            at = rng.integers(self.signal.dim, size=len(rows))
            y, x = rows[np.arange(len(rows)), at][:, None], self.signal.times[at][:, None]
        else:
            x, y = np.split(rows, [self.inputs], axis=1)
        return y + HALF * self.unit * rng.uniform(-1, 1, y.shape), x


def of_target(target: Target) -> Conditional | None:
    """What a problem says of y given x; None where nothing is known, or nothing given."""
    match target:
        case BishopInverse():
            return Conditional(partial(_bishop, target), 1, 1)
        case TwoBranch(weight=w, std=s):
            return Conditional(lambda x: [_pair(w, float(g), s) for g in branch(x[:, 0])], 1, 1)
        case NoisyCode(a=a, m=m, v=v):
            return Conditional(
                lambda z: [_atoms(float(p), -a, a) for p in expit(2 * m * z[:, 0] / v)], 1, 1, unit=2 * a
            )
        case RandomEdge():
            return Conditional(lambda t: [_atoms(float(p), 0, 1) for p in _on(target, t[:, 0])], 1, 1, 1.0, target)
        case _:
            return None


def of_function(function: Callable[[Any], Any], given: Array) -> Conditional:
    """What a user's function says of y at each x: it is called with a number, or a row where x has several.

    Raises ValueError, naming `law`, where it raises, or gives back no GaussianMixture or Pieces, or one of another dimension.
    """
    dim = _dim(_asked(function, given[0], None))
    return Conditional(lambda x: [_asked(function, row, dim) for row in x], given.shape[1], dim)


def _dim(law: Law) -> int:
    return law.dim if isinstance(law, GaussianMixture) else 1


def _asked(function: Callable[[Any], Any], row: Array, dim: int | None) -> Law:
    x = float(row[0]) if len(row) == 1 else row.copy()
    try:
        law = function(x)
    except Exception as error:  # whatever a stranger's function raises
        raise ValueError(f"law: expected a law at x = {x}, got {type(error).__name__}: {error}") from error
    if not isinstance(law, GaussianMixture | Pieces):
        reject("law", f"a GaussianMixture or Pieces at x = {x}", law)
    return (
        law if dim in (None, _dim(law)) else reject("law", f"{dim} dimension(s) at every x", f"{_dim(law)} at x = {x}")
    )


def _bishop(target: BishopInverse, x: Array) -> list[Law]:
    """t given x for many x at once: uniform on the union of the pieces, which is what `branches` joins."""
    lows, highs = target.pieces(x[:, 0])
    return [_uniform(_joined(low, high)) for low, high in zip(lows, highs, strict=True)]


def _joined(lows: Array, highs: Array) -> list[tuple[float, float]]:
    """Intervals in order, touching ones as one, empty ones left out."""
    kept: list[tuple[float, float]] = []
    for low, high in zip(lows.tolist(), highs.tolist(), strict=True):
        if high > low:
            kept = [*kept[:-1], (kept[-1][0], high)] if kept and low <= kept[-1][1] else [*kept, (low, high)]
    return kept


def _uniform(pieces: list[tuple[float, float]]) -> Pieces:
    """The uniform law on the union of intervals."""
    if not pieces:
        reject("given", "x at which something is possible", "one at which nothing is")
    low, high = np.array(pieces).T
    return Pieces((high - low) / (high - low).sum(), low, high)


def _pair(weight: float, g: float, std: float) -> GaussianMixture:
    return GaussianMixture([weight, 1 - weight], [-g, g], stds=[std, std])


def _atoms(share: float, low: float, high: float) -> Pieces:
    """1 - share at one value, share at another, each spread; a value that never comes is left out."""
    half = HALF * (high - low)
    kept = [(w, at) for w, at in ((1 - share, low), (share, high)) if w > 0]
    weights, at = np.array(kept).T
    return Pieces(weights / weights.sum(), at - half, at + half)


def _on(target: RandomEdge, t: Array) -> Array:
    """P(0 ≤ t - U < b)."""
    return ndtr((t - target.centre) / target.std) - ndtr((t - target.width - target.centre) / target.std)
