"""Rewarded laws from their definitions, for the observed side of checks; `m` is an arithmetic."""

from __future__ import annotations

from typing import Any

import numpy as np

from proofs.words import sp
from theory import GaussianMixture


def policies(s: Any) -> Any:
    """A reference, rewards, β, and another law: the tilted one in a third of the instances."""

    def build(drawn: Any) -> Any:
        seed, modes, beta, best = drawn
        rng = np.random.default_rng(seed)
        reference, rewards, other = rng.dirichlet(np.ones(modes)), rng.normal(size=modes), rng.dirichlet(np.ones(modes))
        if not best:
            other = reference * np.exp((rewards - rewards.max()) / beta)
        return reference, rewards, beta, other / other.sum()

    return s.tuples(s.steps(2**31), s.integers(2, 6), s.scales(0.2, 5.0), s.steps(3)).map(build)


def value(m: Any, reference: Any, rewards: Any, beta: Any, other: Any) -> Any:
    """E_π R - β KL(π‖π_ref) of the other law."""
    reference, rewards, other = (m.table(x) for x in (reference, rewards, other))
    reference, other = reference / reference.sum(), other / other.sum()
    return (other * rewards).sum() - m.number(beta) * m.kl(other, reference).sum()


def log_odds(m: Any, w: Any, gap: Any, beta: Any) -> Any:
    """t at which the objective of the share 1/(1+e^{-t}) has slope 0."""
    share = lambda t: 1 / (1 + m.exp(-t))  # noqa: E731
    w, gap, beta = m.number(w), m.number(gap), m.number(beta)

    def slope(t: Any) -> Any:
        return m.slope(lambda u: share(u) * gap - beta * (m.kl(share(u), w) + m.kl(1 - share(u), 1 - w)), t)

    return m.root(slope, -25, 25)


def gaps(s: Any) -> Any:
    """w, Δ and β, with |Δ| ≤ 10β."""
    return s.tuples(s.inside(0.02, 0.98), s.reals(-10.0, 10.0), s.scales(0.1, 10.0)).map(
        lambda d: (d[0], d[1] * d[2], d[2])
    )


def noisy_log_odds(m: Any, w: Any, tau: Any, beta: Any) -> Any:
    """ln odds after weighing every point of both modes by e^{R/β}, R ~ N(0, τ²) on one of them."""
    reward = GaussianMixture([1.0], [0.0], stds=[1.0])
    beta, tau = m.number(beta), m.number(tau)
    kept = m.number(w) * m.expect(reward, lambda z: m.exp(tau * z / beta))
    return m.log(kept / (1 - m.number(w)))


def noises(s: Any) -> Any:
    """w, τ and β, τ ≤ 3β."""
    return s.tuples(s.inside(0.02, 0.98), s.scales(0.05, 3.0), s.scales(0.1, 10.0)).map(
        lambda d: (d[0], d[1] * d[2], d[2])
    )


def shares(s: Any) -> Any:
    """w and x."""
    return s.tuples(s.inside(0.02, 0.98), s.scales(0.05, 30.0))


def _forward_slope(m: Any, w: Any, x: Any, v: Any, size: Any) -> Any:
    """d/dv of (1-v)x - KL(π_ref‖π)."""
    return m.slope(lambda u: (1 - u) * x + w * m.log(u / w) + (1 - w) * m.log((1 - u) / (1 - w)), v, size)


def forward_share(m: Any, w: Any, x: Any) -> Any:
    """Where that slope is 0, in the log odds of v."""
    w, x = m.number(w), m.number(x)

    def slope(t: Any) -> Any:
        v = 1 / (1 + m.exp(-t))
        return _forward_slope(m, w, x, v, v * (1 - v) / 4) * v * (1 - v)

    return 1 / (1 + m.exp(-m.root(slope, -15, 15)))


def left(m: Any, w: Any, x: Any) -> Any:
    """The share of a mode weighed by e^{-x}."""
    w, rest = m.number(w) * m.exp(-m.number(x)), 1 - m.number(w)
    return w / (w + rest)


def minorities(s: Any) -> Any:
    """w < ½ and k."""
    return s.tuples(s.scales(0.001, 0.48), s.inside(0.05, 0.99))


def pull(m: Any, w: Any, k: Any) -> Any:
    """The slope of the one objective at kw, with the x at which that of the other is 0 there."""
    w = m.number(w)
    v = m.number(k) * w
    x = -m.slope(lambda u: u * m.log(u / w) + (1 - u) * m.log((1 - u) / (1 - w)), v, v / 4)
    return _forward_slope(m, w, x, v, v / 4)


def draws(s: Any) -> Any:
    """n, and how often each of a few rewards comes."""

    def build(drawn: Any) -> Any:
        n, seed, count = drawn
        return n, np.random.default_rng(seed).dirichlet(np.ones(count))

    few = s.tuples(s.integers(2, 20), s.steps(2**31), s.integers(1, 5)).map(build)
    return s.either(few, s.integers(2, 20).map(lambda n: (n, np.full(20000, 1 / 20000))))


def best_of(m: Any, n: int, law: Any) -> Any:
    """KL of the best of n from one draw, by the distribution function of the best."""
    law = m.table(law)
    law = law / law.sum()
    total = np.concatenate([[0 * law[0]], np.cumsum(law)])
    best = total**n
    return m.kl(best[1:] - best[:-1], law).sum()


def continuous_best(m: Any, n: int) -> Any:
    """The same by ∫ over ranks u: density nu^{n-1}."""
    edges = [m.number(0), *(m.exp(m.number(-k)) for k in (24, 18, 13, 9, 6, 4, 2, 1)), m.number(1)]
    log = lambda u: m.log(m.number(n)) + (n - 1) * m.log(u)  # noqa: E731
    return m.integrate(lambda u: m.exp(log(u)) * log(u), edges, panels=8)


def forward(v: Any, w: Any, x: Any) -> Any:
    """(1-v)x - KL(π_ref‖π), π = (v, 1-v), π_ref = (w, 1-w), in symbols."""
    return (1 - v) * x - w * sp.log(w / v) - (1 - w) * sp.log((1 - w) / (1 - v))
