"""The information of a coin, in nats: entropy, its inverse, and the divergence of two coins."""

import numpy as np
from scipy.special import entr, expit, rel_entr, xlog1py

from theory.numerics.logarithm import beyond_tangent
from theory.validation.arrays import from_to
from theory.validation.elementwise import elementwise
from theory.validation.shapes import Numbers, Values

BISECTIONS = 70


def entropy(w: Numbers) -> Values:
    """h_b(w) = -w ln w - (1-w) ln(1-w), w in [0, 1], nats.

    Raises ValueError unless 0 ≤ w ≤ 1.
    """
    w = from_to("w", w, 0, 1)
    return entr(w) - xlog1py(1 - w, -w)


@elementwise
def kl(w: Numbers, v: Numbers) -> Values:
    """kl(w‖v) = w ln(w/v) + (1-w) ln((1-w)/(1-v)) nats; ∞ where v excludes what w allows.

    Raises ValueError unless 0 ≤ w ≤ 1 and 0 ≤ v ≤ 1.
    """
    w, v = np.broadcast_arrays(from_to("w", w, 0, 1), from_to("v", v, 0, 1))
    near = (np.abs(v - w) < w / 2) & (np.abs(v - w) < (1 - w) / 2)
    with np.errstate(divide="ignore", over="ignore", invalid="ignore"):
        close = w * beyond_tangent((v - w) / w) + (1 - w) * beyond_tangent((w - v) / (1 - w))
        left = (1 - w) * (np.log1p(-w) - np.log1p(-v))  # 1 - w would lose a small w
    return np.where(near, close, rel_entr(w, v) + np.where(w < 1, left, 0.0))


def inverse_entropy(nats: Numbers) -> Values:
    """The ε in [0, ½] with h_b(ε) = `nats`, by bisection of ln((1-ε)/ε); relatively accurate for tiny ε.

    Near ln 2 a rounding of the entropy moves ε by its square root, as it must.

    Raises ValueError unless 0 ≤ nats ≤ ln 2.
    """
    h = from_to("nats", nats, 0, np.log(2))
    low, high = np.zeros_like(h), np.full_like(h, 745.0)
    for _ in range(BISECTIONS):
        middle = (low + high) / 2
        # h_b(1/(1+eˣ)) without cancellation
        above = np.log1p(np.exp(-middle)) + middle * expit(-middle) > h
        low, high = np.where(above, middle, low), np.where(above, high, middle)
    return np.where(h > 0, expit(-high), 0.0)
