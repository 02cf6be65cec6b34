"""Paths of a flow by integration, and pairs that it joins: the end of a path, the pair that passes a point, the plane's map.

In the words of an arithmetic m (proofs.words.arithmetic), for the observed sides of `straight_after_one_reflow`; knows no
quantile of the data in double precision, and no Jacobian but differences of ends.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from proofs.textbook.denoising import flowing_path, posterior_mean, quantile
from proofs.words.arithmetic import DOUBLE, PRECISE
from theory import GaussianMixture


def missed(m: Any, p: GaussianMixture, x: float) -> Any:
    """The end of the path from x, less that of the straight one it sets out on, x + E[X₁ - x | X₀ = x]; in double precision."""
    return flowing_path(m, p, x) - (x + (posterior_mean(DOUBLE, p, x, 0.0, 1.0) - x))


def missed_precisely(p: GaussianMixture, x: float) -> Any:
    """The same, to 50 digits."""
    end = quantile(p, x)
    with PRECISE.digits():
        return end - posterior_mean(PRECISE, p, PRECISE.number(x), PRECISE.number(0.0), PRECISE.number(1.0))


def starts_and_times(s: Any) -> Any:
    """A law on the line, a point of N(0, 1), a time."""
    return s.tuples(s.mixtures(1, 3, spread=2.0, std=(0.3, 2.0)), s.reals(-2.5, 2.5), s.reals(0.0, 1.0))


def moved(m: Any, p: GaussianMixture, x: float, t: float) -> float:
    """X₁ - X₀ of the pair that starts at x, whenever it is asked for; in double precision."""
    return flowing_path(m, p, x) - x


def moved_precisely(p: GaussianMixture, x: float, t: float) -> Any:
    """The same to 50 digits."""
    end = quantile(p, x)
    with PRECISE.digits():
        return end - PRECISE.number(x)


def starts_and_steps(s: Any) -> Any:
    """The same with a number of steps."""
    return s.tuples(s.mixtures(1, 3, spread=2.0, std=(0.3, 2.0)), s.reals(-2.5, 2.5), s.integers(1, 12))


def end_of(m: Any, p: GaussianMixture, x: float, n: int) -> float:
    """Where the flow leads from x; in double precision."""
    return flowing_path(m, p, x)


def end_precisely(p: GaussianMixture, x: float, n: int) -> Any:
    """The same to 50 digits."""
    return quantile(p, x)


# --- other couplings on the line ----------------------------------------------------------------------------------------


def couplings(s: Any) -> Any:
    """A law on the line, a start, and a correlation of noise and data in each of its modes."""

    def build(drawn: tuple[GaussianMixture, float, float]) -> tuple[Any, ...]:
        p, x, tilt = drawn
        return p, x, tuple(tilt * (-0.7) ** k for k in range(len(p)))

    return s.tuples(s.mixtures(1, 3, spread=2.0, std=(0.3, 2.0)), s.reals(-2.5, 2.5), s.reals(-0.9, 0.9)).map(build)


def coupled_path(m: Any, p: GaussianMixture, x: float, correlations: Any) -> float:
    """Where E[X₁-X₀ | X_t] leads, (X₀, X₁) Gaussian in each mode with that correlation; always in double precision."""
    from scipy.integrate import solve_ivp

    modes = [tuple(map(float, mode)) for mode in zip(p.weights, p.means, p.stds, correlations, strict=True)]

    def slope(t: float, at: Any) -> tuple[float]:
        pushed = total = 0.0
        for w, mean, s, rho in modes:
            var = (1 - t) ** 2 + 2 * t * (1 - t) * rho * s + (t * s) ** 2
            cross = t * s**2 - (1 - t) + (1 - 2 * t) * rho * s  # Cov(X₁-X₀, X_t)
            off = at[0] - t * mean
            share = w * math.exp(-(off**2) / (2 * var)) / math.sqrt(var)
            total, pushed = total + share, pushed + share * (mean + cross / var * off)
        return (pushed / total,)

    return solve_ivp(slope, (0.0, 1.0), (x,), method="DOP853", rtol=1e-12, atol=1e-12).y[0, -1]


def coupled_end(p: GaussianMixture, x: float, _correlations: Any) -> Any:
    """The quantile of the start, to 50 digits."""
    return quantile(p, x)


# --- the plane ----------------------------------------------------------------------------------------------------------

TRIANGLE = GaussianMixture([0.5, 0.3, 0.2], [[0.0, 0.0], [3.0, 0.0], [0.5, 2.0]], covs=[0.25 * np.eye(2)] * 3)
"""Three modes that no line holds."""


def planar_path(p: GaussianMixture, start: Any) -> np.ndarray:
    """Where Σ r_k [μ_k + (ts² - (1-t))/c (x - tμ_k)] leads in the plane, c = (1-t)² + t²s², modes of one width s."""
    from scipy.integrate import solve_ivp

    weights, means, s2 = p.weights.tolist(), p.means.tolist(), float(p.covs[0, 0, 0])

    def slope(t: float, at: Any) -> tuple[float, float]:
        c = (1 - t) ** 2 + t * t * s2
        shares = [
            w * math.exp(-((at[0] - t * a) ** 2 + (at[1] - t * b) ** 2) / (2 * c))
            for w, (a, b) in zip(weights, means, strict=True)
        ]
        x, y = (sum(r * mean[i] for r, mean in zip(shares, means, strict=True)) / sum(shares) for i in (0, 1))
        gain = (t * s2 - (1 - t)) / c
        return x + gain * (at[0] - t * x), y + gain * (at[1] - t * y)

    return solve_ivp(slope, (0.0, 1.0), tuple(map(float, start)), method="DOP853", rtol=1e-12, atol=1e-12).y[:, -1]


def near_the_point(s: Any) -> Any:
    """How far to go from (0.3, 0.7), in 1e-5."""
    return s.tuples(s.inside(0.0, 1.0))


STEP, PARTS = 5e-4, 200


def planar_paths(p: GaussianMixture, starts: np.ndarray) -> np.ndarray:
    """The ends from several starts (n, 2), by Runge and Kutta's rule of order 4."""
    s2 = float(p.covs[0, 0, 0])

    def slope(t: float, at: np.ndarray) -> np.ndarray:
        c = (1 - t) ** 2 + t * t * s2
        shares = p.weights * np.exp(-((at[:, None] - t * p.means) ** 2).sum(axis=2) / (2 * c))
        centre = shares @ p.means / shares.sum(axis=1, keepdims=True)
        return centre + (t * s2 - (1 - t)) / c * (at - t * centre)

    at, h = np.array(starts, float), 1 / PARTS
    for k in range(PARTS):
        t = k * h
        first = slope(t, at)
        second = slope(t + h / 2, at + h / 2 * first)
        third = slope(t + h / 2, at + h / 2 * second)
        at = at + h / 6 * (first + 2 * second + 2 * third + slope(t + h, at + h * third))
    return at


def turns(p: GaussianMixture, starts: np.ndarray) -> np.ndarray:
    """∂T₁/∂y - ∂T₂/∂x at starts (n, 2), by central differences."""
    steps = STEP * np.array([[1, 0], [-1, 0], [0, 1], [0, -1]])
    ends = planar_paths(p, (np.asarray(starts)[None] + steps[:, None]).reshape(-1, 2)).reshape(4, -1, 2)
    right, left, up, down = ends
    return (up[:, 0] - down[:, 0] - right[:, 1] + left[:, 1]) / (2 * STEP)


def turned(m: Any, away: float) -> float:
    """That at (0.3 + e/10⁵, 0.7 - e/10⁵) towards the three modes; always in double precision."""
    return float(turns(TRIANGLE, np.array([[0.3 + 1e-5 * away, 0.7 - 1e-5 * away]]))[0])


def turned_confirmed(away: float) -> Any:
    """The same: differences leave five digits."""
    return turned(DOUBLE, away)


def two_in_the_plane(s: Any) -> Any:
    """The weight of the first of two modes of one width, their places, that width, and a start."""
    point = s.tuples(s.reals(-2.0, 2.0), s.reals(-2.0, 2.0))
    places = s.tuples(point, point).filter(lambda two: math.dist(*two) > 0.3)
    return s.tuples(s.inside(0.05, 0.95), places, s.scales(0.3, 2.0), point).map(lambda d: (d[0], *d[1], *d[2:]))


def planar_end(m: Any, w: float, first: Any, second: Any, std: float, start: Any) -> np.ndarray:
    """The end of the path from `start`; always in double precision."""
    return planar_path(GaussianMixture([w, 1 - w], [first, second], covs=[std**2 * np.eye(2)] * 2), start)


def planar_end_precisely(w: float, first: Any, second: Any, std: float, start: Any) -> Any:
    """Along the modes' line by quantiles to 50 digits, across it by the factor s."""
    with PRECISE.digits():
        x, y, a, b, c, d, std = (PRECISE.number(v) for v in (*start, *first, *second, std))
        length = PRECISE.sqrt((c - a) ** 2 + (d - b) ** 2)
        u, v = (c - a) / length, (d - b) / length
        cdf, one, other = PRECISE.normal_cdf, u * a + v * b, u * c + v * d
        level = cdf(u * x + v * y)
        end = PRECISE.root(lambda z: w * cdf((z - one) / std) + (1 - w) * cdf((z - other) / std) - level, -40, 40)
        across = u * b - v * a + std * (u * y - v * x)
        return np.array([u * end - v * across, v * end + u * across], dtype=object)
