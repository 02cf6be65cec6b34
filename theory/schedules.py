"""Flow matching and diffusion, one in the clock of the other: t of x_t = (1-t) x_0 + t x_1 and σ of z = x_1 + σN.

    z = x_t/t,   σ = (1-t)/t,   v(x, t) = (D(x/t; σ) - x)/(1-t),   dz/dσ = (z - D(z; σ))/σ

D(z; σ) = E[x_1 | z] is the L2-optimal denoiser, x_0 ~ N(0, I) independent of x_1 ~ p. The two ODEs have the same paths
and, at the same levels, the same Euler steps; what is left to choose is where the steps go. Towards N(m, s²) a step turns
the vector (1-t, st) ∝ (σ, s) by an angle Δθ and keeps a share cos Δθ of the distance to the mean (one_step_flow_matching_is_mean).
"""

import numpy as np

from theory.mixture import GaussianMixture
from theory.probability_flow import exact_map
from theory.validation.arrays import at_least
from theory.validation.inputs import Array, array, between, integer, positive, reject
from theory.validation.laws import mixture, on_line, positions
from theory.validation.shapes import Numbers, Points, Values, Vector


def velocity(p: GaussianMixture, x: Points, t: float) -> Values:
    """(D(x/t; (1-t)/t) - x)/(1-t), shaped like x; t in (0, 1).

    Raises ValueError unless p is a mixture, x is finite points of p, and 0 < t < 1.
    """
    t = between("t", t, 0, 1, open=True)
    at = positions("x", x, mixture("p", p))
    return (p.denoise(at / t, (1 - t) / t) - at) / (1 - t)


def carried(p: GaussianMixture, x: Numbers, first: float, last: float) -> Values:
    """Where the flow leads from x at t = `first` by t = `last`, one dimension: t' F_{p_σ'}⁻¹(F_{p_σ}(x/t)), σ = (1-t)/t.

    Raises ValueError unless p is a mixture on the line, x is finite, and first and last are in (0, 1].
    """
    start, end = (_time(name, t) for name, t in (("first", first), ("last", last)))
    at = positions("x", x, on_line("p", p))
    return end * exact_map(p, at / start, (1 - start) / start, (1 - end) / end)


def _time(name: str, t: float) -> float:
    t = between(name, t, 0, 1)
    return t if t > 0 else reject(name, "a number in (0, 1]", t)


def even_times(steps: int) -> Array:
    """0, 1/n, ..., 1: the levels σ = ∞, n-1, ..., 0.

    Raises ValueError unless steps is an integer from 1 to 10⁵.
    """
    return np.arange(integer("steps", steps, 1, 10**5) + 1) / steps


def falling_levels(steps: int, factor: float, top: float = 80.0) -> Array:
    """σ = top factorⁱ, i = 0 ... n-1, and 0: levels that fall by one factor, n = `steps`.

    Raises ValueError unless steps is an integer from 1 to 10⁵, factor in (0, 1), and top > 0.
    """
    n, factor = integer("steps", steps, 1, 10**5), between("factor", factor, 0, 1, open=True)
    return np.append(positive("top", top) * factor ** np.arange(n), 0.0)


def kept(std: float, times: Vector) -> float:
    """Π cos Δθ over the steps between rising times (n+1,), θ the angle of (1-t, st): the share of x - m that n Euler steps
    towards N(m, s²), s = `std`, keep of what the flow does.

    Raises ValueError unless std > 0 and times in [0, 1] is a vector that rises.
    """
    s, t = positive("std", std), array("times", times, ndim=1)
    if len(t) == 0 or t[0] < 0 or t[-1] > 1 or not (np.diff(t) > 0).all():
        reject("times", "rising numbers in [0, 1]", times)
    return _kept(1 - t, s * t)


def kept_down(std: float, levels: Vector) -> float:
    """The same down noise levels (n+1,) that do not rise, θ the angle of (σ, s).

    Raises ValueError unless std > 0 and levels ≥ 0 is a vector that does not rise.
    """
    s, noise = positive("std", std), at_least("levels", array("levels", levels, ndim=1))
    if len(noise) == 0 or (np.diff(noise) > 0).any():
        reject("levels", "noise levels that do not rise", levels)
    return _kept(noise, np.full_like(noise, s))


def _kept(noise: Array, data: Array) -> float:
    """Π cos of the angles between these vectors, of which none is 0."""
    radius = np.hypot(noise, data)
    noise, data = noise / radius, data / radius
    return float(np.prod(noise[:-1] * noise[1:] + data[:-1] * data[1:]))
