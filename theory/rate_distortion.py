"""The least squared error of a few modes at a given rate, over every channel: KL pressure is partial mean collapse.

Two modes -a and a with weights w and 1-w, rate R < h_b(w), any encoder and decoder:

    D(R) = 4a²ε(1-ε),  h_b(ε) = h_b(w) - R,  reproductions ±a(1-2ε),  dD/dR = -2a²t/artanh t, t = 1-2ε

K ≥ 3 equiprobable modes at mutual distance d: a posterior that favours one mode by t, 1/K + t(1-1/K)
against (1-t)/K for the others, leaves D = ½d²(1-1/K)(1-t²) at the rate ρ(t) = ln K - H(posterior). D is not
convex in R below R_c = ((K-2)/K) ln(K-1), reached at t = (K-2)/(K-1): there time sharing between no code
and that posterior is best.

Rates in nats, distortions in the unit of a² or d². `blahut_arimoto` computes the same functions for any
finite source.
"""

import numpy as np
from scipy.special import entr, xlogy

from theory.binary import entropy, inverse_entropy
from theory.validation.arrays import above, at_least, from_to, strictly_between
from theory.validation.elementwise import elementwise
from theory.validation.inputs import integer, reject
from theory.validation.shapes import Numbers, Values

BISECTIONS = 60


@elementwise
def two_modes(rate: Numbers, a: Numbers, weight: Numbers = 0.5) -> Values:
    """D(R) of the source ±a with weight w = `weight` on one of them: 4a²ε(1-ε), 0 from R = h_b(w) on.

    Raises ValueError unless rate ≥ 0, a > 0, and 0 < weight < 1.
    """
    e = crossover(rate, weight)
    return 4 * above("a", a) ** 2 * e * (1 - e)


@elementwise
def crossover(rate: Numbers, weight: Numbers = 0.5) -> Values:
    """ε in [0, ½] with h_b(ε) = h_b(w) - R: the posterior probability of the wrong mode.

    Raises ValueError unless rate ≥ 0 and 0 < weight < 1.
    """
    w = strictly_between("weight", weight, 0, 1)
    return inverse_entropy(np.maximum(entropy(w) - at_least("rate", rate), 0))


@elementwise
def two_modes_slope(rate: Numbers, a: Numbers, weight: Numbers = 0.5) -> Values:
    """dD/dR = -4a²(1-2ε)/ln((1-ε)/ε) for R < h_b(w): -2a² at R = 0 for equal weights.

    Raises ValueError unless a > 0, 0 < weight < 1, and 0 ≤ rate < h_b(w).
    """
    e = crossover(rate, weight)
    if np.any(e == 0):
        reject("rate", "less than the entropy of the source", rate)
    t = 1 - 2 * e
    return -2 * above("a", a) ** 2 * np.divide(t, np.arctanh(t), out=np.ones_like(t), where=t > 1e-8)


def favour_rate(t: Numbers, modes: int) -> Values:
    """ρ(t) = ln K - H of the posterior that favours one of K modes by t in [0, 1], nats.

    Raises ValueError unless 0 ≤ t ≤ 1 and modes is an integer ≥ 2.
    """
    t, K = from_to("t", t, 0, 1), integer("modes", modes, 2)
    favoured, other = (1 + t * (K - 1)) / K, (1 - t) / K
    return np.log(K) - entr(favoured) - (K - 1) * entr(other)


def critical_rate(modes: int) -> float:
    """R_c = ((K-2)/K) ln(K-1) nats: below it K equidistant modes are best coded by time sharing; 0 for two modes.

    Raises ValueError unless modes is an integer ≥ 2.
    """
    K = integer("modes", modes, 2)
    return float(xlogy(K - 2, K - 1)) / K


@elementwise
def equidistant_modes(rate: Numbers, side: Numbers, modes: int) -> Values:
    """D(R) of K equiprobable modes at mutual distance d = `side`: linear below `critical_rate`, 0 from ln K on.

    Raises ValueError unless rate ≥ 0, side > 0, and modes is an integer ≥ 2.
    """
    K, R_c = integer("modes", modes, 2), critical_rate(modes)
    rate, d = np.broadcast_arrays(at_least("rate", rate), above("side", side))
    low, high = np.zeros_like(rate), np.ones_like(rate)
    for _ in range(BISECTIONS):
        middle = (low + high) / 2
        below = favour_rate(middle, K) < rate
        low, high = np.where(below, middle, low), np.where(below, high, middle)
    t2 = high**2
    if K > 2:
        t2 = np.where(rate < R_c, rate / R_c * ((K - 2) / (K - 1)) ** 2, t2)
    return d**2 / 2 * (1 - 1 / K) * np.where(rate < np.log(K), 1 - t2, 0)
