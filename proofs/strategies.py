"""Hypothesis strategies for the objects that statements quantify over; use them in your own test suites.

Everything is built from one strategy over integers, `steps`. Its range is shifted to where no program writes a
constant: Hypothesis mixes constants of the loaded modules into its draws, and a draw must not depend on which modules
happen to be loaded. Reals are therefore lattice points of a stated interval, both ends included, and shrink to the
lower end. Mixtures are off-centre and unequal as a rule; the symmetric and the nearly degenerate are among the edges.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from hypothesis import strategies as st
from numpy.typing import ArrayLike

from theory import GaussianMixture, grid, ring, symmetric_pair
from theory.validation.inputs import array, generator, instance, integer, nonnegative, positive, real, reject
from theory.validation.laws import mixture
from theory.validation.unchanging import Unchanging

RESOLUTION = 2**16
MOST = 1000
"""Parts of one thing."""
ROUNDING = 1e-12
"""How much farther apart modes are put than they have to be, relatively, as turning them rounds."""
_NOWHERE = 3**70
"""No module holds a constant near it."""


def steps(count: int) -> st.SearchStrategy[int]:
    """Integers 0 ... count-1; shrinks to 0. Raises ValueError unless count is an integer ≥ 1."""
    count = integer("count", count, 1)
    return st.integers(_NOWHERE, _NOWHERE + count - 1).map(lambda i: i - _NOWHERE)


def _ends(low: float, high: float) -> tuple[float, float]:
    low, high = real("low", low), real("high", high)
    return (low, high) if low <= high else reject("high", f"a number >= low = {low}", high)


def integers(low: int, high: int) -> st.SearchStrategy[int]:
    """Integers low ... high; shrinks to low. Raises ValueError unless they are integers, low ≤ high."""
    low = integer("low", low, -(2**52))
    high = integer("high", high, low, 2**52)
    return steps(high - low + 1).map(lambda i: low + i)


def reals(low: float, high: float) -> st.SearchStrategy[float]:
    """Numbers of [low, high], evenly; shrinks to low. Raises ValueError unless they are finite, low ≤ high."""
    low, high = _ends(low, high)
    return steps(RESOLUTION + 1).map(lambda i: low + (high - low) * i / RESOLUTION)


def inside(low: float, high: float) -> st.SearchStrategy[float]:
    """Numbers of the open interval (low, high), evenly. Raises ValueError unless they are finite, low ≤ high."""
    low, high = _ends(low, high)
    return steps(RESOLUTION).map(lambda i: low + (high - low) * (i + 0.5) / RESOLUTION)


def scales(low: float, high: float) -> st.SearchStrategy[float]:
    """Positive numbers of [low, high], evenly in the logarithm; shrinks to low. Raises ValueError unless 0 < low ≤ high."""
    low, high = _ends(positive("low", low), high)
    return reals(float(np.log(low)), float(np.log(high))).map(lambda t: min(max(float(np.exp(t)), low), high))


def one_of(options: Sequence[Any]) -> st.SearchStrategy[Any]:
    """One of `options`; shrinks to the first. Drawn from a wide range: of a narrow one Hypothesis starves some numbers.

    Raises ValueError where there is none.
    """
    if not isinstance(options, Sequence) or not options:
        reject("options", "a sequence that is not empty", options)
    return steps(len(options) * RESOLUTION).map(lambda i: options[i % len(options)])


def _a_strategy(name: str, value: object) -> None:
    instance(name, value, st.SearchStrategy, "a strategy")


def either(*strategies: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    """A draw of one of several strategies; shrinks to the first. Raises ValueError for what is none."""
    for strategy in strategies:
        _a_strategy("strategies", strategy)
    return one_of(strategies).flatmap(lambda chosen: chosen)


def tuples(*parts: st.SearchStrategy[Any]) -> st.SearchStrategy[tuple[Any, ...]]:
    """One draw of each. Raises ValueError for what is no strategy."""
    for part in parts:
        _a_strategy("parts", part)
    return st.tuples(*parts)


def together(**parts: st.SearchStrategy[Any]) -> st.SearchStrategy[dict[str, Any]]:
    """A dictionary with one draw of every part. Raises ValueError for what is no strategy."""
    for name, part in parts.items():
        _a_strategy(f"parts, {name}", part)
    return st.fixed_dictionaries(parts)


def vectors(entry: st.SearchStrategy[float], low: int, high: int) -> st.SearchStrategy[np.ndarray]:
    """Arrays of `low` to `high` entries. Raises ValueError unless `entry` is a strategy and 0 ≤ low ≤ high."""
    _a_strategy("entry", entry)
    low = integer("low", low, 0, MOST)
    high = integer("high", high, low, MOST)
    return integers(low, high).flatmap(lambda n: st.tuples(*[entry] * n)).map(np.array)


def weights(low: int, high: int) -> st.SearchStrategy[np.ndarray]:
    """Weight vectors of `low` to `high` parts, each at least about 1/50 of the largest, summing to one."""
    return vectors(reals(0.02, 1.0), low, high).map(lambda w: w / w.sum())


def mixtures(
    low: int = 1, high: int = 4, *, spread: float = 4.0, std: tuple[float, float] = (0.2, 2.0)
) -> st.SearchStrategy[GaussianMixture]:
    """1D Gaussian mixtures: unequal weights, means in ±spread, deviations over a decade.

    Raises ValueError unless 1 ≤ low ≤ high, spread ≥ 0 and std are the ends of a range of positive numbers.
    """
    spread, std = nonnegative("spread", spread), _widths(std)

    def build(w: np.ndarray) -> st.SearchStrategy[GaussianMixture]:
        k = len(w)
        parts = st.tuples(st.tuples(*[reals(-spread, spread)] * k), st.tuples(*[scales(*std)] * k))
        return parts.map(lambda p: GaussianMixture(w, list(p[0]), stds=list(p[1])))

    return weights(low, high).flatmap(build)


def _widths(std: tuple[float, float]) -> tuple[float, float]:
    ends = array("std", std, ndim=1)
    if ends.shape != (2,) or not 0 < ends[0] <= ends[1]:
        reject("std", "(low, high), 0 < low <= high", std)
    return float(ends[0]), float(ends[1])


def _turned(angles: Sequence[float]) -> np.ndarray:
    """A rotation of so many dimensions and one more: by each angle in the plane of two axes that follow one another."""
    turn = np.eye(len(angles) + 1)
    for axis, angle in enumerate(angles):
        part, c, s = np.eye(len(turn)), np.cos(angle), np.sin(angle)
        part[axis : axis + 2, axis : axis + 2] = [[c, -s], [s, c]]
        turn = turn @ part
    return turn


def _covariances(dim: int, std: tuple[float, float]) -> st.SearchStrategy[np.ndarray]:
    """Full covariances (dim, dim): principal deviations from that range, in a random position."""
    parts = st.tuples(st.tuples(*[scales(*std)] * dim), st.tuples(*[reals(0.0, 3.0)] * (dim - 1)))

    def build(part: tuple[tuple[float, ...], tuple[float, ...]]) -> np.ndarray:
        turn = _turned(part[1])
        return turn @ np.diag(np.square(part[0])) @ turn.T

    return parts.map(build)


def planar_mixtures(
    low: int = 1, high: int = 4, *, spread: float = 4.0, std: tuple[float, float] = (0.2, 2.0)
) -> st.SearchStrategy[GaussianMixture]:
    """2D Gaussian mixtures with full covariances, off-centre and unequal; `std` are the ends of their principal deviations.

    `theory.divergence` is good to 1e-6 on pairs of them, up to a ratio of 100 between these ends: so exact may `rel` of
    `laws.divergence` be. Raises ValueError unless 1 ≤ low ≤ high, spread ≥ 0 and std are the ends of a range of positive numbers.
    """
    spread, std = nonnegative("spread", spread), _widths(std)

    def build(w: np.ndarray) -> st.SearchStrategy[GaussianMixture]:
        means = st.tuples(*[st.tuples(reals(-spread, spread), reals(-spread, spread))] * len(w))
        covs = st.tuples(*[_covariances(2, std)] * len(w))
        return st.tuples(means, covs).map(lambda p: GaussianMixture(w, np.array(p[0]), covs=np.array(p[1])))

    return weights(low, high).flatmap(build)


def separated_mixtures(
    low: int = 2, high: int = 5, *, widths: float = 6.0, dim: int = 1, std: tuple[float, float] = (0.2, 2.0)
) -> st.SearchStrategy[GaussianMixture]:
    """Mixtures whose modes keep apart: any two means by `widths` of the wider one's largest deviation, at least.

    On the line, or with full covariances in `dim` dimensions; off-centre, unequal, unevenly spaced and in no order.
    Raises ValueError unless 1 ≤ low ≤ high, widths ≥ 0, dim is an integer from 1 to 16 and std are the ends of a range of
    positive numbers.
    """
    widths, dim, std = nonnegative("widths", widths), integer("dim", dim, 1, 16), _widths(std)

    def build(w: np.ndarray) -> st.SearchStrategy[GaussianMixture]:
        k = len(w)
        covs = st.tuples(*[_covariances(dim, std)] * k)
        gaps = st.tuples(*[scales(1.0, 3.0)] * k)
        aside = st.tuples(*[st.tuples(*[reals(-4.0, 4.0)] * dim)] * k)
        place = st.tuples(
            st.tuples(*[reals(0.0, 3.0)] * (dim - 1)), reals(-4.0, 4.0), st.tuples(*[reals(0.0, 1.0)] * k)
        )
        return st.tuples(covs, gaps, aside, place).map(lambda parts: separated(w, *parts))

    def separated(w: np.ndarray, covs: Any, gaps: Any, aside: Any, place: Any) -> GaussianMixture:
        angles, origin, order = place[0], place[1], np.argsort(place[2], kind="stable")
        sizes = np.sqrt([np.linalg.eigvalsh(cov)[-1] for cov in covs])
        along = np.cumsum(np.array(gaps) * (widths * (1 + ROUNDING) * sizes.max()))
        means = np.column_stack([along, np.array(aside)[:, 1:]]) @ _turned(angles).T + origin
        if dim == 1:
            return GaussianMixture(w, means[order, 0], stds=sizes)
        return GaussianMixture(w, means[order], covs=np.array(covs))

    return weights(low, high).flatmap(build)


def pairs(**options: Any) -> st.SearchStrategy[tuple[GaussianMixture, GaussianMixture]]:
    """Two independent 1D mixtures."""
    return st.tuples(mixtures(**options), mixtures(**options))


def planar_pairs(**options: Any) -> st.SearchStrategy[tuple[GaussianMixture, GaussianMixture]]:
    """Two independent 2D mixtures."""
    return st.tuples(planar_mixtures(**options), planar_mixtures(**options))


def spectra(low: int = 1, high: int = 6) -> st.SearchStrategy[np.ndarray]:
    """Principal variances, in no order, over three decades."""
    return vectors(scales(0.03, 30.0), low, high)


def channels(inputs: int, outputs: int) -> st.SearchStrategy[np.ndarray]:
    """Stochastic matrices (inputs, outputs): rows sum to one. Raises ValueError unless both are integers ≥ 1."""
    inputs, outputs = integer("inputs", inputs, 1, MOST), integer("outputs", outputs, 1, MOST)
    rows = st.tuples(*[st.tuples(*[reals(0.001, 1.0)] * outputs)] * inputs)
    return rows.map(np.array).map(lambda m: m / m.sum(axis=1, keepdims=True))


@dataclass(frozen=True)
class Branches(Unchanging):
    """The law of y given x whose branches are lines: branch k has weight w_k, the mean b_k + a_k x, and deviation s_k.

    Called with one x it gives the mixture of y there.
    """

    weights: np.ndarray
    slopes: np.ndarray
    offsets: np.ndarray
    stds: np.ndarray

    def __call__(self, x: float) -> GaussianMixture:
        """The law of y at x; raises ValueError for what is no number."""
        return GaussianMixture(self.weights, self.offsets + self.slopes * real("x", x), stds=self.stds)

    def sample(self, x: ArrayLike, rng: np.random.Generator | int) -> np.ndarray:
        """A draw of y at each x (n,). Raises ValueError for what is no vector of numbers, Generator or seed."""
        x, rng = array("x", x, ndim=1), generator("rng", rng)
        branch = rng.choice(len(self.weights), len(x), p=self.weights)
        return self.offsets[branch] + self.slopes[branch] * x + self.stds[branch] * rng.standard_normal(len(x))


def conditionals(
    low: int = 2, high: int = 3, *, spread: float = 4.0, std: tuple[float, float] = (0.05, 0.5)
) -> st.SearchStrategy[Branches]:
    """Laws of y given x with `low` to `high` branches that may cross: unequal weights, slopes in ±2, offsets in ±spread.

    Raises ValueError unless 1 ≤ low ≤ high, spread ≥ 0 and std are the ends of a range of positive numbers.
    """
    spread, std = nonnegative("spread", spread), _widths(std)

    def build(w: np.ndarray) -> st.SearchStrategy[Branches]:
        lines = st.tuples(*[st.tuples(reals(-2.0, 2.0), reals(-spread, spread), scales(*std))] * len(w))
        return lines.map(lambda parts: Branches(w, *np.array(parts).T))

    return weights(low, high).flatmap(build)


def targets() -> st.SearchStrategy[GaussianMixture]:
    """The standard targets with random sizes: pairs of unequal weight, rings, grids."""
    pair = st.tuples(scales(0.5, 8.0), scales(0.1, 1.5), inside(0.05, 0.95)).map(lambda a: symmetric_pair(*a))
    circle = st.tuples(integers(2, 10), scales(0.5, 4.0), scales(0.01, 0.5)).map(lambda a: ring(*a))
    lattice = st.tuples(integers(2, 5), scales(0.5, 4.0), scales(0.01, 0.5)).map(lambda a: grid(*a))
    return either(pair, circle, lattice)


def collapsed(p: GaussianMixture) -> st.SearchStrategy[GaussianMixture]:
    """Generators that kept one or more components of `p`, not all, with their relative weights."""
    mixture("p", p)

    def keep(flags: tuple[int, ...]) -> GaussianMixture:
        kept = np.array(flags, bool)
        kept = kept if 0 < kept.sum() < len(p) else np.arange(len(p)) < max(1, len(p) - 1)
        spread = {"stds": p.stds[kept]} if p.scalar else {"covs": p.covs[kept]}
        return GaussianMixture(p.weights[kept] / p.weights[kept].sum(), p.means[kept], **spread)

    return st.tuples(*[steps(2)] * len(p)).map(keep)


def blurred(p: GaussianMixture) -> st.SearchStrategy[GaussianMixture]:
    """Generators that smeared `p` with Gaussian noise of 0.1 to 3 of its smallest deviations."""
    least = float(np.min(mixture("p", p).stds))
    return scales(0.1, 3.0).map(lambda factor: p.smooth(factor * least))
