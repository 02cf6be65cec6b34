"""Laws that families of functions obey, as batteries for anybody's test suite.

    divergence    of two laws                     metric         of two laws, or of two samples
    location      of a law on the line            sample_score   of samples, against the law that was to be learned
    distribution  a law's own functions           sampler, conditional_sampler   what generates

A battery takes the function and drawn instances (see `proofs.strategies`) and raises `LawBroken`, with the law in a
sentence, at the first that fails. Tolerances are relative and given by the caller: they are the function's accuracy. Where
chance has a part it is that of a seed, and a right function is blamed once in a million batteries at most.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from contextlib import suppress
from typing import Any

import numpy as np
from jaxtyping import Float
from numpy.typing import ArrayLike

from theory import GaussianMixture
from theory.validation.inputs import Array, array, between, choice, flag, floats, integer, positive, reject
from theory.validation.laws import alike, mixture, on_line

Mixture = GaussianMixture
FALSE_ALARM = 1e-6
"""How often a right generator is blamed."""
REPEATS = 5
"""Draws of the truth, and of each fault, that a score has to tell apart."""


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

    In several dimensions blind to every change of axes, turned and of unequal units.
    Raises LawBroken where it is not, and ValueError for what is no function, mixture or tolerance.
    """
    d, rel, (p, q) = _asked("d", d), positive("rel", rel), alike(p, q)
    flag("symmetric", symmetric)
    value = d(p, q)
    _law(value >= 0, "a divergence is nonnegative", p, q)
    _law(abs(d(p, p)) <= rel, "the divergence of a law from itself is zero", p)
    _law(_close(d(p.affine(-2.5, 1.3), q.affine(-2.5, 1.3)), value, rel), "units and origin do not matter", p, q)
    if not p.scalar:
        axes = _other_axes(p.dim)
        _law(_close(d(p.affine(axes), q.affine(axes)), value, rel), "the axes do not matter", p, q)
    _law(_close(d(permuted(p), permuted(q)), value, rel), "the order of components does not matter", p, q)
    _law(_close(d(split(p), q), value, rel), "how a law is written does not matter, left", p, q)
    _law(_close(d(p, split(q)), value, rel), "how a law is written does not matter, right", p, q)
    if symmetric:
        _law(_close(d(q, p), value, rel), "the divergence is symmetric", p, q)


def _other_axes(dim: int) -> np.ndarray:
    """Axes turned by an angle that nothing is symmetric to, with units of their own."""
    axes, c, s = np.diag(np.linspace(1.0, 2.0, dim)), np.cos(0.7), np.sin(0.7)
    axes[:2] = np.array([[c, -s], [s, c]]) @ axes[:2]
    return axes


def metric(
    d: Callable[[Any, Any], Any], p: Mixture | ArrayLike, q: Mixture | ArrayLike, r: Mixture | ArrayLike,
    *, degree: float = 1.0, rel: float = 1e-9,
) -> None:  # fmt: skip
    """Zero on equals and on them alone, symmetric, with the triangle inequality, and d(cX, cY) = |c|^degree d(X, Y).

    p, q, r: three laws, or three samples (n,) or (n, D), whose order does not matter. Moving all leaves d as it is. What is
    zero, and what is not less than a sum, is so within `rel` of the largest distance, or of the largest number to that degree.

    Raises LawBroken where it is not, and ValueError for what is no function, laws or samples of one dimension, degree or
    tolerance.
    """
    d, rel, degree = _asked("d", d), positive("rel", rel), between("degree", degree, -10, 10)
    x, y, z = _alike(p, q, r)
    near = {name: d(*pair) for name, pair in {"pq": (x, y), "qr": (y, z), "pr": (x, z)}.items()}
    size = rel * max(*near.values(), *(_size(thing, degree) for thing in (x, y, z)))
    _law(all(value >= 0 for value in near.values()), "a metric is nonnegative", x, y, z)
    for one in (x, y, z):
        _law(abs(d(one, one)) <= size, "the distance of a thing from itself is zero", one)
    for name, (one, other) in {"pq": (x, y), "qr": (y, z), "pr": (x, z)}.items():
        _law(abs(d(other, one) - near[name]) <= size, "a metric is symmetric", one, other)
        _law(near[name] > size or _same(one, other), "what differs is apart", one, other)
    pq, qr, pr = near.values()
    for longest, others in ((pr, pq + qr), (pq, pr + qr), (qr, pq + pr)):
        _law(longest <= others + size, "no way is shorter than the direct one: the triangle inequality", x, y, z)
    for scale in (3.1, -0.4):
        there = d(_moved(x, scale, 0.0), _moved(y, scale, 0.0))
        wanted = abs(scale) ** degree * near["pq"]
        _law(_close(there, wanted, rel), f"d({scale}X, {scale}Y) = {abs(scale)}^{degree:g} d(X, Y)", x, y)
    _law(_close(d(_moved(x, 1.0, 1.3), _moved(y, 1.0, 1.3)), near["pq"], 10 * rel), "the origin does not matter", x, y)
    _law(_close(d(_reordered(x), y), near["pq"], rel), "the order does not matter", x, y)


def _alike(*things: Mixture | ArrayLike) -> list[Any]:
    """Laws of one dimension, or samples of one."""
    if any(isinstance(thing, GaussianMixture) for thing in things):
        first = mixture("p", things[0])
        return [first, *(alike(first, other)[1] for other in things[1:])]
    samples = [array(name, thing) for name, thing in zip("pqr", things, strict=False) if not isinstance(thing, Mixture)]
    for name, sample in zip("pqr", samples, strict=False):
        if sample.ndim not in (1, 2) or sample.shape[1:] != samples[0].shape[1:]:
            reject(name, "samples (n,) or (n, D), of one dimension with p", f"shape {sample.shape}")
    return samples


def _size(x: Any, degree: float) -> float:
    """How large distances of that degree are among what is as large."""
    ends = [x.means, x.stds if x.scalar else np.sqrt(np.abs(x.covs))] if isinstance(x, GaussianMixture) else [x]
    with np.errstate(over="ignore"):
        return float(np.float_power(max(1e-75, *(float(np.abs(end).max()) for end in ends)), degree))


def _same(x: Any, y: Any) -> bool:
    """Whether laws are written alike; whether samples have the same values, each with the same share."""
    if isinstance(x, GaussianMixture):
        parts = ("weights", "means", "stds" if x.scalar else "covs")
        return all(np.array_equal(getattr(x, part), getattr(y, part)) for part in parts)
    (seen, times), (others, often) = (np.unique(part, axis=0, return_counts=True) for part in (x, y))
    return np.array_equal(seen, others) and np.array_equal(times * len(y), often * len(x))


def _moved(x: Any, scale: float, shift: float) -> Any:
    return x.affine(scale, shift) if isinstance(x, GaussianMixture) else scale * x + shift


def _reordered(x: Any) -> Any:
    return permuted(x) if isinstance(x, GaussianMixture) else x[::-1]


def sample_score(
    score: Callable[[Array, Any], Any], p: Mixture, *, better: str = "lower", sees: Collection[str] = ("drop", "blur"),
    degree: float = 0.0, n: int = 500, reference: int | None = None, seed: int = 0, rel: float = 1e-9,
) -> None:  # fmt: skip
    """A score(samples, p) of how well samples have a law: blind to order and units, best for the truth, not blind to faults.

    samples: (n,) on the line, else (n, D). reference: score(samples, real) is given so many draws of p in p's place. degree: of
    its unit; 0 where it has none. sees: what it promises to see. "drop": samples without the heaviest mode; "blur": samples with
    noise of three of the widest mode's largest deviation. Five draws of each fault must all score worse than five of the truth.

    Raises LawBroken where it does not, and ValueError for what is no function, a mixture of one mode or none, `better` that
    is neither "lower" nor "higher", an unknown fault, or a size, seed or tolerance out of range.
    """
    score, p, rel, degree = (
        _asked("score", score),
        mixture("p", p),
        positive("rel", rel),
        between("degree", degree, -10, 10),
    )
    sign = {"lower": 1.0, "higher": -1.0}[choice("better", better, ("lower", "higher"))]
    n, rng = integer("n", n, 10, 10**6), np.random.default_rng(integer("seed", seed, 0))
    if isinstance(sees, str) or not isinstance(sees, Collection):
        reject("sees", "a tuple of drop, blur", sees)
    faults = [choice("sees", fault, ("drop", "blur")) for fault in sees]
    if len(p) < 2:
        reject("p", "a mixture of two modes or more", p)
    real_ones = None if reference is None else p.sample(integer("reference", reference, 10, 10**6), rng)

    def scored(x: Array, scale: float = 1.0, shift: float = 0.0) -> float:
        try:
            return score(_moved(x, scale, shift), _moved(p if real_ones is None else real_ones, scale, shift))
        except (TypeError, ValueError) as error:
            raise ValueError(f"score, p: expected a score of samples of this p, got {error}") from error

    x = p.sample(n, rng)
    value = scored(x)
    _law(np.isfinite(value), "a score is a number", p)
    _law(scored(x) == value, "the same samples have the same score", p)
    _law(_close(scored(rng.permutation(x)), value, rel), "the order of samples does not matter", p)
    for scale, shift in ((2.5, 0.0), (-1.0, 0.0), (1.0, 1.3)):
        there = abs(scale) ** degree * value
        _law(
            _close(scored(x, scale, shift), there, 10 * rel),
            f"score({scale}X+{shift}) = {abs(scale)}^{degree:g} score(X)",
            p,
        )
    truth = [sign * scored(p.sample(n, rng)) for _ in range(REPEATS)]
    for fault in faults:
        wrong = [sign * scored(_faulty(p, fault).sample(n, rng)) for _ in range(REPEATS)]
        _law(float(np.median(wrong)) >= float(np.median(truth)), f"the truth scores best: a {fault} scores better", p)
        _law(min(wrong) > max(truth), f"a {fault} is seen", p)


def _faulty(p: Mixture, fault: str) -> Mixture:
    """The law without its heaviest component, or behind noise of three of its largest deviations."""
    if fault == "drop":
        kept = np.delete(np.arange(len(p)), p.weights.argmax())
        return _written(p, p.weights[kept] / p.weights[kept].sum(), kept)
    widest = p.stds.max() if p.scalar else np.sqrt(np.linalg.eigvalsh(p.covs)[:, -1].max())
    return p.smooth(3 * float(widest))


def sampler(draw: Callable[[int, np.random.Generator], ArrayLike], p: Any, *, n: int = 4000, seed: int = 0) -> None:
    """What generates: draw(n, rng) has n rows, the seed decides them and nothing else, and they have the law p.

    p: a mixture, or a target of `toys.targets`: whatever has `sample(n, rng)`, and `logpdf(x)` where there is a density. Compared
    with as many draws of p along every axis, eight directions and the level of the density, by the Kolmogorov distance.

    Raises LawBroken where it is not, and ValueError for what is no function or law, a size or a seed out of range.
    """
    n, seed = integer("n", n, 1000, 10**6), integer("seed", seed, 0)
    if not callable(draw):
        reject("draw", "a function of a number and a Generator", draw)
    if not callable(getattr(p, "sample", None)):
        reject("p", "a law that has `sample`", p)
    fresh = np.random.default_rng
    x = _drawn(draw, n, fresh(seed))
    truth = _rows("p.sample", p.sample(n, fresh(seed + 1)), n)
    _law(x.shape == truth.shape, f"n draws have the shape {truth.shape}, not {x.shape}", p)
    _law(len(_drawn(draw, 1, fresh(seed))) == 1, "one draw is a row", p)
    _law(np.array_equal(x, _drawn(draw, n, fresh(seed))), "the seed decides the draws", p)
    _law(not np.array_equal(x, _drawn(draw, n, fresh(seed + 2))), "another seed gives other draws", p)
    _law(len(np.unique(x, axis=0)) > n / 2 or len(np.unique(truth, axis=0)) <= n / 2, "draws are not repeated", p)
    ways = np.concatenate([np.eye(x.shape[1]), fresh(0).standard_normal((8, x.shape[1]))])
    views = [("along a direction", x @ way, truth @ way) for way in ways]
    flat = np.ndim(p.sample(1, fresh(seed))) == 1
    with suppress(AttributeError, ValueError):  # no density
        ours, theirs = (np.ravel(p.logpdf(part[:, 0] if flat else part)) for part in (x, truth))
        views.append(("in its density", ours, theirs))
    most = np.sqrt(np.log(2 * len(views) / FALSE_ALARM) / n)
    for where, ours, theirs in views:
        _law(_kolmogorov(ours, theirs) <= most, f"the draws have the law, {where}", p)


def conditional_sampler(
    draw: Callable[[Array, np.random.Generator], ArrayLike],
    p: Callable[[float], Mixture],
    x: ArrayLike,
    *,
    seed: int = 0,
) -> None:
    """What generates y given x: draw(x, rng) gives one y for each x, the seed decides them, and y has the law p(x).

    p: x ↦ a mixture on the line. x: (n,), 1,000 at least. P(Y ≤ y | x) at what was drawn is uniform, for all x and for the lower
    and the upper half of them, within what Dvoretzky, Kiefer, Wolfowitz and Massart (1990) allow.

    Raises LawBroken where it is not, and ValueError for what is no function, too few x, or a seed out of range.
    """
    x, seed = array("x", x, ndim=1), integer("seed", seed, 0)
    for name, function in (("draw", draw), ("p", p)):
        if not callable(function):
            reject(name, "a function", function)
    if len(x) < 1000:
        reject("x", "1,000 numbers or more", f"{len(x)}")
    fresh = np.random.default_rng
    y, again, other = (np.squeeze(floats("draw(x, rng)", draw(x, fresh(s)))) for s in (seed, seed, seed + 1))
    _law(y.shape == x.shape, f"there is one y for each x, {len(x)}, not the shape {y.shape}")
    _law(np.array_equal(y, again), "the seed decides the draws")
    _law(not np.array_equal(y, other), "another seed gives other draws")
    u = np.array([float(on_line("p(x)", p(float(at))).cdf(value)) for at, value in zip(x, y, strict=True)])
    low = x <= np.median(x)
    for where, part in (("all", u), ("lower half of the", u[low]), ("upper half of the", u[~low])):
        if len(part):
            most = np.sqrt(np.log(6 / FALSE_ALARM) / (2 * len(part)))
            grid = np.arange(len(part) + 1) / len(part)
            off = max(np.max(grid[1:] - np.sort(part)), np.max(np.sort(part) - grid[:-1]))
            _law(off <= most, f"y has its law given x, for the {where} x".replace("the all", "all"))


def _drawn(draw: Callable[..., Any], n: int, rng: np.random.Generator) -> Float[Array, "n dim"]:
    return _rows("draw(n, rng)", draw(n, rng), n)


def _rows(name: str, drawn: Any, n: int) -> Float[Array, "n dim"]:
    """Draws as rows of finite numbers; what has one number each may be a vector."""
    x = floats(name, drawn)
    _law(x.ndim in (1, 2) and len(x) == n, f"{n} draws have {n} rows, not the shape {x.shape}")
    _law(np.isfinite(x).all(), "draws are finite numbers")
    return x.reshape(n, -1)


def _kolmogorov(x: Array, y: Array) -> float:
    """The largest distance between two empirical distribution functions."""
    both = np.concatenate([x, y])
    shares = (np.searchsorted(np.sort(part), both, side="right") / len(part) for part in (x, y))
    return float(np.max(np.abs(np.subtract(*shares))))


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
        raise LawBroken(": ".join([sentence, ", ".join(map(repr, instance))]) if instance else sentence)
