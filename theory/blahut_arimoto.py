"""The rate-distortion function of a finite source, computed (Blahut 1972, Arimoto 1972) with a certificate.

At slope -1/T of R(D), that is for the least of R + D/T over all channels q(y|x),

    q(y) ← Σ_x p(x) q(y|x),    q(y|x) ← q(y) e^{-d(x,y)/T} / Σ_y' q(y') e^{-d(x,y')/T}

descends to the optimum for a given set of reproductions y. With c(y) = Σ_x p(x) e^{-d(x,y)/T} / Σ_y' q(y')
e^{-d(x,y')/T} the excess over the optimum is at most ln max_y c(y), which is the gap returned (Blahut 1972,
theorem 6). For a β-VAE with decoder variance σ² and squared error, T = 2βσ².
"""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float

from theory.validation.inputs import Array, array, integer, positive, reject, weights
from theory.validation.shapes import Matrix, Weights
from theory.validation.unchanging import Unchanging


@dataclass(frozen=True)
class RatePoint(Unchanging):
    """A point of the curve: rate (nats), distortion, the channel q(y|x) (n, m), and how far R + D/T may be too high."""

    rate: float
    distortion: float
    channel: Float[Array, "n m"]
    gap: float


def blahut_arimoto(
    source: Weights, cost: Matrix, temperature: float, *, tolerance: float = 1e-10, most: int = 100_000
) -> RatePoint:
    """The point where R + D/T is least, T = `temperature`, to within `tolerance` unless `most` steps run out.

    source (n,): p(x); cost (n, m): d(x, y) ≥ 0.

    Raises ValueError unless source is a distribution, cost ≥ 0 has a row for each entry of it, temperature, tolerance >
    0, and most is an integer ≥ 1.
    """
    p, d = weights("source", source), array("cost", cost, ndim=2)
    if len(d) != len(p) or (d < 0).any():
        reject("cost", f"non-negative, shape ({len(p)}, m)", f"shape {d.shape}, least {d.min()}")
    T, tolerance = positive("temperature", temperature), positive("tolerance", tolerance)
    kernel = np.exp((d.min(axis=1, keepdims=True) - d) / T)  # scaled by row: no row underflows
    q, gap = np.full(d.shape[1], 1 / d.shape[1]), np.inf
    for _ in range(integer("most", most, 1)):
        factor = (p / (kernel @ q)) @ kernel
        gap = np.log(factor.max())
        if gap <= tolerance:
            break
        q = q * factor
    channel = kernel * q / (kernel @ q)[:, None]
    marginal = p @ channel
    ratio = np.divide(channel, marginal, out=np.ones_like(channel), where=channel > 0)
    return RatePoint(
        rate=float(p @ np.sum(channel * np.log(ratio), axis=1)),
        distortion=float(p @ np.sum(channel * d, axis=1)),
        channel=channel,
        gap=float(max(gap, 0.0)),
    )
