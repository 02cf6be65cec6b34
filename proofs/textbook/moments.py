"""Gaussians against mixtures by quadrature, and what lies between the modes of a pair; knows no best one.

In the words of an arithmetic m (proofs.words.arithmetic), for the observed sides of `forward_kl_is_moment_matching`.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from proofs.words import gaussian_mass, sp
from theory import GaussianMixture


def between(mean: Any, std: Any) -> Any:
    """N(mean, std²) of |X| < ½, to be worked out."""
    half = sp.Rational(1, 2)
    return gaussian_mass((-half - mean) / std, (half - mean) / std)


def normal(p: GaussianMixture) -> GaussianMixture:
    """The Gaussian of the same mean and variance."""
    return GaussianMixture([1.0], [p.mean], stds=[p.std])


def mixtures(rows: Any) -> list[GaussianMixture]:
    """What networks found: rows of weights, means and deviations side by side."""
    parts = (np.split(row, 3) for row in np.asarray(rows, float))
    return [GaussianMixture(w / w.sum(), mean, stds=std) for w, mean, std in parts]


def laws_and_normals(s: Any) -> Any:
    """A mixture, and mean and variance of a Gaussian."""
    return s.tuples(s.mixtures(1, 4), s.reals(-6.0, 6.0), s.scales(0.05, 30.0))


def loss(m: Any, p: GaussianMixture, mean: Any, var: Any) -> Any:
    """-E_p ln N(X; mean, var)."""
    return m.expect(p, lambda x: (x - mean) ** 2 / (2 * var)) + m.log(2 * m.pi * var) / 2


def size_of_the_loss(p: GaussianMixture, m: float, v: float) -> float:
    """What its terms may come to."""
    return 1 + float(np.max(p.means**2 + p.stds**2) + m**2) / min(v, float(np.min(p.stds)) ** 2)


def more_than_the_best(m: Any, p: GaussianMixture, mean: Any, var: Any) -> Any:
    """The loss less that of p's own moments."""
    first = m.expect(p, lambda x: x)
    second = m.expect(p, lambda x: (x - first) ** 2)
    return loss(m, p, mean, var) - loss(m, p, first, second)


def where_slopes_vanish(m: Any, p: GaussianMixture) -> Any:
    """Mean, width and divergence: in the mean by a parabola, in ln σ by halvings."""
    centre = m.vertex(lambda c: loss(m, p, c, 1), p.means[0], 4.0)
    error = m.expect(p, lambda x: (x - centre) ** 2)
    of_log = lambda t: error / (2 * m.exp(2 * t)) + t  # noqa: E731
    std = m.exp(m.root(lambda t: m.slope(of_log, t), -4, 4))
    gap = lambda x: m.pdf(p, x) * (m.logpdf(p, x) + ((x - centre) / std) ** 2 / 2 + m.log(2 * m.pi * std**2) / 2)  # noqa: E731
    return np.array([centre, std, m.integrate(gap, m.line(p))])


def fitted_gap(m: Any, r: Any) -> Any:
    """The mass of N(0, 1 + r⁻²) between -½ and ½."""
    std = m.sqrt(1 + 1 / r**2)
    return m.integrate(lambda x: m.normal(x, 0, std), (-0.5, 0.5))


def pair_gap(m: Any, r: Any) -> Any:
    """That of modes at ±1 of deviation 1/r."""
    return m.integrate(lambda x: m.normal(x, 1, 1 / r) / 2 + m.normal(x, -1, 1 / r) / 2, (-0.5, 0, 0.5), panels=8)


def far_gap(m: Any, r: Any) -> Any:
    """The same by the distribution function, where nearly nothing is left."""
    return m.normal_cdf(-r / 2) - m.normal_cdf(-3 * r / 2)


def two_pairs(s: Any) -> Any:
    """Two pairs of modes of any weights, in a third of the instances one and the same."""
    sizes = s.tuples(s.scales(0.5, 4.0), s.scales(0.2, 1.0), s.inside(0.1, 0.9))
    pair = sizes.map(lambda t: GaussianMixture([t[2], 1 - t[2]], [-t[0], t[0]], stds=[t[1], t[1]]))
    return s.tuples(pair, pair, s.steps(3)).map(lambda d: (d[0], d[1] if d[2] else d[0]))


def log_ratio(m: Any, p: GaussianMixture, q: GaussianMixture) -> Any:
    """KL(p‖q)."""
    return m.integrate(lambda x: m.pdf(p, x) * (m.logpdf(p, x) - m.logpdf(q, x)), m.line(p, q))
