"""What it costs to keep modes apart, against what it costs to merge them.

K equiprobable modes with posteriors N(m_k, v) whose means lie κ√v apart on a line, prior N(0, 1):

    least rate          ½ ln(1 + κ²(K²-1)/12), at v = 1/(1 + κ²(K²-1)/12); → ln K + ½ ln(κ²/12) as K → ∞

Two modes ±a, κ = 2√γ, u = a²/βσ²: the cost over β of the code with γ = 2 ln u is at most
¼√(π/ln u) + ½ ln(1+2 ln u), and merging costs u/2. Where the cost is stationary in γ,

    u = e^{γ/2}/((1+γ) E sech³√γN) ≥ √(8γ/π) e^{γ/2}/(1+γ), and ≤ that over 1 - π²/8γ, hence κ ~ 2√(2 ln u)
    error/βσ² = E sech√γN/((1+γ) E sech³√γN) ≤ 2/(1+γ)

Nats; N is a standard normal.
"""

import numpy as np
from numpy.typing import ArrayLike

from theory.validation.arrays import above
from theory.validation.inputs import Array, integer
from theory.validation.shapes import Numbers, Values


def line_scale(spacing: Numbers, modes: int) -> Values:
    """1/√(1 + κ²(K²-1)/12): the posterior deviation at which K codes κ = `spacing` deviations apart cost least.

    Raises ValueError unless spacing > 0 and modes is an integer ≥ 2.
    """
    return 1 / np.sqrt(1 + _between(spacing, modes))


def line_rate(spacing: Numbers, modes: int) -> Values:
    """½ ln(1 + κ²(K²-1)/12) nats: the least rate of K codes κ = `spacing` posterior deviations apart on a line.

    Raises ValueError unless spacing > 0 and modes is an integer ≥ 2.
    """
    return np.log1p(_between(spacing, modes)) / 2


def line_overhead(spacing: Numbers) -> Values:
    """½ ln(κ²/12) nats: how far `line_rate` lies above ln K as K grows.

    Raises ValueError unless spacing > 0.
    """
    return np.log(above("spacing", spacing) ** 2 / 12) / 2


def apart_cost_at(log_u: Numbers) -> Values:
    """¼√(π/ln u) + ½ ln(1+2 ln u) nats: the most that two modes cost over β if κ = 2√(2 ln u), u > 1; by ln u, for u that no double holds.

    Raises ValueError unless log_u > 0.
    """
    log_u = above("log_u", log_u, within=1e300)
    return np.sqrt(np.pi / log_u) / 4 + np.log1p(2 * log_u) / 2


def merging_cost(u: Numbers) -> Values:
    """u/2 = a²/2βσ² nats: what the error a² of two merged modes costs over β.

    Raises ValueError unless u > 0.
    """
    return above("u", u) / 2


def least_coupling(gamma: Numbers) -> Values:
    """√(8γ/π) e^{γ/2}/(1+γ): the least u for which codes with γ = κ²/4 can be the best; tight as γ → ∞. ∞ where no double holds it.

    Raises ValueError unless gamma > 0.
    """
    gamma = above("gamma", gamma)
    with np.errstate(over="ignore"):
        half = np.exp(gamma / 4)  # of the exponent: no product overflows before the last
        return np.sqrt(8 * gamma / np.pi) * half / (1 + gamma) * half


def largest_coupling(gamma: Numbers) -> Values:
    """√(8γ/π) e^{γ/2}/((1+γ)(1-π²/8γ)), γ > π²/8: the largest u for which codes with γ = κ²/4 can be the best.

    Raises ValueError unless gamma > π²/8.
    """
    gamma = above("gamma", gamma, np.pi**2 / 8)
    return least_coupling(gamma) / (1 - np.pi**2 / (8 * gamma))


def largest_blur(gamma: Numbers) -> Values:
    """2/(1+γ): the most that the best code leaves of squared error, in the unit of βσ².

    Raises ValueError unless gamma > 0.
    """
    return 2 / (1 + above("gamma", gamma))


def _between(spacing: ArrayLike, modes: int) -> Array:
    """Variance of K equispaced codes, in the unit of the posterior's."""
    K = integer("modes", modes, 2)
    return above("spacing", spacing) ** 2 * (K**2 - 1) / 12
