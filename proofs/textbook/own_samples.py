"""Generations of samples by enumeration of counts, for observed sides; `m` is an arithmetic.

Two modes; what is drawn from a pool of N with c of the first is binomial, and so the law of the counts goes on.
"""

from __future__ import annotations

from math import comb
from typing import Any

import numpy as np


def _drawn(m: Any, n: int, share: Any) -> list[Any]:
    """P(k of n draws are of the first mode), k = 0 ... n."""
    return [comb(n, k) * share**k * (1 - share) ** (n - k) for k in range(n + 1)]


def _generations(m: Any, w: Any, n: int, steps: int, pooled: bool) -> tuple[dict[int, Any], int]:
    """The law of the count of the first mode in the pool after so many batches, and the size of the pool."""
    w = m.number(w)
    law, size = dict(enumerate(_drawn(m, n, w))), n
    for _ in range(steps - 1):
        after: dict[int, Any] = {}
        for count, mass in law.items():
            for new, chance in enumerate(_drawn(m, n, m.number(count) / size)):
                total = count * pooled + new
                after[total] = after.get(total, 0) + mass * chance
        law, size = after, size + n if pooled else n
    return law, size


def _diversity(m: Any, w: Any, n: int, steps: int, pooled: bool) -> Any:
    law, size = _generations(m, w, n, steps, pooled)
    mean = sum(mass * 2 * m.number(count) * (size - count) / size**2 for count, mass in law.items())
    return mean / (2 * m.number(w) * (1 - m.number(w)))


def replaced(m: Any, w: Any, n: int, steps: int) -> Any:
    """E H over that of the data, each generation from the last one alone; and n, steps."""
    return _diversity(m, w, n, steps, pooled=False)


def pooled(m: Any, w: Any, n: int, steps: int) -> Any:
    """The same from all batches so far."""
    return _diversity(m, w, n, steps, pooled=True)


def histories(s: Any) -> Any:
    """w, n and generations."""
    return s.tuples(s.inside(0.02, 0.98), s.integers(2, 8), s.integers(1, 6))


def last_one(m: Any, w: Any, n: int) -> Any:
    """P(the first mode is the last one left), from the linear equations of its probability at every count."""
    rows = np.array([_drawn(m, n, m.number(count) / n) for count in range(n + 1)])
    inner = rows[1:n, 1:n]
    identity = np.array([[m.number(int(i == j)) for j in range(n - 1)] for i in range(n - 1)])
    chances = np.concatenate([[m.number(0)], m.solve(identity - inner, rows[1:n, n]), [m.number(1)]])
    return (np.array(_drawn(m, n, m.number(w))) * chances).sum()


def starts(s: Any) -> Any:
    """w and n."""
    return s.tuples(s.inside(0.02, 0.98), s.integers(2, 8))


def missing(m: Any, w: Any, n: int, steps: int) -> Any:
    """P(the first mode is in none of the batches)."""
    return _generations(m, w, n, steps, pooled=True)[0][0]


def _spread(m: Any, n: int, f: Any) -> Any:
    """E f(Y), Y of law χ² with n-1 degrees of freedom, Y = e^t."""
    k, peak = n - 1, m.log(m.number(n - 1))
    flat = lambda t: m.exp(m.number(k) / 2 * (t - peak) - (m.exp(t) - k) / 2)  # noqa: E731
    width = float(np.sqrt(2 / k))
    far = [-90 / k * part for part in (1, 0.7, 0.45, 0.25, 0.12)]
    near = [width * step for step in (-10, -7, -5, -3, -2, -1, 0, 0.5, 1, 1.5, 2, 2.5, 3, 5, 7, 10) if width * step < 6]
    edges = [peak + step for step in sorted({*far, *near})]
    return m.integrate(lambda t: f(m.exp(t), t) * flat(t), edges, panels=6) / m.integrate(flat, edges, panels=6)


def variance(m: Any, n: int) -> Any:
    """E σ̂²/σ², divisor n."""
    return _spread(m, n, lambda y, t: y) / n


def log_variance(m: Any, n: int) -> Any:
    """E ln σ̂²/σ²."""
    return _spread(m, n, lambda y, t: t) - m.log(m.number(n))
