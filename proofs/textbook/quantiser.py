"""Quantisers of a mixture by brute force: the observed side of claims about them, apart from `theory.quantisation`.

m is an arithmetic (proofs.words.arithmetic). Integrals are quadratures over cells; the best cells are searched by slow steps
from many starts, and since the distortion is flat there, cuts good to 1e-5 give it to about 1e-9.
"""

from __future__ import annotations

from itertools import combinations, pairwise
from typing import Any

import numpy as np

from proofs.words.arithmetic import DOUBLE
from theory import GaussianMixture


def moments(m: Any, p: GaussianMixture, low: Any, high: Any) -> list[Any]:
    """∫p, ∫yp and ∫y²p over a cell."""
    edges = [low, *(t for t in m.line(p) if low < t < high), high]
    return [m.integrate(lambda y, k=k: m.pdf(p, y) * y**k, edges, panels=1) for k in range(3)]


def cells(m: Any, p: GaussianMixture, cuts: Any) -> list[Any]:
    """The moments of every cell between the cuts."""
    ends = m.line(p)
    return [moments(m, p, low, high) for low, high in pairwise([ends[0], *cuts, ends[-1]])]


def best_cuts(p: GaussianMixture, K: int) -> list[float]:
    """Borders of the best K cells: Lloyd's steps, on sums over a grid, from every choice of K-1 among ten."""
    y, step = np.linspace((p.means - 9 * p.stds).min(), (p.means + 9 * p.stds).max(), 2001, retstep=True)
    sums = np.cumsum([DOUBLE.pdf(p, y) * step * y**k for k in range(2)], axis=1)
    inner = np.linspace((p.means - 1.5 * p.stds).min(), (p.means + 1.5 * p.stds).max(), 10)
    cuts = np.array(list(combinations(inner, K - 1)), float)
    for steps in (25, 400):
        for _ in range(steps):
            levels, _ = _means(sums, y, step, cuts)
            cuts, before = (levels[:, 1:] + levels[:, :-1]) / 2, cuts
            if np.all(np.abs(cuts - before) < 1e-6):
                break
        cuts = cuts[[np.argmax(_means(sums, y, step, cuts)[1])]]
    return cuts[0].tolist()


def _means(sums: np.ndarray, y: np.ndarray, step: float, cuts: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """E[Y | cell] of every cell, and what the cells save of E Y²."""
    ends = np.pad(cuts, ((0, 0), (1, 1)), constant_values=(y[0], y[-1]))
    mass, first = np.diff([np.interp(ends, y + step / 2, row) for row in sums], axis=2)
    levels = first / np.maximum(mass, 1e-300)
    return levels, (levels * first).sum(1)


def least(m: Any, p: GaussianMixture, K: int) -> Any:
    """The distortion of the best K cells, by quadrature."""
    return sum(second - first**2 / mass for mass, first, second in cells(m, p, best_cuts(p, K)))


# --- observed sides -----------------------------------------------------------------------------------------------------


def of_random_levels(m: Any, levels: Any) -> Any:
    """Where Lloyd's steps for a constant density on [0, 1] lead: E(Y-level)²."""
    levels, ends = np.sort(levels), [m.number(0), m.number(1)]
    for _ in range(100):
        cuts = np.array([ends[0], *(levels[1:] + levels[:-1]) / 2, ends[1]])
        levels = (cuts[1:] + cuts[:-1]) / 2
    return (np.diff(cuts) ** 3).sum() / 12


def random_levels(s: Any) -> Any:
    """Up to four."""
    return s.vectors(s.inside(0.0, 1.0), 1, 4)


def half_a_parabola(m: Any, mean: Any, s: Any) -> tuple[Any, Any, Any]:
    """The least of E[(Y-c)² | Y > mean], a parabola in c; then mean and deviation."""
    risk = lambda c: m.integrate(lambda y: 2 * m.normal(y) * (y - c) ** 2, [0, 1, 2, 4, 7, 12, 39])  # noqa: E731
    return s**2 * risk(m.vertex(risk, m.number(1), 0.5)), mean, s


def gaussians(s: Any) -> Any:
    """Mean and deviation."""
    return s.tuples(s.reals(-3.0, 3.0), s.scales(0.05, 20.0))


def by_trapezoids(m: Any, p: GaussianMixture, K: int) -> Any:
    """(∫p^{1/3})³/12K² by steps that see where one component takes over: πs²/gap from singularities of p^{1/3}."""
    low, high = float((p.means - 15 * p.stds).min()), float((p.means + 15 * p.stds).max())
    count = int((high - low) * (np.ptp(p.means) + 4.5) / p.stds.min() ** 2 * 2)
    step = (high - low) / (count - 1)
    return ((m.pdf(p, m.grid(low, high, count)) ** (m.number(1) / 3)).sum() * step) ** 3 / (12 * K**2)


def smooth_laws(s: Any) -> Any:
    """A mixture and a number of levels."""
    return s.tuples(s.mixtures(1, 3, spread=3, std=(0.5, 1.5)), s.integers(1, 64))


def by_companding(m: Any, p: GaussianMixture, K: int) -> Any:
    """What K levels of density ∝ p^{1/3} leave."""
    y = np.linspace((p.means - 15 * p.stds).min(), (p.means + 15 * p.stds).max(), 8001)
    grown = np.cumsum(DOUBLE.pdf(p, y) ** (1 / 3))
    at = np.interp(np.arange(2 * K + 1) / (2 * K), grown / grown[-1], y)
    level = lambda t: at[1::2][np.searchsorted(at[::2], t.astype(float)) - 1]  # noqa: E731
    return m.integrate(lambda t: m.pdf(p, t) * (t - level(t)) ** 2, at[::2], panels=1)


def many_levels(s: Any) -> Any:
    """A mixture and more than 200 levels."""
    return s.tuples(s.mixtures(1, 2, spread=1.5, std=(0.5, 1.5)), s.integers(200, 300))


def mean_of_cell(m: Any, p: GaussianMixture, low: Any, high: Any) -> Any:
    """E[Y | low < Y < high]."""
    mass, first, _ = moments(m, p, low, high)
    return first / mass


def some_cells(s: Any) -> Any:
    """A mixture and the ends of a cell."""
    return s.tuples(s.mixtures(1, 3, std=(0.4, 2.0)), s.reals(-3.0, 0.0), s.reals(0.5, 4.0))


def laws(s: Any) -> Any:
    """A mixture and up to three levels."""
    return s.tuples(s.mixtures(1, 3, std=(0.4, 1.5)), s.integers(1, 3))


def a_level_a_mode(m: Any, p: GaussianMixture) -> Any:
    """The distortion of the best cells, as many as modes."""
    return least(m, p, len(p))


def near_and_far(s: Any) -> Any:
    """Modes next to each other, and 60 deviations apart."""
    far = s.tuples(s.weights(2, 2), s.reals(-5.0, 5.0), s.scales(0.3, 1.0), s.scales(0.3, 1.0), s.reals(60.0, 90.0))
    apart = far.map(lambda g: GaussianMixture(g[0], [g[1], g[1] + g[4]], stds=[g[2], g[3]]))
    return s.either(s.mixtures(1, 3, std=(0.4, 1.5)), apart)


def entropy_of_cell(m: Any, p: GaussianMixture, low: Any, high: Any) -> tuple[Any, Any]:
    """Mass of a cell, and -∫ r ln r over it, r the density of Y given the cell."""
    edges = [low, *(t for t in m.line(p) if low < t < high), high]
    mass = m.integrate(lambda y: m.pdf(p, y), edges, panels=1)
    return mass, -m.integrate(lambda y: m.pdf(p, y) * (m.logpdf(p, y) - m.log(mass)), edges, panels=1) / mass


def information(m: Any, p: GaussianMixture, levels: Any) -> Any:
    """I(x; z) = h(x) - Σ P(z) h(x|z), z the level nearest to x."""
    ends, cuts = m.line(p), (levels[1:] + levels[:-1]) / 2
    within = [entropy_of_cell(m, p, low, high) for low, high in pairwise([ends[0], *cuts, ends[-1]])]
    return entropy_of_cell(m, p, ends[0], ends[-1])[1] - sum(mass * entropy for mass, entropy in within)


def codebooks(s: Any) -> Any:
    """A law and levels, half a deviation apart and a little more or less."""
    drawn = s.tuples(s.mixtures(1, 3, std=(0.4, 1.5)), s.vectors(s.reals(-0.2, 0.2), 2, 4), s.reals(-1.0, 0.0))
    return drawn.map(lambda g: (g[0], g[0].mean + g[0].std * (g[1] + g[2] + np.arange(len(g[1])) / 2)))
