"""The Gaussian rate-distortion function from its definition, as a convex problem; it knows of no water level.

    R(D) = min ½ Σ ln(λᵢ/Dᵢ)   over   Σ Dᵢ ≤ D,  0 < Dᵢ ≤ λᵢ        nats, the squared unit of the data

`least_rate` minimises numerically; `precise_rate` tries, in mpmath numbers, every choice of which components are coded
at all: those that are have equal distortions, for at other ones trading distortion between two would save rate.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np


def least_rate(spectrum: np.ndarray, distortion: float) -> float:
    """R(D), in rᵢ = ½ ln(λᵢ/Dᵢ) ≥ 0, by sequential quadratic programming."""
    from scipy.optimize import minimize

    def left(r: np.ndarray) -> np.ndarray:
        return spectrum * np.exp(-2 * r)

    within = {"type": "ineq", "fun": lambda r: distortion - left(r).sum(), "jac": lambda r: 2 * left(r)}
    least = minimize(
        np.sum, np.full(len(spectrum), 0.1), jac=np.ones_like, method="SLSQP",
        bounds=[(0, None)] * len(spectrum), constraints=within, options={"ftol": 1e-14, "maxiter": 300},
    )  # fmt: skip
    return float(least.fun)


def precise_rate(spectrum: Sequence[Any], distortion: Any) -> Any:
    """R(D) in the working precision of mpmath."""
    import mpmath as mp

    def rate(coded: list[Any], lost: Any) -> Any:
        level = (distortion - lost) / len(coded)
        fits = 0 < level <= min(coded) * (1 + mp.mpf(10) ** -20)  # at equality, being coded or not is the same
        return sum(mp.log(var / level) for var in coded) / 2 if fits else mp.inf

    return min(rate(*choice) for choice in _choices(spectrum))


def _choices(spectrum: Sequence[Any]) -> Iterator[tuple[list[Any], Any]]:
    """The components coded, and the sum of the others."""
    for count in range(1, len(spectrum) + 1):
        for coded in itertools.combinations(range(len(spectrum)), count):
            yield [spectrum[i] for i in coded], sum(spectrum[i] for i in range(len(spectrum)) if i not in coded)
