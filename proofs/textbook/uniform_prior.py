"""The mixture of two components of weight ½ that fits two unequal modes, by expectation and maximisation.

    p = w N(-r, 1) + (1-w) N(r, 1),   q = ½ N(μ₁, s₁²) + ½ N(μ₂, s₂²),   EM on p itself: each round lowers KL(p‖q)

In the words of an arithmetic m (proofs.words.arithmetic), for the observed sides of `discrete_latent_resolves_modes`. Seventy
rounds in floats lead to an optimum; a counterexample is confirmed by two more at 50 digits. Nats.
"""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np

from proofs.words.arithmetic import DOUBLE, PRECISE
from theory import GaussianMixture


def em(m: Any, w: Any, r: Any, means: Any, stds: Any, rounds: int) -> tuple[Any, Any, Any]:
    """KL, means and widths after so many rounds from a start."""
    x = m.grid(-r - 12, r + 12, 401)
    p = w * m.normal(x, -r) + (1 - w) * m.normal(x, r)
    mass = p * (x[1] - x[0])
    for _ in range(rounds):
        parts = [m.normal(x, mean, std) for mean, std in zip(means, stds, strict=True)]
        shares = [mass * part / sum(parts) for part in parts]
        means = [(share * x).sum() / share.sum() for share in shares]
        stds = [m.sqrt((s * (x - c) ** 2).sum() / s.sum()) for s, c in zip(shares, means, strict=True)]
    q = sum(m.normal(x, mean, std) for mean, std in zip(means, stds, strict=True)) / 2
    return m.kl(p, q).sum() * (x[1] - x[0]), means, stds


@cache
def optimum(w: float, r: float, wide: bool) -> tuple[Any, Any, Any]:
    """In floats, from a component on each mode or one that is wide."""
    start = ([-r, (1 - 2 * w) * r], [1.0, r]) if wide else ([-r, r], [1.0, 1.0])
    return em(DOUBLE, w, r, *start, rounds=70)


def precisely(w: float, r: float, wide: bool) -> np.ndarray:
    """KL and the greater width, the last rounds at 50 digits."""
    _, means, stds = optimum(w, r, wide)
    with PRECISE.digits():
        exactly = [[PRECISE.number(v) for v in values] for values in (means, stds)]
        value, _, stds = em(PRECISE, PRECISE.number(w), PRECISE.number(r), *exactly, rounds=2)
    return np.array([value, max(stds)], dtype=object)


def two_modes(s: Any) -> Any:
    """Mixtures of two modes that are not on top of one another."""

    def apart(p: GaussianMixture) -> bool:
        return bool(abs(p.means[0] - p.means[1]) > 0.5)

    return s.mixtures(2, 2, spread=2.0, std=(0.5, 1.5)).filter(apart)


def far(s: Any) -> Any:
    """w, and an r at which the modes hardly overlap."""
    return s.tuples(s.inside(0.02, 0.98), s.reals(14.0, 18.0))


def by_em(m: Any, w: Any, r: Any) -> Any:
    """KL with a component on each mode."""
    return optimum(w, r, False)[0]


def by_em_precisely(w: float, r: float) -> Any:
    """The same at 50 digits."""
    return precisely(w, r, False)[0]


def near(s: Any) -> Any:
    """w and r for which one component reaches both modes."""
    return s.tuples(s.reals(0.86, 0.96), s.reals(3.0, 5.0))


def by_em_from_a_wide_one(m: Any, w: Any, r: Any) -> Any:
    """KL and the greater width."""
    value, _, stds = optimum(w, r, True)
    return np.array([value, max(stds)])


def wide_precisely(w: float, r: float) -> Any:
    """The same at 50 digits."""
    return precisely(w, r, True)


def unequal_and_near(s: Any) -> Any:
    """w and r for which that is better, near all four ends too, and the corner where it hardly is."""
    corner = s.tuples(s.reals(0.9001, 0.901), s.reals(5.9, 5.999))
    return s.either(s.tuples(_to_either_end(s, 0.9, 0.99), _to_either_end(s, 3.0, 6.0)), corner)


def _to_either_end(s: Any, low: float, high: float) -> Any:
    off = s.either(s.scales(1e-6, 0.5), s.inside(0.0, 0.5)).map(lambda share: share * (high - low))
    return s.either(off.map(lambda d: low + d), off.map(lambda d: high - d))


def by_a_wide_one(m: Any, w: Any, r: Any) -> tuple[Any, Any, Any]:
    """KL alone; then w and r."""
    return optimum(w, r, True)[0], w, r


def least_precisely(w: float, r: float) -> Any:
    """The same at 50 digits."""
    return precisely(w, r, True)[0]
