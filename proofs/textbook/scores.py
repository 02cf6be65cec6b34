"""What scores say of samples, from the definition: slice by slice, sample by sample.

In the words of an arithmetic m (proofs.words.arithmetic), for the observed sides of `gans_drop_where_vaes_diffuse`.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from theory import GaussianMixture


def disc(m: Any, k: Any) -> tuple[Any, Any]:
    """The mass of a disc of radius k, ∫ φ(x) P(|y| ≤ √(k²-x²)) dx with x = k sin t; then k."""
    inside = lambda t: 1 - m.erfc(k * m.cos(t) / m.sqrt(m.number(2)))  # noqa: E731
    slices = lambda t: m.normal(k * m.sin(t)) * inside(t) * k * m.cos(t)  # noqa: E731
    return m.integrate(slices, [-m.pi / 2, 0, m.pi / 2], panels=8), k


def samples(s: Any) -> Any:
    """Samples of a generator that lost some modes of a ring and smeared the rest, the ring, and k."""
    parts = s.tuples(s.integers(2, 9), s.scales(0.01, 0.3), s.scales(0.3, 4.0), s.integers(1, 60), s.reals(1.0, 4.0))
    return s.tuples(parts, s.steps(2**31)).map(lambda d: drawn(d[0], np.random.default_rng(d[1])))


def drawn(parts: Any, rng: np.random.Generator) -> Any:
    """Such samples (n, 2) from modes, deviation, smear, n and k."""
    modes, std, blur, n, k = parts
    angles = 2 * np.pi * np.arange(modes) / modes
    ring = GaussianMixture(
        np.full(modes, 1 / modes), np.stack([np.cos(angles), np.sin(angles)], axis=1), stds=np.full(modes, std)
    )
    kept = ring.means[rng.integers(0, rng.integers(1, modes + 1), n)]
    return kept + std * blur * rng.standard_normal((n, 2)), ring, k


def one_by_one(m: Any, x: Any, p: Any, k: Any) -> Any:
    """Modes captured and the share of good samples: sample by sample, mode by mode, in plain numbers."""
    good = []
    for sample in x:
        gaps = [
            m.sqrt(sum((m.number(a) - m.number(b)) ** 2 for a, b in zip(sample, mean, strict=True))) for mean in p.means
        ]
        near = min(range(len(gaps)), key=gaps.__getitem__)
        good += [near] if gaps[near] <= k * m.number(float(np.ravel(p.stds[near])[0])) else []
    return np.array([m.number(len(set(good))), m.number(len(good)) / len(x)])
