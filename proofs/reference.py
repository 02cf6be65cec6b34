"""Expectations of arrays by Gauss-Hermite quadrature; new claims say `m.expect` of proofs.arithmetic instead."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.polynomial.hermite_e import hermegauss

from theory import GaussianMixture

NODES, NODE_WEIGHTS = hermegauss(24)


def expect_polynomial(p: GaussianMixture, f: Callable[[np.ndarray], np.ndarray]) -> np.ndarray:
    """E f(Y) by Gauss-Hermite quadrature component by component: exact for polynomials up to degree 47.

    f takes points (..., ) in 1D, (..., D) in D dimensions.
    """
    total = 0.0
    for k, w in enumerate(p.weights):
        total = total + w * _component(p, k, f)
    return np.asarray(total)


def _component(p: GaussianMixture, k: int, f: Callable[[np.ndarray], np.ndarray]) -> np.ndarray:
    weights = NODE_WEIGHTS / np.sqrt(2 * np.pi)
    if p.scalar:
        return np.tensordot(weights, f(p.means[k] + p.stds[k] * NODES), axes=(0, 0))
    root = np.linalg.cholesky(p.covs[k])
    grid = np.stack(np.meshgrid(*[NODES] * p.dim, indexing="ij"), axis=-1).reshape(-1, p.dim)
    joint = np.prod(np.stack(np.meshgrid(*[weights] * p.dim, indexing="ij"), axis=-1).reshape(-1, p.dim), axis=1)
    return np.tensordot(joint, f(p.means[k] + grid @ root.T), axes=(0, 0))
