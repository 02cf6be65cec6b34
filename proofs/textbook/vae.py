"""The linear VAE and Gaussian coding from their definitions, for derivations and observed sides: nothing here knows an optimum.

    z ~ N(0, I),  x | z ~ N(Wz, σ²I),  q(z|x) = N(Mx, LLᵀ)
    objective = E|x - Wz|²/2σ² + (D/2) ln 2πσ² + β E[ln q(z|x) - ln p(z)]        nats a sample

One direction is a `Direction`, in the symbols of a derivation (`in_symbols`) or in numbers of either arithmetic of
proofs.words.arithmetic (`in_numbers`). Many directions are matrices. Everything is quadratic in x = Aξ and z = Mx + Lε, so
that expectations are exact averages over signs ξ, ε = ±1.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from proofs.words.arithmetic import DOUBLE


@dataclass(frozen=True)
class Direction:
    """A direction of variance `var` under decoder variance `noise_var` and weight `beta`; z = gx + sε.

    `words` has log, sqrt and pi; `expect(f)` is E f(x, ε) for quadratic f.
    """

    words: Any
    var: Any
    noise_var: Any
    beta: Any
    expect: Callable[[Callable[[Any, Any], Any]], Any]

    def error(self, w: Any, g: Any, s: Any) -> Any:
        """E(x-wz)²."""
        return self.expect(lambda x, e: (x - w * (g * x + s * e)) ** 2)

    def kl(self, g: Any, s: Any) -> Any:
        """E[ln q(z|x) - ln p(z)], nats; the ½ ln 2π cancel."""
        return self.expect(lambda x, e: ((g * x + s * e) ** 2 - e**2) / 2) - self.words.log(s)

    def objective(self, w: Any, g: Any, s: Any) -> Any:
        """What a linear VAE minimises, nats."""
        fit = self.error(w, g, s) / self.noise_var + self.words.log(2 * self.words.pi * self.noise_var)
        return fit / 2 + self.beta * self.kl(g, s)

    def encoder(self, w: Any) -> tuple[Any, Any]:
        """The best (g, s) for w: the vertex of a parabola in g; in s the objective is a s² - β ln s + const."""
        below, middle, above = (self.objective(w, g, 1) for g in (-1, 0, 1))
        g = (below - above) / (2 * (below - 2 * middle + above))
        a = (self.objective(w, g, 2) - self.objective(w, g, 1) + self.beta * self.words.log(2)) / 3
        return g, self.words.sqrt(self.beta / (2 * a))

    def slope(self, w: Any) -> Any:
        """Twice that of the objective in w; the encoder is the best one, and stays while w moves on a parabola."""
        g, s = self.encoder(w)
        return self.objective(w + 1, g, s) - self.objective(w - 1, g, s)

    def optimum(self) -> tuple[Any, Any, Any]:
        """(w, g, s) of least objective: the slope in w ≥ 0 changes sign where it is least; halvings, then secants.

        With λ 2 % or more off the water level whatever follows from it is good to 1e-11 in float64.
        """
        low, high = 0 * self.var, self.words.sqrt(self.var)
        for _ in range(12):
            w = (low + high) / 2
            low, high = (low, w) if self.slope(w) > 0 else (w, high)
        before, w, slopes = low, high, (self.slope(low), self.slope(high))
        for _ in range(5 if self.words is DOUBLE else 9):
            if slopes[0] == slopes[1]:
                break
            before, w = w, w - slopes[1] * (w - before) / (slopes[1] - slopes[0])
            slopes = (slopes[1], self.slope(w))
        return (w, *self.encoder(w))


def in_symbols(x: Any, var: Any) -> Direction:
    """With σ² = x.v and β = x.b; expectations are left to be worked out."""
    X, E = x.Symbol("X"), x.Symbol("E")
    moments = x.Tuple((X, 0), (E, 0), (X**2, var), (X * E, 0), (E**2, 1))
    return Direction(x, var, x.v, x.b, lambda f: x.Expectation(f(X, E), moments))


def in_numbers(m: Any, var: Any, noise_var: Any, beta: Any) -> Direction:
    """In the arithmetic `m`; ξ = -1 would only repeat ξ = 1."""
    var = m.number(var)
    root = m.sqrt(var)
    return Direction(m, var, noise_var, beta, lambda f: (f(root, 1) + f(root, -1)) / 2)


def least_rate(m: Any, spectrum: Any, distortion: Any) -> Any:
    """min ½ Σ ln(λᵢ/Dᵢ) over Σ Dᵢ ≤ D, 0 < Dᵢ ≤ λᵢ, in nats, by trying every choice of what is coded at all.

    What is coded has equal distortions, for at other ones trading distortion between two would save rate.
    """
    least, chosen = m.inf, range(len(spectrum))
    for coded in itertools.chain.from_iterable(itertools.combinations(chosen, k + 1) for k in chosen):
        level = (distortion - sum(spectrum[i] for i in chosen if i not in coded)) / len(coded)
        if 0 < level <= min(spectrum[i] for i in coded) * (1 + 1e-12):  # at equality, coded or not is the same
            least = min(least, sum(m.log(spectrum[i] / level) for i in coded) / 2)
    return least


def directions(s: Any, *parts: Any, sides: tuple[str, ...] = ("above", "under")) -> Any:
    """λ, σ², β, then `parts`: λ up to 60 times above or under the level, 2 % off it, as there w turns like a root."""
    ratios = {"above": s.scales(1.02, 60.0), "under": s.scales(1 / 60, 0.98)}
    drawn = s.tuples(s.either(*[ratios[side] for side in sides]), s.scales(0.05, 5.0), s.scales(0.1, 8.0), *parts)
    return drawn.map(lambda d: (d[0] * d[1] * d[2], *d[1:]))


def nats(var: float, noise_var: float, beta: float, w: float, g: float, s: float) -> float:
    """The size of what is added up to an objective."""
    direction = in_numbers(DOUBLE, var, noise_var, beta)
    return 21 + direction.error(w, g, s) / noise_var + beta * (abs(direction.kl(g, s)) + 20)


# --- many directions --------------------------------------------------------------------------------------------------


def signs(count: int) -> np.ndarray:
    """All rows of `count` signs: their second moments are those of N(0, I)."""
    return np.array(list(itertools.product((1, -1), repeat=count)))


def terms(m: Any, A: Any, W: Any, M: Any, L: Any) -> tuple[Any, Any]:
    """E|x - Wz|² and E[ln q(z|x) - ln p(z)] for data x = Aξ of covariance AAᵀ; L lower triangular."""
    A, W, M, L = (a if m is DOUBLE else np.vectorize(m.number, otypes=[object])(a) for a in (A, W, M, L))
    xi, eps = np.split(signs(sum(W.shape)), [len(W)], axis=1)
    x = xi @ A.T
    z = x @ M.T + eps @ L.T
    log_det = sum(m.log(L[i, i]) for i in range(len(L)))
    return ((x - z @ W.T) ** 2).sum(1).mean(), ((z**2).sum(1) - len(L)).mean() / 2 - log_det


def objective(m: Any, A: Any, W: Any, M: Any, L: Any, noise_var: Any, beta: Any) -> Any:
    """What a linear VAE minimises, nats."""
    error, kl = terms(m, A, W, M, L)
    return (error / noise_var + len(A) * m.log(2 * m.pi * noise_var)) / 2 + beta * kl


def posterior(W: np.ndarray, level: float) -> tuple[np.ndarray, np.ndarray]:
    """(M, L) by Bayes' rule for z ~ N(0, I), x | z ~ N(Wz, level·I): (z, x) is Gaussian, conditioned on x."""
    M = np.linalg.solve(W @ W.T + level * np.eye(len(W)), W).T
    return M, np.linalg.cholesky(np.eye(W.shape[1]) - M @ W)


def two_axes(angle: float, first: float, second: float) -> np.ndarray:
    """W with columns of these squared lengths."""
    turn = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    return turn * np.sqrt([first, second])


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
