"""Differential entropy of a mixture, -∫ p ln p dx in nats, on the line or in the plane."""

import numpy as np

from theory.estimate import Estimate
from theory.numerics.law import Law
from theory.numerics.pairs import EPS, Pairs, pairs
from theory.numerics.plane import ALONG, lines
from theory.numerics.quadrature import GOAL, Panels, Places, between, integrate
from theory.validation.inputs import Array


def on_line(p: Law) -> Estimate:
    """-∫ p ln p, with the unit of length put back."""
    batch = pairs([p], [p])
    _, value, error = _along(batch, GOAL)
    return _put_back(float(value[0]), float(error[0]), batch.unit)


def in_plane(p: Law) -> Estimate:
    """-∫ p ln p, with the units of length along x₁ and across put back: across it is that of every line."""
    both = lines(p, p)
    value, error, _ = both.integral(_along, 0.0)
    across = both.at(Places(np.zeros(1), np.zeros(1)))
    return _put_back(value, error, both.marginals.unit, across.unit)


def _along(batch: Pairs, goal: float = ALONG) -> tuple[Array, Array, Array]:
    """0, -∫ p ln p for each pair in its unit, and the error."""

    def sample(panels: Panels) -> tuple[Array, Array]:
        lp, _ = batch.log_densities(panels)
        return -np.exp(lp) * lp, EPS * np.exp(lp) * (1 + lp * lp)

    value, error, _ = integrate(sample, between(batch.knots()), len(batch), goal=goal)
    return np.zeros(len(batch)), value, error


def _put_back(value: float, error: float, *units: Array) -> Estimate:
    shift = sum(float(np.log(unit[0])) for unit in units)
    return Estimate(value + shift, error + EPS * abs(shift), "estimated")
