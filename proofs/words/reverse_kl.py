"""Reverse KL of a Gaussian from the symmetric pair (s = 1) near r = 2.80008, in the words of SymPy, with balls.

    KL(N(m, σ²)‖p) = (m² + σ² + r² - 1)/2 - ln σ - E ln cosh r(m + σZ)

Two local minima compete there, one that covers both modes and one that sits on one.
"""

from __future__ import annotations

from typing import Any

from proofs.words.algebra import sp

FITS = {"cover": (("0", "0"), ("2.6014954225", "0.70826")),
        "mode": (("2.7679975247", "1.11801"), ("1.0443112086", "-0.14525"))}  # fmt: skip
"""Mean and width at r = 2.80008, to 1e-9, and how they move with r."""


def _trial(r: Any, fit: str) -> list[Any]:
    """Mean and width of a fit for r near 2.80008."""
    return [sp.Rational(at) + sp.Rational(by) * (r - sp.Rational("2.80008")) for at, by in FITS[fit]]


def _average(r: Any, f: str, power: int, mean: Any, std: Any) -> Any:
    """E[Z^power f(r(m + σZ))]."""
    from proofs.words.gaussian_averages import mean_of

    return mean_of(f, power)(r * mean, r * std)


def trial_value(r: Any, fit: str) -> Any:
    """KL(N(m, σ²)‖p) = (m² + σ² + r² - 1)/2 - ln σ - E ln cosh r(m + σZ) at the trial fit."""
    m, s = _trial(r, fit)
    return (m**2 + s**2 + r**2 - 1) / 2 - sp.log(s) - _average(r, "log_cosh", 0, m, s)


def lower_bound(r: Any, fit: str) -> Any:
    """The same less 1e-4 |∇D|: no more than any value within 1e-4 of the trial fit, where D is convex."""
    m, s = _trial(r, fit)
    slope = sp.Abs(s - 1 / s - r * _average(r, "tanh", 1, m, s))
    slope += sp.Abs(m - r * _average(r, "tanh", 0, m, s)) if fit == "mode" else 0
    return trial_value(r, fit) - sp.Rational(1, 10**4) * slope


def least_curvature(r: Any, dm: Any, ds: Any) -> Any:
    """A bound on both basins, by Gershgorin's circles; dm, ds lead away from the fits.

    ∇²D = (1, 0; 0, 1 + 1/σ²) - r² E (1, Z; Z, Z²) sech² X, where |E Z sech² X| ≤ E (1 + Z²)/2 sech² X.
    """
    (m, s), (_, wide) = _trial(r, "mode"), _trial(r, "cover")
    one, square = (_average(r, "sech2", power, m + dm, s + ds) for power in (0, 2))
    across = 1 - r**2 * (3 * one + square) / 2
    along = 1 + 1 / (s + ds) ** 2 - r**2 * (one + 3 * square) / 2
    return sp.Min(across, along, 1 + 1 / (wide + ds) ** 2 - r**2 * _average(r, "sech2", 2, 0, wide + ds))
