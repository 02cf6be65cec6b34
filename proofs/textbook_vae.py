"""The linear VAE from its definition, for the observed side of checks: nothing here knows its optimum.

    z ~ N(0, I),  x | z ~ N(Wz, σ²I),  q(z|x) = N(Mx, LLᵀ)
    objective = E|x - Wz|²/2σ² + (D/2) ln 2πσ² + β E[ln q(z|x) - ln p(z)]        nats a sample

Everything is quadratic in x = Aξ and z = Mx + Lε, so the expectations are exact averages over the signs ξ, ε = ±1.
One direction is written in plain numbers, `Direction`, with `maths` the standard library's or mpmath, so that the
same lines give 16 digits or 50; many directions are matrices, of floats or of mpmath numbers.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

WATER_LEVELS = 1e-9
"""Of the level βσ²: what bisection in float64 leaves of error in anything of a direction's optimum."""


@dataclass(frozen=True)
class Direction:
    """A direction of variance `var` under decoder variance `noise_var` and weight `beta`."""

    var: Any
    noise_var: Any
    beta: Any
    maths: Any = math

    def terms(self, w: Any, m: Any, s: Any) -> tuple[Any, Any]:
        """E(x-wz)² and E[ln q(z|x) - ln p(z)] for z = mx + sε; the ½ ln 2π cancel."""
        error = kl = 0
        x = self.maths.sqrt(self.var)  # ξ = -1 repeats ξ = 1 with the other ε
        for e in (1, -1):
            z = m * x + s * e
            error += (x - w * z) ** 2 / 2
            kl += (-(e**2) / 2 - self.maths.log(s) + z**2 / 2) / 2
        return error, kl

    def objective(self, w: Any, m: Any, s: Any) -> Any:
        """What a linear VAE minimises, nats."""
        error, kl = self.terms(w, m, s)
        return (error / self.noise_var + self.maths.log(2 * self.maths.pi * self.noise_var)) / 2 + self.beta * kl

    def encoder(self, w: Any) -> tuple[Any, Any]:
        """The best (m, s) for w: the vertex of a parabola in m; in s the objective is a s² - β ln s + const."""
        m = _vertex(*(self.objective(w, m, 1) for m in (-1, 0, 1)))
        a = (self.objective(w, m, 2) - self.objective(w, m, 1) + self.beta * self.maths.log(2)) / 3
        return m, self.maths.sqrt(self.beta / (2 * a))

    def optimum(self, halvings: int = 60) -> tuple[Any, Any, Any]:
        """(w, m, s) of least objective: bisection on its slope in w ≥ 0, the encoder the best one for each w."""
        low, high = 0, 2 * self.maths.sqrt(self.var)
        for _ in range(halvings):
            w = (low + high) / 2
            m, s = self.encoder(w)
            rising = self.objective(w + 1, m, s) > self.objective(w - 1, m, s)  # a parabola in w: the exact slope
            low, high = (low, w) if rising else (w, high)
        return (high, *self.encoder(high))


def _vertex(below: Any, middle: Any, above: Any) -> Any:
    """Where the parabola through three values at -1, 0, 1 is least."""
    return (below - above) / (2 * (below - 2 * middle + above))


def terms(A: Any, W: Any, M: Any, L: Any, log: Callable[..., Any] = math.log) -> tuple[Any, Any]:
    """E|x - Wz|² and E[ln q(z|x) - ln p(z)] for data x = Aξ of covariance AAᵀ; L lower triangular."""
    D, k = W.shape
    signs = np.array(list(itertools.product((1, -1), repeat=D + k)))
    x = signs[:, :D] @ A.T
    z = x @ M.T + signs[:, D:] @ L.T
    log_det = sum(log(L[i, i]) for i in range(k))
    return ((x - z @ W.T) ** 2).sum(1).mean(), ((z**2).sum(1) - k).mean() / 2 - log_det


def objective(A: Any, W: Any, M: Any, L: Any, noise_var: float, beta: float) -> float:
    """What a linear VAE minimises, nats."""
    error, kl = terms(A, W, M, L)
    return float((error / noise_var + len(A) * math.log(2 * math.pi * noise_var)) / 2 + beta * kl)


def objective_precisely(A: Any, W: Any, M: Any, L: Any, noise_var: float, beta: float) -> Any:
    """The same at 50 digits."""
    import mpmath as mp

    with mp.workdps(50):
        exact = np.vectorize(lambda t: mp.mpf(float(t)), otypes=[object])
        error, kl = terms(exact(A), exact(W), exact(M), exact(L), mp.log)
        v, b = mp.mpf(noise_var), mp.mpf(beta)
        return (error / v + len(A) * mp.log(2 * mp.pi * v)) / 2 + b * kl


def posterior(W: np.ndarray, level: float) -> tuple[np.ndarray, np.ndarray]:
    """(M, L) of the encoder that Bayes' rule gives for decoder variance `level`: (z, x) conditioned on x."""
    cross = np.linalg.solve(W @ W.T + level * np.eye(len(W)), W).T
    return cross, np.linalg.cholesky(np.eye(W.shape[1]) - cross @ W)
