"""How far Gaussian noise takes a point off a subspace, from the definition: radial integrals, and signs across a projector.

Written in the words of an arithmetic m (proofs.words.arithmetic), for the observed sides of `off_manifold_distance`;
knows no incomplete gamma function.
"""

from __future__ import annotations

import itertools
from typing import Any

import numpy as np


def distances(s: Any) -> Any:
    """t up to three standard deviations of the noise about σ√c, c, σ."""
    return s.tuples(s.inside(-3.0, 3.0), s.integers(1, 40), s.scales(0.01, 10.0)).map(
        lambda d: (max(d[1] ** 0.5 + d[0], 0.05) * d[2], d[1], d[2])
    )


def _peak(m: Any, codimension: int) -> Any:
    """About where r^{c-1} e^{-r²/2} is largest."""
    return m.number(max(float(codimension - 1) ** 0.5, 1e-3))


def _height(m: Any, codimension: int, r: Any) -> Any:
    """r^{c-1} e^{-r²/2}, scaled by its peak."""
    peak = _peak(m, codimension)
    return m.exp((codimension - 1) * m.log(r / peak) - (r**2 - peak**2) / 2)


def _mass_from(m: Any, codimension: int, low: Any) -> Any:
    """∫ of it from `low` on."""
    top = max(float(low), float(_peak(m, codimension))) + 12
    edges = sorted({float(low), *[e for e in np.linspace(0, top, 25) if e > float(low)], top})
    return m.integrate(lambda r: _height(m, codimension, r), [low, *edges[1:]], panels=1)


def tail(m: Any, t: Any, codimension: int, std: Any) -> Any:
    """P(|σε| > t), ε in so many dimensions."""
    return _mass_from(m, codimension, t / std) / _mass_from(m, codimension, m.number(0.0) * t)


def density(m: Any, t: Any, codimension: int, std: Any) -> Any:
    """The density of |σε| at t, normalised by integration."""
    return _height(m, codimension, t / std) / _mass_from(m, codimension, m.number(0.0) * t) / std


def subspaces(s: Any) -> Any:
    """The projector across a random k-dimensional subspace of D dimensions, its rank, and σ."""

    def build(drawn: tuple[int, int, int, float]) -> tuple[np.ndarray, int, float]:
        seed, latents, across, std = drawn
        frame = np.linalg.qr(np.random.default_rng(seed).standard_normal((latents + across, latents)))[0]
        return np.eye(latents + across) - frame @ frame.T, across, std

    return s.tuples(s.steps(2**31), s.integers(1, 3), s.integers(1, 4), s.scales(0.01, 10.0)).map(build)


def mean_square_over_signs(m: Any, across: np.ndarray, codimension: int, std: Any) -> Any:
    """E|P σε|² over signs ε = ±1, whose second moments are those of N(0, I)."""
    signs = np.array(list(itertools.product((1, -1), repeat=len(across))))
    return ((std * (signs @ across)) ** 2).sum(axis=1).mean()
