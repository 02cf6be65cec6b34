"""What a mixture head gains over a Gaussian one: least losses of -E ln q(Y|X), nats a sample.

    q = p(y|x)              E h(Y|x)
    q = N(m(x), v(x))       E ½ ln 2πe V(x)         V(x) = Var(Y|x)
    q = N(m(x), v)          ½ ln 2πe E V(x)

A mixture head with as many components as p(y|x) can be p itself. Over a Gaussian head that has a variance for each x
it gains E KL(p(·|x)‖N(E[Y|x], V(x))); over squared error, whose variance is constant, ½[ln E V - E ln V] besides.

Source: Bishop (1994), Mixture density networks.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import entr

from theory import divergence
from theory.mixture import GaussianMixture
from theory.validation.inputs import Array
from theory.validation.inputs import weights as checked_weights
from theory.validation.laws import on_line, sequence
from theory.validation.shapes import Weights


def own_variance_gain(weights: Weights, laws: Sequence[GaussianMixture]) -> float:
    """E KL(p(·|x)‖N(E[Y|x], V(x))) for x of probability weights[i] and Y given it of laws[i], nats.

    Raises ValueError unless weights is a distribution and laws are as many mixtures on the line.
    """
    w, laws = _heads(weights, laws)
    matched = [GaussianMixture([1.0], [p.mean], stds=[p.std]) for p in laws]
    return float(w @ [divergence.kl(p, q).value for p, q in zip(laws, matched, strict=True)])


def own_variance_floor(weights: Weights, laws: Sequence[GaussianMixture]) -> float:
    """E[½ Σ π_k ln(V/s_k²) - H(π)] ≤ `own_variance_gain`, nats, of modes k of weights π_k and deviations s_k.

    By h(Y) ≤ h(Y|k) + H(k), of which it lacks H(k|Y): nothing where the modes do not overlap.

    Raises ValueError unless weights is a distribution and laws are as many mixtures on the line.
    """
    w, laws = _heads(weights, laws)
    return float(w @ [p.weights @ np.log(p.var / p.stds**2) / 2 - entr(p.weights).sum() for p in laws])


def mean_variance(weights: Weights, laws: Sequence[GaussianMixture]) -> float:
    """E V(x): the best variance of a Gaussian head that has one for all x.

    Raises ValueError unless weights is a distribution and laws are as many mixtures on the line.
    """
    w, laws = _heads(weights, laws)
    return float(w @ [p.var for p in laws])


def constant_variance_gain(weights: Weights, laws: Sequence[GaussianMixture]) -> float:
    """½[ln E V(x) - E ln V(x)] ≥ 0: what a variance for each x gains over a constant one, nats.

    Raises ValueError unless weights is a distribution and laws are as many mixtures on the line.
    """
    w, laws = _heads(weights, laws)
    var = np.array([p.var for p in laws])
    return float((np.log(w @ var) - w @ np.log(var)) / 2)


def _heads(weights: ArrayLike, laws: Sequence[GaussianMixture]) -> tuple[Array, list[GaussianMixture]]:
    """Probabilities of x, and as many laws on the line."""
    w = checked_weights("weights", weights)
    return w, [on_line("laws", p) for p in sequence("laws", laws, len(w))]
