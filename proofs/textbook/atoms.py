"""Two laws on a few atoms, the first `count` of which are a set A, by summation; knows no bound.

Written in the words of an arithmetic m (proofs.words.arithmetic), for the observed sides of `leak_bound`.
"""

from __future__ import annotations

from typing import Any

import numpy as np


def laws(s: Any) -> Any:
    """p, q, count and u in [q(A), p(A)] on 3 to 7 atoms, q(A) ≤ p(A); the conditional laws often those of p, u often q(A)."""

    def build(drawn: tuple[int, int, int, float, bool, float]) -> tuple[np.ndarray, np.ndarray, int, float]:
        seed, inside, outside, kept, alike, between_them = drawn
        rng = np.random.default_rng(seed)
        p_in, p_out, q_in, q_out = (rng.dirichlet(np.ones(n)) + 0.01 for n in (inside, outside) * 2)
        p_in, p_out, q_in, q_out = (law / law.sum() for law in (p_in, p_out, q_in, q_out))
        w = rng.uniform(0.02, 0.98)
        q_in, q_out = (p_in, p_out) if alike else (q_in, q_out)
        v = kept * w
        p, q = np.append(w * p_in, (1 - w) * p_out), np.append(v * q_in, (1 - v) * q_out)
        return p, q, inside, v + between_them * (w - v)

    middle = s.either(s.one_of((0.0,)), s.inside(0.0, 1.0))
    return s.tuples(
        s.steps(2**31), s.integers(1, 3), s.integers(2, 4), s.scales(1e-3, 0.98), s.one_of((True, False)), middle
    ).map(build)


def thinned(s: Any) -> Any:
    """The same, or p reweighted so that next to nothing of A is left: where a bound on it is nearly attained."""
    little = s.tuples(s.inside(0.3, 0.9), s.scales(1e-13, 1e-7)).map(
        lambda t: (np.array([t[0], 1 - t[0]]), np.array([t[1], 1 - t[1]]), 1, t[1])
    )
    return s.either(laws(s), little)


def share(law: np.ndarray, count: int) -> float:
    """The mass of A."""
    return float(law[:count].sum())


def _divergence(m: Any, p: np.ndarray, q: np.ndarray) -> Any:
    p, q = (np.array([m.number(v) for v in law]) for law in (p, q))
    return m.kl(p, q).sum()


def divergence(m: Any, p: np.ndarray, q: np.ndarray, count: int, u: float) -> tuple[Any, float, float]:
    """Σ p ln p/q; then p(A) and q(A)."""
    return _divergence(m, p, q), share(p, count), share(q, count)


def divergence_below(m: Any, p: np.ndarray, q: np.ndarray, count: int, u: float) -> tuple[Any, float, float]:
    """Σ p ln p/q; then p(A), and u or what is next to it between q(A) and p(A)."""
    return _divergence(m, p, q), share(p, count), min(max(u, share(q, count)), share(p, count))


def log_share(m: Any, p: np.ndarray, q: np.ndarray, count: int, u: float) -> Any:
    """-ln q(A)."""
    return -m.log(sum(m.number(v) for v in q[:count]))


def share_and_divergence(p: np.ndarray, q: np.ndarray, count: int, u: float) -> tuple[float, float]:
    """p(A), and Σ p ln p/q in double precision."""
    return share(p, count), float((p * np.log(p / q)).sum())


def shares_and_divergences(s: Any) -> Any:
    """p(A), and a divergence."""
    return s.tuples(s.inside(0.02, 0.98), s.scales(1e-6, 6.0))


def least_share(m: Any, w: Any, epsilon: Any) -> Any:
    """The v < w at which p reweighted to v in A and 1-v outside is `epsilon` off, by halvings in ln v."""
    excess = lambda t: m.kl(w, m.exp(t)) + m.kl(1 - w, 1 - m.exp(t)) - epsilon  # noqa: E731
    return m.exp(m.root(excess, -(epsilon + 1) / w, m.log(w)))
