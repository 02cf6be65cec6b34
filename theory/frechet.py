"""The Fréchet distance of two laws, the cubic kernel, and what n samples make of them: they see moments, not modes.

    FD²(p, q) = |μ_p - μ_q|² + tr(Σ_p + Σ_q - 2 (Σ_p Σ_q)^½),  that is W2² of the Gaussians of the same moments
    MMD²(p, q) = (3/D)|ΔE x|² + (3/D²)|ΔE xxᵀ|² + (1/D³)|ΔE x⊗x⊗x|²  for k(x, y) = (xᵀy/D + 1)³

n samples each of N(0, 1) and of N(0, τ²), deviations with divisor n-1, c₄ = E σ̂:

    E FD² = (1-τ)² + (1+τ²)/n + 2τ(1 - c₄(n)²),  least at τ = c₄(n)²/(1 + 1/n) < 1

Distances are squared, in squared data units; the kernel's discrepancy has units of its own.
"""

from typing import Any

import numpy as np

from theory.mixture import GaussianMixture
from theory.validation.arrays import at_least, from_to
from theory.validation.elementwise import elementwise
from theory.validation.inputs import integer, reject
from theory.validation.laws import alike
from theory.validation.shapes import Numbers, Values

LARGEST = 1e50
"""How large a law's means and deviations may be: the square of their cubes is a float."""
SHIFT, SERIES = 12, (-1 / 8, 1 / 192, -1 / 640, 17 / 14336, -31 / 18432, 691 / 180224)
"""ln Γ(z+½)/√z Γ(z) = Σ c_k z^{1-2k}, asymptotically; from z = 12 on six terms leave less than 1e-15."""


def squared_distance(p: GaussianMixture, q: GaussianMixture) -> float:
    """|μ_p - μ_q|² + tr(Σ_p + Σ_q - 2(Σ_p Σ_q)^½), squared data units.

    As min |A - BU|² over rotations U, Σ_p = AAᵀ, Σ_q = BBᵀ, so that nothing cancels between near laws.

    Raises ValueError unless p and q are mixtures of one dimension.
    """
    p, q = alike(p, q)
    roots = [np.linalg.cholesky(law.cov) for law in (p, q)]
    left, _, right = np.linalg.svd(roots[1].T @ roots[0])
    return float(np.sum((p.mean - q.mean) ** 2) + np.sum((roots[0] - roots[1] @ left @ right) ** 2))


def cubic_mmd2(p: GaussianMixture, q: GaussianMixture) -> float:
    """Squared maximum mean discrepancy under k(x, y) = (xᵀy/D + 1)³: the first three moments, 0 if and only if they agree.

    Raises ValueError unless p and q are mixtures of one dimension, within 1e50.
    """
    p, q = alike(p, q)
    first, second, third = (np.sum((a - b) ** 2) for a, b in zip(_moments("p", p), _moments("q", q), strict=True))
    return float(3 * first / p.dim + 3 * second / p.dim**2 + third / p.dim**3)


@elementwise
def pair_cubic_mmd2(a: Numbers, w: Numbers) -> Values:
    """(8a³ w(1-w)(1-2w))²: of wN(-a, s²) + (1-w)N(a, s²) from the Gaussian of its mean and variance, cubic kernel, D = 1.

    Raises ValueError unless a ≥ 0, within 1e50, and 0 ≤ w ≤ 1.
    """
    weight = from_to("w", w, 0, 1)
    return (8 * from_to("a", a, 0, LARGEST) ** 3 * weight * (1 - weight) * (1 - 2 * weight)) ** 2


def _moments(name: str, p: GaussianMixture) -> tuple[Any, Any, Any]:
    """E x, E xxᵀ, E x⊗x⊗x."""
    means, covs = p.means.reshape(-1, p.dim), p.covs
    if not max(np.abs(means).max(), np.sqrt(covs.max())) <= LARGEST:
        reject(name, f"means and deviations <= {LARGEST:g}", p)
    square = np.einsum("ki,kj->kij", means, means) + covs
    cube = np.einsum("kij,kl->kijl", square, means)
    cube += np.einsum("kil,kj->kijl", covs, means) + np.einsum("kjl,ki->kijl", covs, means)
    return p.weights @ means, np.tensordot(p.weights, square, 1), np.tensordot(p.weights, cube, 1)


def mean_deviation(n: int) -> float:
    """c₄(n) = E σ̂ = √(2/(n-1)) Γ(n/2)/Γ((n-1)/2), of n samples of N(0, 1), divisor n-1.

    Raises ValueError unless n is an integer ≥ 2.
    """
    return float(np.exp(_log_c4(n)))


def _log_c4(n: int) -> float:
    """ln c₄, by its series at z = (n-1)/2 + 12 and Γ(z+1) = zΓ(z)."""
    z = (integer("n", n, 2) - 1) / 2
    below, far = z + np.arange(SHIFT), z + SHIFT
    series = sum(c * far ** (1 - 2 * k) for k, c in enumerate(SERIES, 1))
    return float(series - np.log1p(1 / (4 * below * (below + 1))).sum() / 2)


@elementwise
def expected_squared_distance(n: int, tau: Numbers) -> Values:
    """E FD² of n samples of N(0, 1) from n of N(0, τ²): (1-τ)² + (1+τ²)/n + 2τ(1 - c₄(n)²).

    Raises ValueError unless n is an integer ≥ 2 and tau ≥ 0.
    """
    t, missing = at_least("tau", tau), -np.expm1(2 * _log_c4(n))
    return (1 - t) ** 2 + (1 + t**2) / n + 2 * t * missing


def favoured_deviation(n: int) -> float:
    """c₄(n)²/(1 + 1/n) < 1: the deviation of the model that n samples put nearest to N(0, 1).

    Raises ValueError unless n is an integer ≥ 2.
    """
    return float(np.exp(2 * _log_c4(n)) * n / (n + 1))
