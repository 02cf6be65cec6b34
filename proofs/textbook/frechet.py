"""Moments, polynomial kernels, sample deviations and scores from their definitions, for observed sides; `m` is an arithmetic."""

from __future__ import annotations

import itertools
from typing import Any

import numpy as np

from proofs.words import expectation, sp
from theory import GaussianMixture, ring


def laws(s: Any) -> Any:
    """Two mixtures on the line."""
    return s.tuples(s.mixtures(1, 4), s.mixtures(1, 4))


def coupled(m: Any, p: Any, q: Any) -> Any:
    """E|X - Y|² of the Gaussians of the same mean and variance, both quantiles at the same level."""
    line = GaussianMixture([1.0], [0.0], stds=[1.0])
    sides = []
    for law in (p, q):
        mean = m.expect(law, lambda x: x)
        sides.append((mean, m.sqrt(m.expect(law, lambda x, mean=mean: (x - mean) ** 2))))
    (a, s), (b, t) = sides
    return m.expect(line, lambda z: (a + s * z - b - t * z) ** 2)


def size(p: Any, q: Any) -> float:
    """What the terms of a squared distance may come to."""
    return float(sum(law.mean**2 + law.std**2 for law in (p, q)))


def rings(s: Any) -> Any:
    """m, both radii (one and the same in a third of the instances) and the spread of a mode."""
    radii = s.tuples(s.scales(0.5, 3.0), s.scales(0.5, 3.0), s.steps(3)).map(lambda d: d[:2] if d[2] else (d[0], d[0]))
    return s.tuples(s.integers(3, 8), radii, s.scales(0.02, 0.5)).map(lambda d: (d[0], *d[1], d[2]))


def both(m: int, R: float, rho: float, s: float) -> tuple[Any, Any]:
    """2m modes on one ring, and every second of them on another."""
    return ring(2 * m, R, s), ring(m, rho, s)


def _points(m: Any, count: int, radius: Any, std: Any) -> Any:
    """(x, y) of equally likely points with the moments of a ring up to the third: every mode, ±std along both axes."""
    return [
        (radius * m.cos(2 * m.pi * k / count) + a * std, radius * m.sin(2 * m.pi * k / count) + b * std)
        for k in range(count)
        for a, b in itertools.product((-1, 1), repeat=2)
    ]


def widths(m: Any, count: int, R: Any, rho: Any, s: Any) -> Any:
    """2 (deviation - deviation)², each along one axis, of points in place of the rings."""
    sides = [_points(m, n, m.number(radius), m.number(s)) for n, radius in ((2 * count, R), (count, rho))]
    a, b = (m.sqrt(sum(x * x + y * y for x, y in points) / (2 * len(points))) for points in sides)
    return 2 * (a - b) ** 2


def cubic_between(m: Any, count: int, R: Any, rho: Any, s: Any) -> Any:
    """MMD² of those points, pair by pair: polynomials of third degree do not tell a Gaussian from a sign."""
    sides = [np.array(_points(m, n, m.number(radius), m.number(s))) for n, radius in ((2 * count, R), (count, rho))]
    mean = lambda x, y: ((x @ y.T / 2 + 1) ** 3).sum() / (len(x) * len(y))  # noqa: E731
    p, q = sides
    return mean(p, p) + mean(q, q) - 2 * mean(p, q)


def cubic_size(count: int, R: float, rho: float, s: float) -> float:
    """What its terms may come to."""
    return float((max(R, rho) ** 2 / 2 + 4 * s * s + 1) ** 3)


def cubic_on_the_line(m: Any, p: Any, q: Any) -> Any:
    """E k(X, X') + E k(Y, Y') - 2 E k(X, Y), one expectation inside another."""

    def mean(a: Any, b: Any) -> Any:
        return m.expect(a, lambda x: m.expect(b, lambda y: (np.multiply.outer(y, x) + 1) ** 3).sum(axis=0))

    return mean(p, p) + mean(q, q) - 2 * mean(p, q)


def ring_moments(K: int, R: Any, s: Any, x: Any, y: Any) -> dict[Any, Any]:
    """E x^i y^j for i + j ≤ 3 of K modes on a ring, by letters."""
    N, M = sp.symbols("N M")
    gauss = {N: 0, M: 0, N * M: 0, N**2: 1, M**2: 1, N**3: 0, M**3: 0, N**2 * M: 0, N * M**2: 0}
    places = [(R * sp.cos(2 * sp.pi * k / K) + s * N, R * sp.sin(2 * sp.pi * k / K) + s * M) for k in range(K)]
    powers = [(i, j) for i in range(4) for j in range(4 - i) if i + j]
    return {
        x**i * y**j: sp.expand(sum(expectation(a**i * b**j, gauss).doit() for a, b in places) / K) for i, j in powers
    }


def cubic_mean(p: dict[Any, Any], q: dict[Any, Any], x: Any, y: Any, u: Any, v: Any) -> Any:
    """E ((xu + yv)/2 + 1)³ of independent points with these moments, to be worked out."""
    named = {key.xreplace({x: u, y: v}): value for key, value in q.items()}
    joint = {a * b: one * two for a, one in p.items() for b, two in named.items()}
    return expectation(((x * u + y * v) / 2 + 1) ** 3, {**p, **named, **joint})


def third_gap(m: Any, a: Any, s: Any, w: Any) -> Any:
    """The cubic discrepancy of wN(-a, s²) + (1-w)N(a, s²) from the Gaussian of its mean and variance."""
    p = GaussianMixture([w, 1 - w], [-a, a], stds=[s, s])
    parts = m.parts(p)
    mean = sum(w * x for w, x, _ in parts)
    std = m.sqrt(sum(w * ((x - mean) ** 2 + s * s) for w, x, s in parts))
    nodes = lambda law: [(w / 2, x + sign * s) for w, x, s in law for sign in (-1, 1)]  # noqa: E731
    sides = [nodes(parts), nodes([(m.number(1), mean, std)])]
    k = lambda p, q: sum(a * b * (x * y + 1) ** 3 for (a, x), (b, y) in itertools.product(p, q))  # noqa: E731
    return k(sides[0], sides[0]) + k(sides[1], sides[1]) - 2 * k(*sides)


def pairs(s: Any) -> Any:
    """a, s, w."""
    return s.tuples(s.scales(0.3, 2.0), s.scales(0.1, 1.0), s.inside(0.05, 0.95))


def deviation(m: Any, n: int) -> Any:
    """E σ̂ of n samples of N(0, 1), divisor n-1: σ̂√(n-1) has a density in proportion to r^{n-2} e^{-r²/2}."""
    k = n - 1
    top = float(np.sqrt(max(k - 1, 0)))
    edges = sorted({max(top + step, 0.0) for step in (-14, -7, -4, -2, -1, 0, 1, 2, 4, 7, 14)})
    flat = lambda r: (r / m.number(max(top, 1))) ** (k - 1) * m.exp((max(top, 1) ** 2 - r**2) / 2)  # noqa: E731
    return m.integrate(lambda r: r * flat(r), edges, panels=4) / (
        m.integrate(flat, edges, panels=4) * m.sqrt(m.number(k))
    )


def sampled(m: Any, n: int, tau: Any) -> Any:
    """E(m̂ - m̂')² + E(σ̂ - σ̂')²: both are independent, and so are the two of each."""
    mean = deviation(m, n)
    return (m.number(1) + m.number(tau) ** 2) * (1 + m.number(1) / n) - 2 * m.number(tau) * mean * mean


def best_deviation(m: Any, n: int) -> Any:
    """Where that parabola in τ is least."""
    return m.vertex(lambda tau: sampled(m, n, tau), m.number(0.5), 0.5)[()]


def classifiers(s: Any) -> Any:
    """p(y|x) for a few x with shares: at random, or one point a class."""

    def build(drawn: Any) -> Any:
        seed, points, classes, sure = drawn
        rng = np.random.default_rng(seed)
        if sure:
            return np.full(classes, 1 / classes), np.eye(classes)
        return rng.dirichlet(np.ones(points)), rng.dirichlet(np.full(classes, 0.3), points)

    return s.tuples(s.steps(2**31), s.integers(1, 6), s.integers(2, 6), s.one_of((True, False))).map(build)


def log_score(m: Any, shares: Any, told: Any) -> Any:
    """Σ q(x) KL(p(y|x)‖p(y))."""
    shares, told = m.table(shares), m.table(told)
    shares, told = shares / shares.sum(), told / told.sum(axis=1)[:, None]
    label = shares @ told
    return sum(share * m.kl(row, label).sum() for share, row in zip(shares, told, strict=True))
