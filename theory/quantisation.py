"""Scalar quantisation: replacing Y by the nearest of K levels, and what it leaves.

A quantiser is deterministic: given x, the code is known (H(z|x) = 0), so what it loses is averaging within
cells, not noise. At an optimum (Lloyd-Max) thresholds lie halfway between levels and every level is the
mean of its cell; the second condition is `Quantiser.stationarity`. Known values, K levels:

    uniform on [0, 1]    1/(12K²)
    N(0, σ²), K = 2      (1 - 2/π) σ², levels ±√(2/π) σ
    any density, K → ∞   (∫ p^{1/3})³ / (12K²)     (Panter & Dite 1951); for N(0, σ²): (√3 π/2) σ²/K²

With as many levels as modes, levels at the mode means leave at most the within-mode variance Σ_k w_k s_k².

Partial moments of a Gaussian are closed forms. For N(m, s²) on (a, b), α = (a-m)/s, β = (b-m)/s, δ = (m-c)/s:

    mass Φ(β)-Φ(α),    ∫(x-c) p = s[φ(α)-φ(β) + δ·mass],
    ∫(x-c)² p = s²[(1+δ²)·mass + 2δ(φ(α)-φ(β)) + αφ(α)-βφ(β)]
"""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float
from scipy.special import ndtr

from theory.mixture import GaussianMixture
from theory.validation.inputs import Array, array, integer, numbers, reject
from theory.validation.laws import on_line
from theory.validation.shapes import Vector
from theory.validation.unchanging import Unchanging

LLOYD_STEPS, NEWTON_STEPS = 40, 20
MOST_THRESHOLDS = 4800
"""Five tables of their squares are kept at a time: 1 GB."""


@dataclass(frozen=True)
class Quantiser(Unchanging):
    """Levels (K,) in order, thresholds (K-1,) between them, cell masses (K,), E(Y-level)², and
    `stationarity`: the largest distance of a level from the mean of its cell, in standard deviations of Y.
    """

    levels: Float[Array, " K"]
    thresholds: Float[Array, " K-1"]
    masses: Float[Array, " K"]
    distortion: float
    stationarity: float


def uniform_distortion(levels: int) -> float:
    """1/(12K²): the least E(Y-level)² for Y uniform on [0, 1] and K = `levels`, at cell centres.

    Raises ValueError unless levels is an integer ≥ 1.
    """
    return 1 / (12 * integer("levels", levels, 1) ** 2)


def panter_dite(p: GaussianMixture, levels: int) -> float:
    """(∫ p^{1/3})³/(12K²): what the least distortion tends to as K = `levels` grows.

    The integral by Gauss-Legendre over panels one component deviation wide, out to 21 of them (e⁻⁷³).

    Raises ValueError unless p is a mixture on the line and levels is an integer ≥ 1.
    """
    edges = np.unique(on_line("p", p).means[:, None] + p.stds[:, None] * np.arange(-21, 22))
    nodes, weights = np.polynomial.legendre.leggauss(20)
    half = np.diff(edges)[:, None] / 2
    x = edges[:-1, None] + half * (1 + nodes)
    cube_root_mass = np.sum(half * weights * np.exp(p.logpdf(x) / 3))
    return float(cube_root_mass**3 / (12 * integer("levels", levels, 1) ** 2))


def partial_moments(
    p: GaussianMixture, edges: Vector, c: Vector
) -> tuple[Float[Array, " n"], Float[Array, " n"], Float[Array, " n"]]:
    """Mass, ∫(x-c)p and ∫(x-c)²p between neighbouring edges (n+1,), ±∞ allowed, about centres c (n,).

    Raises ValueError unless p is a mixture on the line, c a finite vector, and edges are n+1 numbers that do not fall.
    """
    edges, c = numbers("edges", edges, within=np.inf), array("c", c, ndim=1, within=1e150)
    if edges.ndim != 1 or len(edges) != len(c) + 1 or not (edges[:-1] <= edges[1:]).all():
        reject("edges", f"{len(c) + 1} increasing numbers", edges)
    with np.errstate(over="ignore"):
        z = (edges[:, None] - on_line("p", p).means) / p.stds
    density = np.exp(-(np.clip(z, -40, 40) ** 2) / 2) / np.sqrt(2 * np.pi)  # 0 beyond 39, whatever z² may be
    weighted = np.where(np.isfinite(z), z, 0) * density
    lower, upper = z[:-1], z[1:]
    # right of the mode, the difference of upper tails keeps the digits
    mass = np.where(lower > 0, ndtr(-lower) - ndtr(-upper), ndtr(upper) - ndtr(lower))
    d, drop = (p.means - c[:, None]) / p.stds, density[:-1] - density[1:]
    first = drop + d * mass
    second = (1 + d**2) * mass + 2 * d * drop + weighted[:-1] - weighted[1:]
    return mass @ p.weights, first @ (p.weights * p.stds), second @ (p.weights * p.stds**2)


def quantise(p: GaussianMixture, levels: Vector) -> Quantiser:
    """The quantiser with given distinct levels, thresholds halfway between them, and what it leaves.

    Raises ValueError unless p is a mixture on the line and levels is a vector of distinct numbers.
    """
    c = np.unique(array("levels", levels, ndim=1))
    if len(c) != np.size(levels):
        reject("levels", "distinct numbers", levels)
    mass, first, second = _cells(on_line("p", p), c)
    # a cell beyond the reach of floats has no mean to miss
    offsets = np.divide(first, mass, out=np.zeros_like(c), where=mass > 0)
    worst = float(np.abs(offsets).max() / p.std)
    return Quantiser(c, (c[1:] + c[:-1]) / 2, mass, float(second.sum()), worst)


def lloyd_max(p: GaussianMixture, levels: int) -> Quantiser:
    """The quantiser of least distortion with K = `levels` levels (Lloyd 1982, Max 1960).

    Globally best among thresholds on a grid (dynamic programming over some 50 points a component); then
    Lloyd's steps to the cell means, which always descend, bring it near, and Newton on the same condition
    to all digits. The Hessian of half the distortion is diag(mass) less, for each threshold b between
    levels c and c', p(b)(c'-c)/4 on all four entries of the pair.

    Raises ValueError unless p is a mixture on the line and levels is an integer ≥ 1.
    """
    mean, std = float(np.asarray(on_line("p", p).mean)), float(np.asarray(p.std))
    levels = integer("levels", levels, 1, MOST_THRESHOLDS // 4)
    if len(p) * _a_component(levels) > MOST_THRESHOLDS:
        reject("levels", f"at most {MOST_THRESHOLDS:,} thresholds for them all, some 50 a component", levels)
    unit = GaussianMixture(p.weights, (p.means - mean) / std, stds=p.stds / std)
    c = _best_on_grid(unit, levels)
    for _ in range(LLOYD_STEPS):
        mass, first, _ = _cells(unit, c)
        c = c + first / mass
    for _ in range(NEWTON_STEPS):
        mass, first, _ = _cells(unit, c)
        shared = unit.pdf((c[1:] + c[:-1]) / 2) * np.diff(c) / 4
        hessian = np.diag(mass) - np.diag(shared, 1) - np.diag(shared, -1)
        hessian -= np.diag(np.append(shared, 0) + np.append(0, shared))
        move = np.linalg.solve(hessian, first)
        c = np.sort(c + move)
        if np.abs(move).max() <= 1e-9:  # the next move would be of the order of its square
            return quantise(p, mean + std * c)
    raise RuntimeError(f"lloyd_max: Newton did not settle with {levels} levels on {p!r}")


def _cells(p: GaussianMixture, c: Array) -> tuple[Array, Array, Array]:
    """Mass, ∫(x-c)p and ∫(x-c)²p over the cell of each level, shape (K,)."""
    return partial_moments(p, np.concatenate([[-np.inf], (c[1:] + c[:-1]) / 2, [np.inf]]), c)


def _a_component(levels: int) -> int:
    return max(49, 4 * levels + 1)


def _best_on_grid(p: GaussianMixture, levels: int) -> Array:
    """Cell means of the best partition with thresholds on a grid around the components; EY = 0."""
    reach = np.linspace(-6, 6, _a_component(levels))
    grid = np.unique(p.means[:, None] + p.stds[:, None] * reach)
    edges, centre = np.concatenate([[-np.inf], grid, [np.inf]]), np.zeros(len(grid) + 1)
    mass, first, second = (np.append(0, np.cumsum(m)) for m in partial_moments(p, edges, centre))
    weight, x, xx = (m[None, :] - m[:, None] for m in (mass, first, second))
    cost = xx - x**2 / np.where(weight > 0, weight, np.inf)
    cost[np.tril_indices(len(cost))] = np.inf
    best, back = cost[0], []
    for _ in range(levels - 1):
        total = best[:, None] + cost
        back.append(np.argmin(total, axis=0))
        best = np.min(total, axis=0)
    cuts = [len(cost) - 1]
    for previous in reversed(back):
        cuts.append(int(previous[cuts[-1]]))
    cuts = np.array([0, *reversed(cuts)])
    return np.diff(first[cuts]) / np.diff(mass[cuts])
