"""Adaptive Gauss-Legendre cubature in the plane, on squares that follow the Gaussians.

A square is halved along both sides while some Gaussian that it touches within REACH standard deviations is
narrower than a third of it; squares that touch none are dropped.  Then, as on the line, a square is charged
by the last Legendre coefficients of its n × n samples, along either side, and the squares charged most are
cut in four until the sum of all charges is below the goal.
"""

from collections.abc import Callable
from typing import NamedTuple

import numpy as np

from theory.validation.inputs import Array

NODES = 10
T, W = np.polynomial.legendre.leggauss(NODES)
GRID = np.stack(np.meshgrid(T, T, indexing="ij")).reshape(2, -1)
WEIGHTS = np.outer(W, W).ravel()
LAST_TWO = (np.polynomial.legendre.legvander(T, NODES - 1)[:, -2:] * W[:, None] * (np.arange(2) + NODES - 1.5)).T
REACH = 9.0  # standard deviations: beyond lies 1e-18 of a component
GOAL = 1e-8
LEVELS = 40
MOST = 200_000  # squares: where they run out, the error says so
CHUNK = 256

Sampler = Callable[[Array], tuple[Array, Array]]  # f and its rounding error at points (2, n)


class Squares(NamedTuple):
    """Squares of half-width half (S,) about centre (2, S)."""

    centre: Array
    half: Array

    def take(self, index: np.ndarray) -> "Squares":
        return Squares(self.centre[:, index], self.half[index])

    def quarters(self) -> "Squares":
        """Every square cut in four."""
        h = 0.5 * self.half
        corners = np.array([[-1, -1], [-1, 1], [1, -1], [1, 1]])
        return Squares(np.concatenate([self.centre + h * c[:, None] for c in corners], axis=1), np.tile(h, 4))


def cover(means: Array, covs: Array) -> Squares:
    """Squares that resolve every Gaussian N(means[k], covs[k]); means (K, 2), covs (K, 2, 2)."""
    factors = np.linalg.inv(np.linalg.cholesky(covs))
    narrow = np.sqrt(np.linalg.eigvalsh(covs)[:, 0])
    wide = np.sqrt(np.linalg.eigvalsh(covs)[:, 1])
    low, high = (means.T - REACH * wide).min(axis=1), (means.T + REACH * wide).max(axis=1)
    squares = Squares(0.5 * (low + high)[:, None], 0.5 * (high - low).max(keepdims=True))
    settled = []
    for _ in range(LEVELS):
        offset = squares.centre.T[:, None] - means
        radius = np.sqrt(2) * squares.half[:, None]
        # A square is within reach if its centre is within reach plus its own radius, in that Gaussian's units.
        whitened = np.linalg.norm(np.einsum("kij,skj->ski", factors, offset), axis=2)
        touched = (whitened < REACH + radius / narrow) & (np.linalg.norm(offset, axis=2) < REACH * wide + radius)
        coarse = (touched & (2 * squares.half[:, None] > 3 * narrow)).any(axis=1)
        settled.append(squares.take(touched.any(axis=1) & ~coarse))
        squares = squares.take(coarse).quarters()
        if not len(squares.half):
            break
    return Squares(*(np.concatenate(parts, axis=-1) for parts in zip(*settled, strict=True)))


def integrate(sample: Sampler, squares: Squares, goal: float = GOAL) -> tuple[float, float]:
    """∫ f over the squares and its estimated error; goal is relative."""
    value, charge, noise = _rule(sample, squares)
    for _ in range(LEVELS):
        allowed = goal * abs(value.sum()) / len(value)
        cut = (charge > allowed) & (charge > noise)
        if charge.sum() <= goal * abs(value.sum()) or not cut.any() or len(value) > MOST:
            break
        new = squares.take(cut).quarters()
        results = _rule(sample, new)
        squares = Squares(*(np.concatenate([a[..., ~cut], b], axis=-1) for a, b in zip(squares, new, strict=True)))
        value, charge, noise = (
            np.concatenate([a[~cut], b]) for a, b in zip((value, charge, noise), results, strict=True)
        )
    return float(value.sum()), float((charge + noise).sum())


def _rule(sample: Sampler, squares: Squares) -> tuple[Array, Array, Array]:
    """Integral, truncation charge and rounding noise of each square."""
    value, charge, noise = np.empty((3, len(squares.half)))
    for start in range(0, len(squares.half), CHUNK):
        part = slice(start, start + CHUNK)
        h = squares.half[part]
        x = squares.centre[:, part, None] + h[:, None] * GRID[:, None]
        f, rounding = (a.reshape(len(h), -1) for a in sample(x.reshape(2, -1)))
        value[part], noise[part] = h**2 * (f @ WEIGHTS), h**2 * (rounding @ WEIGHTS)
        block = f.reshape(-1, NODES, NODES)
        tail = np.maximum(np.abs(LAST_TWO @ block).max(axis=(1, 2)), np.abs(block @ LAST_TWO.T).max(axis=(1, 2)))
        size = np.abs(f).max(axis=1)
        charge[part] = 4 * h**2 * tail * np.sqrt(np.minimum(tail / np.maximum(size, np.finfo(float).tiny), 1))
    return value, charge, noise
