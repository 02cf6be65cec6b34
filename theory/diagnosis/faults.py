"""Samplers with one fault of a known size each: the truth by construction, against which a diagnosis is held.

Each takes the law, how many samples, a generator or a seed, and the size of the fault in the unit of `FAULTS`; what is not at
fault is as the law has it.
"""

from collections.abc import Callable

import numpy as np
from jaxtyping import Float

from theory.diagnosis.modes import modes_of
from theory.mixture import GaussianMixture
from theory.validation.inputs import Array, between, generator, instance, integer, positive, reject

Rng = np.random.Generator | int

BESIDE = 3.0  # the box of invented samples over the one around the means
TRIES = 10_000
POINT = 0.05  # of a mode's deviation: the noise of samples at a mean


def dropped(p: GaussianMixture, n: int, rng: Rng, modes: int = 1) -> Float[Array, "n D"]:
    """Without the first modes: of size the sum of their weights.

    Raises ValueError unless p is a mixture of more than `modes` components, n is an integer ≥ 1, and rng is a Generator or
    a seed.
    """
    p, n, rng = _door(p, n, rng)
    if integer("modes", modes, 1) >= len(p):
        reject("modes", f"fewer than the {len(p)} components", modes)
    w = np.where(np.arange(len(p)) < modes, 0, p.weights)
    return _sampled(p, w / w.sum(), n, rng)


def reweighted(p: GaussianMixture, n: int, rng: Rng, size: float = 0.2) -> Float[Array, "n D"]:
    """The first half of the modes gives as much of its weight to the rest.

    Raises ValueError unless p is a mixture of several components, size lies in (0, 1), below three quarters of their weight,
    n is an integer ≥ 1, and rng is a Generator or a seed.
    """
    p, n, rng = _door(p, n, rng)
    first = np.arange(len(p)) < len(p) // 2
    there = float(p.weights[first].sum())
    size = between("size", size, 0, 1, open=True)
    if size >= 0.75 * there:
        reject("size", f"less than three quarters of the {there:g} that the first half of the modes has", size)
    return _sampled(p, np.where(first, 1 - size / there, 1 + size / (1 - there)) * p.weights, n, rng)


def blurred(p: GaussianMixture, n: int, rng: Rng, size: float = 0.5) -> Float[Array, "n D"]:
    """Every mode wider by the factor 1 + size.

    Raises ValueError unless p is a mixture, size > 0, n is an integer ≥ 1, and rng is a Generator or a seed.
    """
    p, n, rng = _door(p, n, rng)
    return _scaled(p, n, rng, 1 + positive("size", size))


def shrunk(p: GaussianMixture, n: int, rng: Rng, size: float = 0.5) -> Float[Array, "n D"]:
    """Every mode narrower by the factor 1 - size.

    Raises ValueError unless p is a mixture, size lies in (0, 1), n is an integer ≥ 1, and rng is a Generator or a seed.
    """
    p, n, rng = _door(p, n, rng)
    return _scaled(p, n, rng, 1 - between("size", size, 0, 1, open=True))


def shifted(p: GaussianMixture, n: int, rng: Rng, size: float = 0.5) -> Float[Array, "n D"]:
    """Every mode moved by so many of its deviations, all in one whitened direction.

    Raises ValueError unless p is a mixture, size > 0, n is an integer ≥ 1, and rng is a Generator or a seed.
    """
    p, n, rng = _door(p, n, rng)
    to = positive("size", size) * np.linalg.inv(modes_of(p).roots)[:, :, 0]
    k = rng.choice(len(p), size=n, p=p.weights)
    return _of(p, k, rng) + to[k]


def bridged(p: GaussianMixture, n: int, rng: Rng, size: float = 0.1) -> Float[Array, "n D"]:
    """A share of samples lies on segments between neighbours, where these are outside both.

    Raises ValueError unless p is a mixture with neighbours, size lies in (0, 1), n is an integer ≥ 1, and rng is a Generator
    or a seed.
    """
    p, n, rng = _door(p, n, rng)
    modes = modes_of(p)
    if not len(modes.pairs):
        reject("p", "modes with a gap between two of them", p)
    i, j = modes.pairs[rng.integers(len(modes.pairs), size=n)].T
    along = modes.means[j] - modes.means[i]
    ends = [modes.radius / np.linalg.norm(np.einsum("nd,nde->ne", along, modes.roots[k]), axis=1) for k in (i, j)]
    at = rng.uniform(ends[0], 1 - ends[1])
    return _mixed(p, n, rng, size, modes.means[i] + at[:, None] * along)


def invented(p: GaussianMixture, n: int, rng: Rng, size: float = 0.1) -> Float[Array, "n D"]:
    """A share of samples is spread evenly over a box around the modes, outside of all; on the line not between them.

    Raises ValueError unless p is a mixture, size lies in (0, 1), n is an integer ≥ 1, and rng is a Generator or a seed.
    """
    p, n, rng = _door(p, n, rng)
    modes = modes_of(p)
    widths = np.sqrt(np.diagonal(modes.covs, axis1=1, axis2=2))
    low, high = (modes.means - 4 * widths).min(axis=0), (modes.means + 4 * widths).max(axis=0)
    middle, half = 0.5 * (low + high), 0.5 * BESIDE * (high - low)
    found, count = list[Array](), 0
    for _ in range(TRIES):
        x = rng.uniform(middle - half, middle + half, size=(n, p.dim))
        free = np.ones(n, dtype=bool)
        for mean, root in zip(modes.means, modes.roots, strict=True):
            free &= np.linalg.norm((x - mean) @ root, axis=1) > modes.radius
        if p.dim == 1:
            free &= ((x < low) | (x > high))[:, 0]
        found.append(x[free])
        count += int(free.sum())
        if count >= n:
            break
    return _mixed(p, n, rng, size, np.concatenate(found)[:n])


def collapsed(p: GaussianMixture, n: int, rng: Rng, size: float = 0.2) -> Float[Array, "n D"]:
    """A share of samples lies at the mean of all, up to a twentieth of a mode's width; of two neighbours, where a mode is at that.

    Raises ValueError unless p is a mixture with a gap, size lies in (0, 1), n is an integer ≥ 1, and rng is a Generator or a seed.
    """
    p, n, rng = _door(p, n, rng)
    at = next((each for each in modes_of(p).points if np.isfinite(each.due)), None)
    if at is None:
        reject("p", "modes with a mean between them that is in none", p)
    root = np.linalg.cholesky(np.linalg.inv(at.metric))
    return _mixed(p, n, rng, size, at.centre + POINT * rng.standard_normal((n, p.dim)) @ root.T)


def copied(p: GaussianMixture, n: int, rng: Rng, size: float = 0.1) -> Float[Array, "n D"]:
    """A share of samples repeats one of the others.

    Raises ValueError unless p is a mixture, size lies in (0, 1), n is an integer ≥ 1, and rng is a Generator or a seed.
    """
    p, n, rng = _door(p, n, rng)
    x = p.sample(n, rng).reshape(n, p.dim)
    again = rng.random(n) < between("size", size, 0, 1, open=True)
    own = np.flatnonzero(~again)
    if len(own):
        x[again] = x[rng.choice(own, again.sum())]
    return x


SAMPLERS: dict[str, Callable[..., Array]] = {
    each.__name__: each
    for each in (dropped, reweighted, blurred, shrunk, shifted, bridged, invented, collapsed, copied)
}


def _door(p: object, n: int, rng: Rng) -> tuple[GaussianMixture, int, np.random.Generator]:
    return (
        instance("p", p, GaussianMixture, "a GaussianMixture"),
        integer("n", n, 1, 10_000_000),
        generator("rng", rng),
    )


def _of(p: GaussianMixture, k: np.ndarray, rng: np.random.Generator, factor: float = 1.0) -> Array:
    """A draw of each component named."""
    factors = factor * np.linalg.cholesky(p.covs)
    noise = rng.standard_normal((len(k), p.dim))
    return p.means.reshape(len(p), p.dim)[k] + np.einsum("nij,nj->ni", factors[k], noise)


def _sampled(p: GaussianMixture, w: Array, n: int, rng: np.random.Generator) -> Array:
    return _of(p, rng.choice(len(p), size=n, p=w / w.sum()), rng)


def _scaled(p: GaussianMixture, n: int, rng: np.random.Generator, factor: float) -> Array:
    return _of(p, rng.choice(len(p), size=n, p=p.weights), rng, factor)


def _mixed(p: GaussianMixture, n: int, rng: np.random.Generator, size: float, other: Array) -> Array:
    """Each sample is one of the others with probability `size`."""
    x = p.sample(n, rng).reshape(n, p.dim)
    return np.where((rng.random(n) < between("size", size, 0, 1, open=True))[:, None], other, x)
