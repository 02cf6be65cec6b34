"""Two clocks of one sampler, from the definition: E[X₁-X₀ | X_t=x] point by point, paths by integration, shares step by step.

In the words of an arithmetic m (proofs.words.arithmetic), for the observed sides of `flow_matching_is_diffusion`; knows no
denoiser, no map and no angle.
"""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import numpy as np

from proofs.textbook.denoising import denoising_between, flowing_between, posterior
from proofs.words.arithmetic import PRECISE
from theory import GaussianMixture


def points(s: Any) -> Any:
    """A law, a point and a time, on the line or in the plane."""
    line = s.tuples(s.mixtures(1, 3), s.reals(-4.0, 4.0), s.reals(0.05, 0.7))
    point = s.tuples(s.reals(-2.0, 2.0), s.reals(-2.0, 2.0))
    return s.either(line, line, s.tuples(s.planar_mixtures(2, 2, spread=2.0), point, s.reals(0.1, 0.5)))


def velocity(m: Any, p: GaussianMixture, x: Any, t: Any) -> Any:
    """E[X₁-X₀ | X_t=x] over points of X₁, each with its X₀ = (x - tX₁)/(1-t)."""
    ends, mass = posterior(m, p, x, t, 1 - t)
    starts = (np.atleast_1d(np.asarray(x)) - t * ends) / (1 - t)
    v = mass @ (ends - starts)
    return v[0] if p.scalar else v


def slope_in_noise(m: Any, p: GaussianMixture, x: Any, t: Any) -> Any:
    """dz/dσ = (dz/dt)/(dσ/dt) of z = x/t, σ = 1/t - 1, along dx/dt = v."""
    return (velocity(m, p, x, t) / t - np.asarray(x) / t**2) / (-1 / t**2)


def points_and_steps(s: Any) -> Any:
    """The same, and a later time."""
    return s.tuples(points(s), s.inside(0.0, 1.0)).map(lambda d: (*d[0], d[0][2] + d[1] * (1 - d[0][2])))


def euler_step(m: Any, p: GaussianMixture, x: Any, t: Any, later: Any) -> Any:
    """x + (t'-t) v(x, t)."""
    return np.asarray(x) + (later - t) * velocity(m, p, x, t)


def stretches(s: Any) -> Any:
    """A law on the line, a point, and two times."""
    times = s.tuples(s.reals(0.1, 0.5), s.either(s.reals(0.6, 0.95), s.one_of((1.0,))))
    return s.tuples(s.mixtures(1, 3, spread=2.0, std=(0.3, 2.0)), s.reals(-3.0, 3.0), times).map(
        lambda d: (*d[:2], *d[2])
    )


def along_the_flow(m: Any, p: GaussianMixture, x: float, first: float, last: float) -> float:
    """The end of dx/dt = v(x, t); always in double precision."""
    return flowing_between(p, x, first, last)


def along_the_noise(m: Any, p: GaussianMixture, x: float, first: float, last: float) -> float:
    """The end of dz/dσ = (z - D)/σ from z = x/t at σ = 1/t - 1, times t'; always in double precision."""
    return last * denoising_between(p, x / first, 1 / first - 1, 1 / last - 1)


def quantile(p: GaussianMixture, x: float, first: float, last: float) -> Any:
    """Below it X_t' has as much as X_t has below x, to 50 digits."""

    def law(t: float) -> tuple[Any, ...]:
        t = PRECISE.number(t)
        modes = zip(p.weights, p.means, p.stds, strict=True)
        return tuple(
            (PRECISE.number(w), t * mean, PRECISE.sqrt((1 - t) ** 2 + (t * std) ** 2)) for w, mean, std in modes
        )

    def below(modes: tuple[Any, ...], y: Any) -> Any:
        return sum(w * PRECISE.normal_cdf((y - mean) / std) for w, mean, std in modes)

    with PRECISE.digits():
        start, end = law(first), law(last)
        reached = below(start, PRECISE.number(x))
        return PRECISE.root(lambda y: below(end, y) - reached, -60, 60)


def deviations_and_steps(s: Any) -> Any:
    """s, and two to forty steps."""
    return s.tuples(s.scales(0.02, 20.0), s.integers(2, 40))


def kept_at_even_times(m: Any, std: Any, n: int) -> Any:
    """Of a start at 1, n Euler steps of v = (t s² - (1-t)) x/Var X_t; its end over s."""
    x, t = m.number(1.0), [m.number(i) / n for i in range(n)]
    for now in t:
        x = x + (now * std**2 - (1 - now)) / ((1 - now) ** 2 + (now * std) ** 2) * x / n
    return x / std


def kept_along(m: Any, std: Any, start: Any, levels: Any) -> Any:
    """Of a start there, Euler steps of dz/dσ = σz/(s²+σ²) down the levels; its end over s."""
    z = start
    for high, low in pairwise(levels):
        z = z + (low - high) * high * z / (std**2 + high**2)
    return z / std


def kept_at_even_levels(m: Any, std: Any, n: int) -> Any:
    """From N(0, σ²), σ = n-1, down σ = n/i - 1, i = 1 ... n."""
    levels = [m.number(n) / i - 1 for i in range(1, n + 1)]
    return kept_along(m, std, levels[0], levels)


def deviations_and_factors(s: Any) -> Any:
    """s, a factor, and two to forty steps."""
    return s.tuples(s.scales(0.02, 20.0), s.reals(0.05, 0.95), s.integers(2, 40))


def kept_at_falling_levels(m: Any, std: Any, factor: Any, n: int) -> Any:
    """From N(0, s²+80²) down σ = 80 factorⁱ, i = 0 ... n-1, and to 0."""
    levels = [80 * m.number(factor) ** i for i in range(n)]
    return kept_along(m, std, m.sqrt(std**2 + levels[0] ** 2), [*levels, m.number(0)])
