"""Images of few latents in many dimensions, counted box by box and cell by cell; knows no bound and no limit.

Written in the words of an arithmetic m (proofs.words.arithmetic), for the observed sides of `explicit_versus_implicit`.
"""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np

from proofs.textbook.hilbert import half_steps
from proofs.textbook.lipschitz import exactly, networks, worked_out


def js(m: Any, p: Any, q: Any) -> Any:
    """½ Σ p ln p/m + ½ Σ q ln q/m, m = (p+q)/2, of masses."""
    middle = (p + q) / 2
    return (m.kl(p, middle).sum() + m.kl(q, middle).sum()) / 2


__all__ = [
    "blurred_fold",
    "bounding_boxes",
    "boxed_js",
    "cells_not_met",
    "events",
    "finer_grids",
    "folds",
    "gap_of_uniforms",
    "generators",
    "grids",
    "js_of_laws",
    "maps",
    "mass_up_to",
    "networks",
    "off_the_line",
    "on_a_line",
    "orders",
    "visits",
    "walked_js",
]  # fmt: skip


def mass_up_to(m: Any, layers: Any, low: Any, high: Any, at: Any) -> Any:
    """P(g ≤ low) of a network of rectifiers with one latent."""
    return worked_out(m, layers, low, high)[1]


def maps(s: Any) -> Any:
    """Outputs Σ_j w_ij |z_j - c_ij|, often straight in the cube [-R, R]^k and equally steep; R and n."""

    def build(drawn: Any) -> Any:
        seed, k, c, straight, R, n = drawn
        rng = np.random.default_rng(seed)
        weights, kinks = rng.standard_normal((k + c, k)), rng.uniform(-R, R, (k + c, k))
        if straight:
            weights, kinks = weights / np.abs(weights).sum(axis=1, keepdims=True), kinks + 2 * R
        return weights, kinks, R, n

    parts = s.one_of((True, False)), s.scales(0.3, 4.0), s.integers(1, 5)
    return s.tuples(s.steps(2**31), s.integers(1, 2), s.integers(0, 2), *parts).map(build)


def bounding_boxes(m: Any, weights: Any, kinks: Any, R: Any, n: int) -> tuple[Any, ...]:
    """Σ over the small cubes of the volume of the smallest box around the image of each; then k, d-k, L, R and n."""
    (d, k), L = weights.shape, np.abs(weights).sum(axis=1).max()
    weights, kinks = exactly(m, [weights, kinks])
    total, edges = m.number(0), m.grid(-R, R, n + 1)
    for cell in np.ndindex(*[n] * k):
        low, high = edges[list(cell)], edges[[place + 1 for place in cell]]
        farthest = m.largest(m.size(high - kinks), m.size(low - kinks))
        nearest = m.largest(0 * kinks, low - kinks, kinks - high)
        total += np.prod((m.size(weights) * (farthest - nearest)).sum(axis=1))
    return total, k, d - k, L, R, n


def events(s: Any) -> Any:
    """p and q on atoms, of how many E is made, and by how much α and τ exceed p(E) and q(Eᶜ): often not, and two atoms."""

    def build(seed: int, inside: int, outside: int, slack: float) -> Any:
        rng = np.random.default_rng(seed)
        low, high = (np.sort(rng.uniform(0, 1, 2)) * [1, -1] + [0, 1]) * (1 - slack)
        law = lambda mass, n: mass * rng.dirichlet(np.ones(n))  # noqa: E731
        p = np.append(law(low, inside), law(1 - low, outside))
        return p, np.append(law(1 - high, inside), law(high, outside)), inside, slack

    sizes = s.either(s.tuples(s.one_of((1,)), s.one_of((1,))), s.tuples(s.integers(1, 3), s.integers(1, 4)))
    slack = s.either(s.one_of((0.0,)), s.inside(0.0, 0.9))
    return s.tuples(s.steps(2**31), sizes, slack).map(lambda d: build(d[0], d[1][0], d[1][1], d[2]))


def js_of_laws(m: Any, p: Any, q: Any, inside: int, slack: Any) -> tuple[Any, Any, Any]:
    """JS of two laws on atoms, and the bounds on p(E) and q(Eᶜ)."""
    inside_p, outside_q = (float(mass) / (1 - float(slack)) for mass in (p[:inside].sum(), q[inside:].sum()))
    return js(m, *exactly(m, [p, q])), inside_p, outside_q


def off_the_line(s: Any) -> Any:
    """What q has off a line."""
    return s.inside(0.0, 1.0)


def on_a_line(m: Any, t: Any) -> Any:
    """KL(q‖p) over a line and the rest: q has 1-t on the line, p, which has a density, nothing."""
    nothing = m.number(0)
    return m.kl(1 - m.number(t), nothing) + m.kl(m.number(t), 1 - nothing)


def folds(s: Any) -> Any:
    """A place, the slope of the fold and the noise."""
    return s.tuples(s.reals(-6.0, 6.0), s.scales(0.2, 3.0), s.scales(0.2, 3.0))


def blurred_fold(m: Any, y: Any, a: Any, std: Any) -> Any:
    """The density of a|z| + σε at y: ∫ φ(z) N(y; a|z|, σ²) dz."""
    peak, width = float(a * y / (a**2 + std**2)), float(std / np.hypot(float(a), float(std)))
    edges = sorted({0.0, *(e for k in range(-10, 11) if (e := peak + k * width) > 0), max(peak, 0.0) + 12 * width})
    return 2 * m.integrate(lambda z: m.normal(z) * m.normal(y, a * z, std), edges)


def gap_of_uniforms(n: int, seed: Any) -> float:
    """sup |F_n - F| of n draws of the uniform law."""
    u = np.sort(np.random.default_rng(seed).random(n))
    return float(np.maximum(np.arange(1, n + 1) / n - u, u - np.arange(n) / n).max())


def generators(s: Any) -> Any:
    """k < d, L, R, M, and so many parts n to a side that M (2LR)^d n^{k-d} is below a power of ten, ½ to 1e-60."""

    def build(drawn: Any) -> Any:
        k, c, L, R, M, digits = drawn
        return k, k + c, L, R, M, int(np.ceil((M * (2 * L * R) ** (k + c) * 10.0**digits) ** (1 / c)))

    sizes = s.scales(0.1, 30.0), s.scales(0.5, 10.0), s.scales(0.01, 30.0)
    return s.tuples(s.integers(1, 3), s.integers(1, 3), *sizes, s.reals(0.31, 60.0)).map(build)


def boxed_js(m: Any, k: int, d: int, L: Any, R: Any, M: Any, n: int) -> Any:
    """JS of two coins: n^k boxes of side 2LR/n at density M, and the cube [-R, R]^k under N(0, I_k)."""
    alpha = M * m.number(n) ** k * (2 * L * R / m.number(n)) ** d
    tau = 1 - (1 - m.erfc(R / m.sqrt(m.number(2)))) ** k
    return js(m, np.array([alpha, 1 - alpha]), np.array([1 - tau, tau]))


def grids(s: Any, refinement: int = 1) -> Any:
    """An order, and an odd refinement of at least this."""
    return s.tuples(s.integers(1, 5), s.integers(refinement // 2, 40).map(lambda h: 2 * h + 1))


def finer_grids(s: Any) -> Any:
    """Grids of which the curve does not meet every cell."""
    return grids(s, refinement=3)


def walked_js(m: Any, order: int, f: int) -> Any:
    """JS of the uniform law and of Hilbert's curve, cell by cell."""
    return js(m, *walked(m, order, f))


def cells_not_met(m: Any, order: int, f: int) -> tuple[Any, float]:
    """KL of the uniform law from Hilbert's curve, seen on a grid finer than its own; and what of the square it meets."""
    square, curve = walked(m, order, f)
    return m.kl(square, curve).sum(), float(square[1:].sum())


def walked(m: Any, order: int, f: int) -> tuple[Any, Any]:
    """Masses of the uniform law and of Hilbert's curve, cells where it spends the same time put together, the unmet first."""
    times, counts = _times(order, f)
    cells, steps = m.number((f * 2**order) ** 2), m.number(2 * f * (4**order - 1))
    many = np.array([cells - int(counts.sum()), *(m.number(int(c)) for c in counts)])
    return many / cells, many * np.array([m.number(0), *(m.number(int(t)) for t in times)]) / steps


@cache
def _times(order: int, f: int) -> Any:
    return np.unique(half_steps(order, f), return_counts=True)


def orders(s: Any) -> Any:
    """The order of a grid and that of a curve, so high that its JS is nearly 0."""
    return s.integers(1, 6).flatmap(lambda n: s.tuples(s.one_of((n,)), s.integers(16, 60)))


def visits(m: Any, n: int, order: int) -> tuple[Any, int]:
    """JS of the uniform law and of the curve, on 4^n cells; and how many these are."""
    return js(m, *visited(m, n, order)), 4**n


def visited(m: Any, n: int, order: int) -> tuple[Any, Any]:
    """Masses on 4^n cells, n ≤ order: uniform, and 4^{m-n} vertices of the curve in each, at the ends half a piece less."""
    cells, pieces = 4**n, 4**order - 1
    q = np.array([m.number(4 ** (order - n))] * cells) / m.number(pieces)
    q[[0, -1]] -= m.number(1) / (2 * m.number(pieces))
    return np.array([m.number(1) / cells] * cells), q
