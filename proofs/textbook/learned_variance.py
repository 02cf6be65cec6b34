"""Linear VAEs that learn σ² too, for the observed side of checks: every direction's code is searched for, and so is σ².

The slope of the objective in σ² is (Dσ² - E|x-wz|²)/2σ⁴, so that at the joint optimum errors match the noise.
"""

from __future__ import annotations

from typing import Any

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
