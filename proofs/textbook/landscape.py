"""Textbook definition of a loss of n points: the discriminator is optimised over its values, wherever a point lies.

Places are numbers that say only what coincides: data point i lies at place i, a fake at the place of a data point or,
astray, at one of its own. A loss is a list of (weight, a, b), each weight·ln σ(D(a) - D(b)), to be maximised over D;
`None` is a place where D is 0, so that ln D = ln σ(D - 0) and ln(1-D) = ln σ(0 - D) of a separable loss fit in.
`m` is the arithmetic, see `proofs.words.arithmetic`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

Place = int | None
Loss = Callable[[Any, Sequence[int]], Any]

ROUNDS = 24
"""Newton steps: a few to come near, each then doubles the digits."""
STRIDES = (0, 1, 2, 4, 8, 16, 32)
"""Multiples of a Newton step that are tried: where the best D is infinite, plain steps move it by 1 only."""
ENOUGH = 1e-14
"""A gain after which the next one, its square or its 32nd part, no longer counts."""
RIDGE = 1e-14
"""Added to a curvature, which vanishes where D is decided and where all of D rises alike; of the sum of the weights."""


def positions(y: Sequence[int]) -> list[int]:
    """Places of the fakes: the data point it sits on, or n + i for fake i astray (-1)."""
    return [at if at >= 0 else len(y) + i for i, at in enumerate(y)]


def best(m: Any, terms: Sequence[tuple[Any, Place, Place]]) -> Any:
    """max over D of Σ weight·ln σ(D(a) - D(b)), concave in D, by Newton steps with a search along each."""
    free = sorted({at for _, a, b in terms for at in (a, b) if at is not None})
    weights = np.array([m.number(w) for w, _, _ in terms])
    picks = np.array([[(at == a) - (at == b) for at in free] for _, a, b in terms]) * m.number(1)
    d = picks[0] * 0
    strides = np.array(STRIDES)[:, None]
    value = lambda t: -((m.largest(-t, 0 * t) + m.log(1 + m.exp(-m.size(t)))) * weights).sum(axis=-1)  # noqa: E731
    ridge = m.number(RIDGE) * weights.sum() * np.eye(len(free), dtype=int)
    for _ in range(ROUNDS):
        miss = 1 / (1 + m.exp(picks @ d))
        bend = (picks.T * (weights * miss * (1 - miss))) @ picks + ridge
        tries = d + strides * m.solve(bend, picks.T @ (weights * miss))
        values = value(tries @ picks.T)
        d = tries[int(np.argmax(values))]
        if max(values) - values[0] <= m.number(ENOUGH):
            break
    return max(values)  # type: ignore[possibly-undefined]


def separable(m: Any, y: Sequence[int]) -> Any:
    """(1/2n) max_D [Σ ln D(x_i) + Σ ln(1-D(y_i))]."""
    n, fakes = len(y), positions(y)
    return best(m, [(1, i, None) for i in range(n)] + [(1, None, at) for at in fakes]) / (2 * n)


def fixed_pairs(m: Any, y: Sequence[int]) -> Any:
    """(1/n) max_D Σ ln σ(D(x_i) - D(y_i))."""
    return best(m, [(1, i, at) for i, at in enumerate(positions(y))]) / len(y)


def all_pairs(m: Any, y: Sequence[int]) -> Any:
    """(1/n²) max_D Σ_ij ln σ(D(x_i) - D(y_j))."""
    n, fakes = len(y), positions(y)
    return best(m, [(1, i, at) for i in range(n) for at in fakes]) / n**2


def moved(y: Sequence[int], fake: int, to: int) -> tuple[int, ...]:
    """The assignment after `fake` moved."""
    return tuple(to if i == fake else at for i, at in enumerate(y))


def climb(m: Any, loss: Loss, path: Sequence[Sequence[int]]) -> Any:
    """How far the loss rises above its start along a path."""
    values = [loss(m, y) for y in path]
    return max(values) - values[0]
