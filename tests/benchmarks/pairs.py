"""KL of a thousand random pairs of mixtures on the line, against quad told where the means are.

quad knows one thread only, so ours is timed on one, too, and besides on all cores.
"""

from unittest.mock import patch

import numpy as np
from scipy.integrate import quad

from tests.benchmarks._race import race, row
from theory import GaussianMixture, divergence
from theory.divergence import kl

PAIRS, REACH = 1000, 12  # REACH: standard deviations of p beyond which nothing is left of it


def measure():
    rng = np.random.default_rng(0)
    ps, qs = ([random_mixture(rng) for _ in range(PAIRS)] for _ in range(2))
    for found, p, q in zip(kl.many(ps, qs), ps, qs, strict=True):
        expected, error = by_quad(p, q)
        assert abs(found.value - expected) <= 2 * (error + found.error) + 1e-7 * expected, (p, q)
    rows = []
    for name, threads in (("one thread", 1), ("all cores", divergence.THREADS)):
        with patch.object(divergence, "THREADS", threads):
            ours, peer = race(lambda: kl.many(ps, qs), lambda: [by_quad(p, q) for p, q in zip(ps, qs, strict=True)])
        rows.append(row(f"KL of {PAIRS} pairs in 1D, {name}", ours, "quad", peer, "20x", "100x"))
    return rows


def random_mixture(rng):
    """1-4 components, means 5·N(0,1), log-scales ½·N(0,1)."""
    n = int(rng.integers(1, 5))
    return GaussianMixture(
        rng.dirichlet(np.ones(n)), 5 * rng.standard_normal(n), stds=np.exp(0.5 * rng.standard_normal(n))
    )


def by_quad(p, q):
    """∫ p ln(p/q) and quad's error, with breakpoints at the means of p."""
    logs = [
        (np.log(m.weights / (m.stds * np.sqrt(2 * np.pi))).tolist(), m.means.tolist(), m.stds.tolist()) for m in (p, q)
    ]

    def log_density(side, x):
        e = [c - 0.5 * ((x - m) / s) ** 2 for c, m, s in zip(*side, strict=True)]
        top = max(e)
        return top + np.log(sum(np.exp(t - top) for t in e))

    def f(x):
        lp = log_density(logs[0], x)
        return np.exp(lp) * (lp - log_density(logs[1], x))

    low, high = (p.means - REACH * p.stds).min(), (p.means + REACH * p.stds).max()
    return quad(f, low, high, points=np.sort(p.means), limit=200)
