"""Linear VAEs with few latents, direction by direction: every code is searched for, and those that gain most are kept.

Observed sides of `bandwidth_helps_reconstruction`; a problem is a spectrum in no order, k latents, σ² and β. Nothing here
knows a water level but the strategies, which keep 2 % off it, since there codes turn like a root.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from proofs.textbook.vae import in_numbers


def codes(m: Any, spectrum: Any, noise_var: Any, beta: Any) -> list[tuple[Any, Any, Any]]:
    """(gain in the objective, distortion, variance) of every direction by itself."""
    found = []
    for var in spectrum:
        direction = in_numbers(m, var, noise_var, beta)
        code = direction.optimum()
        found.append((direction.objective(0, 0, 1) - direction.objective(*code), direction.error(*code), m.number(var)))
    return found


def left_over(m: Any, spectrum: Any, latents: int, noise_var: Any, beta: Any) -> Any:
    """E|x - Wz|² where the k directions that gain most are coded."""
    found = sorted(codes(m, spectrum, noise_var, beta), key=lambda code: -code[0])
    return sum(code[1] for code in found[:latents]) + sum(code[2] for code in found[latents:])


def taken_off(m: Any, spectrum: Any, latents: int, *level: Any) -> Any:
    """What the k-th latent takes off it."""
    return left_over(m, spectrum, latents - 1, *level) - left_over(m, spectrum, latents, *level)


def all_above_coded(m: Any, spectrum: Any, latents: int, noise_var: Any, beta: Any) -> Any:
    """What is left where exactly the directions above water are coded, whatever k."""
    level = m.number(noise_var) * m.number(beta)
    return sum(code[1] if code[2] > level else code[2] for code in codes(m, spectrum, noise_var, beta))


def size(spectrum: Any, latents: int, noise_var: float, beta: float) -> float:
    """Of what is added up."""
    return float(np.sum(spectrum) + len(spectrum) * noise_var * beta)


def problems(s: Any) -> Any:
    """Two to four directions."""

    def build(drawn: Any) -> tuple[Any, ...]:
        ratios, k, noise_var, beta = drawn
        return np.array(ratios) * noise_var * beta, min(k, len(ratios)), noise_var, beta

    ratio = s.either(s.scales(1.02, 60.0), s.scales(1 / 60, 0.98))
    spectra = s.integers(2, 4).flatmap(lambda n: s.tuples(*[ratio] * n))
    return s.tuples(spectra, s.integers(0, 4), s.scales(0.05, 5.0), s.scales(0.1, 8.0)).map(build)


def afloat(s: Any) -> Any:
    """At least one direction above water, and k no more than are."""

    def build(drawn: Any) -> tuple[Any, ...]:
        (spectrum, k, noise_var, beta), lift = drawn
        spectrum = np.append(spectrum[1:], lift * noise_var * beta)
        return spectrum, min(max(k, 1), int((spectrum > noise_var * beta).sum())), noise_var, beta

    return s.tuples(problems(s), s.scales(1.02, 60.0)).map(build)


def wide(s: Any) -> Any:
    """As many latents as there are directions above water, or more."""

    def build(drawn: Any) -> tuple[Any, ...]:
        (spectrum, _, noise_var, beta), more = drawn
        above = int((spectrum > noise_var * beta).sum())
        return spectrum, min(above + more, len(spectrum)), noise_var, beta

    return s.tuples(problems(s), s.integers(0, 4)).map(build)
