"""Transport distances: between 1D mixtures by quadrature, between samples by assignment or slices.

On the line the optimal plan is monotone, so with distribution functions F, G

    W_1 = ∫ |F - G| dx,    W_2² = ∫ (x - G⁻¹(F(x)))² dF(x),    energy distance² = 2 ∫ (F - G)² dx.

The last equals 2E|X-Y| - E|X-X'| - E|Y-Y'| (Székely 2003); its root is returned, as scipy does.  F - G is formed in
the tail where both are small, the zeros of F - G become panel ends, and x - G⁻¹(F(x)) is integrated between the knots
of both mixtures, those of q carried to p by the same monotone map.  None of these is a difference of moments, so that
nearly equal mixtures keep their digits.
"""

import math
from collections.abc import Callable
from dataclasses import replace

import numpy as np
from numpy.typing import ArrayLike

from theory.estimate import Estimate
from theory.mixture import GaussianMixture
from theory.numerics.pairs import EPS, MANY, MOST, NEAR, Pairs, Side, matched_pair, pairs
from theory.numerics.quadrature import Panels, Places, T, W, between, integrate, joined, roots
from theory.numerics.quantile import log_lower_tail, placed_quantile
from theory.validation import inputs as valid
from theory.validation.inputs import Array
from theory.validation.laws import on_line
from theory.validation.shapes import Matrix

ZERO = np.zeros(1)
UNSURE = 1e-11  # relative error from which on two mixtures are taken for nearly equal
FAR = 2.0**400
SMALLEST = float(np.finfo(float).smallest_subnormal)  # what a result below the normal floats is rounded by
PAIRS = 16_000_000  # of points, between which a linear program finds the best plan in half a minute and 1 GB
NOTHING, LARGE = -1e300, 700.0  # logarithm of a mass that is not told from less; of a number that is a float
SLICED = 2**26  # numbers that the slices of samples hold
SHORT, NEWTON_STEPS = 0.25, 4  # way, in narrowest widths, over which q is smooth, and steps for it


def wasserstein(p: GaussianMixture, q: GaussianMixture, order: int = 1) -> Estimate:
    """W_1 = inf E|X-Y| or W_2 = (inf E|X-Y|²)^½ over couplings of the 1D mixtures p and q.

    Raises ValueError unless p and q are mixtures on the line and order is 1 or 2.
    """
    return _closer(_first if valid.integer("order", order, 1, 2) == 1 else _second, p, q)


def energy_distance(p: GaussianMixture, q: GaussianMixture) -> Estimate:
    """(2E|X-Y| - E|X-X'| - E|Y-Y'|)^½ of the 1D mixtures p and q.

    Raises ValueError unless p and q are mixtures on the line.
    """
    return _closer(_energy, p, q)


def _closer(distance: Callable[[Pairs], Estimate], p: GaussianMixture, q: GaussianMixture) -> Estimate:
    """The distance; of mixtures so nearly equal that it is unsure, the better of two, one with components matched."""
    first = distance(_pair(p, q))
    if first.error <= UNSURE * first.value:
        return first
    return min(first, distance(matched_pair(p, q)), key=lambda e: e.error)


def _energy(batch: Pairs) -> Estimate:
    """(2 ∫ (F - G)² dx)^½."""

    def sample(panels: Panels) -> tuple[Array, Array]:
        difference, noise = batch.tails(panels)
        return 2 * difference**2, 4 * np.abs(difference) * noise

    square, error, _ = integrate(sample, between(batch.knots()), 1)
    return _root(square[0], error[0], math.sqrt(batch.unit[0]))


def _first(batch: Pairs) -> Estimate:
    """∫ |F - G| dx."""
    knots = batch.knots()
    zeros = roots(batch.tails, between(knots), 1)

    def sample(panels: Panels) -> tuple[Array, Array]:
        difference, noise = batch.tails(panels)
        return np.abs(difference), noise

    value, error, _ = integrate(sample, between(joined(knots, zeros)), 1)
    return Estimate(float(value[0] * batch.unit[0]), float(error[0] * batch.unit[0]), "estimated")


def _second(batch: Pairs) -> Estimate:
    """(∫ (x - G⁻¹(F(x)))² p dx)^½."""
    far = float(np.exp2(np.ceil(np.log2(batch.reach[0])))) if batch.reach[0] > FAR else 1.0  # its square is a float
    few = len(batch.p.logs) + len(batch.q.logs) <= MANY
    if few or batch.reach[0] > NEAR:  # the map bends where it will: only offsets keep the digits of x
        batch = replace(batch, reach=np.full(1, np.inf))
    loose = 2 if few else 10 * batch.reach[0]
    p, q = batch.p, batch.q
    carried, _, _ = _carry(q, p, Places(*np.unique([a.ravel() for a in batch.lattice(q.means, q.stds)], axis=1)))
    knots = joined(Places(*(a[None] for a in carried)), batch.knots())

    def sample(panels: Panels) -> tuple[Array, Array]:
        lp = p.log_density(panels, T)
        gap, slack = _displacement(batch, panels, lp)
        gap, slack = gap / far, slack / far
        density = np.exp(lp)
        square = np.square(gap, where=density > 0, out=np.zeros_like(gap)) * density
        return square, 2 * np.abs(gap) * slack + EPS * (loose + np.abs(lp)) * square

    # Towards a gap of q the map behaves like √ln(1/δ), which is not analytic.
    square, error, _ = integrate(sample, between(knots), 1, trust=0.0)
    return _root(square[0], error[0], far * batch.unit[0])


def _displacement(batch: Pairs, panels: Panels, lp: Array) -> tuple[Array, Array]:
    """G⁻¹(F(x)) - x at the nodes, and its rounding error times p; of matched mixtures from F - G where it is short.

    It is the h with ∫_x^{x+h} q = F(x) - G(x), found by Newton's method.
    """
    q, density = batch.q, np.exp(lp)
    offset = panels.centre[:, None] + panels.half[:, None] * T
    x = Places(np.repeat(panels.anchor[:, None], len(T), axis=1), offset)
    flat, mass, log_mass = _carry(batch.p, q, Places(*(a.ravel() for a in x)))
    y, mass, log_mass = (
        Places(*(a.reshape(offset.shape) for a in flat)),
        mass.reshape(offset.shape),
        log_mass.reshape(offset.shape),
    )
    apart = y.anchor - x.anchor
    gap = apart + (y.offset - x.offset)
    # F is known to ε of its logarithm and of x, so y to that over q(y); offsets and what lies between anchors are rounded.
    steep = np.exp(np.minimum(lp - _log_density(q, y), LARGE))
    loose = np.minimum(np.abs(y.anchor), NEAR) + np.abs(y.offset)
    slack = EPS * (np.abs(apart) + np.abs(x.offset) + loose) * density
    slack += EPS * steep * (mass * (4 + np.abs(log_mass)) + density * np.abs(x.offset))
    if batch.matched is None:
        return gap, slack
    missing, noise = batch.tails(panels)
    with np.errstate(divide="ignore", over="ignore", invalid="ignore"):
        h = missing / np.exp(_log_density(q, x))
        for _ in range(NEWTON_STEPS):
            inside = Places(x.anchor[..., None], x.offset[..., None] + h[..., None] * (1 + T) / 2)
            inner = np.exp(_log_density(q, inside)) @ W
            h = h - (h / 2 * inner - missing) / np.exp(_log_density(q, x.moved(h)))
        error = 2 * noise * np.exp(lp - _log_density(q, x.moved(h))) + 8 * EPS * np.abs(h) * density
    better = (np.abs(h) < SHORT) & (error < slack)
    return np.where(better, h, gap), np.where(better, error, slack)


def _log_density(p: Side, x: Places) -> Array:
    """ln p at x, any shape, for the first pair."""
    anchor, offset = (a.ravel() for a in np.broadcast_arrays(*x))
    return p.log_density(Panels(np.zeros(offset.size, int), anchor, offset, 0 * offset), ZERO).reshape(x.offset.shape)


def _carry(p: Side, q: Side, x: Places) -> tuple[Places, Array, Array]:
    """The monotone map G⁻¹(F(x)) that carries p onto q, for the first pair, and min(F, 1-F) with its logarithm; x (n,)."""
    anchor, offset, log_mass = np.empty((3, len(x.offset)))
    points = Panels(np.zeros(len(x.offset), int), *x, np.zeros_like(x.offset))
    lower = p.tail(points, ZERO, 1.0)[:, 0] <= 0.5
    for here, sign in ((lower, 1.0), (~lower, -1.0)):
        (w, m, s), (v, n, t) = ((g.weights[:, 0], sign * g.means[:, 0], g.stds[:, 0]) for g in (p, q))
        places = np.flatnonzero(here)
        step = max(MOST // max(len(w), len(v)), 1)
        for at in (places[i : i + step] for i in range(0, len(places), step)):
            found = log_lower_tail(w, m[:, None] - sign * x.anchor[at], s, sign * x.offset[at])
            log_mass[at] = np.maximum(found, NOTHING)
            anchor[at], offset[at] = (sign * a for a in placed_quantile(v, n, t, log_mass[at], NEAR))
    return Places(anchor, offset), np.exp(log_mass), log_mass


def _root(square: float, error: float, unit: float) -> Estimate:
    """√(square ± error) units."""
    value = math.sqrt(square)
    spread = float(error / (2 * value) if value > 0 else math.sqrt(error))
    return Estimate(float(unit * value), float(unit * (spread + 4 * EPS * value)) + SMALLEST, "estimated")


def _pair(p: GaussianMixture, q: GaussianMixture) -> Pairs:
    """The two mixtures in common units."""
    return pairs([on_line("p", p)], [on_line("q", q)])


def sample_wasserstein(x: Matrix, y: Matrix, order: int = 1) -> float:
    """W_1 or W_2 between the empirical laws of samples x (n, D) and y (m, D): on the line by sorting, else by linear programming.

    The latter needs the optional package POT: ``pip install 'blurproof[transport]'``.

    Raises ValueError unless x and y are finite points of one dimension and order is 1 or 2, and, but on the line, nm ≤ 1.6e7.
    """
    x, y, order = _samples(x, y, order)
    if x.shape[1] == 1:
        return float(_line_costs(x, y, order)[0]) ** (1 / order)
    if len(x) * len(y) > PAIRS:
        valid.reject(
            "x, y", f"at most {PAIRS:,} pairs of points (sliced_wasserstein takes more)", f"{len(x) * len(y):,}"
        )
    try:
        import ot  # pyright: ignore[reportMissingImports]  optional: it may not be there
    except ImportError as missing:
        raise ImportError("sample_wasserstein needs POT: pip install 'blurproof[transport]'") from missing
    from scipy.spatial.distance import cdist

    cost = cdist(x, y) ** order
    plan = np.asarray(ot.emd(np.full(len(x), 1 / len(x)), np.full(len(y), 1 / len(y)), cost))
    return float((plan * cost).sum()) ** (1 / order)


def sliced_wasserstein(
    x: Matrix, y: Matrix, order: int = 1, *, slices: int = 100, rng: np.random.Generator | int
) -> float:
    """(mean over random directions θ of W_order(x·θ, y·θ)^order)^{1/order}, samples x (n, D), y (m, D).

    Source: Rabin, Peyré, Delon & Bernot (2011).

    Raises ValueError unless x and y are finite points of one dimension, order is 1 or 2, slices is an integer ≥ 1, and
    rng is a Generator or a seed.
    """
    x, y, order = _samples(x, y, order)
    rng, slices = valid.generator("rng", rng), valid.integer("slices", slices, 1)
    if slices * (len(x) + len(y) + x.shape[1]) > SLICED:
        valid.reject("slices", f"at most {SLICED // (len(x) + len(y) + x.shape[1])} of so many points", slices)
    theta = rng.standard_normal((x.shape[1], slices))
    theta /= np.linalg.norm(theta, axis=0)
    return float(np.mean(_line_costs(x @ theta, y @ theta, order))) ** (1 / order)


def _line_costs(x: Array, y: Array, order: int) -> Array:
    """W_order^order between the columns of x (n, S) and y (m, S): ∫ |F⁻¹(u) - G⁻¹(u)|^order du, (S,)."""
    x, y = np.sort(x, axis=0), np.sort(y, axis=0)
    n, m = len(x), len(y)
    u = np.unique(np.concatenate([np.arange(n + 1) * m, np.arange(m + 1) * n]))  # in units of 1/(nm): exact
    gaps = np.abs(x[u[:-1] // m] - y[u[:-1] // n]) ** order
    return np.diff(u) @ gaps / (n * m)


def _samples(x: ArrayLike, y: ArrayLike, order: int) -> tuple[Array, Array, int]:
    """Two samples of one dimension, and an order 1 or 2."""
    x, y = valid.array("x", x, ndim=2), valid.array("y", y, ndim=2)
    if x.shape[1] != y.shape[1]:
        valid.reject("y", f"points of dimension {x.shape[1]}", f"shape {y.shape}")
    return x, y, valid.integer("order", order, 1, 2)
