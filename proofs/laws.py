"""Laws that families of functions obey, as batteries for anybody's test suite.

A battery takes the function and drawn instances (see `proofs.strategies`) and raises `LawBroken`, with the law in a
sentence, at the first that fails. Tolerances are relative and given by the caller: they are the function's accuracy.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from theory import GaussianMixture
from theory.validation.inputs import array, flag, positive, reject
from theory.validation.laws import alike, mixture, on_line

Mixture = GaussianMixture


class LawBroken(AssertionError):
    """A law that a function should obey and does not; the message is the law and the instance."""


def permuted(p: Mixture) -> Mixture:
    """The same law with its components in reverse order. Raises ValueError for what is no mixture."""
    p = mixture("p", p)
    return _written(p, p.weights[::-1], np.arange(len(p))[::-1])


def split(p: Mixture) -> Mixture:
    """The same law with its first component written as two, of 0.3 and 0.7 of its weight. Raises ValueError for what is no mixture."""
    p = mixture("p", p)
    w = np.concatenate([[0.3 * p.weights[0], 0.7 * p.weights[0]], p.weights[1:]])
    return _written(p, w, np.r_[0, : len(p)])


def _written(p: Mixture, weights: np.ndarray, components: np.ndarray) -> Mixture:
    """Those components of p, with these weights."""
    spread = {"stds": p.stds[components]} if p.scalar else {"covs": p.covs[components]}
    return GaussianMixture(weights, p.means[components], **spread)


def divergence(
    d: Callable[[Mixture, Mixture], Any], p: Mixture, q: Mixture, *, symmetric: bool = False, rel: float = 1e-9
) -> None:
    """Nonnegative, zero on equal laws, blind to units, order and writing; symmetric where it says so.

    Raises LawBroken where it is not, and ValueError for what is no function, mixture or tolerance.
    """
    d, rel, (p, q) = _asked("d", d), positive("rel", rel), alike(p, q)
    flag("symmetric", symmetric)
    value = d(p, q)
    _law(value >= 0, "a divergence is nonnegative", p, q)
    _law(abs(d(p, p)) <= rel, "the divergence of a law from itself is zero", p)
    _law(_close(d(p.affine(-2.5, 1.3), q.affine(-2.5, 1.3)), value, rel), "units and origin do not matter", p, q)
    _law(_close(d(permuted(p), permuted(q)), value, rel), "the order of components does not matter", p, q)
    _law(_close(d(split(p), q), value, rel), "how a law is written does not matter, left", p, q)
    _law(_close(d(p, split(q)), value, rel), "how a law is written does not matter, right", p, q)
    if symmetric:
        _law(_close(d(q, p), value, rel), "the divergence is symmetric", p, q)


def location(f: Callable[[Mixture], float], p: Mixture, *, rel: float = 1e-9) -> None:
    """A location moves with the origin, scales with the unit, turns with the sign, and lies between the outer means.

    Raises LawBroken where it does not, and ValueError for what is no function, mixture on the line or tolerance.
    """
    f, rel, p = _asked("f", f), positive("rel", rel), on_line("p", p)
    value, size = f(p), float(np.abs(p.means).max() + p.stds.max())
    for scale, shift in ((1.0, 2.7), (3.1, 0.0), (-1.0, 0.0)):
        there = f(p.affine(scale, shift))
        _law(
            abs(there - (scale * value + shift)) <= 10 * rel * (size + abs(shift)),
            f"f({scale}X+{shift}) = {scale}f(X)+{shift}",
            p,
        )
    _law(abs(f(split(p)) - value) <= rel * size, "how a law is written does not matter", p)
    _law(
        p.means.min() - rel * size <= value <= p.means.max() + rel * size, "a location lies between the outer means", p
    )


def distribution(p: Mixture, x: np.ndarray, *, rel: float = 1e-10) -> None:
    """Density, distribution function, survival function and quantiles of a 1D law belong together.

    Raises LawBroken where they do not, and ValueError for what is no mixture on the line, vector or tolerance.
    """
    rel, p, x = positive("rel", rel), on_line("p", p), array("x", x, ndim=1)
    _law(np.all(p.pdf(x) >= 0), "a density is nonnegative", p)
    _law(np.allclose(p.cdf(x) + p.sf(x), 1, rtol=rel), "cdf + sf = 1", p)
    _law(np.allclose(np.exp(p.logpdf(x)), p.pdf(x), rtol=rel), "logpdf is the logarithm of pdf", p)
    _law(bool(np.all(np.diff(p.cdf(np.sort(x))) >= -rel)), "a distribution function does not fall", p)
    u = p.cdf(x)
    inner = (u > 1e-9) & (u < 1 - 1e-9)
    _law(np.allclose(p.cdf(p.ppf(u[inner])), u[inner], rtol=0, atol=1e-9), "cdf undoes ppf", p)
    step = 1e-5 * p.stds.min()
    slope = (p.cdf(x + step) - p.cdf(x - step)) / (2 * step)
    _law(
        np.allclose(slope, p.pdf(x), rtol=1e-4, atol=1e-6 * p.pdf(p.means).max()),
        "the density is the slope of the cdf",
        p,
    )


def _asked(name: str, function: object) -> Callable[..., float]:
    """A function, which has to give back what has a `float`."""
    if not callable(function):
        reject(name, "a function", function)

    def number(*laws: Mixture) -> float:
        given: Any = function(*laws)
        try:
            return float(given)
        except (TypeError, ValueError):
            reject(name, "a function that gives back a number", given)

    return number


def _close(value: float, wanted: float, rel: float) -> bool:
    return value == wanted or abs(value - wanted) <= rel * max(abs(value), abs(wanted), 1e-3)


def _law(holds: Any, sentence: str, *instance: Any) -> None:
    if not bool(holds):
        raise LawBroken(f"{sentence}: {', '.join(map(repr, instance))}")
