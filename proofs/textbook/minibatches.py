"""Distances between batches from their definitions, batch by batch, for observed sides; `m` is an arithmetic."""

from __future__ import annotations

from collections import Counter
from functools import cache
from itertools import combinations_with_replacement, product
from math import comb, factorial
from typing import Any

import numpy as np

# --- two points -----------------------------------------------------------------------------------------------------------


def _ways(n: int) -> Any:
    """k = 0 ... n, and in how many ways k of n are chosen."""
    k = np.arange(n + 1)
    return k, np.array([comb(n, int(j)) for j in k], dtype=object)


def _counts(m: Any, n: int, p: Any) -> Any:
    """P(k of n), k = 0 ... n."""
    k, ways = _ways(n)
    return m.table(ways) * p**k * (1 - p) ** (n - k)


def _apart(m: Any, n: int, w: Any) -> Any:
    """E|K - j|/n, j = 0 ... n."""
    k = np.arange(n + 1)
    return np.abs(k[:, None] - k) @ _counts(m, n, m.number(w)) / n


def _slope(m: Any, n: int, apart: Any, theta: Any) -> Any:
    """d/dθ Σ P(J = j) E|K - j|/n: every power of θ and of 1-θ differentiated."""
    k, ways = _ways(n)
    rise = k * theta ** np.maximum(k - 1, 0) * (1 - theta) ** (n - k)
    fall = (n - k) * theta**k * (1 - theta) ** np.maximum(n - k - 1, 0)
    return (m.table(ways) * (rise - fall) * (apart - apart[0])).sum()


def expected(m: Any, w: Any, theta: Any, n: int, d: Any) -> Any:
    """E W_1 between batches of n."""
    return m.number(d) * (_counts(m, n, m.number(theta)) * _apart(m, n, w)).sum()


def two_points(s: Any) -> Any:
    """w, θ, B and d."""
    return s.tuples(s.scales(1e-3, 0.99), s.scales(1e-6, 0.99), s.integers(1, 12), s.scales(0.01, 100.0))


def slope_at_zero(m: Any, w: Any, n: int, d: Any) -> Any:
    """Of E W_1 in θ."""
    return m.number(d) * _slope(m, n, _apart(m, n, w), m.number(0))


def weights_and_sizes(s: Any) -> Any:
    """w, B and d."""
    return s.tuples(s.scales(1e-3, 0.99), s.integers(1, 12), s.scales(0.01, 100.0))


def slope_at_own(m: Any, w: Any, n: int, d: Any) -> Any:
    """The same where θ = w."""
    return m.number(d) * _slope(m, n, _apart(m, n, w), m.number(w))


def minorities(s: Any) -> Any:
    """w < ½, B and d."""
    return s.tuples(s.scales(1e-3, 0.49), s.integers(1, 12), s.scales(0.01, 100.0))


def best_share(m: Any, w: Any, n: int) -> Any:
    """Where the slope is 0."""
    apart = _apart(m, n, w)
    return m.root(lambda theta: _slope(m, n, apart, theta), 0, m.number(w))


def kept(s: Any) -> Any:
    """w from some way above 1 - 2^{-1/B} on, and B."""

    def build(drawn: Any) -> Any:
        n, part = drawn
        least = 1 - 0.5 ** (1 / n)
        return least + (0.499 - least) * part, n

    return s.tuples(s.integers(2, 16), s.inside(0.05, 0.99)).map(build)


def just_dropped(m: Any, n: int) -> Any:
    """The weight at which the slope at θ = 0 is 0."""
    return m.root(lambda w: _slope(m, n, _apart(m, n, w), m.number(0)), 1e-6, 0.75)


# --- any law on the line --------------------------------------------------------------------------------------------------


def _batches(m: Any, weights: Any, n: int) -> list[tuple[tuple[int, ...], Any]]:
    """Every batch of n, sorted, and its probability."""
    found = []
    for batch in combinations_with_replacement(range(len(weights)), n):
        chance = m.number(factorial(n))
        for place, times in Counter(batch).items():
            chance = chance * weights[place] ** times / factorial(times)
        found.append((batch, chance))
    return found


def _flat(m: Any, w: Any, n: int) -> Any:
    """The θ of [0, 1] from which on E W_1 does not fall."""
    apart = _apart(m, n, w)
    if _slope(m, n, apart, m.number(0)) >= 0:
        return m.number(0)
    if _slope(m, n, apart, m.number(1)) <= 0:
        return m.number(1)
    return m.root(lambda theta: _slope(m, n, apart, theta), 0, 1)


def on_line(m: Any, weights: Any, places: Any, n: int, other: Any) -> Any:
    """E of the mean distance of sorted batches of p and q; q is `other`, or the one for which the slope is 0 gap by gap."""
    p, x = m.table(weights), m.table(places)
    if other is None:
        below = [_flat(m, u, n) for u in np.cumsum(p)[:-1]]
        q = np.diff(np.array([m.number(0), *below, m.number(1)]))
    else:
        q = m.table(other)
    far = lambda one, two: sum(abs(x[i] - x[j]) for i, j in zip(one, two, strict=True)) / n  # noqa: E731
    return sum(a * b * far(one, two) for one, a in _batches(m, p, n) for two, b in _batches(m, q, n))


def lines(s: Any) -> Any:
    """Up to four points, unevenly spaced and in order, batches of up to three, and a law for q: in half of them the best."""

    def build(drawn: Any) -> Any:
        seed, points, n, best = drawn
        rng = np.random.default_rng(seed)
        places = np.cumsum(rng.exponential(size=points)) - 1
        other = rng.dirichlet(np.ones(points))
        return rng.dirichlet(np.ones(points)), places, n, None if best else other

    return s.tuples(s.steps(2**31), s.integers(2, 4), s.integers(1, 3), s.steps(2)).map(build)


# --- the energy distance --------------------------------------------------------------------------------------------------


@cache
def _unlike(n: int) -> tuple[Any, Any]:
    """Pairs of unlike points across two batches and within both, by how many of either are at the second, (n+1, n+1) each."""
    batches = [[0] * (n - k) + [1] * k for k in range(n + 1)]
    pairs = np.array([[sum(a != b for a, b in product(x, y)) for y in batches] for x in batches])
    within = np.diag(pairs)
    return pairs, within[:, None] + within


def _energy(m: Any, w: Any, theta: Any, n: int, d: Any, pairs: int) -> Any:
    """The mean of twice the mean |x_i-y_j| less the sums of |x_i-x_j| and |y_i-y_j| over all i and j, divided by `pairs`."""
    across, within = _unlike(n)
    found = _counts(m, n, m.number(w)) @ (2 * m.table(across) / n**2 - m.table(within) / pairs)
    return m.number(d) * (found * _counts(m, n, m.number(theta))).sum()


def unbiased(m: Any, w: Any, theta: Any, n: int, d: Any) -> Any:
    """The mean of the U-statistic; and w, θ, d."""
    return _energy(m, w, theta, n, d, n * (n - 1))


def energies(s: Any) -> Any:
    """w, θ, B ≥ 2 and d."""
    return s.tuples(s.inside(0.02, 0.98), s.inside(0.0, 1.0), s.integers(2, 8), s.scales(0.01, 100.0))


def biased_best(m: Any, n: int, w: Any) -> Any:
    """The θ at which the mean of the V-statistic is least: a parabola."""
    return m.vertex(lambda theta: _energy(m, w, theta[0], n, 1, n * n), [m.number(w)], 0.25)[0]


def weights_and_pairs(s: Any) -> Any:
    """B ≥ 2 and w from 1/2B to ½."""

    def build(drawn: Any) -> Any:
        n, part = drawn
        return n, 0.5 / n + (0.5 - 0.5 / n) * part

    return s.tuples(s.integers(2, 8), s.inside(0.01, 0.99)).map(build)
