"""The observed side, from the definition: plain quadrature that shares no formula with `theory`.

Only the parameters of a mixture are read (weights, means, standard deviations or covariances); its density is written
out here again. `expect` is what checks observe with, `expect_precisely` what confirms a counterexample at 50 digits.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable
from typing import Any

import mpmath as mp
import numpy as np
from numpy.polynomial.hermite_e import hermegauss
from scipy.integrate import quad

from theory import GaussianMixture

NODES, NODE_WEIGHTS = hermegauss(24)
REACH = 39.0
"""Standard deviations beyond which a Gaussian is below the smallest double."""
DIGITS = 50


def density(p: GaussianMixture, x: Any) -> np.ndarray:
    """Σ w exp(-(x-μ)²/2s²)/(s√2π) for points of any shape."""
    x = np.asarray(x, float)[..., None]
    return (p.weights / (p.stds * np.sqrt(2 * np.pi)) * np.exp(-0.5 * ((x - p.means) / p.stds) ** 2)).sum(-1)


def integrate(f: Callable[[float], float], p: GaussianMixture, *others: GaussianMixture) -> tuple[float, float]:
    """∫f over the line, (value, error): adaptive quadrature between breakpoints at every mean and its flanks."""
    means = np.concatenate([m.means for m in (p, *others)])
    stds = np.concatenate([m.stds for m in (p, *others)])
    flanks = np.concatenate([means + k * stds for k in (-REACH, -9.0, -5.0, -2.0, 0.0, 2.0, 5.0, 9.0, REACH)])
    edges = np.unique(flanks)
    parts = [quad(f, a, b, epsabs=0.0, epsrel=1e-12, limit=200) for a, b in itertools.pairwise(edges)]
    return float(sum(v for v, _ in parts)), float(sum(e for _, e in parts))


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


def expect_precisely(p: GaussianMixture, f: Callable[[Any], Any]) -> Any:
    """E f(Y) in 1D at 50 digits: ∫ f(x) p(x) dx, component by component."""
    with mp.workdps(DIGITS):
        total = mp.mpf(0)
        for w, m, s in zip(p.weights, p.means, p.stds, strict=True):
            w, m, s = mp.mpf(float(w)), mp.mpf(float(m)), mp.mpf(float(s))
            total += w * mp.quad(lambda t, m=m, s=s: f(m + s * t) * mp.npdf(t), [-40, -8, -2, 0, 2, 8, 40])
        return total


def precise_density(p: GaussianMixture, x: Any) -> Any:
    """The density at one point as an mpmath number of the working precision."""
    parts = zip(p.weights, p.means, p.stds, strict=True)
    return mp.fsum(mp.mpf(float(w)) * mp.npdf(x, mp.mpf(float(m)), mp.mpf(float(s))) for w, m, s in parts)


def integrate_precisely(f: Callable[[Any], Any], p: GaussianMixture, *others: GaussianMixture) -> Any:
    """∫f over the line at 50 digits, between breakpoints at every mean and its flanks."""
    with mp.workdps(DIGITS):
        means = np.concatenate([m.means for m in (p, *others)])
        stds = np.concatenate([m.stds for m in (p, *others)])
        edges = sorted(
            {
                mp.mpf(float(m + k * s))
                for m, s in zip(means, stds, strict=True)
                for k in (-30, -12, -6, -3, -1, 1, 3, 6, 12, 30)
            }
        )
        return mp.quad(f, edges)


def parabola_minimum(f: Callable[[Any], Any], start: Any, width: float, rounds: int = 3) -> Any:
    """arg-min of a convex f of one or several coordinates: vertices of parabolas through three points an axis."""
    centre = np.asarray(start, dtype=float)
    for _ in range(rounds):
        steps = width * np.eye(centre.size).reshape(centre.size, *centre.shape)
        low, middle, high = [f(centre - h) for h in steps], f(centre), [f(centre + h) for h in steps]
        shift = [(a - b) / (2 * (a - 2 * middle + b)) for a, b in zip(low, high, strict=True)]
        centre = centre + width * np.reshape(shift, centre.shape)
    return centre


def intervals_where(
    possible: Callable[[Any], bool], number: Callable[[Any], Any], halvings: int
) -> list[tuple[Any, Any]]:
    """The parts of [0, 1] on which `possible` holds, by a grid of 400 and bisection, in numbers of any precision."""

    def boundary(a: Any, b: Any) -> Any:
        at_a = possible(a)
        for _ in range(halvings):
            middle = (a + b) / 2
            a, b = (middle, b) if possible(middle) == at_a else (a, middle)
        return (a + b) / 2

    knots = [number(k) / 400 for k in range(401)]
    inside = [possible(t) for t in knots]
    ends = [boundary(knots[i], knots[i + 1]) for i in range(400) if inside[i] != inside[i + 1]]
    ends = [number(0)] * inside[0] + ends + [number(1)] * inside[-1]
    return list(zip(ends[::2], ends[1::2], strict=True))


def precisely(observed: Callable[..., Any]) -> Callable[[Any], Any]:
    """`observed(instance, maths)` at 50 digits, with mpmath for `maths`: the `confirm` of a check that uses numpy."""

    def confirm(instance: Any) -> Any:
        with mp.workdps(DIGITS):
            exact = [mp.mpf(v) if isinstance(v, float) else v for v in instance]
            return np.array(observed(exact, mp), dtype=object)

    return confirm
