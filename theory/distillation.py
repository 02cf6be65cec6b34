"""What distilling by reverse KL under noise makes of two modes ±a of deviation s: of a place that moves, or of shares.

    v ∂KL(q_σ‖p_σ)/∂μ = μ - a E tanh(a x/v),   x ~ q_σ = N(μ, v),   p_σ = ½N(-a, v) + ½N(a, v),   v = s²+σ²

averaged over levels uniform in ln σ, is the gradient of score distillation. A student N(μ, s²) comes to rest where it vanishes:
at the mean, 0, or between that and the mode, wherever the levels and their weights put it. If shares are free instead,

    ∂KL(q_σ‖p_σ)/∂v = E g_v - E g_w,   g_v = ln((vu+1-v)/(v/u+1-v)),   u = e^{2r(r+N)},   r = a/√(s²+σ²),

q_σ with share v of the mode at a, p_σ with w: it is -2r² at v = 0 for w = ½, 0 at v = w alone, at every level. Nats.
"""

from collections.abc import Callable

import numpy as np
from scipy.special import erf, logit, roots_legendre

from theory.numerics.zero import zero
from theory.validation.arrays import above, at_least, from_below, from_to, strictly_between
from theory.validation.elementwise import elementwise
from theory.validation.inputs import Array, array, choice, positive, reject
from theory.validation.shapes import Numbers, Values

WEIGHTS: dict[str, Callable[[Array, float], Array]] = {
    "variance": lambda noise, s: np.ones_like(noise),
    "none": lambda noise, s: 1 / (s**2 + noise**2),
    "noise": lambda noise, s: noise**2 / (s**2 + noise**2),
}
"""Of a level, over v: its gradient is weighted by v = s²+σ², by nothing, or by σ²."""
MOST, FAR = 1e9, 60.0
"""The largest r of shares, and from where on a draw of one mode is none of the other, however rare either is."""
NODES, LEVEL_NODES = roots_legendre(16), roots_legendre(24)
STRAIGHT, WIDE = np.arange(-40, 41) / 4, np.arange(12) * 2.0
"""Nodes in N for narrow averages; panels of y for wide ones, as far as 1 - tanh y is more than 1e-19."""


@elementwise
def pull(mu: Numbers, a: Numbers, s: Numbers, std: Numbers) -> Values:
    """v ∂KL(q_σ‖p_σ)/∂μ = μ - a E tanh(a(μ+√v N)/v), v = s²+σ², σ = `std`: positive where descent leads to the mean.

    To 1e-13 of a + |μ|.

    Raises ValueError unless mu is finite, a > 0, s > 0, and std ≥ 0.
    """
    mu, a, s, std = array("mu", mu), above("a", a), above("s", s), at_least("std", std)
    root = np.hypot(s, std)
    return mu - a * _mean_tanh(a / root * (mu / root), a / root)


@elementwise
def pull_floor(mu: Numbers, a: Numbers, s: Numbers, std: Numbers) -> Values:
    """μ - a tanh(aμ/v) ≤ that, for μ > 0: with v ≥ a² nothing keeps a place away from the mean.

    Raises ValueError unless mu > 0, a > 0, s > 0, and std ≥ 0.
    """
    mu, a, s, std = above("mu", mu), above("a", a), above("s", s), at_least("std", std)
    root = np.hypot(s, std)
    return mu - a * np.tanh(a / root * (mu / root))


def place(a: float, s: float, low: float, high: float, weight: str = "variance") -> float:
    """The μ ≥ 0 where a student N(μ, s²) comes to rest: the average of `pull` over σ, uniform in ln σ on [low, high], is 0.

    The only positive one, where there is one, as the average is convex in μ > 0; else 0, the mean. weight: of the gradient
    of KL at a level, "variance" s²+σ², "none", or "noise" σ². To 1e-10 of a.

    Raises ValueError unless a, s and low are positive, low < high, and weight is one of the three.
    """
    a, s, low, high = (positive(name, v) for name, v in (("a", a), ("s", s), ("low", low), ("high", high)))
    if low >= high:
        reject("high", f"a number > low = {low}", high)
    ends = np.linspace(np.log(low), np.log(high), 2 + int(np.log(high / low)))
    nodes, weights = LEVEL_NODES
    half = np.diff(ends) / 2
    noise = np.exp((ends[:-1] + half)[:, None] + half[:, None] * nodes).ravel()
    share = WEIGHTS[choice("weight", weight, WEIGHTS)](noise, s) * (half[:, None] * weights).ravel()

    def average(mu: float) -> float:
        return float(share @ pull(mu, a, s, noise)) / share.sum()

    least = 1e-6 * a
    return 0.0 if average(least) >= 0 else zero(average, least, a, xtol=1e-14 * a)


@elementwise
def share_slope(v: Numbers, w: Numbers, r: Numbers) -> Values:
    """∂KL(q‖p)/∂v, q = vN(a, s²) + (1-v)N(-a, s²), p with w in its place, r = a/s: negative below w, positive above.

    To 1e-11, relatively.

    Raises ValueError unless 0 ≤ v < 1, 0 < w < 1, and 0 < r ≤ 1e9.
    """
    v, w, r = from_below("v", v, 0, 1), strictly_between("w", w, 0, 1), above("r", r, within=MOST)
    v, w, r = np.broadcast_arrays(v, w, r)
    near = np.minimum(r, FAR)
    # E g(r+N) of an odd g is ∫ g(x) (1 - e^{-2rx}) φ(x-r) over x > 0
    count = int(np.ceil(max(40.0, 100 * float(np.max(near, initial=0.0)))))
    step = (near + 10) / count
    total = np.zeros_like(r)
    for k in range(1, count + 1):
        x = k * step
        total = total - _apart(v, w, 2 * near * x) * np.expm1(-2 * near * x) * np.exp(-((x - near) ** 2) / 2)
    far = np.where(v > 0, _apart(v, w, np.inf), -2 * r * r - logit(w))
    return np.where(r > FAR, far, total * step / np.sqrt(2 * np.pi))


@elementwise
def share_pull(gap: Numbers, r: Numbers) -> Values:
    """4(2Φ(r)-1)² d: what that slope is at least in size where v and w differ by d = `gap`.

    Raises ValueError unless 0 ≤ gap ≤ 1 and 0 < r ≤ 1e9.
    """
    return 4 * erf(above("r", r, within=MOST) / np.sqrt(2)) ** 2 * from_to("gap", gap, 0, 1)


def _apart(v: Array, w: Array, y: Numbers) -> Array:
    """g_v - g_w at u = e^y, y > 0, of g_v = ln((vu+1-v)/(v/u+1-v)): without their common part where they are alike."""
    less = np.exp(-np.asarray(y))
    ratio = (v - w) * (1 - less**2) / ((v * less + 1 - v) * (w + (1 - w) * less))
    with np.errstate(divide="ignore"):
        apart = [
            np.logaddexp(np.log(share), np.log1p(-share) - y) - np.log(share * less + 1 - share) for share in (v, w)
        ]
    return np.where(ratio > -0.5, np.log1p(np.maximum(ratio, -0.5)), apart[0] - apart[1])


def _mean_tanh(at: Array, slope: Array) -> Array:
    """E tanh(A + BN): B < 1 by the trapezoidal rule, else erf(A/B√2) and what tanh lacks of a sign, which is near 0 only."""
    at, slope = (part[..., None] for part in np.broadcast_arrays(at, slope))
    size, wide = np.abs(at), np.maximum(slope, 1.0)
    with np.errstate(over="ignore"):
        # of N and -N together, sinh 2A/(cosh 2A + cosh 2BN)
        y = 2 * np.minimum(slope, 1.0) * STRAIGHT
        both = 1 + np.exp(-4 * size) + np.exp(y - 2 * size) + np.exp(-y - 2 * size)
        narrow = (-np.expm1(-4 * size) / both * np.exp(-(STRAIGHT**2) / 2)).sum(axis=-1) / (4 * np.sqrt(2 * np.pi))
        # at y and -y together, φ((y-A)/B) - φ((y+A)/B): by sinh where both are nearly the same
        y = (WIDE[:, None] + 1 + NODES[0]).ravel()
        near, far = (np.exp(-(((y - sign * size) / wide) ** 2) / 2) for sign in (1, -1))
        alike = 2 * np.sinh(np.minimum(size * y / wide**2, 1.0)) * np.exp(-(y**2 + size**2) / wide**2 / 2)
        apart = np.where(2 * size * y < wide**2, alike, near - far)
        lacks = (apart * 2 / (1 + np.exp(2 * y)) * np.tile(NODES[1], len(WIDE))).sum(axis=-1)
    signs = erf(size / (wide * np.sqrt(2)))[..., 0] - lacks / (wide[..., 0] * np.sqrt(2 * np.pi))
    return np.sign(at[..., 0]) * np.where(slope[..., 0] < 1, narrow, signs)
