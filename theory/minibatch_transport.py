"""Transport between batches: what is dropped when W_1 of B generated samples from B true ones is minimised.

Two points at a distance d, the rarer one of weight w; the model gives it the share θ. K of B true samples and J of B
generated ones lie there, independent of each other, and

    E W_1 = (d/B) E|K - J|,   d/dθ E W_1 = d E[2 P(K ≤ J') - 1],   J' ~ Bin(B-1, θ)

which is convex in θ. At θ = 0 the slope is d(2(1-w)^B - 1), so that the best share is 0 as long as more than half of the
batches miss the point. On the line W_1 = ∫ |F̂_p - F̂_q| dx is made least at every x by itself, F_q = h_B(F_p) with h_B(w) the
best share of w: both tails of mass 1 - 2^{-1/B} are dropped, of any law. The energy distance 2 ∫ (F̂_p - F̂_q)² dx drops
nothing once its bias is taken out (U-statistic); as it stands (V-statistic) its best share is (2Bw-1)/2(B-1), or 0.

Source: Bellemare et al. 2017 for the bias of W_1 over samples.
"""

import numpy as np
from scipy.special import bdtr

from theory.numerics.zero import zero
from theory.validation.arrays import above, from_to, strictly_between
from theory.validation.elementwise import elementwise
from theory.validation.inputs import Array, array, integer, reject
from theory.validation.inputs import weights as law
from theory.validation.shapes import Numbers, Values, Vector, Weights

MOST = 10**4
"""Samples in a batch, over whose counts is summed."""


@elementwise
def least_growth(w: Numbers, theta: Numbers, batch: int, distance: Numbers = 1.0) -> Values:
    """d(w + θ(2(1-w)^B - 1)) ≤ E W_1, with equality at θ = 0: its tangent there.

    Raises ValueError unless 0 < w < 1, 0 ≤ theta ≤ 1, batch is an integer ≥ 1 and distance > 0.
    """
    share = strictly_between("w", w, 0, 1)
    return above("distance", distance) * share + from_to("theta", theta, 0, 1) * slope_at_zero(share, batch, distance)


@elementwise
def slope_at_zero(w: Numbers, batch: int, distance: Numbers = 1.0) -> Values:
    """d(2(1-w)^B - 1): of E W_1 in the share of a point of weight w, where it has none.

    Raises ValueError unless 0 < w < 1, batch is an integer ≥ 1 and distance > 0.
    """
    missed = integer("batch", batch, 1) * np.log1p(-strictly_between("w", w, 0, 1))
    return above("distance", distance) * np.expm1(missed + np.log(2))


@elementwise
def slope_at_own_share(w: Numbers, batch: int, distance: Numbers = 1.0) -> Values:
    """d(1-2w)/B: at most the slope of E W_1 where the share of a minority is its weight w, so that less is better.

    Raises ValueError unless 0 < w < 1/2, batch is an integer ≥ 1 and distance > 0.
    """
    share = strictly_between("w", w, 0, 0.5)
    return above("distance", distance) * (1 - 2 * share) / integer("batch", batch, 1)


def dropped_tail(batch: int) -> float:
    """1 - 2^{-1/B}: the weight up to which a point is dropped, and the mass of either tail that is, on the line.

    Raises ValueError unless batch is an integer ≥ 1.
    """
    return float(-np.expm1(-np.log(2) / integer("batch", batch, 1)))


@elementwise
def share(w: Numbers, batch: int) -> Values:
    """h_B(w): the θ at which E W_1 is least, for a point of weight w and batches of B; 0 up to `dropped_tail`.

    To 1e-12, relatively, for w ≤ 1/2; h_B(1-w) = 1 - h_B(w). At B = 1 and w = 1/2 every θ is as good, and 1/2 is given.

    Raises ValueError unless 0 < w < 1 and batch is an integer from 1 to 10⁴.
    """
    size, u = integer("batch", batch, 1, MOST), strictly_between("w", w, 0, 1)
    rare = np.minimum(u, 1 - u)
    found = np.array([_share(float(one), size) for one in rare.flat]).reshape(u.shape)
    return np.where(u > 0.5, 1 - found, found)


def _share(w: float, size: int) -> float:
    """For w ≤ 1/2."""
    if w == 0.5:
        return w
    start = float(slope_at_zero(w, size))
    if start >= 0:
        return 0.0
    more = 2 * np.cumsum(_binomial(size, w)[1:size])  # by how much the slope is larger behind j of the others

    def slope(theta: float) -> float:
        return start + float(_binomial(size - 1, theta)[1:] @ more)

    return zero(slope, 0.0, w, xtol=1e-300)


def _binomial(n: int, p: float) -> Array:
    """P(k of n), k = 0 ... n: from the largest outwards by their ratios, so that logarithms of factorials lose nothing."""
    if p == 0:
        return np.append(1.0, np.zeros(n))
    k, top = np.arange(n), min(int((n + 1) * p), n)
    up = (n - k) / (k + 1) * (p / (1 - p))
    terms = np.concatenate([np.cumprod(1 / up[:top][::-1])[::-1], [1.0], np.cumprod(up[top:])])
    return terms / terms.sum()


def least_on_line(weights: Weights, places: Vector, batch: int) -> float:
    """min over all laws q of E W_1 of batches of B of p and q: Σ over gaps of (gap/B) min_θ E|K - J|, at F_q = h_B(F_p).

    p has these weights at these places of the line.

    Raises ValueError unless weights is a law, places has its length, and batch is an integer from 1 to 10⁴.
    """
    size, w, x = integer("batch", batch, 1, MOST), law("weights", weights), array("places", places, ndim=1)
    if x.shape != w.shape:
        reject("places", f"as many as weights, {len(w)}", f"shape {x.shape}")
    order = np.argsort(x)
    below, above_ = np.cumsum(w[order])[:-1], np.cumsum(w[order][::-1])[-2::-1]
    rarer = np.minimum(np.minimum(below, above_), 0.5)
    return float(sum(gap * _least(float(u), size) for gap, u in zip(np.diff(x[order]), rarer, strict=True) if u > 0))


def _least(w: float, size: int) -> float:
    """min_θ E|K - J|/B, from the two distribution functions."""
    theta, k = _share(w, size), np.arange(float(size))
    if not theta:
        return w
    true, made = bdtr(k, size, w), bdtr(k, size, theta)
    return float(np.sum(true * (1 - made) + made * (1 - true))) / size


@elementwise
def energy(w: Numbers, theta: Numbers, distance: Numbers = 1.0) -> Values:
    """2d(θ-w)²: the squared energy distance, which its U-statistic has as its mean, whatever the batch.

    Raises ValueError unless 0 < w < 1, 0 ≤ theta ≤ 1 and distance > 0.
    """
    return 2 * above("distance", distance) * (from_to("theta", theta, 0, 1) - strictly_between("w", w, 0, 1)) ** 2


@elementwise
def energy_share(w: Numbers, batch: int) -> Values:
    """(2Bw-1)/2(B-1), and 0 up to w = 1/2B, 1 from 1 - 1/2B on: the θ at which the mean of the V-statistic is least.

    Raises ValueError unless 0 < w < 1 and batch is an integer ≥ 2.
    """
    size, u = integer("batch", batch, 2), strictly_between("w", w, 0, 1)
    return np.clip((2 * size * u - 1) / (2 * (size - 1)), 0.0, 1.0)
