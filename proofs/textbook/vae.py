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
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from scipy.fft import idct

from proofs.words.algebra import expectation
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
    expect: Callable[[Callable[[Any, Any], Any]], Any] = field(repr=False)

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


def in_symbols(x: Any, var: Any, noise_var: Any, beta: Any) -> Direction:
    """In the words of SymPy; expectations are left to be worked out."""
    X, E = x.Symbol("X"), x.Symbol("E")
    moments = {X: 0, E: 0, X**2: var, X * E: 0, E**2: 1}
    return Direction(x, var, noise_var, beta, lambda f: expectation(f(X, E), moments))


def in_numbers(m: Any, var: Any, noise_var: Any, beta: Any) -> Direction:
    """In the arithmetic `m`; ξ = -1 would only repeat ξ = 1."""
    var = m.number(var)
    root = m.sqrt(var)
    return Direction(m, var, noise_var, beta, lambda f: (f(root, 1) + f(root, -1)) / 2)


def over_the_optimum(m: Any, var: Any, noise_var: Any, beta: Any, w: Any, g: Any, s: Any) -> Any:
    """By how much the objective of a code exceeds the least one."""
    direction = in_numbers(m, var, noise_var, beta)
    return direction.objective(w, g, s) - direction.objective(*direction.optimum())


def coordinates(m: Any, var: Any, noise_var: Any, beta: Any) -> np.ndarray:
    """w², g and s² of the best code."""
    w, g, s = in_numbers(m, var, noise_var, beta).optimum()
    return np.array([w**2, g, s**2])


def costs(m: Any, var: Any, noise_var: Any, beta: Any) -> np.ndarray:
    """KL, E(x-wz)² and E(x-wgx)² of the best code."""
    direction = in_numbers(m, var, noise_var, beta)
    w, g, s = direction.optimum()
    return np.array([direction.kl(g, s), direction.error(w, g, s), direction.error(w, g, 0)])


def rates_at_its_distortion(m: Any, spectrum: Any, noise_var: Any, beta: Any) -> np.ndarray:
    """The rate of the codes that are found, and the least one at their distortion."""
    spectrum = [m.number(var) for var in spectrum]
    found = [(d, d.optimum()) for d in (in_numbers(m, var, noise_var, beta) for var in spectrum)]
    distortion = sum(d.error(*code) for d, code in found)
    return np.array([sum(d.kl(*code[1:]) for d, code in found), least_rate(m, spectrum, distortion)])


def drowned_from(m: Any, frequency: Any, exponent: Any, beta: Any) -> Any:
    """The σ² at which the slope of the objective at w = √λ/10⁴ changes sign: where w² + βσ² passes λ = k^-α."""
    var = frequency**-exponent
    falling = lambda t: -in_numbers(m, var, m.exp(t), beta).slope(m.sqrt(var) / 10**4)  # noqa: E731
    return m.exp(m.root(falling, -16, 5)) + var / beta / 10**8


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


def codes_above(s: Any) -> Any:
    """A direction above water, and any code of it."""
    return directions(s, s.reals(-3.0, 3.0), s.reals(-3.0, 3.0), s.scales(0.05, 3.0), sides=("above",))


def codes_under(s: Any) -> Any:
    """A direction under water, and any code of it."""
    return directions(s, s.reals(-3.0, 3.0), s.reals(-3.0, 3.0), s.scales(0.05, 3.0), sides=("under",))


def spectra(s: Any) -> Any:
    """λ of up to four directions, σ², β."""
    return s.tuples(s.spectra(1, 4), s.scales(0.1, 3.0), s.scales(0.2, 4.0))


def frequencies(s: Any) -> Any:
    """k, α, β."""
    return s.tuples(s.reals(1.0, 64.0), s.reals(0.5, 3.0), s.scales(0.1, 8.0))


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


def size_and_level(A: Any, W: Any, _M: Any, _L: Any, noise_var: Any, beta: Any) -> tuple[Any, int, Any, Any]:
    """Of such an instance: the root of the covariance, the number of latents, σ², β."""
    return A, W.shape[1], noise_var, beta


def at_one_half(m: Any, A: Any, W: Any, M: Any, L: Any, noise_var: Any, beta: Any) -> tuple[Any, int, Any, Any]:
    """The negative ELBO at σ² = ½; then D, E|x - Wz|² and KL."""
    return objective(m, A, W, M, L, m.number(0.5), 1), len(A), *terms(m, A, W, M, L)


def less_a_vae(m: Any, A: Any, W: Any, M: Any, L: Any, noise_var: Any, beta: Any) -> tuple[Any, int, Any, Any]:
    """The objective less β times that of a VAE at βσ²; then D, σ², β."""
    at, other = (objective(m, A, W, M, L, *level) for level in ((noise_var, beta), (noise_var * beta, 1)))
    return at - beta * other, len(A), noise_var, beta


def with_bayes(m: Any, A: Any, W: Any, noise_var: Any, beta: Any) -> Any:
    """... with the encoder that Bayes' rule gives at the level βσ²."""
    return objective(m, A, W, *posterior(W, float(noise_var * beta)), noise_var, beta)


def on_signals(m: Any, W: Any, M: Any, L: Any, noise_var: Any, beta: Any, exponent: Any) -> np.ndarray:
    """Objective, KL and E|x - Wz|² for signals of three numbers with spectrum k^-α along the cosines of the DCT-II."""
    A = np.asarray(idct(np.eye(3), axis=0, norm="ortho")) * np.arange(1.0, 4.0) ** (-float(exponent) / 2)
    error, kl = terms(m, A, W, M, L)
    return np.array([objective(m, A, W, M, L, noise_var, beta), kl, error])


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


def signal_codes(s: Any) -> Any:
    """W, M, L of three outputs and two latents, σ², β, α."""
    drawn = s.tuples(codes(s, 3, 2), s.scales(0.1, 3.0), s.scales(0.2, 4.0), s.reals(0.5, 3.0))
    return drawn.map(lambda t: (*t[0], *t[1:]))


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
