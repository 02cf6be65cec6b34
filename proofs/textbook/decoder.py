"""Gaussian decoders of finitely many latents, for the observed side of checks: x = g(z) + σε, averaged by quadrature.

A decoder is (weights (K,), means (K, D), σ); `m` is an arithmetic of proofs.words.arithmetic.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from theory import GaussianMixture


def decoders(s: Any) -> Any:
    """K ≤ 4 latents, D ≤ 2, unequal and off-centre; constant g, the extreme case, too."""

    def build(drawn: Any) -> tuple[Any, ...]:
        seed, latents, dim, spread, std = drawn
        rng = np.random.default_rng(seed)  # one draw for all entries: singly they would be dear
        weights = rng.uniform(0.05, 1.0, latents)
        return weights / weights.sum(), 0.7 + spread * rng.uniform(-2.0, 2.0, (latents, dim)), std

    spreads = s.either(s.scales(0.1, 3.0), s.one_of((0.0,)))
    return s.tuples(s.steps(2**31), s.integers(1, 4), s.integers(1, 2), spreads, s.scales(0.3, 3.0)).map(build)


def with_points(s: Any) -> Any:
    """And a point x: at a mean, or up to two standard deviations from it along each axis."""
    offset = s.either(s.one_of((0.0,)), s.reals(-2.0, 2.0))
    return s.tuples(decoders(s), offset).map(lambda d: (*d[0], d[0][1][0] + d[1] * d[0][2]))


def with_frequencies(s: Any) -> Any:
    """And a frequency ω: up to two radians a standard deviation along each axis."""
    return s.tuples(decoders(s), s.reals(-2.0, 2.0), s.reals(-2.0, 2.0)).map(
        lambda d: (*d[0], np.array(d[1:])[: d[0][1].shape[1]] / d[0][2])
    )


def average(m: Any, weights: Any, means: Any, std: float, f: Callable[[Any], Any]) -> Any:
    """E f(g(z) + σε), f of points (n, D)."""
    return m.expect(GaussianMixture(weights, means, stds=np.full(len(weights), std)), f)


def wave(m: Any, weights: Any, means: Any, std: float, omega: Any) -> np.ndarray:
    """(E cos ω·x, E sin ω·x)."""
    return np.array([average(m, weights, means, std, lambda x, f=f: f(x @ omega)) for f in (m.cos, m.sin)])


def modulus(m: Any, weights: Any, means: Any, std: float, omega: Any) -> Any:
    """|E e^{iω·x}|."""
    return m.sqrt((wave(m, weights, means, std, omega) ** 2).sum())


def covariance(m: Any, weights: Any, means: Any, std: float) -> np.ndarray:
    """E x_i x_j - E x_i E x_j, (D, D)."""
    axes = range(means.shape[1])
    mean = [average(m, weights, means, std, lambda x, i=i: x[..., i]) for i in axes]
    square = [[average(m, weights, means, std, lambda x, i=i, j=j: x[..., i] * x[..., j]) for j in axes] for i in axes]
    return np.array(square) - np.outer(mean, mean)


def density(m: Any, weights: Any, means: Any, std: float, x: Any) -> Any:
    """E over z of Π_d N(x_d; g_d(z), σ²)."""
    total = m.number(0)
    for w, g in zip(weights, means, strict=True):
        factors = [m.normal(m.number(a), m.number(b), std) for a, b in zip(x, g, strict=True)]
        total += m.number(w) * np.prod(np.array(factors))
    return total


def entropy(m: Any, weights: Any, means: Any, std: float) -> Any:
    """-E ln p(x) of the first coordinate, nats."""
    p = GaussianMixture(weights, means[:, 0], stds=np.full(len(weights), std))
    return -m.integrate(lambda x: m.pdf(p, x) * m.logpdf(p, x), m.line(p))


def two_means(m: Any, j: int, weight: Any, d: Any) -> Any:
    """|E e^{iωg(z)}| at ω = 2πj/d for two means at a distance d."""
    angles = [2 * m.pi * j / d * (m.number(0.3) + k * d) for k in (0, 1)]
    parts = [weight * f(angles[0]) + (1 - weight) * f(angles[1]) for f in (m.cos, m.sin)]
    return m.sqrt(parts[0] ** 2 + parts[1] ** 2)


def turns(s: Any) -> Any:
    """j, the weight of the first mean, and d."""
    return s.tuples(s.integers(1, 9), s.inside(0.0, 1.0), s.scales(0.05, 10.0))


def residuals(s: Any) -> Any:
    """x - g(z) at 1 to 8 points of 1 to 5 dimensions, off-centre."""

    def build(drawn: Any) -> np.ndarray:
        seed, points, dim, size = drawn
        return size * (0.3 + np.random.default_rng(seed).standard_normal((points, dim)))

    return s.tuples(s.steps(2**31), s.integers(1, 8), s.integers(1, 5), s.scales(0.01, 30.0)).map(build)


def loss(m: Any, residuals: np.ndarray, log_var: Any) -> Any:
    """-Σ_d ln N(x_d; g_d, σ²), averaged over points."""
    terms = residuals**2 / (2 * m.exp(log_var)) + (m.log(2 * m.pi) + log_var) / 2
    return terms.sum(axis=1).mean()


def best_variance(m: Any, residuals: np.ndarray) -> tuple[Any, Any, int]:
    """The σ² where the slope of the loss vanishes; then E|x-g(z)|² and D."""
    slope = lambda t: m.slope(lambda u: loss(m, residuals, u), t)  # noqa: E731
    return m.exp(m.root(slope, *_bracket(residuals))), _squared_error(residuals), residuals.shape[1]


def least_loss(m: Any, residuals: np.ndarray) -> tuple[Any, Any, int]:
    """The least loss by golden sections; then E|x-g(z)|² and D."""
    least = m.least(lambda u: loss(m, residuals, u), *_bracket(residuals))[1]
    return least, _squared_error(residuals), residuals.shape[1]


def _bracket(residuals: np.ndarray) -> tuple[float, float]:
    """ln σ² within a few units of the answer: the largest residual."""
    top = float(np.log(np.max(residuals**2)))
    return top - 8, top + 2


def _squared_error(residuals: np.ndarray) -> float:
    return float((residuals**2).sum(axis=1).mean())
