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
