"""A latent of K values: what a fixed uniform prior costs when the modes are not equally heavy, nats.

    q(x) = Σ_k π_k N(x; μ_k, s_k²),      p = w N(-a, s²) + (1-w) N(a, s²),      r = a/s

With π learned q can be p. With π_k = ½ and one component on each mode, far apart or of fixed width, the weights are
wrong, and KL(p‖q) = kl(w‖½) = ln 2 - h_b(w) = 0.3681 at w = 0.9. With free widths there is another local optimum, in
which both components lie on the heavy mode and one is so wide that it reaches the light one: mass between the modes.
At w = 0.9, r = 4 it costs 0.2340 and is the better one; its cost grows with r, and far modes are misweighted. Where one
of the two optima does not exist (the diffuse one at w = 0.8, r = 15) the descent from its start ends in the other.
"""

from dataclasses import dataclass
from functools import cache

import numpy as np
from jaxtyping import Float
from scipy.optimize import minimize

from theory.binary import entropy
from theory.standard import symmetric_pair
from theory.validation.inputs import Array, between, positive
from theory.validation.shapes import Numbers, Values
from theory.validation.unchanging import Unchanging

FARTHEST = 1e4
"""Half the distance of two modes in their widths that the integrals reach."""


@dataclass(frozen=True)
class UniformFit(Unchanging):
    """½N(means[0], stds[0]²) + ½N(means[1], stds[1]²), in units of s, narrow first, and KL(p‖it)."""

    means: Float[Array, "2"]
    stds: Float[Array, "2"]
    value: float


def misweighting(w: Numbers) -> Values:
    """ln 2 - h_b(w) = kl(w‖½) nats: equal weights on far modes of weights w, 1-w.

    Raises ValueError unless 0 ≤ w ≤ 1.
    """
    return np.log(2) - entropy(w)


def diffusing(w: float, r: float) -> UniformFit:
    """The local optimum of KL(p‖½N+½N), over both means and widths, in which one component reaches both modes.

    w > ½ is the weight of the mode at -r. From a narrow component on it and a wide one.

    Raises ValueError unless ½ < w < 1 and 0 < r < 10⁴.
    """
    w, r = between("w", w, 0.5, 1, open=True), between("r", positive("r", r), 0, FARTHEST, open=True)
    return _descended(w, r, (-r, (1 - w) * 2 * r - r, 0.0, float(np.log(r))))


def separate(w: float, r: float) -> UniformFit:
    """The one with a component on each mode; `misweighting` for far modes.

    Raises ValueError unless ½ < w < 1 and 0 < r < 10⁴.
    """
    w, r = between("w", w, 0.5, 1, open=True), between("r", positive("r", r), 0, FARTHEST, open=True)
    return _descended(w, r, (-r, r, 0.0, 0.0))


@cache
def _descended(w: float, r: float, start: tuple[float, ...]) -> UniformFit:
    """BFGS on the means and the logarithms of the widths, integrals by trapezoids."""
    x = np.arange(-r - 12, r + 12, 0.05)
    p = symmetric_pair(r, 1.0, weight=w)
    mass = 0.05 * p.pdf(x)

    def loss(at: Array) -> tuple[float, Array]:
        z = (x - at[:2, None]) * np.exp(-at[2:, None])
        log = -(z**2) / 2 - at[2:, None] - np.log(2 * np.sqrt(2 * np.pi))
        total = np.logaddexp(*log)
        share = mass * np.exp(log - total)
        slope = np.concatenate([(share * z).sum(1) * np.exp(-at[2:]), (share * (z**2 - 1)).sum(1)])
        return float(mass @ (p.logpdf(x) - total)), -slope

    found = minimize(loss, np.array(start), jac=True, method="BFGS", options={"gtol": 1e-10})
    order = np.argsort(found.x[2:])
    return UniformFit(found.x[:2][order], np.exp(found.x[2:])[order], float(found.fun))
