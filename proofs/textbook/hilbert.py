"""Hilbert's curve from the bits of an index (Skilling 2004), for observed sides; `theory.hilbert` builds it by copies.

In the words of an arithmetic m (proofs.words.arithmetic); beside it the map of the line that carries N(0, 1) onto a law.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from scipy.special import ndtr, ndtri

from proofs.words import sp
from theory import GaussianMixture


def cells(order: int, index: Any) -> Any:
    """Column and row of the index-th cell: two bits a level, from the finest, turning what is inside (Skilling 2004)."""
    x, y, side = 0 * index, 0 * index, 1
    for _ in range(order):
        right = index // 2 & 1
        up = (index ^ right) & 1
        first, last = (up == 0) & (right == 0), (up == 0) & (right == 1)
        x, y = np.where(first, y, np.where(last, side - 1 - y, x)), np.where(first, x, np.where(last, side - 1 - x, y))
        x, y, side, index = x + side * right, y + side * up, 2 * side, index // 4
    return np.stack([x, y])


def half_steps(order: int, refinement: int) -> np.ndarray:
    """How many half steps of 2⁻ᵐ/f the curve of order m spends in each cell that it meets, of f·2^m a side, f odd."""
    centres = refinement * cells(order, np.arange(4**order)) + refinement // 2
    steps = np.repeat(np.diff(centres, axis=1) // refinement, refinement, axis=1)
    walk = np.cumsum(np.concatenate([centres[:, :1], steps], axis=1), axis=1)
    cell = walk[0] * refinement * 2**order + walk[1]
    visits = 2 * np.bincount(cell)
    visits[cell[[0, -1]]] -= 1
    return visits[visits > 0]


def curve(m: Any, t: Any, order: int) -> np.ndarray:
    """The curve at t, from cell centre to cell centre in equal times."""
    along = m.number(t) * (4**order - 1)
    step = min(int(along), 4**order - 2)
    here, there = ((2 * cells(order, np.array(j)) + 1) for j in (step, step + 1))
    numbers = [a + (along - step) * (b - a) for a, b in zip(here.tolist(), there.tolist(), strict=True)]
    return np.array([v / 2 ** (order + 1) for v in numbers])


def thirds(f: Any, p: Any, q: Any, r: Any) -> tuple[Any, int, Any]:
    """A share f of each third of the time on the curve of order 1, and its coordinates that move there, times p, q, r."""
    return (np.arange(3) + f) / 3, 1, np.array([[0, p], [q, 0], [0, r]])


def times(s: Any) -> Any:
    """A time and an order."""
    return s.tuples(s.reals(0.0, 1.0), s.integers(1, 6))


def points(s: Any) -> Any:
    """An order and a point of the square, on its edges and at its corners too."""
    coordinate = s.either(s.reals(0.0, 1.0), s.one_of((0.0, 1.0)))
    return s.tuples(s.integers(0, 4), coordinate, coordinate)


def from_the_nearest_cell(m: Any, order: int, x: Any, y: Any) -> Any:
    """The squared distance to the nearest cell's centre, from the point of the square that is next to (x, y)."""
    centres = (2 * cells(order, np.arange(4**order)) + 1) / m.number(2 ** (order + 1))
    return (((centres.T - np.array([min(max(v, 0), 1) for v in (x, y)])) ** 2).sum(1)).min()


def spans(s: Any) -> Any:
    """An order and two times, often on the same piece."""

    def build(drawn: Any) -> tuple[int, float, float]:
        order, a, b, same = drawn
        pieces = 4**order - 1
        j = min(int(a * pieces), pieces - 1)
        return order, (j + a) / pieces if same else a, (j + b) / pieces if same else b

    return s.tuples(s.integers(1, 5), s.reals(0.0, 1.0), s.reals(0.0, 1.0), s.one_of((True, False))).map(build)


def chord(m: Any, order: int, start: Any, end: Any) -> Any:
    """The squared distance of the curve at two times."""
    return ((curve(m, end, order) - curve(m, start, order)) ** 2).sum()


def laws(s: Any) -> Any:
    """Mixtures on the line, and z."""
    return s.tuples(s.mixtures(1, 4, spread=2.0, std=(0.4, 2.0)), s.reals(-7.0, 7.0))


def where_two_modes_meet(y: Any, s: Any, u: Any, w: Any, a: Any, c: Any) -> tuple[GaussianMixture, Any]:
    """Modes a and c deviations below y, and the z that is to be carried to y."""
    return GaussianMixture([w, 1 - w], [y - a * s, y - c * u], stds=[s, u]), ndtri(w * ndtr(a) + (1 - w) * ndtr(c))


def below(w: Any, a: Any, c: Any) -> Any:
    """F(y), in symbols."""
    return w * (1 - sp.erfc(a / sp.sqrt(2)) / 2) + (1 - w) * (1 - sp.erfc(c / sp.sqrt(2)) / 2)


def width_of_the_law(p: Any, z: float) -> float:
    """How far out the modes are, and how wide."""
    return float(np.abs(p.means).max() + p.stds.max())


def by_halvings(m: Any, p: Any, z: Any) -> np.ndarray:
    """Where F(y) = Φ(z), from the nearer tail; and Φ(z)."""
    side = -1 if z < 0 else 1
    tail = lambda y: sum(w * m.normal_cdf(side * (mean - y) / std) for w, mean, std in m.parts(p))  # noqa: E731
    y = m.root(lambda y: tail(y) - m.normal_cdf(-side * m.number(z)), -60, 60)
    return np.array([y, m.normal_cdf(m.number(z))])
