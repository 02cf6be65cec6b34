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

import numpy as np
from numpy.typing import ArrayLike

from theory.estimate import Estimate
from theory.mixture import GaussianMixture
from theory.numerics.pairs import EPS, Pairs, Side, lattice, matched_pair, pairs
from theory.numerics.quadrature import Panels, T, W, between, integrate, roots
from theory.numerics.quantile import log_lower_quantile, log_lower_tail
from theory.validation import inputs as valid
from theory.validation.inputs import Array
from theory.validation.laws import on_line
from theory.validation.shapes import Matrix

ZERO = np.zeros(1)
UNSURE = 1e-11  # relative error from which on two mixtures are taken for nearly equal
MOST = 2**26  # numbers that the slices of samples hold
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
    return _root(square[0] * batch.unit[0], error[0] * batch.unit[0])


def _first(batch: Pairs) -> Estimate:
    """∫ |F - G| dx."""
    knots = batch.knots()
    zeros = roots(batch.tails, between(knots), 1)

    def sample(panels: Panels) -> tuple[Array, Array]:
        difference, noise = batch.tails(panels)
        return np.abs(difference), noise

    value, error, _ = integrate(sample, between(np.concatenate([knots, zeros], axis=1)), 1)
    return Estimate(float(value[0] * batch.unit[0]), float(error[0] * batch.unit[0]), "estimated")


def _second(batch: Pairs) -> Estimate:
    """(∫ (x - G⁻¹(F(x)))² p dx)^½."""
    p, q = batch.p, batch.q
    carried = np.concatenate([_carry(q, p, lattice(q.means, q.stds).ravel())[0], batch.knots().ravel()])

    def sample(panels: Panels) -> tuple[Array, Array]:
        lp = p.log_density(panels, T)
        gap, slack = _displacement(batch, panels, lp)
        return gap**2 * np.exp(lp), 2 * np.abs(gap) * slack

    # Towards a gap of q the map behaves like √ln(1/δ), which is not analytic.
    square, error, _ = integrate(sample, between(carried[None]), 1, trust=0.0)
    return _root(square[0] * batch.unit[0] ** 2, error[0] * batch.unit[0] ** 2)


def _displacement(batch: Pairs, panels: Panels, lp: Array) -> tuple[Array, Array]:
    """G⁻¹(F(x)) - x at the nodes, and its rounding error times p; of matched mixtures from F - G where it is short.

    It is the h with ∫_x^{x+h} q = F(x) - G(x), found by Newton's method.
    """
    q, density = batch.q, np.exp(lp)
    x = panels.centre[:, None] + panels.half[:, None] * T
    y, mass = (a.reshape(x.shape) for a in _carry(batch.p, q, x.ravel()))
    # F is known to ε relatively, so y to ε F/q(y); both x and y are rounded.
    slack = EPS * ((np.abs(x) + np.abs(y)) * density + 4 * mass * np.exp(lp - _log_density(q, y)))
    if batch.matched is None:
        return y - x, slack
    missing, noise = batch.tails(panels)
    with np.errstate(divide="ignore", over="ignore", invalid="ignore"):
        h = missing / np.exp(_log_density(q, x))
        for _ in range(NEWTON_STEPS):
            inner = np.exp(_log_density(q, x[..., None] + h[..., None] * (1 + T) / 2)) @ W
            h = h - (h / 2 * inner - missing) / np.exp(_log_density(q, x + h))
        error = 2 * noise * np.exp(lp - _log_density(q, x + h)) + 8 * EPS * np.abs(h) * density
    better = (np.abs(h) < SHORT) & (error < slack)
    return np.where(better, h, y - x), np.where(better, error, slack)


def _log_density(p: Side, x: Array) -> Array:
    """ln p at x, any shape, for the first pair."""
    flat = x.ravel()
    return p.log_density(Panels(np.zeros(x.size, int), flat, 0 * flat), ZERO).reshape(x.shape)


def _carry(p: Side, q: Side, x: Array) -> tuple[Array, Array]:
    """The monotone map G⁻¹(F(x)) that carries p onto q, for the first pair, and min(F, 1-F); x (n,)."""
    y, mass = np.empty((2, len(x)))
    lower = p.tail(Panels(np.zeros(len(x), int), x, np.zeros_like(x)), ZERO, 1.0)[:, 0] <= 0.5
    for here, sign in ((lower, 1.0), (~lower, -1.0)):
        (w, m, s), (v, n, t) = ((g.weights[:, 0], sign * g.means[:, 0], g.stds[:, 0]) for g in (p, q))
        log_tail = log_lower_tail(w, m, s, sign * x[here])
        y[here], mass[here] = sign * log_lower_quantile(v, n, t, log_tail), np.exp(log_tail)
    return y, mass


def _root(square: float, error: float) -> Estimate:
    """√(square ± error)."""
    value = math.sqrt(square)
    return Estimate(value, float(error / (2 * value) if value > 0 else math.sqrt(error)), "estimated")


def _pair(p: GaussianMixture, q: GaussianMixture) -> Pairs:
    """The two mixtures in common units."""
    return pairs([on_line("p", p)], [on_line("q", q)])


def sample_wasserstein(x: Matrix, y: Matrix, order: int = 1) -> float:
    """W_1 or W_2 between the empirical laws of samples x (n, D) and y (m, D), by linear programming.

    Needs the optional package POT: ``pip install 'blurproof[transport]'``.

    Raises ValueError unless x and y are finite points of one dimension and order is 1 or 2.
    """
    x, y, order = _samples(x, y, order)
    try:
        import ot  # pyright: ignore[reportMissingImports]  optional: it may not be there
    except ImportError as missing:
        raise ImportError("sample_wasserstein needs POT: pip install 'blurproof[transport]'") from missing
    cost = np.linalg.norm(x[:, None] - y, axis=2) ** order
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
    if slices * (len(x) + len(y) + x.shape[1]) > MOST:
        valid.reject("slices", f"at most {MOST // (len(x) + len(y) + x.shape[1])} of so many points", slices)
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
