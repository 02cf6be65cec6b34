"""Many pairs of 1D mixtures side by side, in units in which rounding does no harm.

A divergence does not change when both mixtures are shifted and scaled alike.  Each pair is therefore
divided by a power of two near its narrowest standard deviation, and, where it lies far from the origin
compared with its extent, shifted by a multiple of that extent: both are (nearly always) exact.  Where floats are
still too coarse for it, places are told by their distance from the means.  Components are rows, p's above q's, padded
with components of logarithm -∞.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any, NamedTuple

import numpy as np
from scipy.special import ndtr

from theory.numerics.coupling import EPS, LOG_SQRT_2PI, Matched, matched, rounding
from theory.numerics.gaussians import log_sum
from theory.numerics.law import Law
from theory.numerics.quadrature import Panels, Places, T, joined
from theory.validation.inputs import Array, reject

# Knots of a component, in standard deviations from its mean; the last is where floats end.
STEPS = np.array([-39.0, -20.0, -9.0, 0.0, 9.0, 20.0, 39.0])
INVISIBLE, FAINT = -100.0, -40.0  # ln of a density
NEAR = 2.0**26  # narrowest widths: as far from the origin floats have digits enough for every place
FARTHEST = 2.0**900  # farther than this no place can be told
SILENT, FEW = 45.0, 3  # of K components e^-45 of another changes no digit; so few are not worth the choice
MOST = 1 << 22  # numbers in a temporary array: 32 MB
MANY = 48  # components: of more, knots are rounded to COARSE widths, which are few where many overlap
COARSE = 2.0
VAST = 2.0**505  # deviations: a density is zero there, and the square still a float
SQRT_HALF = np.sqrt(0.5)


class Side(NamedTuple):
    """One mixture of each pair: logs ln(w_k/(s_k √2π)), means, stds (K, B); how many are real, sizes (B,)."""

    logs: Array
    means: Array
    stds: Array
    sizes: np.ndarray

    def log_density(self, panels: Panels, grid: Array) -> Array:
        """ln of the density at centre + half·grid, shape (P, len(grid))."""
        return self._in_parts(self._log_density, panels, len(grid), grid)

    def _in_parts(self, function: Callable[..., Array], panels: Panels, size: int, *more: Any) -> Array:
        """A function of the panels, as many at a time as memory bears, with `size` numbers for each component and panel."""
        step = max(MOST // (len(self.logs) * size), 1)
        if len(panels.owner) <= step:
            return function(panels, *more)
        starts = range(0, len(panels.owner), step)
        return np.concatenate([function(panels.take(slice(i, i + step)), *more) for i in starts])

    def _log_density(self, panels: Panels, grid: Array) -> Array:
        logs, means, stds = _heard(panels, *self.of(panels, self.sizes[panels.owner].max(initial=1)))
        scale = SQRT_HALF / stds
        z = short(panels.half * scale)[:, :, None] * grid
        z += short((panels.centre - means) * scale)[:, :, None]
        z *= z
        e = np.subtract(logs[:, :, None], z, out=z)
        return e[0] if len(e) == 1 else log_sum(e)

    def tail(self, panels: Panels, grid: Array, sign: float) -> Array:
        """P(X ≤ x) for sign 1, P(X ≥ x) for sign -1, at x = centre + half·grid, shape (P, len(grid))."""
        return self._in_parts(self._tail, panels, len(grid), grid, sign)

    def _tail(self, panels: Panels, grid: Array, sign: float) -> Array:
        _, means, stds = self.of(panels)
        z = ((panels.centre - means)[:, :, None] + panels.half[:, None] * grid) / stds[:, :, None]
        return np.einsum("kp,kpn->pn", self.weights[:, panels.owner], ndtr(sign * z))

    def highest(self, panels: Panels) -> Array:
        """The greatest ln w_k N_k on each panel, (P,)."""
        return self._in_parts(self._highest, panels, 1)

    def _highest(self, panels: Panels) -> Array:
        logs, means, stds = self.of(panels)
        z = short(np.maximum(np.abs(panels.centre - means) - panels.half, 0) / stds)
        return (logs - 0.5 * z * z).max(axis=0)

    def lowest(self, panels: Panels) -> Array:
        """A lower bound of ln p on each panel, (P,): that of the component that is never below it."""
        return self._in_parts(self._lowest, panels, 1)

    def _lowest(self, panels: Panels) -> Array:
        logs, means, stds = self.of(panels)
        z = short((np.abs(panels.centre - means) + panels.half) / stds)
        return (logs - 0.5 * z * z).max(axis=0)

    def of(self, panels: Panels, size: int | None = None) -> tuple[Array, Array, Array]:
        """Logs, means less the anchor, and stds of the first `size` components of each panel's owner, (size, P) each."""
        logs, means, stds = (a[:size].take(panels.owner, axis=1) for a in (self.logs, self.means, self.stds))
        return logs, means - panels.anchor, stds

    @property
    def weights(self) -> Array:
        """The weights, 0 for the padding."""
        return np.exp(self.logs + LOG_SQRT_2PI) * self.stds

    @property
    def real_stds(self) -> Array:
        """Standard deviations, NaN for the padding."""
        return np.where(np.isfinite(self.logs), self.stds, np.nan)


@dataclass(frozen=True)
class Pairs:
    """B pairs of mixtures in common units: x is stored as x/unit - shift, both (B,), and |x| as far as `reach`.

    grain: to what share of the power of two below a width knots are rounded; 2 makes those of many components few.
    matched: for a single pair that is nearly equal, its components matched, so that differences do not cancel.
    """

    p: Side
    q: Side
    unit: Array
    shift: Array
    reach: Array
    grain: float = 0.125
    matched: Matched | None = None

    def __len__(self) -> int:
        return len(self.p.sizes)

    def log_densities(self, panels: Panels, grid: Array = T) -> tuple[Array, Array]:
        """ln p and ln q on the panels, at the Gauss nodes unless told otherwise."""
        return self.p.log_density(panels, grid), self.q.log_density(panels, grid)

    def compared(self, panels: Panels, grid: Array = T) -> tuple[Array, Array, Array, Array]:
        """ln p, ln q, L = ln(p/q) and the rounding error of L."""
        lp, lq = self.log_densities(panels, grid)
        if self.matched is None:
            return lp, lq, lp - lq, rounding(lp, lq)
        return lp, lq, *self._by_links(self.matched.log_ratio, panels, grid, lp, lq)

    def log_ratio(self, panels: Panels, grid: Array) -> tuple[Array, Array]:
        """L = ln(p/q) and its rounding error."""
        return self.compared(panels, grid)[2:]

    def _by_links(
        self, function: Callable[..., tuple[Array, Array]], panels: Panels, grid: Array, *more: Array
    ) -> tuple[Array, Array]:
        """A function of x - μ (I, n) and of arrays (P, len(grid)), shaped like the latter."""
        assert self.matched is not None
        offset = (panels.centre - (self.matched.mean - panels.anchor))[:, :, None] + panels.half[:, None] * grid
        value, error = function(offset.reshape(len(offset), -1), *(a.ravel() for a in more))
        return value.reshape(offset.shape[1:]), error.reshape(offset.shape[1:])

    def tails(self, panels: Panels, grid: Array = T) -> tuple[Array, Array]:
        """F - G, in whichever tail it is small, and its rounding error."""
        if self.matched is not None:
            return self._by_links(self.matched.tail_gap, panels, grid)
        lower, upper = ([side.tail(panels, grid, sign) for side in (self.p, self.q)] for sign in (1.0, -1.0))
        left = lower[0] + lower[1] < 1
        size = np.where(left, lower[0] + lower[1], upper[0] + upper[1])
        return np.where(left, lower[0] - lower[1], upper[1] - upper[0]), 2 * EPS * size

    def knots(self) -> Places:
        """Where the panels begin and end: every component's mean and steps to both sides, (B, N)."""
        return joined(*(self.lattice(side.means, side.real_stds) for side in (self.p, self.q)))

    def lattice(self, means: Array, stds: Array, steps: Array = STEPS) -> Places:
        """Means ± steps·stds, rounded to grains of a power of two below std; (K, B) -> (B, N)."""
        unit = self.grain * np.exp2(np.floor(np.log2(stds)))[:, :, None]
        anchor = np.where(self.reach > NEAR, means, 0.0)[:, :, None]
        offset = np.round((means[:, :, None] - anchor + steps * stds[:, :, None]) / unit) * unit
        return Places(*(a.transpose(1, 0, 2).reshape(means.shape[1], -1) for a in (anchor + 0 * offset, offset)))

    def visible(self, panels: Panels) -> tuple[Panels, Array]:
        """The panels on which p or q is not negligible even against a divergence of 1e-20, and on those where both
        are faint a bound on ∫ (p+q)(1+|L|), ∞ on the others, (P,)."""
        top = np.maximum(self.p.highest(panels), self.q.highest(panels))
        seen = top > INVISIBLE
        panels, top = panels.take(seen), top[seen]
        bound, faint = np.full(len(top), np.inf), top < FAINT
        rest, top = panels.take(faint), top[faint]
        terms = len(self.p.logs) + len(self.q.logs)
        depth = top - np.minimum(self.p.lowest(rest), self.q.lowest(rest))
        with np.errstate(over="ignore"):
            bound[faint] = 2 * rest.half * terms * np.exp(top) * (1 + terms + depth)
        return panels, bound


def pairs(ps: Sequence[Law], qs: Sequence[Law]) -> Pairs:
    """Stack B mixtures p and B mixtures q in common units.

    Raises ValueError where they are more than 2⁹⁰⁰ narrowest widths apart.
    """
    return framed(_stack(ps), _stack(qs))


def called(count: int) -> str:
    """What so many pairs are called where they are handed in."""
    return "p, q" if count == 1 else "ps, qs"


def framed(p: Side, q: Side, grain: float = 0.125) -> Pairs:
    """Two sides, their logs those of the weights, in common units, their logs ln(w_k/(s_k √2π)); of very many components coarser."""
    grain = grain if len(p.logs) + len(q.logs) <= MANY else COARSE
    stds = np.concatenate([p.real_stds, q.real_stds])
    unit = np.exp2(np.floor(np.log2(np.nanmin(stds, axis=0))))
    with np.errstate(over="ignore"):
        p, q = (_scaled(side, unit) for side in (p, q))
    means, stds = np.concatenate([p.means, q.means]), np.concatenate([p.real_stds, q.real_stds])
    if not max(np.abs(means).max(), np.nanmax(stds)) < FARTHEST:
        reject(called(len(p.sizes)), "mixtures at most 2⁹⁰⁰ of their narrowest widths wide and apart", "more")
    low = np.where(np.isnan(stds), np.inf, means).min(axis=0)
    high = np.where(np.isnan(stds), -np.inf, means).max(axis=0)
    extent = np.exp2(np.ceil(np.log2(4 * np.maximum(high - low, 1))))
    shift = np.trunc(low / extent) * extent
    p, q = (s._replace(means=s.means - shift) for s in (p, q))
    reach = np.maximum(np.maximum(high - shift, shift - low), np.nanmax(stds, axis=0))
    return Pairs(p, q, unit, shift, reach, grain)


def _scaled(side: Side, unit: Array) -> Side:
    """In units of `unit`; its logs are those of the weights, and become those of densities."""
    stds = np.where(np.isfinite(side.logs), side.stds / unit, 1.0)
    return Side(side.logs - np.log(stds) - LOG_SQRT_2PI, side.means / unit, stds, side.sizes)


def matched_pair(p: Law, q: Law) -> Pairs:
    """One pair with its components matched, for mixtures that are nearly equal."""
    plain = pairs([p], [q])
    return replace(plain, matched=matched(p, q, float(plain.unit[0]), float(plain.shift[0])))


def _stack(mixtures: Sequence[Law]) -> Side:
    """Mixtures side by side, padded with components of weight zero; logs are ln w_k."""
    sizes = np.array([len(m) for m in mixtures])
    mask = np.arange(sizes.max()) < sizes[:, None]
    logs, means, stds = (np.full(mask.shape, empty) for empty in (-np.inf, 0.0, 1.0))
    weights = np.concatenate([m.weights for m in mixtures])
    means[mask] = np.concatenate([m.means for m in mixtures])
    stds[mask] = np.concatenate([m.stds for m in mixtures])
    logs[mask] = np.log(weights)
    return Side(logs.T.copy(), means.T.copy(), stds.T.copy(), sizes)


def _heard(panels: Panels, logs: Array, means: Array, stds: Array) -> tuple[Array, Array, Array]:
    """Of each panel the components that are not negligible all over it, as many for each panel."""
    if len(logs) <= FEW:
        return logs, means, stds
    away = np.abs(panels.centre - means)
    most = logs - 0.5 * short(np.maximum(away - panels.half, 0) / stds) ** 2
    least = (logs - 0.5 * short((away + panels.half) / stds) ** 2).max(axis=0)
    count = int((most > least - SILENT).sum(axis=0).max(initial=1))
    if 2 * count > len(logs):
        return logs, means, stds
    first = np.argpartition(-most, count - 1, axis=0)[:count]
    logs, means, stds = (np.take_along_axis(a, first, axis=0) for a in (logs, means, stds))
    return logs, means, stds


def short(z: Array) -> Array:
    """Deviations whose squares are floats."""
    return np.minimum(np.maximum(z, -VAST, out=z), VAST, out=z)
