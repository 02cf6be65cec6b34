"""Differential entropy of a mixture, -∫ p ln p dx in nats, on the line or in the plane."""

import numpy as np

from theory import _cubature
from theory import _plane as plane
from theory._inputs import Array
from theory._law import Law
from theory._pairs import EPS, pairs
from theory._quadrature import Panels, between, integrate
from theory.estimate import Estimate


def on_line(p: Law) -> Estimate:
    """-∫ p ln p, with the unit of length put back."""
    batch = pairs([p], [p])

    def sample(panels: Panels) -> tuple[Array, Array]:
        lp, _ = batch.log_densities(panels)
        return -np.exp(lp) * lp, EPS * np.exp(lp) * (1 + lp * lp)

    value, error, _ = integrate(sample, between(batch.knots()), 1)
    shift = float(np.log(batch.unit[0]))
    return Estimate(float(value[0]) + shift, float(error[0]) + EPS * abs(shift), "estimated")


def in_plane(p: Law) -> Estimate:
    """-∫ p ln p, with the determinant of the change of coordinates put back."""
    (round_p,), log_det = plane.rounded(p)

    def sample(x: Array) -> tuple[Array, Array]:
        lp = plane.log_density(round_p, x)
        return -np.exp(lp) * lp, EPS * np.exp(lp) * (1 + lp * lp)

    value, error = _cubature.integrate(sample, plane.squares(round_p, round_p, 0.0))
    return Estimate(value + log_det, error, "estimated")
