"""The mixture density network from the definition of a mixture.

p(y) = Σ_k softmax(l)_k Π_d N(y_d; μ_kd, e^{2t_kd}),     loss = -mean ln p        nats a sample
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
