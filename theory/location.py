"""Where a single prediction lands: the mean under squared error, the median under absolute error, the Lp
ladder.

    E|Y-c|² = Var Y + |c-EY|²              least at the mean E|Y-c|                                 least at
    the medians E|Y-c|^p, p > 1                        least at one point; p → 1⁺ a median, p → ∞ the
    midrange of a bounded Y

A regressor f(X) pays the same prices once for every x, weighted by how often x occurs, so its floor under
squared error is E Var(Y|X) = E within-mode + E between-mode variance, whatever its capacity. On two points
-a (weight w) and a the ladder is a tanh(ln((1-w)/w) / 2(p-1)): L1 and L2 are two rungs of it.

Laws are `GaussianMixture`s, whose absolute moments are confluent hypergeometric functions ₁F₁, valid for
any real power. Squared risks also take mixtures in D dimensions, with Var Y the trace of the covariance.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import gamma, hyp1f1, ndtr, ndtri

from theory.mixture import GaussianMixture
from theory.numerics.zero import zero
from theory.validation.arrays import above, strictly_between
from theory.validation.elementwise import elementwise
from theory.validation.inputs import Array, array, between, reject, weights
from theory.validation.laws import mixture, on_line, positions, sequence
from theory.validation.shapes import Numbers, Points, Values, Weights

MAX_POWER = 32.0  # beyond, moments of modes 1e4 times narrower than their distance leave the range of floats


def squared_risk(p: GaussianMixture, c: Points) -> Values:
    """E|Y-c|² = Var Y + |c-EY|² for predictions c of any shape (1D) or (..., D).

    Raises ValueError unless p is a mixture and c is finite points of p.
    """
    c = positions("c", c, mixture("p", p))
    c = c[..., None] if p.scalar else c
    return np.sum(p.var) + np.sum((c - p.mean) ** 2, axis=-1)


def within_mode_var(p: GaussianMixture) -> float:
    """Σ_k w_k tr Σ_k: what remains of the variance once the mode is known.

    Raises ValueError unless p is a mixture.
    """
    return float(mixture("p", p).weights @ np.trace(p.covs, axis1=1, axis2=2))


def between_mode_var(p: GaussianMixture) -> float:
    """Σ_k w_k |μ_k-EY|²: the variance of the mode centres.

    Raises ValueError unless p is a mixture.
    """
    offsets = mixture("p", p).means.reshape(len(p), p.dim) - p.mean
    return float(p.weights @ np.sum(offsets**2, axis=1))


def conditional_risk(x_weights: Weights, conditionals: Sequence[GaussianMixture], predictions: Points) -> float:
    """E|Y-f(X)|² for a finite X: Σ_x P(x) [Var(Y|x) + |f(x)-E[Y|x]|²].

    x_weights (n,); conditionals: the n laws of Y given x; predictions f(x), (n,) or (n, D).

    Raises ValueError unless x_weights is a distribution, conditionals as many mixtures, and predictions as many finite
    points of their space.
    """
    w, f = _finite_x(x_weights, conditionals), array("predictions", predictions)
    if f.shape[:1] != w.shape:
        reject("predictions", f"one for each of {len(w)} values of X", f"shape {f.shape}")
    return float(w @ [squared_risk(p, f_x) for p, f_x in zip(conditionals, f, strict=True)])


def irreducible_risk(x_weights: Weights, conditionals: Sequence[GaussianMixture]) -> float:
    """inf_f E|Y-f(X)|² = E Var(Y|X) = Σ_x P(x) [within-mode + between-mode variance of Y given x].

    Raises ValueError unless x_weights is a distribution and conditionals as many mixtures.
    """
    w = _finite_x(x_weights, conditionals)
    return float(w @ [within_mode_var(p) + between_mode_var(p) for p in conditionals])


def absolute_risk(p: GaussianMixture, c: Numbers) -> Values:
    """E|Y-c| = Σ_k w_k s_k [2φ(t) + t(2Φ(t)-1)], t = (c-μ_k)/s_k; 1D.

    Raises ValueError unless p is a mixture on the line and c is finite.
    """
    t = (positions("c", c, on_line("p", p))[..., None] - p.means) / p.stds
    density = np.exp(-(t**2) / 2) / np.sqrt(2 * np.pi)
    return (2 * density + t * (2 * ndtr(t) - 1)) @ (p.weights * p.stds)


def lp_risk(p: GaussianMixture, c: Numbers, power: float) -> Values:
    """E|Y-c|^q for q = `power` in [1, 32], in the unit of Y to that power; 1D.

    Σ_k w_k s_k^q 2^{q/2} Γ((q+1)/2)/√π ₁F₁(-q/2; ½; -t²/2), t = (c-μ_k)/s_k (Winkelbauer 2012, eq. 17).

    Raises ValueError unless p is a mixture on the line, c is finite, and 1 ≤ power ≤ 32.
    """
    q = between("power", power, 1, MAX_POWER)
    t = (positions("c", c, on_line("p", p))[..., None] - p.means) / p.stds
    moments = 2 ** (q / 2) * gamma((q + 1) / 2) / np.sqrt(np.pi) * hyp1f1(-q / 2, 0.5, -(t**2) / 2)
    return moments @ (p.weights * p.stds**q)


def median(p: GaussianMixture) -> float:
    """The point with half of the mass on either side: unique, since a mixture has a density everywhere.

    Raises ValueError unless p is a mixture on the line.
    """
    return float(on_line("p", p).ppf(0.5))


def lp_minimiser(p: GaussianMixture, power: float) -> float:
    """arg-min_c E|Y-c|^q for q = `power` in [1, 32]: the median at 1, the mean at 2; 1D.

    The root of the pull E sign(Y-c)|Y-c|^{q-1}, which falls with c and lies between the outer means.

    Raises ValueError unless p is a mixture on the line and 1 ≤ power ≤ 32.
    """
    q = between("power", power, 1, MAX_POWER)
    if q == 1:  # the pull is then flat to all digits between far modes; the quantile is not
        return median(p)
    unit = float(np.asarray(on_line("p", p).std))
    scaled = GaussianMixture(p.weights, (p.means - p.mean) / unit, stds=p.stds / unit)
    low, high = scaled.means.min(), scaled.means.max()
    return float(p.mean + unit * zero(lambda c: _pull(scaled, c, q - 1), low, high, xtol=1e-15))


@elementwise
def two_point_lp_minimiser(a: Numbers, weight: Numbers, power: Numbers) -> Values:
    """arg-min_c E|Y-c|^p, p > 1, for Y = -a with probability w = `weight` and a otherwise.

    a tanh(ln((1-w)/w) / 2(p-1)): from w(c+a)^{p-1} = (1-w)(a-c)^{p-1}.

    Raises ValueError unless a > 0, 0 < weight < 1, and power > 1.
    """
    w = strictly_between("weight", weight, 0, 1)
    return above("a", a) * np.tanh((np.log1p(-w) - np.log(w)) / (2 * (above("power", power, 1) - 1)))


@elementwise
def two_point_lp_bound(a: Numbers, weight: Numbers, power: Numbers) -> Values:
    """a |ln((1-w)/w)| / 2(p-1) ≥ |arg-min_c E|Y-c|^p| of the same two points, p > 1: → 0, the midrange, as p grows.

    Raises ValueError unless a > 0, 0 < weight < 1, and power > 1.
    """
    w = strictly_between("weight", weight, 0, 1)
    return above("a", a) * np.abs(np.log1p(-w) - np.log(w)) / (2 * (above("power", power, 1) - 1))


@elementwise
def far_median(a: Numbers, s: Numbers, weight: Numbers) -> Values:
    """The limit, as a/s → ∞, of the median of w N(-a, s²) + (1-w) N(a, s²), w > ½: -a + s Φ⁻¹(1/2w).

    The median itself lies below it by about s times `far_median_gap`; not uniform as w → ½.

    Raises ValueError unless a, s > 0 and ½ < weight < 1.
    """
    return -above("a", a) + above("s", s) * ndtri(1 / (2 * strictly_between("weight", weight, 0.5, 1)))


@elementwise
def far_median_gap(ratio: Numbers, weight: Numbers) -> Values:
    """(1-w) Φ(t*-2r) / (w φ(t*)), t* = Φ⁻¹(1/2w), r = a/s: that gap in units of s, to first order.

    Raises ValueError unless ratio > 0 and ½ < weight < 1.
    """
    w = strictly_between("weight", weight, 0.5, 1)
    t = ndtri(1 / (2 * w))
    density = np.exp(-(t**2) / 2) / np.sqrt(2 * np.pi)
    return (1 - w) * ndtr(t - 2 * above("ratio", ratio)) / (w * density)


def _pull(p: GaussianMixture, c: float, nu: float) -> float:
    """E sign(Y-c)|Y-c|^ν = Σ_k w_k s_k^ν t 2^{(ν+1)/2} Γ(ν/2+1)/√π ₁F₁((1-ν)/2; 3/2; -t²/2), t = (μ_k-c)/s_k.

    Winkelbauer 2012, eq. 18; its positive constant is left out.
    """
    t = (p.means - c) / p.stds
    return float((p.weights * p.stds**nu) @ (t * hyp1f1((1 - nu) / 2, 1.5, -(t**2) / 2)))


def _finite_x(x_weights: ArrayLike, conditionals: Sequence[GaussianMixture]) -> Array:
    w = weights("x_weights", x_weights)
    sequence("conditionals", conditionals, len(w))
    return w
