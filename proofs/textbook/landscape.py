"""Textbook definition of a loss of n points: the discriminator is optimised over its values, wherever a point lies.

Places are numbers that say only what coincides: data point i lies at place i, a fake at the place of a data point or,
astray, at one of its own. A loss is a list of (weight, a, b), each weight·ln σ(D(a) - D(b)), to be maximised over D;
`None` is a place where D is 0, so that ln D = ln σ(D - 0) and ln(1-D) = ln σ(0 - D) of a separable loss fit in.
`m` is the arithmetic, see `proofs.words.arithmetic`.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

Place = int | None
Loss = Callable[[Any, Sequence[int]], Any]

ASSIGNMENTS = [y for n, times in ((2, 9), (3, 3), (4, 1)) for y in [*itertools.product(range(-1, n), repeat=n)] * times]
"""The data point on which each fake sits, -1 for astray; few points as often as many."""
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


# --- assignments, ways and what is seen on them -------------------------------------------------------------------------


def assignments(s: Any) -> Any:
    """Two to four fakes on data points or astray."""
    return s.one_of([(y,) for y in ASSIGNMENTS])


def missed(y: Sequence[int]) -> list[int]:
    """The data points on which no fake sits."""
    return [i for i in range(len(y)) if i not in y]


def way(y: Sequence[int], who: int) -> list[Sequence[int]]:
    """`who` goes astray, then to the first point that is missed, if one is."""
    return [y, moved(y, who, -1), *(moved(y, who, i) for i in missed(y)[:1])]


def leavers(s: Any) -> Any:
    """An assignment, and a fake that sits on a data point."""
    return s.one_of([(y, who) for y in ASSIGNMENTS for who in range(len(y)) if y[who] >= 0])


def collapsed(s: Any) -> Any:
    """Fakes on one point or astray, up to five, and one that is not astray."""
    on = [y for n in range(2, 6) for at in range(n) for y in itertools.product((at, -1), repeat=n)]
    return s.one_of([(y, who) for y in on for who in range(len(y)) if y[who] >= 0])


def together(y: Sequence[int], who: int) -> tuple[int, int]:
    """How many fakes sit where `who` does, and how many there are."""
    return y.count(y[who]), len(y)


def leaving_without_pairs(m: Any, y: Sequence[int], who: int) -> Any:
    """How far the separable loss climbs when `who` leaves."""
    return climb(m, separable, way(y, who))


def leaving_all_pairs(m: Any, y: Sequence[int], who: int) -> Any:
    """How far the loss of all pairs climbs."""
    return climb(m, all_pairs, way(y, who))


def missing(s: Any) -> Any:
    """An assignment, and a point that it misses."""
    return s.one_of([(y, k) for y in ASSIGNMENTS for k in missed(y)])


def out_and_onto_it(m: Any, y: Sequence[int], k: int) -> Any:
    """What it changes of the loss of fixed pairs that y_k goes astray, and that it arrives on x_k."""
    start, *after = (fixed_pairs(m, at) for at in (y, moved(y, k, -1), moved(y, k, k)))
    return np.array([value - start for value in after])


def data(s: Any) -> Any:
    """Distinct places on a line, and a step that leads from none of them to another."""
    gaps = s.integers(1, 4).flatmap(lambda n: s.vectors(s.reals(0.5, 2.0), n, n))
    return s.tuples(gaps.map(np.cumsum), s.either(s.reals(0.01, 0.2), s.reals(-0.2, -0.01)))


def strict_minima(m: Any, x: Any, step: Any) -> Any:
    """Those that are not global, by enumeration of every assignment and of every set of fakes displaced."""
    n, step = len(x), float(step)
    per_place = np.array([best(m, [(1, 0, None), (f, None, 0)]) for f in range(n + 1)])
    loss = lambda at: per_place[(at[:, :, None] == x).sum(axis=1)].sum(axis=1)  # noqa: E731
    at = np.array(list(itertools.product([*x, x.max() + 1], repeat=n)))
    displaced = [loss(at + step * np.array(who)) for who in itertools.product((0, 1), repeat=n) if any(who)]
    strict = (np.array(displaced) > loss(at) + 1e-9).all(axis=0)
    return m.number(int((strict & (loss(at) > loss(at).min() + 1e-9)).sum()))


def out_of_collapse(m: Any, n: int) -> Any:
    """The climb of all pairs: 0 has the fakes, 1 stands for the n - 1 points missed, 2 is where the first fake goes astray."""
    before = [(n, 0, 0), ((n - 1) * n, 1, 0)]
    after = [(n - 1, 0, 0), ((n - 1) ** 2, 1, 0), (1, 0, 2), (n - 1, 1, 2)]
    return (best(m, after) - best(m, before)) / n**2
