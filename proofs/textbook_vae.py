"""The linear VAE from its definition, for the observed side of checks: nothing here knows its optimum.

    z ~ N(0, I),  x | z ~ N(Wz, σ²I),  q(z|x) = N(Mx, LLᵀ)
    objective = E|x - Wz|²/2σ² + (D/2) ln 2πσ² + β E[ln q(z|x) - ln p(z)]        nats a sample

Everything is quadratic in x = Aξ and z = Mx + Lε, so the expectations are exact averages over signs ξ, ε = ±1. One
direction is a `Direction` of plain numbers, with `maths` the standard library's or mpmath: the same lines give 16
digits or 50. Many directions are matrices, of floats or of mpmath numbers.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from proofs.sides import Sides

SECANTS = 5
"""Enough for float64."""
OPTIMUM_ERROR = 1e-11
"""Relative error of whatever an optimum found in float64 gives, when λ is 2 % or more off the water level."""


@dataclass(frozen=True)
class Direction:
    """A direction of variance `var` under decoder variance `noise_var` and weight `beta`."""

    var: Any
    noise_var: Any
    beta: Any
    maths: Any = math
    secants: int = SECANTS

    def error(self, w: Any, m: Any, s: Any) -> Any:
        """E(x-wz)² for z = mx + sε; ξ = -1 would only repeat ξ = 1."""
        x = self.maths.sqrt(self.var)
        return ((x - w * (m * x + s)) ** 2 + (x - w * (m * x - s)) ** 2) / 2

    def kl(self, m: Any, s: Any) -> Any:
        """E[ln q(z|x) - ln p(z)], nats; the ½ ln 2π cancel."""
        x = self.maths.sqrt(self.var)
        return ((m * x + s) ** 2 - 1 + (m * x - s) ** 2 - 1) / 4 - self.maths.log(s)

    def objective(self, w: Any, m: Any, s: Any) -> Any:
        """What a linear VAE minimises, nats."""
        fit = self.error(w, m, s) / self.noise_var + self.maths.log(2 * self.maths.pi * self.noise_var)
        return fit / 2 + self.beta * self.kl(m, s)

    def digits(self, w: Any, m: Any, s: Any) -> float:
        """What float64 leaves of error in that objective."""
        return 1e-14 * (1 + self.error(w, m, s) / self.noise_var + self.beta * (abs(self.kl(m, s)) + 20))

    def encoder(self, w: Any) -> tuple[Any, Any]:
        """The best (m, s) for w: the vertex of a parabola in m; in s the objective is a s² - β ln s + const."""
        below, middle, above = (self.objective(w, m, 1) for m in (-1, 0, 1))
        m = (below - above) / (2 * (below - 2 * middle + above))
        a = (self.objective(w, m, 2) - self.objective(w, m, 1) + self.beta * self.maths.log(2)) / 3
        return m, self.maths.sqrt(self.beta / (2 * a))

    def optimum(self) -> tuple[Any, Any, Any]:
        """(w, m, s) of least objective: the slope in w ≥ 0 changes sign where it is least; halvings, then secants."""
        low, high = 0 * self.var, self.maths.sqrt(self.var)
        for _ in range(12):
            w = (low + high) / 2
            low, high = (low, w) if self.slope(w) > 0 else (w, high)
        before, w, slopes = low, high, (self.slope(low), self.slope(high))
        for _ in range(self.secants):
            if slopes[0] == slopes[1]:
                break
            before, w = w, w - slopes[1] * (w - before) / (slopes[1] - slopes[0])
            slopes = (slopes[1], self.slope(w))
        return (w, *self.encoder(w))

    def slope(self, w: Any) -> Any:
        """Twice that of the objective in w; the encoder is the best one, and stays while w moves on a parabola."""
        m, s = self.encoder(w)
        return self.objective(w + 1, m, s) - self.objective(w - 1, m, s)


def curvature(direction: Direction) -> Any:
    """Of the objective in w, where it is least, with the best encoder for each w; 30 digits carry the small step."""
    import mpmath as mp

    with mp.workdps(30):
        var, noise_var, beta = map(mp.mpf, (direction.var, direction.noise_var, direction.beta))
        exact = Direction(var, noise_var, beta, mp)
        w, h = mp.mpf(direction.optimum()[0]), mp.mpf(10) ** -9 * mp.sqrt(exact.noise_var * exact.beta)
        below, at, above = (exact.objective(t, *exact.encoder(t)) for t in (w - h, w, w + h))
        return (below - 2 * at + above) / h**2


def totals(spectrum: Any, noise_var: Any, beta: Any, maths: Any = math) -> tuple[Any, Any]:
    """(rate, distortion), summed over directions that are each at the least of their objective."""
    directions = [Direction(var, noise_var, beta, maths, SECANTS if maths is math else 9) for var in spectrum]
    codes = [direction.optimum() for direction in directions]
    rate = sum(d.kl(m, s) for d, (_, m, s) in zip(directions, codes, strict=True))
    return rate, sum(d.error(*code) for d, code in zip(directions, codes, strict=True))


def at_50_digits(observe: Callable[..., Any]) -> Callable[[Any], Any]:
    """`confirm` for instances (λ, σ², β, *rest): `observe(direction, *rest)` in mpmath numbers."""

    def confirm(instance: Any) -> Any:
        import mpmath as mp

        with mp.workdps(50):
            var, noise_var, beta, *rest = (mp.mpf(number) for number in instance)
            return observe(Direction(var, noise_var, beta, mp, 9), *rest)

    return confirm


def signs(count: int) -> np.ndarray:
    """All rows of `count` signs: their second moments are those of N(0, I)."""
    return np.array(list(itertools.product((1, -1), repeat=count)))


def terms(A: Any, W: Any, M: Any, L: Any, log: Callable[..., Any] = math.log) -> tuple[Any, Any]:
    """E|x - Wz|² and E[ln q(z|x) - ln p(z)] for data x = Aξ of covariance AAᵀ; L lower triangular."""
    D, k = W.shape
    xi, eps = np.split(signs(D + k), [D], axis=1)
    x = xi @ A.T
    z = x @ M.T + eps @ L.T
    log_det = sum(log(L[i, i]) for i in range(k))
    return ((x - z @ W.T) ** 2).sum(1).mean(), ((z**2).sum(1) - k).mean() / 2 - log_det


def objective(A: Any, W: Any, M: Any, L: Any, noise_var: Any, beta: Any, maths: Any = math) -> Any:
    """What a linear VAE minimises, nats."""
    error, kl = terms(A, W, M, L, maths.log)
    return (error / noise_var + len(A) * maths.log(2 * maths.pi * noise_var)) / 2 + beta * kl


def precise_objective(*instance: Any) -> Any:
    """The same at 50 digits."""
    import mpmath as mp

    exact = np.vectorize(lambda t: mp.mpf(float(t)), otypes=[object])
    with mp.workdps(50):
        *matrices, noise_var, beta = instance
        A, W, M, L = map(exact, matrices)
        return objective(A, W, M, L, mp.mpf(noise_var), mp.mpf(beta), mp)


def sides(observed: Any, claimed: Any, noise_var: float) -> Sides:
    """Of objectives with the matrices drawn below: they are of the order 1/σ²."""
    return Sides(observed, claimed, 1e-12 / noise_var, 1e-12 / noise_var, scale=1 / noise_var)


def posterior(W: np.ndarray, level: float) -> tuple[np.ndarray, np.ndarray]:
    """(M, L) by Bayes' rule for z ~ N(0, I), x | z ~ N(Wz, level·I): (z, x) is Gaussian, conditioned on x."""
    M = np.linalg.solve(W @ W.T + level * np.eye(len(W)), W).T
    return M, np.linalg.cholesky(np.eye(W.shape[1]) - M @ W)


def bayes_objective(A: Any, W: Any, noise_var: float, beta: float, evaluate: Callable[..., Any] = objective) -> Any:
    """The objective of a decoder with the encoder of Bayes' rule; an error in that is seen squared only."""
    return evaluate(A, W, *posterior(W, noise_var * beta), noise_var, beta)


def descended(A: Any, start: Any, noise_var: float, beta: float, evaluate: Callable[..., Any] = objective) -> Any:
    """The objective where quasi-Newton steps from W = `start` end, Bayes' encoder going along."""
    from scipy.optimize import minimize

    def marginal(flat: np.ndarray) -> tuple[float, np.ndarray]:
        """ln det C/2 + tr ΣC⁻¹/2 for C = WWᵀ + βσ²I, Σ = AAᵀ, and its gradient."""
        W = flat.reshape(start.shape)
        C = W @ W.T + noise_var * beta * np.eye(len(W))
        precision = np.linalg.inv(C)
        gradient = precision @ W - precision @ A @ A.T @ precision @ W
        return float(np.linalg.slogdet(C)[1] + np.trace(precision @ A @ A.T)) / 2, gradient.ravel()

    end = minimize(marginal, start.ravel(), jac=True, method="L-BFGS-B", options={"gtol": 1e-10, "ftol": 1e-16})
    return bayes_objective(A, end.x.reshape(start.shape), noise_var, beta, evaluate)


SIZES = ((2, 1), (2, 2), (3, 1), (3, 2), (3, 3))
"""D and k."""


def matrices(s: Any, *sizes: tuple[int, int]) -> Any:
    """Random matrices of these sizes; one draw, since dozens of entries would be dear to draw singly."""
    return s.steps(2**31).map(lambda seed: [np.random.default_rng(seed).uniform(-1.5, 1.5, size) for size in sizes])


def decoders(s: Any) -> Any:
    """A root A of the covariance, W, σ², β."""
    both = s.one_of(SIZES).flatmap(lambda n: matrices(s, (n[0], n[0]), n))
    return s.tuples(both, s.scales(0.1, 3.0), s.scales(0.2, 4.0)).map(lambda t: (*t[0], *t[1:]))


def codes(s: Any, D: int, k: int) -> Any:
    """W, M, L."""

    def build(drawn: list[np.ndarray]) -> tuple[np.ndarray, ...]:
        W, M, entries = drawn
        return W, M, np.tril(entries, -1) + np.diag(np.exp(np.diag(entries)))

    return matrices(s, (D, k), (k, D), (k, k)).map(build)


def vaes(s: Any) -> Any:
    """A, W, M, L, σ², β: principal directions with √(λ - βσ²)⁺ in a turned basis of latents, and farther and farther away."""

    def build(drawn: Any) -> tuple[Any, ...]:
        (A, turn, dW, dM, dL), noise_var, beta, far = drawn
        var, axes = np.linalg.eigh(A @ A.T)
        leading = slice(None, -len(turn) - 1, -1)
        weights = np.sqrt(np.maximum(var[leading] - noise_var * beta, 0))
        W = axes[:, leading] * weights @ np.linalg.qr(turn)[0] + far * dW
        M, L = posterior(W, noise_var * beta)
        L = (L + far * np.tril(dL, -1)) * np.exp(far * np.diag(np.diag(dL)))
        return A, W, M + far * dM, L, noise_var, beta

    def sized(n: tuple[int, int]) -> Any:
        D, k = n
        return matrices(s, (D, D), (k, k), (D, k), (k, D), (k, k))

    far = s.either(s.one_of((0.0,)), s.scales(1e-3, 1.0))
    return s.tuples(s.one_of(SIZES).flatmap(sized), s.scales(0.1, 3.0), s.scales(0.2, 4.0), far).map(build)
