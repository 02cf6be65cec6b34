"""Entropic transport as a loss: the model that it likes best is that of a Gaussian decoder of variance ε/2.

    OT_ε(p, q) = min over couplings π of E|X-Y|² + ε KL(π‖p⊗q)

(with -ε times the entropy of π in place of the divergence it would be another q). For fixed q the best π(y|x) ∝ q(y) e^{-|x-y|²/ε}
is a posterior, and so

    OT_ε(p, q) ≥ ε E_p[-ln q * N(0, (ε/2)I)] - ε(D/2) ln πε,   with equality at the q where either side is least.

For p = N(0, σ²) that is N(0, (σ²-ε/2)₊). Of modes ±a of deviation s and weights w and 1-w, τ = |1-2w|, it is one point from
ε = 2(s² + a²τ/artanh τ) on, the threshold of posterior collapse at βσ² = ε/2. Costs in squared data units.

Source: Rigollet & Weed 2018.
"""

import numpy as np
from scipy.special import logsumexp

from theory import collapse
from theory.validation.arrays import above, at_least, strictly_between
from theory.validation.elementwise import elementwise
from theory.validation.inputs import Array, array, positive, reject
from theory.validation.inputs import weights as law
from theory.validation.shapes import Matrix, Numbers, Values, Weights


def least_cost(weights: Weights, points: Matrix, q_weights: Weights, q_points: Matrix, epsilon: float) -> float:
    """-ε Σ_i p_i ln Σ_j q_j e^{-|x_i-y_j|²/ε} ≤ OT_ε: ε times the cross-entropy of p with q * N(0, ε/2), less ε(D/2) ln πε.

    p has weights (n,) at points (n, D), q others (k,) at (k, D).

    Raises ValueError unless weights and q_weights are laws, points and q_points matrices of as many rows and of one
    dimension, and epsilon > 0.
    """
    p, x = _told("points", law("weights", weights), points)
    q, y = _told("q_points", law("q_weights", q_weights), q_points)
    if x.shape[1] != y.shape[1]:
        reject("q_points", f"points of {x.shape[1]} numbers, as of points", f"shape {y.shape}")
    e = positive("epsilon", epsilon)
    squares = ((x[:, None] - y) ** 2).sum(axis=-1)
    with np.errstate(divide="ignore"):
        logs = np.log(q) - squares / e
    return float(-e * (p @ np.asarray(logsumexp(logs, axis=1))))


def _told(name: str, w: Array, points: Matrix) -> tuple[Array, Array]:
    x = array(name, points, ndim=2)
    return (w, x) if len(x) == len(w) else reject(name, f"{len(w)} rows, one a weight", f"shape {x.shape}")


@elementwise
def gaussian_variance(std: Numbers, epsilon: Numbers) -> Values:
    """(σ²-ε/2)₊: variance of the q for which OT_ε from N(0, σ²) is least.

    Raises ValueError unless std > 0 and epsilon ≥ 0.
    """
    return np.maximum(above("std", std) ** 2 - at_least("epsilon", epsilon) / 2, 0.0)


@elementwise
def collapse_from(a: Numbers, s: Numbers, weight: Numbers = 0.5) -> Values:
    """2(s² + a²τ/artanh τ), τ = |1-2w|: the ε from which on the best q of two modes is one point, their mean.

    Raises ValueError unless a > 0, s > 0 and 0 < weight < 1.
    """
    return 2 * (above("s", s) ** 2 + above("a", a) ** 2 / collapse.global_threshold(weight))


@elementwise
def largest_gain(shift: Numbers, a: Numbers, s: Numbers, weight: Numbers, epsilon: Numbers) -> Values:
    """(ε₀-ε) y²/ε², ε₀ = `collapse_from`, y = `shift`: at least ln of what mass moved by y from the mean gains over what it costs.

    Raises ValueError unless shift is finite, a, s and epsilon > 0 and 0 < weight < 1.
    """
    e = above("epsilon", epsilon)
    return (collapse_from(a, s, weight) - e) * (array("shift", shift) / e) ** 2


@elementwise
def two_points_cost(a: Numbers, weight: Numbers, epsilon: Numbers) -> Values:
    """min_q OT_ε(p, q), p two points ±a of weights w and 1-w: ε times `collapse.least_objective` at u = 2a²/ε.

    Raises ValueError unless a and epsilon > 0 and 0 < weight < 1.
    """
    e = above("epsilon", epsilon)
    w = strictly_between("weight", weight, 0, 1)
    return e * collapse.least_objective(2 * above("a", a) ** 2 / e, w)
