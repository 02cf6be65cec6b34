"""What a linear VAE shows: decoder means wz and samples wz + σε of prior draws, w searched for at the least of the objective.

Observed sides of `mean_versus_sample`; a direction is λ, σ², β.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from proofs.textbook.vae import in_numbers
from proofs.words import expectation, sp


def shown(w: Any, noise: Any) -> Any:
    """E(wz + noise·ε)², independent z and ε of mean 0 and variance 1, to be worked out."""
    Z, E = sp.symbols("Z E")
    return expectation((w * Z + noise * E) ** 2, {Z: 0, E: 0, Z * E: 0, Z**2: 1, E**2: 1})


def of_means(m: Any, *direction: Any) -> Any:
    """E(wz)² = w²."""
    return in_numbers(m, *direction).optimum()[0] ** 2


def of_samples(m: Any, *direction: Any) -> Any:
    """E(wz + σε)² over signs z, ε = ±1, whose second moments are those of N(0, 1)."""
    w, std = in_numbers(m, *direction).optimum()[0], m.sqrt(m.number(direction[1]))
    return sum((w * z + std * e) ** 2 for z in (1, -1) for e in (1, -1)) / 4


def of_samples_at_one(m: Any, var: Any, noise_var: Any) -> tuple[Any, Any, Any]:
    """... at β = 1; then λ and σ²."""
    return of_samples(m, var, noise_var, m.number(1)), var, noise_var


def of_both(m: Any, *direction: Any) -> np.ndarray:
    """Means and samples."""
    return np.array([of_means(m, *direction), of_samples(m, *direction)])


def share_of_power(m: Any, frequency: Any, exponent: Any, noise_var: Any, beta: Any) -> Any:
    """E(wz)²/λ at a frequency of a spectrum k^-α."""
    var = m.exp(-exponent * m.log(frequency))
    return of_means(m, var, noise_var, beta) / var


def directions(s: Any, low: float = 1 / 60, high: float = 60.0) -> Any:
    """λ/βσ² in a range, 2 % off the water level, where w turns like a root."""
    ratios = [s.scales(*ends) for ends in ((low, min(high, 0.98)), (max(low, 1.02), high)) if ends[0] < ends[1]]
    drawn = s.tuples(s.either(*ratios), s.scales(0.05, 5.0), s.scales(0.1, 8.0))
    return drawn.map(lambda d: (d[0] * d[1] * d[2], *d[1:]))


def above_water_at_one(s: Any) -> Any:
    """λ and σ²."""
    return directions(s, low=1.02).map(lambda d: (d[0] / d[2], d[1]))


def under_water(s: Any) -> Any:
    """λ < βσ²."""
    return directions(s, high=0.98)


def coded_frequencies(s: Any) -> Any:
    """k, α, σ², β with k^-α > βσ²."""
    drawn = s.tuples(s.reals(1.0, 16.0), s.reals(0.5, 2.5), s.inside(0.02, 0.98), s.scales(0.1, 8.0))
    return drawn.map(lambda d: (d[0], d[1], d[2] * d[0] ** -d[1] / d[3], d[3]))
