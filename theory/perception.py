"""What sharpness costs in distortion: regression against sampling, and everything between.

Y given a finite X is a mixture. The L2 floor is MMSE = E Var(Y|X), reached by E[Y|X], whose law is narrower
than Y's.

    posterior sampling    Y* ~ p(y|x), independent of Y given X: E|Y-Y*|² = 2 MMSE, exactly
    right law, cheapest   MMSE + W2²(law of E[Y|X], law of Y)
    in between            MMSE + (W2 - P)₊² for outputs whose law is within W2 distance P of Y's

(Blau & Michaeli 2018; Freirich, Michaeli & Meir 2021, theorem 1.) One dimension: there the optimal coupling
is the monotone one, and W2² between atoms and a mixture is a sum of partial Gaussian moments.
"""

from collections.abc import Sequence

import numpy as np

from theory import quantisation
from theory.location import irreducible_risk
from theory.mixture import GaussianMixture
from theory.validation.arrays import at_least
from theory.validation.inputs import array, reject, weights
from theory.validation.laws import on_line, sequence
from theory.validation.shapes import Numbers, Values, Vector, Weights


def posterior_sampling_risk(x_weights: Weights, conditionals: Sequence[GaussianMixture]) -> float:
    """E|Y-Y*|² = 2 E Var(Y|X): twice the L2 floor.

    Raises ValueError unless x_weights is a distribution and conditionals as many mixtures.
    """
    return 2 * irreducible_risk(x_weights, conditionals)


def marginal(x_weights: Weights, conditionals: Sequence[GaussianMixture]) -> GaussianMixture:
    """The law of Y: the mixture of the conditionals, one dimension.

    Raises ValueError unless x_weights is a distribution and conditionals as many mixtures on the line.
    """
    w = weights("x_weights", x_weights)
    for p in sequence("conditionals", conditionals, len(w)):
        on_line("conditionals", p)
    shares = np.concatenate([w_x * p.weights for w_x, p in zip(w, conditionals, strict=True)])
    means, stds = (np.concatenate([getattr(p, name) for p in conditionals]) for name in ("means", "stds"))
    return GaussianMixture(shares, means, stds=stds)


def squared_w2_to_atoms(p: GaussianMixture, atoms: Vector, atom_weights: Weights) -> float:
    """W2² between a 1D mixture and atoms: each atom c, in order, takes its share of the mass, Σ ∫ (y-c)² p.

    Raises ValueError unless p is a mixture on the line, atoms a vector, and atom_weights a distribution of its length.
    """
    c, w = array("atoms", atoms, ndim=1), weights("atom_weights", atom_weights)
    on_line("p", p)
    if len(c) != len(w):
        reject("atom_weights", f"one for each of {len(c)} atoms", f"{len(w)}")
    order = np.argsort(c)
    below, above = np.cumsum(w[order])[:-1], np.cumsum(w[order][::-1])[::-1][1:]
    cuts = np.where(below < 0.5, p.ppf(np.minimum(below, 0.5)), p.isf(np.minimum(above, 0.5)))
    edges = np.concatenate([[-np.inf], cuts, [np.inf]])
    return float(quantisation.partial_moments(p, edges, c[order])[2].sum())


def right_law_risk(x_weights: Weights, conditionals: Sequence[GaussianMixture]) -> float:
    """MMSE + W2²(law of E[Y|X], law of Y): the least E|Y-Ŷ|² of outputs with the law of Y.

    Raises ValueError unless x_weights is a distribution and conditionals as many mixtures on the line.
    """
    return float(tradeoff(x_weights, conditionals, 0.0))


def tradeoff(x_weights: Weights, conditionals: Sequence[GaussianMixture], perception: Numbers) -> Values:
    """MMSE + (W2 - P)₊²: the least E|Y-Ŷ|² of outputs whose law is within W2 distance P = `perception` of Y's.

    Raises ValueError unless x_weights is a distribution, conditionals as many mixtures on the line, and perception ≥ 0.
    """
    law = marginal(x_weights, conditionals)
    means = array("conditionals", [float(np.asarray(p.mean)) for p in conditionals])
    w2 = np.sqrt(squared_w2_to_atoms(law, means, x_weights))
    return irreducible_risk(x_weights, conditionals) + np.maximum(w2 - at_least("perception", perception), 0) ** 2
