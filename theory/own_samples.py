"""Models trained on what models have made: how much of the diversity, and which modes, n samples a generation keep.

H = 1 - Σ p_k², the probability that two draws differ; E H after t generations, over its value for the data:

    replaced    (1-1/n)^t: every generation learns from n draws of the last one alone
    pooled      Π_{k≤t} (1 - 1/nk²) → sin(π/√n)/(π/√n): from all batches so far, the first of which is real

A mode of weight w is missing from the first batch with probability (1-w)^n, and then for ever. For a Gaussian fitted by
maximum likelihood, replaced, E σ² falls by (1-1/n) and E ln σ² by ψ((n-1)/2) + ln(2/n) each time.
"""

import numpy as np
from scipy.special import digamma

from theory.validation.arrays import strictly_between
from theory.validation.elementwise import elementwise
from theory.validation.inputs import integer
from theory.validation.shapes import Numbers, Values

MOST = 10**7
"""Generations that are multiplied one by one."""
SERIES = (1 / 12, -1 / 120, 1 / 252, -1 / 240, 1 / 132)
"""ln z - 1/2z - ψ(z) = Σ c_k z^{-2k}, asymptotically; from z = 12 on five terms leave less than 1e-14."""


def kept_replaced(n: int, steps: int) -> float:
    """(1-1/n)^t, t = `steps`: the share of E H that is left when each generation learns from n draws of the last.

    Raises ValueError unless n is an integer ≥ 2 and steps is an integer ≥ 0.
    """
    return float(np.exp(integer("steps", steps, 0) * np.log1p(-1 / integer("n", n, 2))))


def kept_pooled(n: int, steps: int) -> float:
    """Π_{k≤t} (1 - 1/nk²), t = `steps` batches of n, of which the first is real: the share of E H that is left.

    Raises ValueError unless n is an integer ≥ 2 and steps is an integer from 0 to 10⁷.
    """
    k = np.arange(1.0, integer("steps", steps, 0, MOST) + 1)
    return float(np.exp(np.log1p(-1 / (integer("n", n, 2) * k**2)).sum()))


def kept_for_ever(n: int) -> float:
    """sin(π/√n)/(π/√n), to which it falls.

    Raises ValueError unless n is an integer ≥ 2.
    """
    return float(np.sinc(1 / np.sqrt(integer("n", n, 2))))


@elementwise
def missed(w: Numbers, n: int) -> Values:
    """(1-w)^n: that n draws miss a mode of weight w.

    Raises ValueError unless 0 < w < 1 and n is an integer ≥ 1.
    """
    return np.exp(integer("n", n, 1) * np.log1p(-strictly_between("w", w, 0, 1)))


def log_variance_drift(n: int) -> float:
    """ψ((n-1)/2) + ln(2/n) = E ln σ̂²/σ² of a Gaussian fitted to n of its own samples by maximum likelihood; below ln(1-1/n).

    Raises ValueError unless n is an integer ≥ 2.
    """
    z = (integer("n", n, 2) - 1) / 2
    if z < 12:
        return float(digamma(z) + np.log(2 / n))
    return float(np.log1p(-1 / n) - 1 / (2 * z) - sum(c * z ** (-2 * k) for k, c in enumerate(SERIES, 1)))
