"""Pairs of noise and data by the definition: tables, quadrature, the law of an order statistic.

In the words of an arithmetic m (proofs.words.arithmetic), for the observed sides of `pairing_averages_not_the_loss`; knows no
law of a sorted partner but that of the k-th of B draws.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from theory import GaussianMixture


def tables(s: Any) -> Any:
    """A joint table of two or three starts and two to four ends, the ends on the line or in the plane, and how far off
    the mean of its ends each start's output is, not at all in every other."""

    def build(drawn: tuple[int, int, int, int]) -> tuple[Any, ...]:
        rows, columns, dim, seed = drawn
        rng = np.random.default_rng(seed)  # one draw, since dozens of numbers would be dear to draw singly
        table = rng.uniform(0.02, 1.0, (rows, columns))
        outputs = rng.uniform(-3.0, 3.0, (columns, dim))
        off = rng.normal(0.0, 1.0, (rows, dim)) * (seed % 2)
        return table / table.sum(), outputs[:, 0] if dim == 1 else outputs, off

    return s.tuples(s.integers(2, 3), s.integers(2, 4), s.integers(1, 2), s.steps(2**31)).map(build)


def risk(m: Any, table: Any, ends: Any, off: Any) -> Any:
    """Σ P(i, j) |y_j - f_i|², f_i off the mean of its row by that much."""
    y = np.asarray(ends).reshape(len(ends), -1)
    total = m.number(0)
    for row, by in zip(table, off, strict=True):
        row = [m.number(v) for v in row]
        f = sum(p * end for p, end in zip(row, y, strict=True)) / sum(row) + by
        total += sum(p * ((end - f) ** 2).sum() for p, end in zip(row, y, strict=True))
    return total


def correlated(s: Any) -> Any:
    """Deviation and correlation of Gaussian pairs, and how far off the best a slope is."""
    off = s.either(s.one_of((0.0,)), s.reals(-2.0, 2.0))
    return s.tuples(s.scales(0.1, 10.0), s.inside(0.0, 1.0), off)


def gaussian_risk(m: Any, std: Any, rho: Any, slope: Any) -> Any:
    """E(X₁ - slope X₀)² over X₀ and an independent Z, X₁ = s(ρX₀ + √(1-ρ²) Z), slope that times s off the best."""
    one = GaussianMixture([1.0], [0.0], stds=[1.0])
    rest, slope = m.sqrt(1 - rho**2), rho + slope

    def given(x: Any) -> Any:
        return sum(((rho - slope) * x + sign * rest) ** 2 for sign in (-1, 1)) / 2  # Z = ±1 has the moments of N(0, 1)

    return std**2 * m.expect(one, given)


def batches(s: Any) -> Any:
    """A start in (0, 1) and one to fourteen draws."""
    return s.tuples(s.inside(0.0, 1.0), s.integers(1, 14))


def partner(m: Any, x: Any, size: int, power: int) -> Any:
    """E X₁^power given x: the k-th of B draws with probability C(B-1, k-1) x^{k-1} (1-x)^{B-k}, by its density."""

    def density(y: Any) -> Any:
        terms = (
            math.comb(size - 1, k) * x**k * (1 - x) ** (size - 1 - k)
            * size * math.comb(size - 1, k) * y**k * (1 - y) ** (size - 1 - k)
            for k in range(size)
        )  # fmt: skip
        return sum(terms)

    return m.integrate(lambda y: y**power * density(y), [m.number(0), m.number(1)], panels=1)


def partner_mean(m: Any, x: Any, size: int) -> Any:
    """E[X₁ | X₀ = x]."""
    return partner(m, x, size, 1)


def widths_and_sizes(s: Any) -> Any:
    """The width of the data, and one to ten draws."""
    return s.tuples(s.scales(0.1, 10.0), s.integers(1, 10))


def partner_spread(m: Any, width: Any, size: int) -> Any:
    """The width squared times E X₁² - E(E[X₁|X₀])², both over x by quadrature."""

    def at(x: Any) -> Any:
        one = lambda u: partner(m, u, size, 2) - partner(m, u, size, 1) ** 2  # noqa: E731
        return np.array([one(u) for u in np.ravel(x)]).reshape(np.shape(x))

    return width**2 * m.integrate(at, [m.number(0), m.number(1)], panels=1)


def independent(s: Any) -> Any:
    """Shares of two or three starts, shares of the ends, and the ends."""
    return tables(s).map(lambda drawn: (drawn[0].sum(axis=1), drawn[0].sum(axis=0), drawn[1]))


def spread_of_ends(m: Any, _starts: Any, shares: Any, ends: Any) -> Any:
    """½ Σ q_i q_j |y_i - y_j|²: the variance of X₁, without its mean."""
    y, q = np.asarray(ends).reshape(len(ends), -1), [m.number(v) for v in shares]
    return sum(a * b * ((x - z) ** 2).sum() for a, x in zip(q, y, strict=True) for b, z in zip(q, y, strict=True)) / 2
