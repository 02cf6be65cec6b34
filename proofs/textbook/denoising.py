"""What is known of X from gX + σN = x, N ~ N(0, I), by its definition: Bayes' rule point by point, and mode by mode.

`posterior` weighs points of X by the prior and the likelihood; `shared` is the same for two Gaussian modes in symbols.
Denoising has g = 1, flow matching g = t and σ = 1-t. `denoiser` and `flow_matching` say in words what
`toys.one_pass` computes. For the observed sides of `one_step_denoiser_is_mean`, `iterated_denoiser_samples` and
`one_step_flow_matching_is_mean`; knows no closed form of a denoiser and no map.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from itertools import pairwise
from typing import Any

import numpy as np

from proofs.words import expectation, sp
from proofs.words.arithmetic import DOUBLE, PRECISE
from theory import GaussianMixture


def posterior(m: Any, p: GaussianMixture, x: Any, gain: Any, std: Any) -> tuple[np.ndarray, np.ndarray]:
    """Points of X (n, D) and their probabilities (n,) given gX + σN = x, in the arithmetic m.

    Trapezoids about every mode, ±16 of its deviations on the line and ±8 in the plane.
    """
    x, d = np.atleast_1d(np.asarray(x)), p.dim
    nodes = np.linspace(-16, 16, 257) if d == 1 else np.linspace(-8, 8, 53)
    u = np.stack(np.meshgrid(*[nodes] * d, indexing="ij"), -1).reshape(-1, d)
    points, masses = [], []
    for w, mean, cov in zip(p.weights, p.means.reshape(-1, d), p.covs.reshape(-1, d, d), strict=True):
        points.append(mean + u @ np.linalg.cholesky(cov).T)
        residual = (x - gain * points[-1]) / std
        masses.append(w * m.exp(-((u**2).sum(1) + (residual**2).sum(1)) / 2))
    mass = np.concatenate(masses)
    return np.concatenate(points), mass / mass.sum()


def posterior_mean(m: Any, p: GaussianMixture, x: Any, gain: Any, std: Any) -> Any:
    """E[X | gX + σN = x], shaped like x."""
    points, mass = posterior(m, p, x, gain, std)
    return (mass @ points)[0] if p.scalar else mass @ points


def shared(modes: Any, x: Any, of_mode: Callable[[Any, Any], Any], gain: Any, std: Any) -> Any:
    """Σ r_k × what `of_mode(mean, deviation)` says of mode k, for X ~ Σ w_k N(m_k, s_k²), in symbols.

    modes: (w_k, m_k, s_k), each.
    """
    total = first = 0
    for w, m, s in modes:
        var = std**2 + gain**2 * s**2
        mass = w * sp.exp(-((x - gain * m) ** 2) / (2 * var)) / sp.sqrt(var)
        total, first = total + mass, first + mass * of_mode(m, s)
    return first / total


def regression(of: Any, on: Any, at: Any, moments: Any) -> Any:
    """E A + Cov(A, Y)/Var Y · (y - E Y), to be worked out: E[A | Y=y] of Gaussian letters with these moments."""

    def mean(e: Any) -> Any:
        return expectation(e, moments)

    covariance = mean(of * on) - mean(of) * mean(on)
    return mean(of) + covariance / (mean(on**2) - mean(on) ** 2) * (at - mean(on))


def at_precision(e: Any, x: Any, w: Any, m: Any, s: Any, n: Any, u: Any) -> Any:
    """E[X | X+σN=x] of w N(m, s²) + (1-w) N(n, u²) in symbols, in e = 1/σ²: analytic at e = 0."""
    total = first = 0
    for v, a, c in ((w, m, s), (1 - w, n, u)):
        mass = v * sp.exp(-((x - a) ** 2) * e / (2 * (1 + e * c**2))) / sp.sqrt(1 + e * c**2)
        total, first = total + mass, first + mass * (a + e * c**2 / (1 + e * c**2) * (x - a))
    return first / total


def moments_of_two(w: Any, m: Any, s: Any, n: Any, u: Any) -> tuple[Any, Any, Any]:
    """EX, Var X and E(X-EX)³ of these two modes, in symbols."""
    mean = w * m + (1 - w) * n
    d, c = m - mean, n - mean
    var = w * (d**2 + s**2) + (1 - w) * (c**2 + u**2)
    return mean, var, w * (d**3 + 3 * d * s**2) + (1 - w) * (c**3 + 3 * c * u**2)


def one_mode(mean: Any, std: Any) -> GaussianMixture:
    """N(mean, std²)."""
    return GaussianMixture([1.0], [mean], stds=[std])


def equally_likely(law: GaussianMixture, count: int = 200) -> Any:
    """So many quantiles of a law, each standing for as much of it."""
    return law.ppf((np.arange(count) + 0.5) / count)


def size(p: GaussianMixture) -> float:
    """How far out the law reaches: its largest mean and its largest deviation."""
    return float(np.abs(p.means).max() + p.stds.max())


def expected(m: Any, p: GaussianMixture, *_: Any) -> Any:
    """EX by quadrature, whatever else there is."""
    return m.expect(p, lambda y: y)


def _path(p: GaussianMixture, x: float, of_mode: Callable[..., tuple[float, float, float]], span: Any) -> float:
    """Where dx/dt = Σ r_k v_k leads on the line, by a Runge-Kutta pair of order 8; `of_mode(mean, s, x, t)` tells the
    offset of x from the mean, the variance and v_k."""
    from scipy.integrate import solve_ivp

    modes = [tuple(map(float, mode)) for mode in zip(p.weights, p.means, p.stds, strict=True)]

    def slope(t: float, at: Any) -> tuple[float]:
        pushed = total = 0.0
        for w, mean, s in modes:
            off, var, v = of_mode(mean, s, at[0], t)
            share = w * math.exp(-(off**2) / (2 * var)) / math.sqrt(var)
            total, pushed = total + share, pushed + share * v
        return (pushed / total,)

    return solve_ivp(slope, span, (x,), method="DOP853", rtol=1e-12, atol=1e-12).y[0, -1]


# --- along the probability-flow ODE -----------------------------------------------------------------------------------


def noisy_points(s: Any) -> Any:
    """A law on the line, a point and the noise that it is under."""
    return s.tuples(s.mixtures(1, 3, spread=2.0, std=(0.3, 2.0)), s.reals(-5.0, 5.0), s.scales(2.0, 8.0))


def denoising_path(m: Any, p: GaussianMixture, x: float, high: float) -> float:
    """Where dx/dσ = Σ r_k σ (x-μ_k)/(s_k²+σ²) leads from σ = `high` to 0; always in double precision."""
    return denoising_between(p, x, high, 0.0)


def denoising_between(p: GaussianMixture, x: float, high: float, low: float) -> float:
    """Where it leads from σ = `high` to `low`."""

    def of_mode(mean: float, s: float, at: float, std: float) -> tuple[float, float, float]:
        off, var = at - mean, s**2 + std**2
        return off, var, std * off / var

    return _path(p, x, of_mode, (high, low))


def denoised_quantile(p: GaussianMixture, x: float, high: float) -> Any:
    """The point of p below which there is as much as below x under noise, to 50 digits."""
    with PRECISE.digits():
        reached = PRECISE.cdf(p.smooth(high), PRECISE.number(x))
        return PRECISE.root(lambda y: PRECISE.cdf(p, y) - reached, -40, 40)


def ladders(s: Any) -> Any:
    """Mean and deviation of a mode, a point, and up to six falling noise levels and 0."""
    ratios = s.vectors(s.reals(0.3, 0.9), 0, 5)
    levels = s.tuples(s.scales(1.0, 8.0), ratios).map(lambda d: np.append(d[0] * np.cumprod(np.append(1.0, d[1])), 0.0))
    return s.tuples(s.reals(-3.0, 3.0), s.scales(0.1, 5.0), s.reals(-3.0, 3.0), levels)


def denoised_by_angles(m: Any, mean: Any, std: Any, x: Any, levels: Any) -> Any:
    """mean + R_n/R_0 (x - mean) Π cos of the angles between the vectors (s, σᵢ), R their lengths."""
    levels = [m.number(v) for v in levels]
    radius = [m.sqrt(std**2 + v**2) for v in levels]
    cosines = [(std**2 + a * b) / (u * v) for (a, u), (b, v) in pairwise(zip(levels, radius, strict=True))]
    return mean + radius[-1] / radius[0] * (x - mean) * math.prod(cosines)


def noises(s: Any) -> Any:
    """A law on the line, and a noise level."""
    return s.tuples(s.mixtures(1, 3, spread=3.0), s.scales(1.0, 20.0))


def difference_at_crossings(m: Any, p: GaussianMixture, std: Any) -> Any:
    """The largest |Φ(t/σ) - F_{p_σ}(t)|: it lies where the densities are equal."""
    wide = np.sqrt(p.stds**2 + float(std) ** 2)
    noisy, reach = GaussianMixture(p.weights, p.means, stds=wide), 8 * (size(p) + float(std))
    level = lambda t: m.normal_cdf(t / std) - m.cdf(noisy, t)  # noqa: E731
    pieces = m.where_positive(lambda t: m.normal(t, 0, std) - m.pdf(noisy, t), -reach, reach)
    return max(abs(level(t)) for piece in pieces for t in piece)


FAR = 1e6
"""A noise level, in sizes of the law, at which the next order, (EX²/EX)²/σ², is lost."""


def off_centre(s: Any) -> Any:
    """A law on the line whose mean is not 0."""
    return s.mixtures(1, 3).filter(lambda p: abs(p.mean) > 0.3)


def difference_by_the_mean(m: Any, p: GaussianMixture) -> Any:
    """|EX|/√2πσ at σ = FAR."""
    return abs(expected(m, p)) / (m.sqrt(2 * m.pi) * m.number(FAR))


# --- along the flow of an independent coupling --------------------------------------------------------------------------


def flowing_points(s: Any) -> Any:
    """A law, a point and a time before the end, on the line or in the plane."""
    line = s.tuples(s.mixtures(1, 3), s.reals(-4.0, 4.0), s.reals(0.0, 0.7))
    point = s.tuples(s.reals(-2.0, 2.0), s.reals(-2.0, 2.0))
    return s.either(line, line, s.tuples(s.planar_mixtures(2, 2, spread=2.0), point, s.reals(0.0, 0.5)))


def velocity_by_bayes(m: Any, p: GaussianMixture, x: Any, t: Any) -> Any:
    """(E[X₁|X_t=x] - x)/(1-t), X₁ weighed by p(x₁) φ((x - t x₁)/(1-t))."""
    return (posterior_mean(m, p, x, t, 1 - t) - np.asarray(x)) / (1 - t)


def velocity_scale(p: GaussianMixture, x: Any, t: float) -> float:
    """Its size."""
    return (size(p) + np.abs(x).max()) / (1 - t)


def laws_and_starts(s: Any) -> Any:
    """A law of two or three modes, and a point."""
    return s.tuples(s.mixtures(2, 3), s.reals(-4.0, 4.0))


def many_steps(s: Any) -> Any:
    """Mean and deviation of a mode, a point and up to forty steps."""
    return s.tuples(s.reals(-3.0, 3.0), s.scales(0.1, 5.0), s.reals(-3.0, 3.0), s.integers(1, 40))


def flowing_by_angles(m: Any, mean: Any, std: Any, x: Any, n: int) -> Any:
    """mean + s x Π cos of the angles between the vectors (n-i, s i)."""
    turned = [(n - i, std * i) for i in range(n + 1)]
    cosines = ((a * c + b * d) / m.sqrt((a**2 + b**2) * (c**2 + d**2)) for (a, b), (c, d) in pairwise(turned))
    return mean + std * x * math.prod(cosines)


def starts(s: Any) -> Any:
    """A law on the line, and a point of N(0, 1)."""
    return s.tuples(s.mixtures(1, 3, spread=2.0, std=(0.3, 2.0)), s.reals(-2.5, 2.5))


def flowing_path(m: Any, p: GaussianMixture, x: float) -> float:
    """Where dx/dt = Σ r_k v_k leads from t = 0 to 1; always in double precision."""
    return flowing_between(p, x, 0.0, 1.0)


def flowing_between(p: GaussianMixture, x: float, first: float, last: float) -> float:
    """Where it leads from t = `first` to `last`."""

    def of_mode(mean: float, s: float, at: float, t: float) -> tuple[float, float, float]:
        off, var = at - t * mean, (1 - t) ** 2 + (t * s) ** 2
        return off, var, mean + (t * s**2 - (1 - t)) * off / var

    return _path(p, x, of_mode, (first, last))


def quantile(p: GaussianMixture, x: float) -> Any:
    """F⁻¹(Φ(x)), to 50 digits."""
    with PRECISE.digits():
        return PRECISE.root(lambda y: PRECISE.cdf(p, y) - PRECISE.normal_cdf(PRECISE.number(x)), -40, 40)


# --- one denoising -----------------------------------------------------------------------------------------------------


def places(s: Any) -> Any:
    """A law, a noisy point and the noise, on the line or in the plane."""
    line = s.tuples(s.mixtures(1, 3), s.reals(-6.0, 6.0), s.scales(0.5, 8.0))
    point = s.tuples(s.reals(-2.0, 2.0), s.reals(-2.0, 2.0))
    return s.either(line, line, s.tuples(s.planar_mixtures(2, 2, spread=2.0), point, s.scales(1.0, 4.0)))


def reach(p: GaussianMixture, x: Any, *_: Any) -> float:
    """How far out the law and the point are."""
    return size(p) + float(np.abs(x).max())


def least_loss(m: Any, p: GaussianMixture, x: Any, std: Any) -> Any:
    """The c that makes E[|X-c|² | x] least, by a parabola through three of its values."""
    points, mass = posterior(m, p, x, 1, std)
    loss = lambda c: (mass * ((points - c) ** 2).sum(1)).sum()  # noqa: E731
    centre = np.array([m.number(v) for v in np.atleast_1d(p.means[0])])
    best = m.vertex(loss, centre, size(p))
    return best[0] if p.scalar else best


def denoised(m: Any, p: GaussianMixture, x: Any, std: Any) -> Any:
    """E[X | X+σN=x]."""
    return posterior_mean(m, p, x, 1, std)


def posterior_median(p: GaussianMixture, x: float, std: float) -> float:
    """The median of X given X+σN = x, on the line."""
    points, mass = posterior(DOUBLE, p, x, 1, std)
    order = np.argsort(points[:, 0])
    return float(np.interp(0.5, np.cumsum(mass[order]), points[order, 0]))


def under_much_noise(s: Any) -> Any:
    """A law of several modes, and a point."""
    return s.tuples(s.mixtures(2, 4), s.reals(-6.0, 6.0))


def nearer(s: Any) -> Any:
    """The same, not as far out."""
    return s.tuples(s.mixtures(2, 4, spread=2.0), s.reals(-3.0, 3.0))


def slope_by_tilting(m: Any, p: GaussianMixture, x: Any) -> Any:
    """The slope of E[X|x] in e = 1/σ² at 0, every X weighed by exp(e (xX - X²/2))."""

    def mean(e: Any) -> Any:
        weight = lambda y: m.exp(e * (x * y - y**2 / 2))  # noqa: E731
        return m.expect(p, lambda y: y * weight(y)) / m.expect(p, weight)

    return m.slope(mean, 0, 1 / reach(p, float(x)) ** 2)


# --- the toys ------------------------------------------------------------------------------------------------------------


def denoisers(s: Any) -> Any:
    """What `denoiser` takes, from `proofs.strategies`."""

    def build(drawn: tuple[int, float, float, int]) -> tuple[Any, ...]:
        seed, spread, highest, steps = drawn
        rng = np.random.default_rng(seed)  # one draw, since dozens of numbers would be dear to draw singly
        x, noise, u, weights = rng.uniform(-3, 3, 4), rng.uniform(-3, 3, 4), rng.random(4), rng.uniform(-1, 1, (3, 2))
        return spread, tuple(np.geomspace(highest, 0.2, steps + 1)), x, noise, u, weights, rng.uniform(-1, 1)

    return s.tuples(s.steps(2**31), s.scales(0.5, 4.0), s.reals(1.0, 8.0), s.integers(1, 4)).map(build)


def denoiser(m: Any, c: Any, levels: Any, x: Any, noise: Any, u: Any, weights: Any, bias: Any) -> np.ndarray:
    """A denoiser of small networks on draws x, ε, u: y = x + σε, σ, the loss, and where Heun's method leads from x.

    F(y, σ) = Σ max(0, w·(y/(c√(1+σ²/c²)), ¼ ln σ) + ¼) + bias; x about a mean of -c/5; ln σ at u of its range.
    """
    x, noise, u, levels = (np.array([m.number(v) for v in values]) for values in (x, noise, u, levels))

    def denoised(y: Any, std: Any) -> Any:
        root = m.sqrt(1 + (std / c) ** 2)
        f = sum(np.maximum(0, w[0] * y / (c * root) + w[1] * m.log(std) / 4 + 0.25) for w in weights) + bias
        return y / root**2 + std / root * f

    std = levels[-1] * m.exp(u * m.log(levels[0] / levels[-1]))
    loss = ((denoised(x + std * noise, std) - x) ** 2 * (1 / std**2 + 1 / c**2)).mean()
    shown, at = [*(x + std * noise), *std, loss], x
    for high, low in pairwise(levels):
        slope = (at - denoised(at, high)) / high
        ahead = at + (low - high) * slope
        at = at + (low - high) / 2 * (slope + (ahead - denoised(ahead, low)) / low)
    return np.array([*shown, *(at - c / 5)])


def minibatches(s: Any) -> Any:
    """What `flow_matching` takes."""

    def build(drawn: tuple[int, float, int]) -> tuple[Any, ...]:
        rng = np.random.default_rng(drawn[0])  # one draw, since dozens of numbers would be dear to draw singly
        pairs, uniform, weights = rng.uniform(-3, 3, (2, 4)), rng.random((2, 4)), rng.uniform(-1, 1, (3, 2))
        return drawn[1], *pairs, *uniform, weights, np.linspace(0.0, 1.0, drawn[2] + 1) ** 1.5

    return s.tuples(s.steps(2**31), s.reals(0.0, 0.9), s.integers(1, 4)).map(build)


def flow_matching(m: Any, share: Any, x0: Any, x1: Any, t: Any, u: Any, weights: Any, times: Any) -> np.ndarray:
    """Flow matching by small networks on draws x₀, x₁, t, u: x_t, t, v, the loss, and where Euler's steps lead from x₀.

    The network is Σ max(0, w·(x, t) + ¼); t is 0 where u < share.
    """
    x0, x1, t = (np.array([m.number(v) for v in drawn]) for drawn in (x0, x1, t))
    net = lambda x, t: sum(np.maximum(0, w[0] * x + w[1] * t + 0.25) for w in weights)  # noqa: E731
    t, v = t * (u >= share), x1 - x0
    shown = [*(x0 + t * v), *t, *v, ((net(x0 + t * v, t) - v) ** 2).mean()]
    for before, after in pairwise(times):
        x0 = x0 + (after - before) * net(x0, before)
    return np.array([*shown, *x0])
