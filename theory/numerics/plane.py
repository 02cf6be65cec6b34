"""Integrals over the plane of what two mixtures make: along every line x₁ = c, and over c.

On such a line a mixture is one on the line, not normalised. With Σ_k = L Lᵀ, L = [[a, 0], [g a, c]],

    p(x₁, x₂) = Σ_k w_k N(x₁; μ_k1, a_k²) N(x₂; μ_k2 + g_k (x₁-μ_k1), c_k²),

so what is known of pairs on the line serves for every line, however flat, turned or far apart the Gaussians are: nothing
is ever covered by squares.  The integral along a line varies with x₁ as the marginals do, and where two components
cross: N_i^α N_j^β, α + β = 1, is a Gaussian too, as wide along x₁ as A^{-½},

    A = α/a_i² + β/a_j² + αβ (g_i-g_j)²/(α c_j² + β c_i²).
"""

from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from typing import NamedTuple

import numpy as np

from theory.numerics.coupling import EPS, LOG_SQRT_2PI
from theory.numerics.gaussians import THREADS, side_by_side
from theory.numerics.law import Law
from theory.numerics.pairs import COARSE, FAINT, STEPS, Pairs, Side, framed, short
from theory.numerics.quadrature import Panels, Places, T, between, integrate, joined
from theory.validation.inputs import Array

LINES = 128  # lines integrated together: memory stays bounded
OVERLAP = 40.0  # deviations beyond which Gaussians have nothing to do with each other
GOAL, KINKED, ALONG = 1e-8, 3e-7, 1e-10  # relative error asked for; where kinks make each digit dear; along each line
NARROWER = 16.0  # squared: a crossing that is no narrower than that beside its components needs no knots
SEEN = 50.0  # minus twice the logarithm of how high components cross, from where on it does not matter
WITHIN = np.array([-9.0, 0.0, 9.0])  # widths of a crossing
TIE = 1e-12

OnLines = Callable[[Pairs], tuple[Array, Array, Array]]  # ln of a unit, ∫ f along each line in that unit, its error


class Slanted(NamedTuple):
    """A mixture as it is met along x₁: ln w, means x and y, widths a along x₁ and c across, slope g, (K,) each."""

    logs: Array
    x: Array
    y: Array
    a: Array
    c: Array
    g: Array


@dataclass(frozen=True)
class Lines:
    """Two mixtures in the plane: their marginals along x₁ as a pair, and what they are across.

    loose: how many widths from the origin components lie that overlap: their distances are rounded so often.
    """

    marginals: Pairs
    p: Slanted
    q: Slanted
    loose: float

    def at(self, x: Places) -> Pairs:
        """The pairs on the lines x₁ = x (n,)."""
        p, q = (self._across(side, *self._offsets(i, x)) for i, side in enumerate((self.p, self.q)))
        return framed(p, q, COARSE)

    def _offsets(self, i: int, x: Places) -> tuple[Array, Array]:
        """x - μ and that in widths, (K, n)."""
        side = (self.marginals.p, self.marginals.q)[i]
        dx = x.offset - (side.means - x.anchor)
        return dx, short(dx / side.stds)

    def _across(self, side: Slanted, dx: Array, z: Array) -> Side:
        """The mixtures on the lines at x - μ, their weights those of the marginals."""
        unit = self.marginals.unit[0]
        logs = (side.logs - np.log(side.a / unit))[:, None] - 0.5 * z**2 - LOG_SQRT_2PI
        means = side.y[:, None] + (side.g * unit)[:, None] * dx
        stds = np.broadcast_to(side.c[:, None], dx.shape)
        return Side(logs, means, stds, np.full(dx.shape[1], len(dx)))

    def panels(self, power: float) -> Panels:
        """Panels along x₁ that resolve the marginals and what components make where they cross."""
        both = Slanted(*(np.concatenate(parts) for parts in zip(self.p, self.q, strict=True)))
        knots = joined(self.marginals.knots(), self._crossings(both, both, 0.5))
        if power < 0:
            return between(joined(knots, self._crossings(self.p, self.q, power)))
        panels = between(knots)
        top = np.maximum(self.marginals.p.highest(panels), self.marginals.q.highest(panels))
        return panels.take(top > FAINT)

    def _crossings(self, p: Slanted, q: Slanted, alpha: float) -> Places:
        """Knots of the marginals of all N_i^α N_j^{1-α} that are Gaussians, for α in (0, 1) of those that are narrow and seen."""
        beta, unit = 1 - alpha, float(self.marginals.unit[0])
        (x, y, a, c, g), (x2, y2, a2, c2, g2) = ([v[:, None] for v in p[1:]], q[1:])
        with np.errstate(all="ignore"):
            d, turn = x2 - x, g - g2
            apart = (y - y2) + g2 * d  # where x₁ = x
            stiff = alpha * beta / (alpha * c2**2 + beta * c**2)
            plain = alpha / a**2 + beta / a2**2
            precision = plain + stiff * turn**2
            t = (beta * d / a2**2 - stiff * turn * apart) / precision
            width = np.where((alpha / c**2 + beta / c2**2 > 0) & (precision > 0), precision, np.nan) ** -0.5
            if alpha > 0:
                height = alpha * (t / a) ** 2 + beta * ((t - d) / a2) ** 2 + stiff * (apart + turn * t) ** 2
                width = np.where((precision > NARROWER * plain) & (height < SEEN), width, np.nan)
            mean = (x + t) / unit - self.marginals.shift
        kept = np.isfinite(width)
        return self.marginals.lattice(mean[kept][:, None], width[kept][:, None] / unit, STEPS if alpha < 0 else WITHIN)

    def integral(self, on_lines: OnLines, power: float, kinks: bool = False) -> tuple[float, float, float]:
        """∫∫ f in a unit, its error, and ln of the unit."""
        panels = self.panels(power)
        unit = 0.0
        if power < 0:
            logs, values, _ = self._along(on_lines, panels)
            unit = float((logs + np.log(np.maximum(values, np.finfo(float).tiny))).max())

        def sample(panels: Panels) -> tuple[Array, Array]:
            logs, values, errors = self._along(on_lines, panels)
            scale = np.exp(logs - unit)
            return values * scale, errors * scale

        goal, trust = (KINKED, 0.0) if kinks else (GOAL, 0.5)
        value, error, _ = integrate(sample, panels, 1, trust, goal)
        return float(value[0]), float(error[0] + 10 * EPS * self.loose * abs(value[0])), unit

    def _along(self, on_lines: OnLines, panels: Panels) -> Array:
        """What `on_lines` finds at the nodes of the panels, (3, P, n)."""
        offset = panels.centre[:, None] + panels.half[:, None] * T
        x = Places(np.repeat(panels.anchor, len(T)), offset.ravel())

        def work(start: int) -> tuple[Array, Array, Array]:
            return on_lines(self.at(Places(*(a[start : start + LINES] for a in x))))

        starts = range(0, offset.size, LINES)
        found = side_by_side(work, starts, min(THREADS, len(starts)))
        return np.concatenate([np.stack(part) for part in found], axis=1).reshape(3, *offset.shape)


def lines(p: Law, q: Law) -> Lines:
    """Both mixtures along x₁, from an origin among them."""
    origin = p.means[0]
    a, b = (_slanted(m, origin) for m in (p, q))
    first, second = (Side(s.logs[:, None], s.x[:, None], s.a[:, None], np.array([len(s.x)])) for s in (a, b))
    both = Slanted(*(np.concatenate(parts) for parts in zip(a, b, strict=True)))
    return Lines(framed(first, second, COARSE), a, b, _loose(both))


def _slanted(p: Law, origin: Array) -> Slanted:
    x, y = (p.means - origin).T
    if not p.covs[:, 0, 1].any():
        return Slanted(np.log(p.weights), x, y, p.stds[:, 0], p.stds[:, 1], np.zeros(len(p)))
    a = np.sqrt(p.covs[:, 0, 0])
    # In fractions: of a covariance that is nearly flat the determinant is what cancels.
    entries = ([Fraction(entry) for entry in row] for row in p.covs.reshape(-1, 4).tolist())
    across = [float((A * D - B * B) / A) for A, B, _, D in entries]
    return Slanted(np.log(p.weights), x, y, a, np.sqrt(across), p.covs[:, 0, 1] / p.covs[:, 0, 0])


def _loose(both: Slanted) -> float:
    """The greatest distance from the origin, in narrowest widths, of two components that overlap."""
    _, x, y, a, c, g = both
    tall = np.hypot(c, g * a)
    near = [np.abs(m[:, None] - m) < OVERLAP * (s[:, None] + s) for m, s in ((x, a), (y, tall))]
    np.fill_diagonal(near[0], False)
    together = (near[0] & near[1]).any(axis=1)
    return float(np.max(np.maximum(np.abs(x) / a, np.abs(y) / c), where=together, initial=0.0))


def converges(p: Law, q: Law, a: float) -> bool:
    """Whether ∫ p^a q^{1-a} < ∞ for a < 0, ties counted as infinite.

    Along a direction u a mixture falls like its slowest component: the integral is finite if for every u there is a k
    with a uᵀP_k u + (1-a) uᵀQ_j u > 0 for all j. Where u = L_q v these forms are a|L_p⁻¹L_q v|² + (1-a)|v|², lowest along a
    singular vector; between their zeros and these nothing changes.
    """
    s, t = (_slanted(m, m.means[0]) for m in (p, q))
    B = np.zeros((len(p), len(q), 2, 2))
    B[..., 0, 0], B[..., 1, 1] = t.a / s.a[:, None], t.c / s.c[:, None]
    B[..., 1, 0] = (t.g - s.g[:, None]) * t.a / s.c[:, None]
    _, sizes, axes = np.linalg.svd(B)
    low, high = np.moveaxis(a * sizes**2 + (1 - a) * (1 - TIE), -1, 0)
    crosses = (low < 0) & (high > 0)
    turn = np.arctan(np.sqrt(np.where(crosses, -low / np.where(crosses, high, 1.0), 0.0)))[..., None]
    v = [axes[..., 0, :], *(np.cos(turn) * axes[..., 0, :] + z * np.sin(turn) * axes[..., 1, :] for z in (-1, 1))]
    angles = [np.arctan2(t.g * t.a * x[..., 0] + t.c * x[..., 1], t.a * x[..., 0]) % np.pi for x in v]
    ends = np.unique(np.append(angles, [0.0, np.pi]))
    u = np.concatenate([ends, 0.5 * (ends[1:] + ends[:-1])])
    forms = a * _fall(s, u)[:, None] + (1 - a) * (1 - TIE) * _fall(t, u)
    return bool((forms > 0).all(axis=1).any(axis=0).all())


def _fall(s: Slanted, angle: Array) -> Array:
    """uᵀΣ_k⁻¹u = (u₁/a)² + ((u₂ - g u₁)/c)² for unit vectors u, (K, n)."""
    a, c, g = (v[:, None] for v in (s.a, s.c, s.g))
    return (np.cos(angle) / a) ** 2 + ((np.sin(angle) - g * np.cos(angle)) / c) ** 2
