"""Predictions of Y, and of Y given X of a few values, by quadrature over the laws; knows no split of the risk.

Written in the words of an arithmetic m (proofs.words.arithmetic), for the observed sides of `l2_optimum_is_mean`,
`irreducible_risk` and `sharp_costs_distortion`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any

import numpy as np

from theory import GaussianMixture

Law = GaussianMixture


def lopsided(mean: float, variance: float) -> Law:
    """An asymmetric mixture with this mean and variance: modes at m - d and m + 3d, weights ¾ and ¼."""
    d = np.sqrt(variance) / 2 or 1e-170  # a mode needs a width; the square of this one is zero
    return GaussianMixture([0.75, 0.25], [mean - d, mean + 3 * d], stds=[d, d])


def pooled(weights: Iterable[float], laws: Sequence[Law]) -> Law:
    """The law of Y."""
    shares = np.concatenate([w * p.weights for w, p in zip(weights, laws, strict=True)])
    return GaussianMixture(shares, np.concatenate([p.means for p in laws]), stds=np.concatenate([p.stds for p in laws]))


def branches(x: Any, lower: float = 0.7) -> list[Law]:
    """The laws of y given x of the two-branch problem: ∓(1 + ½ sin 2πx) and noise of deviation 0.2."""
    heights = 1 + np.sin(2 * np.pi * np.asarray(x)) / 2
    return [GaussianMixture([lower, 1 - lower], [-h, h], stds=[0.2, 0.2]) for h in heights]


def evenly(count: int, lower: float = 0.7) -> tuple[np.ndarray, list[Law]]:
    """P(x) and these laws at x = 0, 1/count, ...: averages of 1 and g² over them are exact, g over whole periods."""
    return np.full(count, 1 / count), branches(np.arange(count) / count, lower)


def size(p: Law) -> float:
    """How far from 0 the law reaches."""
    return float(np.abs(p.means).max() + p.stds.max())


# --- one prediction -------------------------------------------------------------------------------------------------------


def squared_loss(c: Any) -> Callable[[Any], Any]:
    """y ↦ |y-c|², on the line or in the plane."""
    return lambda y: (y - c) ** 2 if np.ndim(c) == 0 else ((y - np.asarray(c)) ** 2).sum(-1)


def laws(s: Any) -> Any:
    """Asymmetric laws on the line or in the plane."""
    return s.either(s.mixtures(2, 4), s.planar_mixtures(2, 3))


def laws_and_predictions(s: Any) -> Any:
    """A law, and a point."""
    line = s.tuples(s.mixtures(2, 4), s.reals(-6.0, 6.0))
    plane = s.tuples(s.planar_mixtures(2, 3), s.tuples(s.reals(-6.0, 6.0), s.reals(-6.0, 6.0)))
    return s.either(line, plane)


def risk(m: Any, p: Law, c: Any) -> Any:
    """E|Y-c|²."""
    return m.expect(p, squared_loss(c))


def least_risk(m: Any, p: Law) -> Any:
    """The c at which E|Y-c|² is least, from three values along each axis."""
    return m.vertex(lambda c: risk(m, p, c), p.means[0], size(p))


def many_modes(s: Any) -> Any:
    """Laws of one mode or more, on the line or in the plane."""
    return s.either(s.mixtures(1, 4), s.planar_mixtures(1, 3))


def variance(m: Any, p: Law) -> Any:
    """E Y² - (E Y)², summed over the axes."""
    axes = [lambda y: y] if p.scalar else [lambda y: y[..., 0], lambda y: y[..., 1]]
    return sum(m.expect(p, lambda y, f=f: f(y) ** 2) - m.expect(p, f) ** 2 for f in axes)


# --- a prediction for every x -----------------------------------------------------------------------------------------------


def problems_and_predictions(s: Any) -> Any:
    """P(x), the laws of Y given x, and predictions f(x)."""
    return s.integers(2, 5).flatmap(
        lambda n: s.tuples(s.weights(n, n), s.tuples(*[s.mixtures(1, 3)] * n), s.vectors(s.reals(-5.0, 5.0), n, n))
    )


def risk_of_a_function(m: Any, weights: Any, laws: Any, f: Any) -> Any:
    """E|Y-f(X)|²."""
    return sum(w * risk(m, p, c) for w, p, c in zip(weights, laws, f, strict=True))


def problems(s: Any) -> Any:
    """P(x) and the laws of Y given x."""
    return s.integers(2, 4).flatmap(lambda n: s.tuples(s.weights(n, n), s.tuples(*[s.mixtures(1, 2)] * n)))


def nearly_best(s: Any) -> Any:
    """P(x), the laws of Y given x, and how far predictions are from E[Y|x]: in half of the instances not at all."""

    def of(n: int) -> Any:
        off = s.either(s.one_of(((0.0,) * n,)), s.tuples(*[s.reals(-2.0, 2.0)] * n))
        return s.tuples(s.weights(n, n), s.tuples(*[s.mixtures(1, 2)] * n), off)

    return s.integers(2, 4).flatmap(of)


def risk_beside_the_means(m: Any, weights: Any, laws: Any, off: Any) -> Any:
    """E|Y-f(X)|² of predictions that are off E[Y|x] by so much."""
    return risk_of_a_function(m, weights, laws, [m.expect(p, lambda y: y) + d for p, d in zip(laws, off, strict=True)])


def coded(s: Any) -> Any:
    """P(x), the laws of Y given x, and a code for each x."""

    def of(n: int) -> Any:
        return s.tuples(s.weights(n, n), s.tuples(*[s.mixtures(1, 2)] * n), s.tuples(*[s.integers(0, 2)] * n))

    return s.integers(2, 4).flatmap(of)


def variance_given_codes(m: Any, weights: Any, laws: Any, codes: Any) -> Any:
    """The variance of all Y with the same code, weighted."""
    total = 0
    for code in set(codes):
        part = [(w, p) for w, p, c in zip(weights, laws, codes, strict=True) if c == code]
        share, first, second = (sum(w * m.expect(p, lambda y, j=j: y**j) for w, p in part) for j in (0, 1, 2))
        total += second - first**2 / share
    return total


# --- two regression problems, written out -----------------------------------------------------------------------------------


def known_problems(s: Any) -> Any:
    """One of two problems, and three places x."""
    return s.either(
        s.tuples(s.one_of(("two_branch",)), s.vectors(s.inside(0.0, 1.0), 3, 3)),
        s.tuples(s.one_of(("bishop_inverse",)), s.vectors(s.inside(-0.09, 1.09), 3, 3)),
    )


def conditional_mean(m: Any, problem: str, x: Any) -> Any:
    """E[Y|x] with the constants of the problem written out."""
    return np.array([(_of_branches if problem == "two_branch" else _of_possible)(m, m.number(v)) for v in x])


def _of_branches(m: Any, x: Any) -> Any:
    g = 1 + m.sin(2 * m.pi * x) / 2
    return m.number(7) / 10 * -g + m.number(3) / 10 * g


def _of_possible(m: Any, x: Any) -> Any:
    """Bishop's t is possible given x where |x - t - 0.3 sin 2πt| ≤ 0.1, and uniform there."""
    inside = lambda t: m.number(1) / 10 - abs(x - t - m.number(3) / 10 * m.sin(2 * m.pi * t))  # noqa: E731
    pieces = m.where_positive(inside, 0, 1)
    return sum((b**2 - a**2) / 2 for a, b in pieces) / sum(b - a for a, b in pieces)


# --- outputs that look like Y ------------------------------------------------------------------------------------------------


def two_draws(m: Any, weights: Any, laws: Any) -> Any:
    """E(Y-Y*)² over both, the one inside the other."""

    def apart(p: Law) -> Any:
        return m.expect(p, lambda y: y**2) * 2 - 2 * m.expect(p, lambda y: y * m.expect(p, lambda z: z))

    return sum(w * apart(p) for w, p in zip(weights, laws, strict=True))


def two_values(r: float, s: float) -> tuple[list[float], list[Law]]:
    """x = ± equally likely, Y|x = ±rs + N(0, s²)."""
    return [0.5, 0.5], [GaussianMixture([1.0], [side * r * s], stds=[s]) for side in (-1, 1)]


def far_and_narrow(s: Any) -> Any:
    """r and s."""
    return s.tuples(s.reals(0.02, 6.0), s.scales(0.1, 10.0))


def half_lines_to_atoms(m: Any, r: Any, s: Any) -> tuple[Any, Any, Any]:
    """s² and what it costs to send either half-line to its atom ±rs; then r and s."""
    far = m.integrate(lambda u: (u - r) ** 2 * (m.normal(u, r) + m.normal(u, -r)), [0, r / 2, r, r + 4, r + 9])
    return s**2 * (1 + far), r, s


def couplings(m: Any, weights: Any, laws: Any) -> Any:
    """Three ways to the law of Y: draws that ignore x, draws from the posterior, the averages moved monotonically."""
    weights = [m.number(w) for w in weights]
    means, squares = ([m.expect(p, lambda y, j=j: y**j) for p in laws] for j in (1, 2))
    mean, square = (sum(w * v for w, v in zip(weights, each, strict=True)) for each in (means, squares))
    floor = square - sum(w * c**2 for w, c in zip(weights, means, strict=True))
    ignoring = floor + square + sum(w * c * (c - 2 * mean) for w, c in zip(weights, means, strict=True))
    return np.array([ignoring, 2 * floor, floor + _monotone(m, weights, laws, means)])


def _monotone(m: Any, weights: Any, laws: Any, means: Any) -> Any:
    """The cost of sending the k-th slice of the law of Y to the k-th atom."""
    density = lambda y: sum(w * m.pdf(p, y) for w, p in zip(weights, laws, strict=True))  # noqa: E731
    below = lambda t: sum(w * m.cdf(p, t) for w, p in zip(weights, laws, strict=True))  # noqa: E731
    low = min(float((p.means - 9 * p.stds).min()) for p in laws)
    high = max(float((p.means + 9 * p.stds).max()) for p in laws)
    cost, done, start = m.number(0), m.number(0), m.number(low)
    order = sorted(range(len(means)), key=lambda k: means[k])
    for k in order:
        done += weights[k]
        end = m.number(high) if k == order[-1] else m.root(lambda t, done=done: below(t) - done, low, high)
        inside = [t for t in m.line(*laws) if start < t < end]
        cost += m.integrate(lambda y, c=means[k]: (y - c) ** 2 * density(y), [start, *inside, end], 1)
        start = end
    return cost
