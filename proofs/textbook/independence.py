"""Joint tables, factorised outputs and latents by enumeration, for the observed side of checks; `m` is an arithmetic.

A model is a joint table q(z|x)p(x) with z first, a prior p(z), and a factorised decoder p(x_d|z), None for the best one.
"""

from __future__ import annotations

import itertools
from typing import Any

import numpy as np


def tables(s: Any) -> Any:
    """A joint table p of two or three coordinates, and a factorised q: its marginals, or others."""

    def build(drawn: Any) -> Any:
        seed, shape, best = drawn
        rng = np.random.default_rng(seed)
        p = rng.gamma(0.5, size=shape) + 0.01
        return p / p.sum(), None if best else [rng.dirichlet(np.ones(n)) * 0.9 + 0.1 / n for n in shape]

    shapes = s.one_of(((2, 2), (2, 3), (3, 4), (2, 2, 2)))
    return s.tuples(s.steps(2**31), shapes, s.one_of((True, False))).map(build)


def product(m: Any, p: Any, factors: Any) -> Any:
    """Π_d q_d(x_d), of p's own marginals unless factors are given."""
    product = np.array(1)
    for axis in range(p.ndim):
        others = tuple(i for i in range(p.ndim) if i != axis)
        product = np.multiply.outer(product, p.sum(axis=others) if factors is None else m.table(factors[axis]))
    return product


def corners(s: Any) -> Any:
    """A corner of {0, 1}^D, the other point being opposite."""
    return s.integers(2, 9).flatmap(lambda D: s.tuples(*[s.steps(2)] * D)).map(lambda c: (np.array(c),))


def two_points(m: Any, corner: Any) -> Any:
    """p and the product of its marginals at every corner of the cube."""
    corners = np.array(list(itertools.product((0, 1), repeat=len(corner))))
    p = (m.number(0.5) * (corners == corner).all(axis=1)) + m.number(0.5) * (corners == 1 - corner).all(axis=1)
    ones = [(p * corners[:, d]).sum() for d in range(len(corner))]
    product = np.prod([np.where(corners[:, d] == 1, q, 1 - q) for d, q in enumerate(ones)], axis=0)
    return p, product


def correlation_of_corners(m: Any, corner: Any) -> Any:
    """KL of the two points from the product of their marginals."""
    p, product = two_points(m, corner)
    return m.kl(p, product).sum()


def mass_off_the_corners(m: Any, corner: Any) -> Any:
    """What the product puts elsewhere."""
    p, product = two_points(m, corner)
    return product[p == 0].sum()


def models(s: Any) -> Any:
    """p(x), encoder q(z|x) as a joint table with z first, prior p(z), factorised decoder p(x_d|z): the best, or others."""

    def build(drawn: Any) -> Any:
        seed, latents, shape, best, aggregated = drawn
        rng = np.random.default_rng(seed)
        joint = rng.gamma(0.5, size=(latents, *shape)) + 0.01
        joint /= joint.sum()
        prior = (
            joint.reshape(latents, -1).sum(axis=1)
            if aggregated
            else rng.dirichlet(np.ones(latents)) * 0.9 + 0.1 / latents
        )
        decoder = None if best else [[rng.dirichlet(np.ones(n)) * 0.9 + 0.1 / n for n in shape] for _ in range(latents)]
        return joint, prior, decoder

    either = s.one_of((True, False))
    shapes = s.one_of(((2, 2), (2, 3), (2, 2, 2)))
    return s.tuples(s.steps(2**31), s.integers(2, 3), shapes, either, either).map(build)


def excess(m: Any, joint: Any, prior: Any, decoder: Any) -> Any:
    """E[ln q(z|x) - ln p(z) - Σ_d ln p(x_d|z)] - H(X)."""
    joint, prior = m.table(joint), m.table(prior)
    data, total = joint.sum(axis=0), 0
    for z, cell in enumerate(joint):
        output = product(m, cell / cell.sum(), decoder[z] if decoder else None)
        total += (cell * m.log(cell / data / prior[z] / output * data)).sum()
    return total


def symmetric(D: Any, e: Any) -> Any:
    """Two points of D bits through a symmetric channel of error e, z first."""
    table = np.zeros((2, *[2] * D))
    for z, bit in itertools.product((0, 1), repeat=2):
        table[(z, *[bit] * D)] = (1 - e if z == bit else e) / 2
    return table


def repeated(s: Any) -> Any:
    """One law as D copies of a symbol, which z tells in part: where the bound is tight; or any model."""

    def build(drawn: Any) -> Any:
        seed, D = drawn
        rng = np.random.default_rng(seed)
        channel, joint = rng.dirichlet(np.ones(6)).reshape(2, 3) * 0.9 + 0.1 / 6, np.zeros((2, *[3] * D))
        for z, symbol in itertools.product(range(2), range(3)):
            joint[(z, *[symbol] * D)] = channel[z, symbol]
        return joint, joint.reshape(2, -1).sum(axis=1), None

    return s.either(models(s), s.tuples(s.steps(2**31), s.integers(2, 3)).map(build))


def rate(joint: Any, prior: Any) -> Any:
    """R = E KL(q(z|x)‖p(z)), nats; cells of no mass left out."""
    flat = joint.reshape(len(joint), -1)
    kept = flat[:, flat.sum(axis=0) > 0]
    return float((kept * np.log(kept / kept.sum(axis=0) / prior[:, None])).sum())


def conditional(m: Any, joint: Any, prior: Any = None, decoder: Any = None) -> Any:
    """TC(X|Z) of the table, as a share of its mass."""
    cells = [(cell.sum(), cell / cell.sum()) for cell in m.table(joint)]
    return sum(mass * m.kl(p, product(m, p, None)).sum() for mass, p in cells) / sum(mass for mass, _ in cells)


def told(joint: Any, prior: Any, _decoder: Any = None) -> tuple[Any, int, float]:
    """What is known of it without a latent: the joint table of X, D and R."""
    joint = joint / joint.sum()
    return joint.sum(axis=0), joint.ndim - 1, rate(joint, prior)


def divergence(m: Any, table: Any, factors: Any) -> Any:
    """KL(p‖Π_d q_d)."""
    p = m.table(table)
    return m.kl(p, product(m, p, factors)).sum()


def channel_excess(m: Any, D: int, e: Any) -> Any:
    """Negative ELBO - H(X) of two points of D bits, z a bit with error e, every decoder its best."""
    cells, half = [(z, b) for z in (0, 1) for b in (0, 1)], m.number(0.5)
    right = lambda z, b: 1 - e if z == b else e  # noqa: E731
    return sum(half * right(z, b) * (m.log(right(z, b) / half) - D * m.log(right(z, b))) for z, b in cells) - m.log(
        2 * half * 2
    )


def noisy_bits(s: Any) -> Any:
    """D and the error of the bit."""
    return s.tuples(s.integers(2, 6), s.inside(0.0, 1.0))


def gaussian_bits(s: Any) -> Any:
    """D, m, v."""
    return s.tuples(s.integers(2, 16), s.scales(0.1, 2.0), s.scales(0.05, 1.0))


def gaussian_excess(m: Any, dim: int, mean: Any, var: Any) -> Any:
    """Negative ELBO - H(X) of two points coded as N(±mean, var) on N(0, 1), each of `dim` bits decoded at its best."""
    std = m.sqrt(m.number(var))
    edges = [float(mean) + k * float(std) for k in (-12, -7, -4, -2, -1, 0, 1, 2, 4, 7, 12)]
    average = lambda f: m.integrate(lambda z: m.normal(z, mean, std) * f(z), edges, panels=4)  # noqa: E731
    rate = average(lambda z: z**2 / 2 - ((z - mean) / std) ** 2 / 2 - m.log(std))
    lost = average(lambda z: m.largest(-2 * mean * z / var, 0 * z) + m.log(1 + m.exp(-2 * m.size(mean * z / var))))
    return rate + dim * lost - m.log(m.number(2))


MINIMA = {2: (0.865466, 0.250968), 4: (0.909750, 0.172356), 16: (0.943295, 0.110195)}
"""(m, v) where that is least, so that points near them are drawn."""


def near_and_far(s: Any) -> Any:
    """D, m, v: within a ten-thousandth of the minimum, about there, or anywhere in m < 3 and v < 2, near their ends too."""

    def build(drawn: Any) -> tuple[Any, ...]:
        dim, factors = drawn
        return dim, *(best * factor for best, factor in zip(MINIMA[dim], factors, strict=True))

    near = s.tuples(s.reals(0.9999, 1.0001), s.reals(0.9999, 1.0001))
    far = s.tuples(s.scales(0.2, 3.0), s.scales(0.2, 8.0))
    anywhere = s.tuples(s.integers(2, 16), *(s.either(s.scales(1e-6 * top, top / 2), s.scales(1e-6 * top, top / 2).map(
        lambda off, top=top: top - off)) for top in (3.0, 2.0)))  # fmt: skip
    return s.either(s.tuples(s.one_of((2, 4, 16)), s.either(near, far)).map(build), anywhere)
