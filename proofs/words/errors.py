"""Squared errors of predictions, to be worked out from the moments of what is predicted."""

from __future__ import annotations

from typing import Any

from proofs.words.algebra import expectation, sp


def squared_error(c: Any, mean: Any, variance: Any) -> Any:
    """E(Y-c)² of a Y with this mean and variance."""
    y = sp.Symbol("Y")
    return expectation((y - c) ** 2, {y: mean, y**2: variance + mean**2})


def squared_distance(mean: Any, variance: Any, other_mean: Any, other_square: Any) -> Any:
    """E(Y-H)² of a Y with this mean and variance, and an H with E H and E H² that is independent of it."""
    y, h = sp.symbols("Y H")
    moments = {y: mean, y**2: variance + mean**2, h: other_mean, h**2: other_square, y * h: mean * other_mean}
    return expectation((y - h) ** 2, moments)
