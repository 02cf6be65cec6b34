"""A Lipschitz generator bridges or drops: what Gaussian isoperimetry leaves between sets that are apart.

g is L-Lipschitz on z ~ N(0, I_k), any k; A and B are disjoint sets at distance d with generated masses β_A,
β_B. Preimages are at least d/L apart, and the half-space has the smallest enlargement (Borell 1975), so

    two sets   Φ⁻¹(β_A) + Φ⁻¹(β_B) ≤ -d/L         attained by a clipped line
    K sets     Σ_i Φ(Φ⁻¹(β_i) + d/2L) ≤ 1          enlarged by half the distance they stay disjoint

The rest of the mass lies between: at least 1 - 2Φ(-d/2L) for two equal masses, less for unequal ones, so a
generator is paid to drop. `ratio` is d/L throughout. The monotone map of N(0, 1) onto a mixture has slope
φ(z)/p(F⁻¹(Φ(z))); in the middle of ½N(-m, σ²) + ½N(m, σ²) that is σ e^{m²/2σ²} (Salmona et al. 2022):
exactness costs an exponential L.
"""

import numpy as np
from scipy.special import erf, ndtr, ndtri

from theory.flow import exact_map
from theory.mixture import GaussianMixture
from theory.validation.arrays import above, at_least, strictly_between
from theory.validation.elementwise import elementwise
from theory.validation.inputs import array, integer, numbers
from theory.validation.laws import on_line
from theory.validation.shapes import Numbers, Values, Vector


@elementwise
def largest_second_mass(mass: Numbers, ratio: Numbers) -> Values:
    """Φ(-d/L - Φ⁻¹(β_A)): the most that B can receive once A has `mass`.

    Raises ValueError unless 0 < mass < 1 and ratio ≥ 0.
    """
    return ndtr(-at_least("ratio", ratio) - ndtri(strictly_between("mass", mass, 0, 1)))


@elementwise
def least_outside(mass: Numbers, ratio: Numbers) -> Values:
    """1 - β_A - Φ(-d/L - Φ⁻¹(β_A)): the least mass outside of A and B once A has `mass`.

    Raises ValueError unless 0 < mass < 1 and ratio ≥ 0.
    """
    return 1 - strictly_between("mass", mass, 0, 1) - largest_second_mass(mass, ratio)


def least_equal_outside(ratio: Numbers) -> Values:
    """1 - 2Φ(-d/2L): the least mass outside when both sets receive the same.

    Raises ValueError unless ratio ≥ 0.
    """
    return erf(at_least("ratio", ratio) / np.sqrt(8))


@elementwise
def enlarged_mass(masses: Vector, ratio: Numbers) -> float:
    """Σ_i Φ(Φ⁻¹(β_i) + d/2L), which must not exceed 1 for K sets at mutual distance d with these masses (K,).

    Raises ValueError unless masses is a vector with 0 < masses < 1, and ratio ≥ 0.
    """
    beta = array("masses", masses, ndim=1)
    return float(ndtr(ndtri(strictly_between("masses", beta, 0, 1)) + at_least("ratio", ratio) / 2).sum())


def least_equal_outside_of_many(sets: int, ratio: Numbers) -> Values:
    """1 - KΦ(Φ⁻¹(1/K) - d/2L): the least mass outside K sets that receive the same; for K = 2 attained.

    Raises ValueError unless sets is an integer ≥ 2 and ratio ≥ 0.
    """
    K = integer("sets", sets, 2)
    return 1 - K * ndtr(ndtri(1 / K) - at_least("ratio", ratio) / 2)


@elementwise
def least_lipschitz(mass_a: Numbers, mass_b: Numbers, distance: Numbers) -> Values:
    """-d/(Φ⁻¹(β_A) + Φ⁻¹(β_B)): the least L for these masses; ∞ where nothing may lie outside (β_A + β_B = 1).

    Raises ValueError unless mass_a, mass_b > 0 and sum to at most 1, and distance > 0.
    """
    a, b = strictly_between("mass_a", mass_a, 0, 1), strictly_between("mass_b", mass_b, 0, 1)
    strictly_between("mass_a + mass_b", a + b, 0, 1 + 1e-15)
    slack, d = np.broadcast_arrays(np.maximum(-(ndtri(a) + ndtri(b)), 0), above("distance", distance))
    return np.divide(d, slack, out=np.full(slack.shape, np.inf), where=slack > 1e-15)


@elementwise
def clipped_line(z: Numbers, mass: Numbers, distance: Numbers, lipschitz: Numbers) -> Values:
    """The extremal generator: 0 for z ≤ Φ⁻¹(β_A), then slope L up to d and no further; A = {≤ 0}, B = {≥ d}.

    Raises ValueError unless z has no NaN, 0 < mass < 1, distance > 0, and lipschitz > 0.
    """
    edge = ndtri(strictly_between("mass", mass, 0, 1))
    return np.clip(above("lipschitz", lipschitz) * (numbers("z", z) - edge), 0, above("distance", distance))


def monotone_slope(p: GaussianMixture, z: Numbers) -> Values:
    """φ(z)/p(F⁻¹(Φ(z))): the slope of the increasing map that carries N(0, 1) onto p, one dimension.

    Raises ValueError unless p is a mixture on the line and z is finite.
    """
    z = array("z", z)
    return np.exp(-(z**2) / 2 - on_line("p", p).logpdf(exact_map(p, z))) / np.sqrt(2 * np.pi)


@elementwise
def middle_slope(m: Numbers, std: Numbers) -> Values:
    """σ e^{m²/2σ²}: that slope at 0 for the pair ½N(-m, σ²) + ½N(m, σ²); ∞ beyond 1e308.

    Raises ValueError unless m is finite and std > 0.
    """
    m, std = array("m", m), above("std", std)
    with np.errstate(over="ignore"):
        return std * np.exp((m / std) ** 2 / 2)
