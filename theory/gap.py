"""What stands where the mean of separated modes falls: little, once they are more than a deviation or two from it.

Equal modes of deviation s about their mean, which is put at 0.

    pair at ±a, r = a/s        p(0)/p(a) = 2e^{-r²/2}/(1+e^{-2r²});  s² (ln p)'' ≤ r² - 1, with equality at 0
    ring of K, radius ρ        p(0)/max p ≤ K e^{-ρ²/2s²}

So the pair has one mode, at the mean, up to a = s and two beyond. For K ≥ 3 the centre of the ring turns from a maximum
into a minimum at ρ = √2 s; at that radius itself the fourth derivative decides, and for K ≥ 4 it is negative.
"""

import numpy as np

from theory.validation.arrays import above
from theory.validation.inputs import array, integer
from theory.validation.shapes import Numbers, Values

TRIBONACCI = (1 + np.cbrt(19 + 3 * np.sqrt(33)) + np.cbrt(19 - 3 * np.sqrt(33))) / 3
"""T³ = T² + T + 1."""


def centre_against_component(ratio: Numbers) -> Values:
    """p(0)/p(a) of the equal pair at ±a, r = a/s = `ratio`.

    Raises ValueError unless ratio > 0.
    """
    r = above("ratio", ratio)
    return 2 * np.exp(-(r**2) / 2) / (1 + np.exp(-2 * r**2))


def greatest_curvature(ratio: Numbers) -> Values:
    """max_x s² (ln p)''(x) = r² - 1, found at the mean of the equal pair.

    Raises ValueError unless ratio > 0.
    """
    return above("ratio", ratio) ** 2 - 1


def bimodal_from(std: Numbers) -> Values:
    """s: the half distance a above which the equal pair has two modes.

    Raises ValueError unless std > 0.
    """
    return above("std", std) + 0.0


def centre_ties_at(std: Numbers) -> Values:
    """√(2 ln T) s = 1.1040 s, T³ = T² + T + 1: the half distance a at which p(0) = p(a); below it p(0) > p(a).

    Raises ValueError unless std > 0.
    """
    return np.sqrt(2 * np.log(TRIBONACCI)) * above("std", std)


def ring_centre_bound(modes: int, ratio: Numbers) -> Values:
    """K e^{-ρ²/2s²} ≥ p(0)/max p, ρ/s = `ratio`.

    Raises ValueError unless modes is an integer ≥ 1 and ratio > 0.
    """
    return integer("modes", modes, 1) * np.exp(-(above("ratio", ratio) ** 2) / 2)


def ring_hollow_from(std: Numbers) -> Values:
    """√2 s: the radius at which the centre of a ring of K ≥ 3 modes stops being a maximum.

    Raises ValueError unless std > 0.
    """
    return np.sqrt(2) * above("std", std)


def ring_fourth_derivative(modes: int, angle: Numbers) -> Values:
    """s⁴ d⁴/dt⁴ ln p(t cos ψ, t sin ψ) at t = 0 and ρ = √2 s: -(1 + sin² 2ψ) for K = 4, -3/2 for K ≥ 5.

    Raises ValueError unless modes is an integer ≥ 4 and angle is finite.
    """
    K, angle = integer("modes", modes, 4), array("angle", angle)
    return -(1 + np.sin(2 * angle) ** 2) if K == 4 else np.full_like(angle, -1.5)
