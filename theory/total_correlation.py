"""What independence costs: a factorised output cannot say that its coordinates go together.

    min over factorised q of KL(p‖q) = TC(p) = Σ_d H(X_d) - H(X), at the product of p's marginals

With a latent, decoder Π_d p(x_d|z), encoder q(z|x), prior p(z) and rate R = E KL(q(z|x)‖p(z)), the negative
ELBO exceeds H(X) by KL(q(z)‖p(z)) + E_z KL(q(x|z)‖Π_d p(x_d|z)) ≥ TC(X|Z) ≥ TC(X) - (D-1) R.

Two equally likely points ±(1,...,1) in D dimensions: TC = (D-1) ln 2; the product of marginals puts 1 -
2^{1-D} of its mass elsewhere. There the bound is tight at every R ≤ ln 2 when prior = aggregated posterior.
Gaussian posteriors N(±m, v) on the prior N(0, 1) pay for the hole besides: `gaussian_excess`. Tables of
probabilities are arrays of D axes; nats.
"""

import numpy as np
from jaxtyping import Float
from numpy.typing import ArrayLike
from scipy.special import rel_entr

from theory import encoder_noise
from theory.validation.arrays import above, at_least
from theory.validation.elementwise import elementwise
from theory.validation.inputs import Array, array, integer, reject, sum_to_one
from theory.validation.shapes import Matrix, Numbers, Values, Vector


def total_correlation(table: Numbers) -> float:
    """TC = Σ_d H(X_d) - H(X) = KL(p‖product of marginals) of a joint table, nats.

    Raises ValueError unless table ≥ 0 sums to one.
    """
    p = _table("table", table)
    return float(rel_entr(p, product_of_marginals(p)).sum())


def product_of_marginals(table: Numbers) -> Float[Array, "..."]:
    """Π_d p(x_d), shaped like the table: the factorised law closest to it in KL(p‖q).

    Raises ValueError unless table ≥ 0 sums to one.
    """
    p = _table("table", table)
    product = np.ones(())
    for axis in range(p.ndim):
        others = tuple(i for i in range(p.ndim) if i != axis)
        product = np.multiply.outer(product, p.sum(axis=others))
    return product


def conditional_total_correlation(table: Numbers) -> float:
    """TC(X|Z) = Σ_z q(z) TC(q(x|z)), the first axis of the joint table being z, nats.

    Raises ValueError unless table ≥ 0 sums to one and has two axes or more.
    """
    p = _table("table", table)
    if p.ndim < 2:
        reject("table", "an axis of z, and then those of x", f"shape {p.shape}")
    mass = p.reshape(len(p), -1).sum(axis=1)
    return float(sum(m * total_correlation(p_z / m) for m, p_z in zip(mass, p, strict=True) if m > 0))


def excess(table: Numbers, prior: Vector) -> float:
    """KL(q(z)‖p(z)) + TC(X|Z): the excess negative ELBO over H(X) with the best factorised decoder, nats.

    table: q(z|x) p(x) with z first; prior p(z), shape (Z,).

    Raises ValueError unless table ≥ 0 and prior ≥ 0 sum to one and prior has the length of the first axis of table.
    """
    p, pi = _table("table", table), _table("prior", prior)
    if pi.shape != p.shape[:1]:
        reject("prior", f"shape {p.shape[:1]}", f"shape {pi.shape}")
    aggregated = p.reshape(len(p), -1).sum(axis=1)
    return float(rel_entr(aggregated, pi).sum()) + conditional_total_correlation(p)


@elementwise
def least_excess(total: Numbers, dim: int, rate: Numbers) -> Values:
    """max(TC(X) - (D-1) R, 0), a lower bound on the excess negative ELBO at rate R, nats.

    Raises ValueError unless total, rate ≥ 0 and dim is an integer ≥ 1.
    """
    D = integer("dim", dim, 1)
    return np.maximum(at_least("total", total) - (D - 1) * at_least("rate", rate), 0)


def two_point_total_correlation(dim: int) -> float:
    """(D-1) ln 2, nats.

    Raises ValueError unless dim is an integer ≥ 1.
    """
    return (integer("dim", dim, 1) - 1) * float(np.log(2))


def off_target_mass(dim: int) -> float:
    """1 - 2^{1-D}: what the product of the two points' marginals puts on other corners.

    Raises ValueError unless dim is an integer ≥ 1.
    """
    return 1 - 2.0 ** (1 - integer("dim", dim, 1))


@elementwise
def gaussian_excess(dim: int, m: Numbers, v: Numbers) -> Values:
    """KL(q(z)‖N(0,1)) + (D-1) H(X_1|Z): two points, posteriors N(±m, v), prior N(0, 1), nats.

    Raises ValueError unless dim is an integer ≥ 1, m is finite, and v > 0.
    """
    hole = encoder_noise.prior_gap(m, v)
    return hole + (integer("dim", dim, 1) - 1) * encoder_noise.mode_entropy(array("m", m) ** 2 / above("v", v))


def least_gaussian_excess(dim: int) -> float:
    """The least `gaussian_excess` over m and v: 0.21, 0.34, 0.51 nats at D = 2, 4, 16.

    Raises ValueError unless dim is an integer ≥ 2.
    """
    from scipy.optimize import minimize

    integer("dim", dim, 2)
    f = lambda x: float(gaussian_excess(dim, x[0], np.exp(x[1])))  # noqa: E731
    return float(minimize(f, [0.9, -1.5], method="Nelder-Mead", options={"xatol": 1e-8, "fatol": 1e-13}).fun)


def gaussian_total_correlation(cov: Matrix) -> float:
    """½(Σ_d ln Σ_dd - ln det Σ) of a Gaussian with covariance Σ, nats.

    Raises ValueError unless cov is a symmetric, positive definite matrix.
    """
    S = array("cov", cov, ndim=2)
    if S.shape[0] != S.shape[1] or not np.allclose(S, S.T) or np.linalg.eigvalsh(S).min() <= 0:
        reject("cov", "a symmetric positive definite matrix", cov)
    return float(np.log(np.diag(S)).sum() - np.linalg.slogdet(S)[1]) / 2


def _table(name: str, value: ArrayLike) -> Array:
    p = at_least(name, value)
    return p if sum_to_one(value, p) else reject(name, "a sum of one", value)
