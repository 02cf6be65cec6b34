"""Maximum likelihood by one Gaussian matches the mean and the variance, whatever lies between the modes.

    KL(p‖N(m, v)) - KL(p‖N(EX, Var X)) = (EX - m)²/2v + ½(Var X/v - 1 - ln Var X/v) ≥ 0        nats

For the pair p = ½N(-a, s²) + ½N(a, s²), r = a/s, the Gaussian q* = N(0, a² + s²) puts

    q*(|x| < a/2) = 2Φ(½/√(1 + r⁻²)) - 1 → 2Φ(½) - 1 = 0.38292,     p(|x| < a/2) = Φ(-r/2) - Φ(-3r/2) → 0

between the modes as r → ∞.  (`theory.projection.best_gaussian` finds q* for any mixture.)
"""

import numpy as np
from scipy.special import erf, ndtr

from theory.validation.arrays import above
from theory.validation.elementwise import elementwise
from theory.validation.inputs import array
from theory.validation.shapes import Numbers, Values


@elementwise
def excess(mean: Numbers, var: Numbers, m: Numbers, v: Numbers) -> Values:
    """KL(p‖N(m, v)) less its least value, nats, for any p of this mean and variance.

    Raises ValueError unless mean and m are finite and var, v > 0.
    """
    v = above("v", v)
    ratio = above("var", var) / v
    return (array("mean", mean) - array("m", m)) ** 2 / (2 * v) + (ratio - 1 - np.log(ratio)) / 2


def fitted_between(r: Numbers) -> Values:
    """q*(|x| < a/2) = 2Φ(½/√(1 + r⁻²)) - 1.

    Raises ValueError unless r > 0.
    """
    return erf(0.5 / np.sqrt(2 * (1 + above("r", r) ** -2.0)))


def far_fitted_between() -> float:
    """2Φ(½) - 1 = 0.38292, its limit for far modes."""
    return float(erf(0.5 / np.sqrt(2)))


def pair_between(r: Numbers) -> Values:
    """p(|x| < a/2) = Φ(-r/2) - Φ(-3r/2): what is really there.

    Raises ValueError unless r > 0.
    """
    r = above("r", r)
    return ndtr(-r / 2) - ndtr(-3 * r / 2)
