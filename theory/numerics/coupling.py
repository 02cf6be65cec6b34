"""The difference of two mixtures without cancellation, however nearly equal they are.

A coupling gives the mass of every component of p to components of q, nearest first, so that

    p - q = Σ_i π_i (N_{k_i} - M_{j_i}),    Σ_{i: k_i = k} π_i = w_k,    Σ_{i: j_i = j} π_i = v_j.

The π_i are rational and exact: weights that differ in their last place differ by that here, too. Where two
Gaussians are nearly equal, so are their logarithms, whose difference is made of differences of parameters:

    d = ln(N/M) = ln(t/s) + ½ (z' - z)(z' + z),    z = (x-μ)/s,  z' = (x-ν)/t,  z' - z = (x-μ)(s-t)/(st) + (μ-ν)/t

and N - M = M (e^d - 1).  So p - q is known to rounding of its own terms, not of p.
"""

from fractions import Fraction
from typing import NamedTuple

import numpy as np
from scipy.special import ndtr

from theory.numerics.law import Law
from theory.validation.inputs import Array

EPS = float(np.finfo(np.float64).eps)
LOG_SQRT_2PI = 0.5 * np.log(2 * np.pi)
NEAR = 0.5  # deviations: ∫φ over less is a sum over Gauss nodes, over more a difference of tails
T, W = np.polynomial.legendre.leggauss(8)


class Link(NamedTuple):
    """Mass π that goes from component k of p to component j of q."""

    mass: Fraction
    k: int
    j: int


def rounding(lp: Array, lq: Array) -> Array:
    """About what ln p - ln q is off by: either is rounded to ε of its size, and so are its terms."""
    return EPS * (2 + np.abs(lp) + np.abs(lq))


def couple(p: Law, q: Law) -> list[Link]:
    """A coupling of the weights w_k/Σw and v_j/Σv of two 1D mixtures, exact, nearest components first."""
    left, right = (_exact_weights(m) for m in (p, q))
    apart = ((p.means[:, None] - q.means) / np.minimum(p.stds[:, None], q.stds)) ** 2
    apart += np.log(p.stds[:, None] / q.stds) ** 2
    links = []
    for at in np.argsort(apart, axis=None, kind="stable").tolist():
        k, j = divmod(at, len(q))
        mass = min(left[k], right[j])
        if mass > 0:
            links.append(Link(mass, k, j))
            left[k], right[j] = left[k] - mass, right[j] - mass
    return links


def _exact_weights(p: Law) -> list[Fraction]:
    weights = [Fraction(w) for w in p.weights.tolist()]
    total = sum(weights)
    return [w / total for w in weights]


class Matched(NamedTuple):
    """The links of one pair as columns (I, 1), means and widths in units of the pair.

    mass: π.  mean: μ, std: s of p's component; gap: μ - ν, ratio: t of q's component and wider: s - t, from
    the parameters as they were given.
    """

    mass: Array
    mean: Array
    std: Array
    other_std: Array
    gap: Array
    wider: Array

    def log_gap(self, offset: Array) -> tuple[Array, Array, Array]:
        """d = ln(N/M), its rounding error, and ln M, at x - μ (I, n)."""
        z, change, slack = self.deviations(offset)
        total = 2 * z + change  # z' + z
        near = np.abs(self.wider) < 0.5 * self.std
        scale = np.where(near, np.log1p(np.where(near, -self.wider / self.std, 0)), np.log(self.other_std / self.std))
        d = scale + 0.5 * change * total
        noise = 4 * EPS * (np.abs(scale) + slack * (np.abs(z) + np.abs(change)))
        return d, noise, -0.5 * (z + change) ** 2 - np.log(self.other_std) - LOG_SQRT_2PI

    def deviations(self, offset: Array) -> tuple[Array, Array, Array]:
        """z, z' - z, and the size of the two parts of which z' - z is made."""
        z = offset / self.std
        stretch, shift = z * (self.wider / self.other_std), self.gap / self.other_std
        return z, stretch + shift, np.abs(stretch) + np.abs(shift)

    def log_ratio(self, offset: Array, lp: Array, lq: Array) -> tuple[Array, Array]:
        """L = ln(p/q) = ln(1 + (p-q)/q) and its rounding error; the plain difference where that is no less exact."""
        d, noise, log_m = self.log_gap(offset)
        with np.errstate(over="ignore", invalid="ignore", divide="ignore"):
            size = self.mass * np.exp(log_m + np.maximum(d, 0) - lq)
            relative = size * np.expm1(-np.abs(d)) * -np.sign(d)
            slack = size * np.minimum(noise, 1) + np.abs(relative) * EPS * (4 + np.abs(log_m))
            L, error = np.log1p(relative.sum(axis=0)), 2 * slack.sum(axis=0)
        plain, slack = lp - lq, rounding(lp, lq)
        better = (np.abs(plain) < NEAR) & (error < slack)
        return np.where(better, L, plain), np.where(better, error + np.abs(L) * slack, slack)

    def tail_gap(self, offset: Array) -> tuple[Array, Array]:
        """F - G = Σ π [Φ(z) - Φ(z')] and its rounding error, at x - μ (I, n)."""
        z, change, slack = self.deviations(offset)
        near = np.abs(change) < NEAR
        step = np.where(near, change, 0.0)
        nodes = z[..., None] + step[..., None] * (1 + T) / 2
        inner = -step * (np.exp(-0.5 * nodes**2) @ W) / (2 * np.sqrt(2 * np.pi))
        side = np.where(z + 0.5 * change < 0, 1.0, -1.0)  # both tails small, or both large
        outer = side * (ndtr(side * z) - ndtr(side * (z + change)))
        density = np.exp(-0.5 * np.minimum(np.abs(z), np.abs(z + change)) ** 2)
        inner_noise = 4 * EPS * density * slack * (1 + z * z)
        noise = np.where(near, inner_noise, EPS * (ndtr(side * z) + ndtr(side * (z + change))))
        return (self.mass * np.where(near, inner, outer)).sum(axis=0), (self.mass * noise).sum(axis=0)


def matched(p: Law, q: Law, unit: float, shift: float) -> Matched:
    """The coupling of a pair in its units: x is stored as x/unit - shift."""
    links = couple(p, q)
    k, j = (np.array([getattr(link, side) for link in links]) for side in ("k", "j"))
    mu, nu, s, t = p.means[k], q.means[j], p.stds[k], q.stds[j]
    columns = (
        [float(link.mass) for link in links],
        mu / unit - shift,
        s / unit,
        t / unit,
        (mu - nu) / unit,
        (s - t) / unit,
    )
    return Matched(*(np.asarray(c, dtype=float)[:, None] for c in columns))
