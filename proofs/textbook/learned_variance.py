"""Linear VAEs that learn σ² too, for the observed side of checks: every direction's code is searched for, and so is σ².

The slope of the objective in σ² is (Dσ² - E|x-wz|²)/2σ⁴, so that at the joint optimum errors match the noise.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from proofs.textbook import vae as textbook


def totals(m: Any, spectrum: Any, noise_var: Any, beta: Any) -> tuple[Any, Any]:
    """Rate and distortion, each direction at the least of its objective."""
    directions = [textbook.in_numbers(m, var, noise_var, beta) for var in spectrum]
    codes = [direction.optimum() for direction in directions]
    rate = sum(d.kl(g, s) for d, (_, g, s) in zip(directions, codes, strict=True))
    return rate, sum(d.error(*code) for d, code in zip(directions, codes, strict=True))


def objective(m: Any, spectrum: Any, noise_var: Any, beta: Any) -> Any:
    """The least objective with a latent for every direction, nats."""
    rate, error = totals(m, spectrum, noise_var, beta)
    return error / (2 * noise_var) + len(spectrum) * m.log(2 * m.pi * noise_var) / 2 + beta * rate


def learned(m: Any, spectrum: Any, latents: int, beta: Any) -> Any:
    """The σ² with E|x-wz|² = Dσ², the k leading directions coded, by false position with the Illinois rule."""
    var = sorted(map(m.number, spectrum), reverse=True)
    left = sum(var[latents:])

    def excess(v: Any) -> Any:
        return totals(m, var[:latents], v, beta)[1] + left - len(var) * v

    (low, at_low), (high, at_high) = (0 * beta, left), (sum(var), excess(sum(var)))  # without noise only `left` is lost
    for _ in range(60):
        v = (low * at_high - high * at_low) / (at_high - at_low)
        at = excess(v)
        if abs(at) <= 1e-13 * v:
            return v
        if at * at_high > 0:
            at_low = at_low / 2
        else:
            low, at_low = high, at_high
        high, at_high = v, at
    raise ValueError("learned: expected false position to settle in 60 rounds, got no root")


def gained(m: Any, spectrum: Any, noise_var: Any, beta: Any, folds: Any) -> tuple[Any, int, Any, Any]:
    """What the least objective falls by from σ² to σ²e^{-f}; then D, β and f."""
    at, below = (objective(m, spectrum, noise_var * m.exp(-f), beta) for f in (0 * folds, folds))
    return at - below, len(spectrum), beta, folds


def bounded(s: Any) -> Any:
    """λ, k < D and β < D/k, where the objective is bounded below."""

    def build(drawn: Any) -> tuple[Any, ...]:
        spectrum, latents, fraction = drawn
        k = 1 + latents % (len(spectrum) - 1)
        return spectrum, k, fraction * len(spectrum) / k

    return s.tuples(s.spectra(2, 4), s.integers(0, 5), s.inside(0.05, 0.95)).map(build)


def all_coded(s: Any) -> Any:
    """λ, a σ² that leaves them all above the water level βσ², β up to 1, and a number of e-folds."""

    def build(drawn: Any) -> tuple[Any, ...]:
        spectrum, beta, margin, folds = drawn
        return spectrum, margin * min(spectrum) / beta, beta, folds

    return s.tuples(s.spectra(1, 3), s.inside(0.05, 1.0), s.inside(0.05, 0.95), s.scales(0.1, 5.0)).map(build)


# --- at β = 1 -----------------------------------------------------------------------------------------------------------


def learned_by_vae(m: Any, spectrum: Any, latents: int) -> Any:
    """The σ² that is learned with k latents."""
    return learned(m, spectrum, latents, m.number(1))


def unordered(s: Any) -> Any:
    """λ, unequal and in no order, and k < D."""
    return s.tuples(s.spectra(2, 4), s.integers(0, 5)).map(lambda d: (d[0], 1 + d[1] % (len(d[0]) - 1)))


def learned_off_a_subspace(m: Any, s2: Any, along: Any, dim: int) -> Any:
    """The σ² that is learned where the data have variances `along` in a subspace, and s² everywhere besides."""
    spectrum = [s2 + m.number(a) for a in along] + [s2] * (dim - len(along))
    return learned(m, spectrum, len(along), m.number(1))


def about_subspaces(s: Any) -> Any:
    """s², variances along one or two directions, D."""
    drawn = s.tuples(s.scales(1e-4, 1.0), s.vectors(s.scales(0.3, 10.0), 1, 2), s.integers(1, 3))
    return drawn.map(lambda d: (d[0], d[1], len(d[1]) + d[2]))


def gained_on_a_subspace(m: Any, along: Any, rest: int, noise_var: Any, folds: Any) -> tuple[Any, int, int, Any]:
    """What the least objective falls by where `rest` directions have no variance and cost ½ ln 2πσ² each; then k, c, f."""
    at, below = (
        objective(m, along, v, m.number(1)) + rest * m.log(2 * m.pi * v) / 2
        for v in (noise_var, noise_var * m.exp(-folds))
    )
    return at - below, len(along), rest, folds


def on_subspaces(s: Any) -> Any:
    """λ along it, its codimension, a σ² below them all, e-folds."""
    drawn = s.tuples(s.vectors(s.scales(0.1, 10.0), 1, 3), s.integers(1, 3), s.inside(0.02, 0.95), s.scales(0.1, 5.0))
    return drawn.map(lambda d: (d[0], d[1], d[2] * float(np.min(d[0])), d[3]))


def two_noises(m: Any, x: Any, gain: Any, std: Any, weight: Any, noise_var: Any, beta: Any) -> Any:
    """-ln N(x; wz, σ²) + β[ln q(z|x) - ln p(z)] averaged over ε = ±1, z = gx + sε."""

    def loss(noise: int) -> Any:
        z = gain * x + std * noise
        codes = (z**2 - m.number(noise) ** 2) / 2 - m.log(std)
        return ((x - weight * z) ** 2 / noise_var + m.log(2 * m.pi * noise_var)) / 2 + beta * codes

    return (loss(1) + loss(-1)) / 2


def points(s: Any) -> Any:
    """x, g, s, w, σ², β."""
    real = s.reals(-2.0, 2.0)
    return s.tuples(real, real, s.scales(0.1, 3.0), real, s.scales(0.05, 5.0), s.one_of((0.25, 1.0, 2.5)))
