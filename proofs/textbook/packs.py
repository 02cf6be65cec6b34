"""Total variation of packs, all cells of all samples one by one; knows no closed form.

In the words of an arithmetic m (proofs.words.arithmetic), for the observed sides of `packing_sees_collapse`.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable
from typing import Any

import numpy as np

from proofs.words import sp


def untouched(t: Any, m: Any) -> Any:
    """P(no sample of m in a set of mass t) in symbols, to be worked out."""
    return sp.Product(1 - t, (sp.Symbol("k", integer=True), 1, m))


def more_heads(m: Any, low: Any, high: Any, least: int) -> Any:
    """Σ_{k ≥ least} [Bin(m, high) - Bin(m, low)](k) in symbols, to be worked out."""
    k = sp.Symbol("k", integer=True)
    law = lambda u: sp.binomial(m, k) * u**k * (1 - u) ** (m - k)  # noqa: E731
    return sp.Sum(law(high) - law(low), (k, least, m))


def over_packs(m: Any, p: Any, q: Any, size: int) -> Any:
    """½ Σ |P(pack) - Q(pack)| over all packs of `size` cells."""
    total = m.number(0)
    for pack in itertools.product(range(len(p)), repeat=size):
        a, b = m.number(1), m.number(1)
        for cell in pack:
            a, b = a * p[cell], b * q[cell]
        total += m.size(a - b)
    return total / 2


def laws(s: Any) -> Any:
    """P on cells, the first of which is missed, and the size of a pack."""
    return s.tuples(s.weights(2, 4), s.integers(1, 4))


def without_first(p: Any) -> Any:
    """P given the other cells."""
    return np.concatenate([0 * p[:1], p[1:] / p[1:].sum()])


def dropped(m: Any, p: Any, size: int) -> Any:
    """Against the law that misses the first cell."""
    return over_packs(m, p, without_first(p), size)


def halves(size: int) -> Callable[[Any, Any], Any]:
    """½ ± t on two cells against ½."""

    def of_halves(m: Any, t: Any) -> Any:
        half = m.number(1) / 2
        return over_packs(m, (half, half), (half + t, half - t), size)

    return of_halves


def laws_and_sizes(s: Any) -> Any:
    """Two laws on the same cells: at random, one that misses a cell, and coins, hardest ones among them; a size."""
    some = (
        s.integers(2, 4)
        .flatmap(lambda n: s.tuples(s.weights(n, n), s.weights(n, n)))
        .filter(lambda laws: np.abs(laws[0] - laws[1]).max() > 1e-3)
    )
    drop = s.weights(2, 4).map(lambda p: (p, without_first(p)))
    coins = s.inside(0.02, 0.9).map(lambda t: _coins((1 - t) / 2, t))
    return s.tuples(s.either(some, drop, coins), s.integers(2, 4)).map(lambda a: (*a[0], a[1]))


def _coins(a: Any, t: Any) -> tuple[Any, Any]:
    return np.array([a, 1 - a]), np.array([a + t, 1 - a - t])


def tau_and_size(p: Any, q: Any, size: int) -> tuple[float, int]:
    """TV of one sample, and the size."""
    return float(np.abs(p - q).sum() / 2), size


def two_laws(m: Any, p: Any, q: Any, size: int) -> Any:
    """TV of packs."""
    return over_packs(m, p, q, size)


def least_of_all_coins(m: Any, t: Any, size: int) -> Any:
    """Least on a grid, and between its neighbours: where two tails cross, by golden sections of their maximum."""
    choose = [math.comb(size, k) for k in range(size + 1)]
    law = lambda u, k: choose[k] * u**k * (1 - u) ** (size - k)  # noqa: E731

    def tv(a: Any) -> Any:
        return sum(m.size(law(a, k) - law(a + t, k)) for k in range(size + 1)) / 2

    grid = m.grid(0, 1 - t, 81)
    best = int(np.argmin([float(tv(a)) for a in grid]))
    return m.least(tv, grid[max(best - 1, 0)], grid[min(best + 1, 80)])[1]
