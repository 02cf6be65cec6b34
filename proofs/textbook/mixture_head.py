"""The mixture density network from the definition of a mixture, and the least losses of Gaussian heads by search.

    p(y) = Σ_k softmax(l)_k Π_d N(y_d; μ_kd, e^{2t_kd}),     loss = -mean ln p        nats a sample

Written in the words of an arithmetic m (proofs.words.arithmetic), for the observed sides of `mixture_density_escapes`.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from theory import GaussianMixture


def heads(s: Any) -> Any:
    """What `head` takes, from `proofs.strategies`."""

    def build(drawn: tuple[int, int]) -> tuple[np.ndarray, ...]:
        rng, k = np.random.default_rng(drawn[0]), drawn[1]
        return rng.uniform(-2, 2, k), rng.uniform(-2, 2, (k, 2)), rng.uniform(-1, 1, (k, 2)), rng.uniform(-2, 2, (3, 2))

    return s.tuples(s.steps(2**31), s.integers(1, 3)).map(build)


def head(m: Any, logits: Any, means: Any, log_stds: Any, rows: Any) -> np.ndarray:
    """The loss on rows in the plane, ln p of each, and w, μ, σ, in the arithmetic m."""
    exact = lambda a: np.vectorize(m.number, otypes=[object])(a)  # noqa: E731
    logits, means, log_stds, rows = map(exact, (logits, means, log_stds, rows))
    w = np.array([m.exp(v) for v in logits]) / sum(m.exp(v) for v in logits)
    std = np.array([[m.exp(v) for v in pair] for pair in log_stds])
    modes = list(zip(w, means, std, strict=True))
    density = [sum(v * m.normal(r[0], a[0], s[0]) * m.normal(r[1], a[1], s[1]) for v, a, s in modes) for r in rows]
    logpdf = [m.log(v) for v in density]
    return np.array([-sum(logpdf) / len(rows), *logpdf, *w, *means.ravel(), *std.ravel()])


def best_weight(m: Any, p: GaussianMixture) -> Any:
    """The q at which -E ln(q a + (1-q) b) is least, a and b the two modes of p: ∫ p (a-b)/(q a + (1-q) b) = 0.

    By trapezoids on ±16, for modes within ±4 and no narrower than 0.3.
    """
    y = m.grid(-16, 16, 1601)
    (w, *one), (u, *two) = m.parts(p)
    a, b = m.normal(y, *one), m.normal(y, *two)
    mass, floor = w * a + u * b, m.number(1e-300)  # beyond the reach of floats there is no mass either
    return m.root(lambda q: (mass * (b - a) / (q * a + (1 - q) * b + floor)).sum(), 1e-9, 1 - 1e-9)


def modes_apart(s: Any) -> Any:
    """Mixtures of two modes, for `best_weight`."""
    return s.mixtures(2, 2, spread=2.0, std=(0.5, 1.5)).filter(lambda p: abs(p.means[0] - p.means[1]) > 0.5)


def problems(s: Any) -> Any:
    """P(x) and the laws of Y given x."""
    law = s.mixtures(1, 3, spread=3.0, std=(0.4, 2.0))
    return s.integers(2, 3).flatmap(lambda n: s.tuples(s.weights(n, n), s.tuples(*[law] * n)))


def near_and_far(s: Any) -> Any:
    """The same, or laws of two modes far apart."""
    drawn = s.tuples(s.weights(2, 2), s.reals(20.0, 40.0), s.scales(0.4, 1.0), s.scales(0.4, 1.0))
    law = drawn.map(lambda g: GaussianMixture(g[0], [0.0, g[1]], stds=[g[2], g[3]]))
    return s.either(problems(s), s.tuples(s.weights(2, 2), s.tuples(law, law)))


def entropy_of_modes(weights: Any, laws: Any) -> float:
    """E H(π) of the weights π of the modes, nats."""
    return float(-sum(w * (p.weights @ np.log(p.weights)) for w, p in zip(weights, laws, strict=True)))


def gaussian_loss(m: Any, variances: Any, weights: Any) -> Any:
    """E [½ ln 2πv + V(x)/2v] as a function of ln v."""
    mean = sum(w * v for w, v in zip(weights, variances, strict=True))
    return lambda t: (m.log(2 * m.pi) + t + mean / m.exp(t)) / 2


def least_gaussian_loss(m: Any, variances: Any, weights: Any) -> Any:
    """The least of it over one v."""
    return m.least(gaussian_loss(m, variances, weights), -12, 12)[1]


def best_variance(m: Any, weights: Any, laws: Any) -> Any:
    """The v of the least E -ln N(Y; E[Y|x], v): where the loss has no slope."""
    loss = gaussian_loss(m, [variance(m, p) for p in laws], weights)
    return m.exp(m.root(lambda t: m.slope(loss, t), -12, 12))


def variance(m: Any, p: GaussianMixture) -> Any:
    """The least E(Y-c)²."""
    loss = lambda c: m.expect(p, lambda y: (y - c) ** 2)  # noqa: E731
    return loss(m.vertex(loss, m.number(p.means[0]), 1.0))


def excess_of_own_variances(m: Any, weights: Any, laws: Any) -> Any:
    """What the best Gaussian for each x loses more than the law itself."""
    gain = 0
    for w, p in zip(weights, laws, strict=True):
        entropy = -m.integrate(lambda y, p=p: m.pdf(p, y) * m.logpdf(p, y), m.line(p), panels=4)
        gain = gain + w * (least_gaussian_loss(m, [variance(m, p)], [1]) - entropy)
    return gain


def excess_of_one_variance(m: Any, weights: Any, laws: Any) -> Any:
    """What the best Gaussians of one variance lose more than those with one for each x."""
    variances = [variance(m, p) for p in laws]
    own = sum(w * least_gaussian_loss(m, [v], [1]) for w, v in zip(weights, variances, strict=True))
    return least_gaussian_loss(m, variances, weights) - own
