"""Sets apart under N(0, I), and small networks of rectifiers worked out piece by piece; knows no bound.

Written in the words of an arithmetic m (proofs.words.arithmetic), for the observed sides of `continuous_generator_bridges_or_drops`.
"""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import numpy as np

from proofs.words.arithmetic import DOUBLE

KINDS = ("half-space", "ball", "outside of a ball", "interval", "two rays")


def apart(m: Any, kind: str, n: int, u: Any, v: Any, r: Any) -> tuple[Any, Any, Any]:
    """The mass beyond a set, and where that is: its mass and the distance."""
    mass, beyond = masses(m, kind, n, u, v, r)
    return beyond, mass, r


def masses(m: Any, kind: str, n: int, u: Any, v: Any, r: Any) -> tuple[Any, Any]:
    """The mass of a set and that of all points at distance r from it or more: what g = L·dist(z, A) sends to d = rL.

    The half-space is {z₁ ≤ u} in any dimension, balls have radius v > 0 in dimension 2n, the interval is u ± v, the
    rays begin at u - v and u + v.
    """
    cdf = m.normal_cdf
    if kind == "half-space":
        return cdf(u), cdf(-u - r)
    if kind == "ball":
        return 1 - beyond(m, n, v), beyond(m, n, v + r)
    if kind == "outside of a ball":
        return beyond(m, n, v), 1 - beyond(m, n, v - r) if v > r else m.number(0)
    if kind == "interval":
        return cdf(u + v) - cdf(u - v), cdf(u - v - r) + cdf(-u - v - r)
    return cdf(u - v) + cdf(-u - v), cdf(u + v - r) - cdf(u - v + r) if v > r else m.number(0)


def sets(s: Any) -> Any:
    """A kind of set, half its dimension, its place and size, and a distance."""
    return s.tuples(s.one_of(KINDS), s.integers(1, 4), s.reals(-1.5, 1.5), s.reals(0.8, 3.0), s.scales(0.02, 4.0))


def beyond(m: Any, n: int, radius: Any) -> Any:
    """P(|z| > radius) in dimension 2n: e^{-t} Σ_{j<n} t^j/j!, t = radius²/2; in dimension "0" P(z₁ > radius)."""
    if n == 0:
        return m.normal_cdf(-radius)
    t, term, total = radius**2 / 2, m.number(1), m.number(0)
    for j in range(n):
        total, term = total + term, term * t / (j + 1)
    return m.exp(-t) * total


def equal_distance(n: int, mass: float) -> float:
    """How far apart {|z| ≤ ρ} and {|z| ≥ R} of this mass are in dimension 2n; in "0", {z₁ ≤ -R} and {z₁ ≥ R}."""
    inner, outer = (DOUBLE.root(lambda t, q=q: beyond(DOUBLE, n, t) - q, -9 * (n == 0), 40) for q in (1 - mass, mass))
    return outer - inner


def shells(m: Any, n: int, mass: Any) -> tuple[Any, Any]:
    """What {|z| ≤ ρ} and {|z| ≥ R} of this mass leave outside, and how far apart they are."""
    return 1 - 2 * m.number(mass), equal_distance(n, float(mass))


def shell_sizes(s: Any) -> Any:
    """Half the dimension, and a mass."""
    return s.tuples(s.integers(0, 8), s.inside(0.02, 0.48))


def rows(s: Any) -> Any:
    """2 to 6 intervals in a row, of which the first and the last are rays: where the first ends, widths, a distance."""
    return s.tuples(s.reals(-1.5, 0.5), s.vectors(s.reals(0.05, 1.2), 1, 5), s.scales(0.02, 1.5))


def row_masses(m: Any, start: Any, widths: Any, r: Any, grow: Any) -> list[Any]:
    """The masses of intervals r apart, each grown by `grow` at either end; the last of `widths` is that of a ray."""
    masses, at = [m.normal_cdf(start + grow)], start
    for width in widths[:-1]:
        left, at = at + r, at + r + m.number(float(width))
        masses.append(m.normal_cdf(grow - left) - m.normal_cdf(-at - grow))  # tails keep their digits
    return [*masses, m.normal_cdf(-(at + r - grow))]


def row(m: Any, start: Any, widths: Any, r: Any) -> Any:
    """What the intervals have together when each is grown by r/2."""
    return sum(row_masses(m, start, widths, r, r / 2))


def row_arguments(start: float, widths: Any, r: float) -> tuple[list[Any], float]:
    """The masses of the intervals, and r."""
    return row_masses(DOUBLE, start, widths, r, 0.0), r


def ramps(s: Any) -> Any:
    """A mass, a distance and a slope."""
    return s.tuples(s.inside(0.02, 0.98), s.scales(0.1, 5.0), s.scales(0.2, 20.0))


def clipped(m: Any, mass: Any, d: Any, L: Any) -> tuple[Any, Any, Any, Any]:
    """P(0 < g < d) for g(z) = min(max(L(z - Φ⁻¹(mass)), 0), d), both ends found by bisection; then mass, d/L and L."""
    edge = m.root(lambda z: m.normal_cdf(z) - mass, -9, 9)
    end = m.root(lambda z: 1 if 0 < min(max(L * (z - edge), 0), d) < d else -1, edge + d / (2 * L), edge + 2 * d / L)
    return m.normal_cdf(end) - m.number(mass), mass, d / L, L


def shifts(s: Any) -> Any:
    """A distance, and how far the interval is moved: in half of the instances not at all."""
    return s.tuples(s.scales(0.05, 6.0), s.either(s.one_of((0.0,)), s.reals(-4.0, 4.0)))


def shifted_interval(m: Any, r: Any, t: Any) -> Any:
    """The mass of t ± r/2."""
    return m.integrate(m.normal, [t - r / 2, t, t + r / 2], panels=3)


def pairs(s: Any) -> Any:
    """Half distance and deviation of two modes."""
    return s.tuples(s.scales(0.1, 3.0), s.scales(0.2, 3.0)).map(lambda d: (d[0] * d[1], d[1]))


def slope_of_the_map(m: Any, a: Any, s: Any) -> Any:
    """dy/dz at 0, where Φ(z) = F(y), by differences."""
    F = lambda y: (m.normal_cdf((y - a) / s) + m.normal_cdf((y + a) / s)) / 2  # noqa: E731
    return m.slope(m.normal_cdf, m.number(0)) / m.slope(F, m.number(0), s / 4)


def slope_by_the_bound(m: Any, a: Any, s: Any) -> Any:
    """-d/(Φ⁻¹(β_A) + Φ⁻¹(β_B)) for the halves either side of a gap of width d → 0."""
    half = m.number(s) / 10**4
    inside = m.integrate(lambda y: (m.normal(y, -a, s) + m.normal(y, a, s)) / 2, [0, half], panels=1)
    return half / m.root(lambda z: m.integrate(m.normal, [0, z], panels=1) - inside, 0, 1)


def networks(s: Any) -> Any:
    """Layers 1-n-n-1 of rectifiers, or a clipped line whose slope spans the gap; the ends of a gap, and a point."""

    def build(drawn: Any) -> Any:
        seed, units, ramp, middle, width, at = drawn
        rng = np.random.default_rng(seed)
        layers = [_random(rng, k, n) for k, n in ((1, units), (units, units), (units, 1))]
        if ramp:
            slope, start, middle = 1 + 3 * rng.random(), rng.normal() / 2, 0.51 * width
            up, over = np.array([[slope], [slope]]), np.array([-slope * start, -slope * start - 1.02 * width])
            layers = [(up, over), (np.array([[1.0, -1.0]]), np.zeros(1))]
        else:
            probes = [value(DOUBLE, layers, z)[0] for z in (-0.7, 0.1, 0.9)]
            middle = middle * (max(probes) - min(probes)) + min(probes)
        return tuple(layers), middle - width / 2, middle + width / 2, at

    sizes = s.inside(0.0, 1.0), s.scales(0.1, 2.0), s.reals(-2.0, 2.0)
    return s.tuples(s.steps(2**31), s.integers(2, 3), s.one_of((True, False)), *sizes).map(build)


def chords(s: Any) -> Any:
    """A network of one to three layers with up to four latents, a point and a step: often the steepest of a linear one."""

    def build(drawn: Any) -> Any:
        rng, inputs, depth = np.random.default_rng(drawn[0]), drawn[1], drawn[2]
        sizes = [inputs, *rng.integers(1, 5, depth)]
        layers = tuple(_random(rng, k, n) for k, n in pairwise(sizes))
        z, step = rng.standard_normal((2, inputs)) * [[1.0], [rng.random()]]
        return layers, z, np.linalg.svd(layers[0][0])[2][0] if depth == 1 else step

    return s.tuples(s.steps(2**31), s.integers(1, 4), s.integers(1, 3)).map(build)


def crossing(m: Any, layers: Any, low: Any, high: Any, at: Any) -> tuple[Any, Any, Any]:
    """The mass in the gap (low, high), that to its left, and the gap's width over the Lipschitz constant."""
    L, left, inside, _ = worked_out(m, layers, low, high, at)
    return inside, left, (m.number(high) - low) / L


def crossed(s: Any) -> Any:
    """Networks that put mass on the left of the gap and beyond, and are not level."""

    def crosses(drawn: Any) -> bool:
        L, left = worked_out(DOUBLE, *drawn[:3])[:2]
        return bool(0 < left < 1 and L > 0)

    return networks(s).filter(crosses)


def piece_by_piece(m: Any, layers: Any, low: Any, high: Any, at: Any) -> Any:
    """All of `worked_out` in one array."""
    return np.array(worked_out(m, layers, low, high, at))


def chord(m: Any, layers: Any, z: Any, step: Any) -> Any:
    """|g(z + step) - g(z)| over |step|."""
    layers, z, step = (exactly(m, v) for v in (layers, z, step))
    rise = value(m, layers, z + step) - value(m, layers, z)
    return m.sqrt((rise**2).sum()) / m.sqrt((step**2).sum())


def _random(rng: np.random.Generator, fan_in: int, fan_out: int) -> tuple[np.ndarray, np.ndarray]:
    return rng.standard_normal((fan_out, fan_in)), rng.standard_normal(fan_out)


def worked_out(m: Any, layers: Any, low: Any, high: Any, at: Any = 0.5) -> tuple[Any, Any, Any, Any]:
    """(L, P(g ≤ low), P(low < g < high), |g'(at)|) of a network of rectifiers with one input and one output."""
    layers, knots = exactly(m, layers), []
    for depth in range(len(layers) - 1):
        found = [_crossings(*_ends(knots, k), *_affine(m, layers, depth, knots, k)) for k in range(len(knots) + 1)]
        knots = sorted({*knots, *(z for some in found for z in some)})
    lines = [[v[0] for v in _affine(m, layers, len(layers) - 1, knots, k)] for k in range(len(knots) + 1)]
    size = m.size(lines[0][0])
    masses = [m.number(0), m.number(0)]
    for k, (slope, offset) in enumerate(lines):
        size = max(size, m.size(slope))
        left, right = _ends(knots, k)
        cuts = sorted(
            {c for c in ((low - offset) / slope, (high - offset) / slope) if left < c < right} if slope else ()
        )
        for a, b in pairwise([left, *cuts, right]):
            value = offset + slope * _inside(a, b)
            if value < high:
                masses[1 if value > low else 0] += _mass(m, a, b)
    here = sum(1 for z in knots if z < at)
    return size, *masses, m.size(lines[here][0])


def value(m: Any, layers: Any, z: Any, depth: int | None = None) -> Any:
    """g(z), or what the units of layer `depth` add up to."""
    h = np.atleast_1d(z)
    for number, (weight, bias) in enumerate(layers):
        h = weight @ h + bias
        if number == (len(layers) - 1 if depth is None else depth):
            return h
        h = np.where(h > 0, h, 0 * h)
    raise ValueError(f"depth: expected less than {len(layers)}, got {depth}")


def _affine(m: Any, layers: Any, depth: int, knots: list[Any], k: int) -> tuple[Any, Any]:
    """Slopes and offsets of the units of a layer on the k-th piece, from two points of it."""
    left, right = _ends(knots, k)
    p = m.number(_inside(left, right))
    q = p + 1 if right == np.inf else (p + right) / 2
    u, w = value(m, layers, p, depth), value(m, layers, q, depth)
    slopes = (w - u) / (q - p)
    return slopes, u - slopes * p


def _crossings(left: Any, right: Any, slopes: Any, offsets: Any) -> list[Any]:
    roots = [-b / a for a, b in zip(slopes, offsets, strict=True) if a]
    return [z for z in roots if left < z < right]


def _ends(knots: list[Any], k: int) -> tuple[Any, Any]:
    return (knots[k - 1] if k else -np.inf), (knots[k] if k < len(knots) else np.inf)


def _inside(left: Any, right: Any) -> Any:
    if left == -np.inf:
        return 0.0 if right == np.inf else right - 2
    return left + 1 if right == np.inf else (left + right) / 2


def _mass(m: Any, a: Any, b: Any) -> Any:
    """Φ(b) - Φ(a), from the nearer tail."""
    tail = lambda t: m.number(0) if t == np.inf else m.normal_cdf(-t)  # noqa: E731
    head = lambda t: m.number(0) if t == -np.inf else m.normal_cdf(t)  # noqa: E731
    return tail(a) - tail(b) if a > 0 else head(b) - head(a) if b < 0 else 1 - head(a) - tail(b)


def exactly(m: Any, arrays: Any) -> Any:
    """An array, or arrays in lists, in numbers of m."""
    if isinstance(arrays, np.ndarray):
        return np.array([m.number(float(v)) for v in arrays.ravel()]).reshape(arrays.shape)
    return [exactly(m, a) for a in arrays]
