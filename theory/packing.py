"""Packing (PacGAN, Lin et al. 2018): a discriminator that sees m samples at once tells collapse from blur.

Two pairs of laws with the same total variation τ differ in the total variation of their m-fold products.
Over all pairs with TV = τ it ranges over

    [min_α TV(Bern(α)^m, Bern(α+τ)^m),  1 - (1-τ)^m].

The upper end belongs to dropping (Q misses a set of mass τ altogether), the lower to spreading the
difference thin. U[0, 1] against U[0.2, 1] and against 0.6 on [0, ½], 1.4 on [½, 1]: both 0.2 alone, 0.36
and 0.24 in pairs.
"""

import numpy as np

from theory.validation.arrays import from_to
from theory.validation.inputs import between, integer, reject, weights
from theory.validation.shapes import Numbers, Values, Weights

BISECTIONS = 50
MOST_PACKS = 2**24  # 128 MB of their probabilities


def pack_tv(p: Weights, q: Weights, size: int) -> float:
    """TV between the m-fold products of two laws on the same n cells, m = `size`: ½ Σ |p^m - q^m| over n^m packs.

    Raises ValueError unless p and q are distributions of one length and size is an integer ≥ 1.
    """
    p, q, m = weights("p", p), weights("q", q), integer("size", size, 1)
    if len(p) != len(q):
        reject("q", f"one weight for each of {len(p)} cells", f"{len(q)}")
    if len(p) > 1 and m * np.log(len(p)) > np.log(MOST_PACKS):
        reject("size", f"at most {MOST_PACKS:g} packs of {len(p)} cells", size)
    packs_p, packs_q = np.ones(1), np.ones(1)
    for _ in range(m):
        packs_p, packs_q = np.outer(packs_p, p).ravel(), np.outer(packs_q, q).ravel()
    return float(np.abs(packs_p - packs_q).sum() / 2)


def binary_pack_tv(alpha: Numbers, tau: float, size: int) -> Values:
    """TV(Bern(α)^m, Bern(α+τ)^m) = ½ Σ_k |Bin(m, α)(k) - Bin(m, α+τ)(k)|, α in [0, 1-τ].

    Raises ValueError unless 0 ≤ tau ≤ 1, 0 ≤ alpha ≤ 1-tau, and size is an integer ≥ 1.
    """
    from scipy.stats import binom

    tau, m = between("tau", tau, 0, 1), integer("size", size, 1)
    alpha = from_to("alpha", alpha, 0, 1 - tau)[..., None]
    if alpha.size * m > MOST_PACKS:
        reject("size", f"at most {MOST_PACKS // alpha.size}", size)
    k = np.arange(m + 1)
    beside = np.minimum(alpha + tau, 1)  # 1 - τ + τ may round above
    return np.abs(binom.pmf(k, m, alpha) - binom.pmf(k, m, beside)).sum(axis=-1) / 2


def least_pack_tv(tau: float, size: int) -> float:
    """min_α TV(Bern(α)^m, Bern(α+τ)^m): the least TV of m-packs over all pairs of laws with TV = τ.

    The TV is the largest over j of P(Bin(m, α+τ) ≥ j) - P(Bin(m, α) ≥ j), each of which rises and falls
    with α, so its minima lie where two of them cross: where both laws give the count j the same
    probability. Symmetric, α = (1-τ)/2, for even m; not for odd m ≥ 3.

    Raises ValueError unless 0 < tau < 1 and size is an integer ≥ 1.
    """
    tau, m = between("tau", tau, 0, 1, open=True), integer("size", size, 1, int(MOST_PACKS**0.5))
    if m == 1:
        return tau
    j = np.arange(1, m)
    low, high = np.zeros(m - 1), np.full(m - 1, 1 - tau)
    for _ in range(BISECTIONS):
        a = (low + high) / 2
        below = j * np.log(a / (a + tau)) + (m - j) * np.log((1 - a) / (1 - a - tau)) < 0
        low, high = np.where(below, a, low), np.where(below, high, a)
    return float(binary_pack_tv((low + high) / 2, tau, m).min())


def largest_pack_tv(tau: float, size: int) -> float:
    """1 - (1-τ)^m: the largest, when one law misses a set of mass τ of the other.

    Raises ValueError unless 0 < tau < 1 and size is an integer ≥ 1.
    """
    return float(-np.expm1(integer("size", size, 1) * np.log1p(-between("tau", tau, 0, 1, open=True))))
