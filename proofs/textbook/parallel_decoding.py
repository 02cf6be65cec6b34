"""Masked diffusion by enumeration of every sequence, for observed sides; `m` is an arithmetic."""

from __future__ import annotations

import itertools
from typing import Any

import numpy as np


def adaptive(s: Any) -> Any:
    """A joint table, the axes of the first step, and for each of their values the steps that follow."""

    def build(drawn: Any) -> Any:
        seed, shape = drawn
        rng = np.random.default_rng(seed)
        table = rng.gamma(0.4, size=shape) + 0.005
        order = rng.permutation(len(shape))
        first = [int(axis) for axis in order[: rng.integers(1, 3)]]
        rest = [axis for axis in range(len(shape)) if axis not in first]
        values = itertools.product(*(range(shape[axis]) for axis in first))
        return table / table.sum(), first, {value: _split(rng, rest) for value in values}

    shapes = s.one_of(((2, 2), (2, 3, 2), (3, 2, 2, 2), (2,) * 5, (2,) * 6))
    return s.tuples(s.steps(2**31), shapes).map(build)


def _split(rng: np.random.Generator, axes: list[int]) -> list[list[int]]:
    """Steps of one or two tokens: what the first ones reveal counts in the later ones too."""
    steps: list[list[int]] = []
    order = [axes[i] for i in rng.permutation(len(axes))]
    while order:
        size = int(rng.integers(1, 3))
        steps, order = [*steps, order[:size]], order[size:]
    return steps


def _chance(p: Any, known: dict[int, int], axis: int, value: int) -> Any:
    """p(x_axis = value | what is known)."""
    seen = [known.get(a, slice(None)) for a in range(p.ndim)]
    both = [value if a == axis else part for a, part in enumerate(seen)]
    return np.sum(p[tuple(both)]) / np.sum(p[tuple(seen)])


def divergence(m: Any, table: Any, first: Any, then: Any) -> Any:
    """Σ p ln(p/q) over all sequences, q the product of the chances with which each of its tokens is drawn."""
    p = m.table(table)
    p, total = p / p.sum(), m.number(0)
    for x in itertools.product(*map(range, p.shape)):
        known: dict[int, int] = {}
        drawn = m.number(1)
        for step in [first, *then[tuple(x[axis] for axis in first)]]:
            for axis in step:
                drawn *= _chance(p, known, axis, x[axis])
            known |= {axis: x[axis] for axis in step}
        total += p[x] * m.log(p[x] / drawn)
    return total


def biased(s: Any) -> Any:
    """θ and k."""
    return s.tuples(s.inside(0.02, 0.98), s.integers(1, 8))


def copies(m: Any, theta: Any, k: int) -> Any:
    """KL of k copies of a bit from k draws of it."""
    t = m.number(theta)
    p, q = np.array([t, 1 - t]), np.array([t**k, (1 - t) ** k])
    return m.kl(p, q).sum()


def contradictions(m: Any, theta: Any, k: int) -> Any:
    """The mass of all sequences of k independent bits that are not constant."""
    t = m.number(theta)
    every = itertools.product((0, 1), repeat=k)
    return sum((t ** sum(x) * (1 - t) ** (k - sum(x)) for x in every if 0 < sum(x) < k), m.number(0))


def chains(s: Any) -> Any:
    """Bits of the first step, and the probability of a flip."""
    return s.tuples(s.integers(1, 4), s.inside(0.02, 0.98))


def _chain(m: Any, length: int, error: Any) -> Any:
    e = m.number(error)
    flips = lambda x: sum(a != b for a, b in itertools.pairwise(x))  # noqa: E731
    p = np.zeros((2,) * length, dtype=float if m.number is float else object)
    for x in itertools.product((0, 1), repeat=length):
        p[x] = e ** flips(x) * (1 - e) ** (length - 1 - flips(x)) / 2
    return p


def _of(m: Any, p: Any, steps: Any) -> Any:
    first, *rest = steps
    values = itertools.product((0, 1), repeat=len(first))
    return divergence(m, p, first, dict.fromkeys(values, rest))


def alternating(m: Any, count: int, error: Any) -> Any:
    """KL of a chain drawn in two steps, every second bit first."""
    length = 2 * count - 1
    steps = [list(range(0, length, 2)), list(range(1, length, 2))]
    return _of(m, _chain(m, length, error), [step for step in steps if step])
