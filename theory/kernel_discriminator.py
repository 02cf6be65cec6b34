"""What a bounded discriminator cannot see: n memorised samples in place of p (after Arora et al. 2017).

    kernel       E MMD²(p, p̂_n) = (E k(X,X) - E k(X,X'))/n
    threshold    sup_t |F(t) - F̂_n(t)| ≤ √(ln(2/δ)/2n) with probability 1-δ (Dvoretzky-Kiefer-Wolfowitz, Massart)
    birthday     m draws from n equal atoms show a duplicate with probability 1 - Π_{i<m} (1-i/n)

so the discriminator is content with a memorised handful, and the birthday test, which counts duplicates, is
not. Kernels are Gaussian, k(x, y) = exp(-|x-y|²/2h²) with h = `bandwidth`, for which mixtures have closed
forms: E k(X, Y) over components is h^D det(C)^{-1/2} exp(-½ δᵀC⁻¹δ), C = h²I + Σ_i + Σ_j, δ = μ_i - μ_j.
"""

import numpy as np

from theory.mixture import GaussianMixture
from theory.validation.arrays import at_least, strictly_between
from theory.validation.elementwise import elementwise
from theory.validation.inputs import array, between, integer, positive
from theory.validation.laws import alike
from theory.validation.shapes import Numbers, Values


def mean_kernel(p: GaussianMixture, q: GaussianMixture, bandwidth: float) -> float:
    """E k(X, Y) for independent X ~ p, Y ~ q.

    Raises ValueError unless p and q are mixtures of one dimension and bandwidth > 0.
    """
    p, q = alike(p, q)
    h, D = positive("bandwidth", bandwidth), p.dim
    C = h**2 * np.eye(D) + p.covs[:, None] + q.covs
    delta = p.means.reshape(-1, 1, D) - q.means.reshape(-1, D)
    exponent = np.einsum("ijd,ijde,ije->ij", delta, np.linalg.inv(C), delta)
    return float(p.weights @ (h**D * np.exp(-exponent / 2) / np.sqrt(np.linalg.det(C))) @ q.weights)


def mmd(p: GaussianMixture, q: GaussianMixture, bandwidth: float) -> float:
    """The maximum mean discrepancy, √(E k(X,X') + E k(Y,Y') - 2 E k(X,Y)); squares below 1e-15 drown in rounding.

    Raises ValueError unless p and q are mixtures of one dimension and bandwidth > 0.
    """
    p, q = alike(p, q)
    k = lambda a, b: mean_kernel(a, b, bandwidth)  # noqa: E731
    return float(np.sqrt(max(k(p, p) + k(q, q) - 2 * k(p, q), 0.0)))


@elementwise
def expected_mmd2(diagonal: Numbers, cross: Numbers, n: int) -> Values:
    """(E k(X,X) - E k(X,X'))/n for any kernel, of these two means: E MMD²(p, p̂_n).

    Raises ValueError unless diagonal and cross have no NaN and n is an integer ≥ 1.
    """
    return (array("diagonal", diagonal) - array("cross", cross)) / integer("n", n, 1)


def sample_mmd2(p: GaussianMixture, n: int, bandwidth: float) -> float:
    """E MMD²(p, p̂_n) = (1 - E k(X,X'))/n, the expected squared discrepancy of n samples, since k(x,x) = 1.

    Raises ValueError unless p is a mixture, n is an integer ≥ 1, and bandwidth > 0.
    """
    return float(expected_mmd2(1.0, mean_kernel(p, p, bandwidth), n))


def threshold_bound(n: int, delta: float) -> float:
    """√(ln(2/δ)/2n): with probability 1-δ no threshold discriminator tells p from n of its samples by more.

    Raises ValueError unless n is an integer ≥ 1 and 0 < delta < 1.
    """
    return float(np.sqrt((np.log(2) - np.log(between("delta", delta, 0, 1, open=True))) / (2 * integer("n", n, 1))))


def threshold_miss(delta: Numbers) -> Values:
    """δ - δ⁴/8, below the limit of P(sup_t |F - F̂_n| > √(ln(2/δ)/2n)) as n → ∞, which is below δ: the bound is tight.

    Raises ValueError unless 0 < delta < 1.
    """
    d = strictly_between("delta", delta, 0, 1)
    return d - d**4 / 8


def duplicate_probability(draws: int, atoms: int) -> float:
    """1 - Π_{i<m} (1-i/n): that m = `draws` from n = `atoms` equal atoms show a duplicate; 39 % at m = √n.

    Raises ValueError unless draws is an integer ≥ 0 and atoms is an integer ≥ 1.
    """
    m, n = integer("draws", draws, 0), integer("atoms", atoms, 1)
    if m > n:
        return 1.0
    return float(-np.expm1(np.log1p(-np.arange(m) / n).sum()))


def duplicate_limit(ratio: Numbers) -> Values:
    """1 - e^{-c²/2}, the limit of the probability of a duplicate among m = c√n draws, c = `ratio`: 39 % at c = 1.

    Raises ValueError unless ratio ≥ 0.
    """
    return -np.expm1(-(at_least("ratio", ratio) ** 2) / 2)


@elementwise
def birthday_draws(atoms: Numbers, probability: Numbers = 0.5) -> Values:
    """√(2n ln(1/(1-P))), the draws that show a duplicate with probability P in the limit of many atoms: 1.18√n at ½.

    Raises ValueError unless atoms ≥ 1 and 0 < probability < 1.
    """
    n, P = at_least("atoms", atoms, 1), strictly_between("probability", probability, 0, 1)
    return np.sqrt(-2 * n * np.log1p(-P))
