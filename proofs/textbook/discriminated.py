"""Total variations by quadrature between sign changes, and the best of all rules on histograms; knows no bound.

Written in the words of an arithmetic m (proofs.words.arithmetic), for the observed sides of `mean_is_caught`. s = 1.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from theory import GaussianMixture

Law = GaussianMixture


def one(at: float) -> Law:
    """One mode."""
    return GaussianMixture([1.0], [at], stds=[1.0])


def pair(r: float) -> Law:
    """Two modes at ±r."""
    return GaussianMixture([0.5, 0.5], [-r, r], stds=[1.0, 1.0])


def total_variation(m: Any, p: Law, q: Law, cuts: Any) -> Any:
    """½∫|p-q|, cut where p - q changes its sign."""
    edges = sorted({*map(float, m.line(p, q)), *cuts}, key=float)
    return m.integrate(lambda x: m.size(m.pdf(p, x) - m.pdf(q, x)), edges, 1) / 2


def histograms(s: Any) -> Any:
    """Two histograms of as many cells."""
    return s.integers(2, 6).flatmap(lambda n: s.tuples(s.weights(n, n), s.weights(n, n)))


def half_the_distance(p: Any, q: Any) -> float:
    """½ Σ|p-q|."""
    return float(np.abs(p - q).sum() / 2)


def best_of_all_rules(m: Any, p: Any, q: Any) -> Any:
    """The accuracy of the best rule: each of the cells is called real or fake."""
    n = len(p)
    return max(sum((p[k] if rule >> k & 1 else q[k]) for k in range(n)) for rule in range(2**n)) / m.number(2)


def separations(s: Any) -> Any:
    """r."""
    return s.scales(0.3, 14.0)


def close(s: Any) -> Any:
    """r of modes that overlap, down to 0.005."""
    return s.scales(0.005, 3.0)


def from_average(m: Any, r: Any) -> Any:
    """TV(pair, N(0, 1)); p = q where cosh(ru) = e^{r²/2}."""
    cut = m.root(lambda u: m.log((m.exp(r * (u - r / 2)) + m.exp(-r * (u + r / 2))) / 2), 0, 3 + r)
    return total_variation(m, pair(float(r)), one(0.0), (-cut, cut))


def from_one_mode(m: Any, r: Any) -> Any:
    """TV(pair, one of its modes)."""
    return total_variation(m, pair(float(r)), one(float(r)), (0.0,))


def kept_and_dropped(s: Any) -> Any:
    """How many modes are kept, how many are not."""
    return s.tuples(s.integers(1, 12), s.integers(0, 13))


def far_modes(m: Any, kept: int, dropped: int) -> Any:
    """½∫|p-q| for modes 40 deviations apart, mode by mode."""
    places = [40.0 * k for k in range(kept + dropped)]
    p = GaussianMixture(np.full(len(places), 1 / len(places)), places, stds=np.ones(len(places)))
    q = GaussianMixture(np.full(kept, 1 / kept), places[:kept], stds=np.ones(kept))
    near = lambda law, x, c: sum(w * m.normal(x, mean) for w, mean, _ in m.parts(law) if float(mean) == c)  # noqa: E731
    parts = (m.integrate(lambda x, c=c: m.size(near(p, x, c) - near(q, x, c)), [c - 12, c, c + 12], 4) for c in places)
    return sum(parts) / 2
