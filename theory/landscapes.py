"""Loss landscapes of n points (Sun, Fang & Schwing 2020): does a mode once dropped come back?

n distinct real points, n generated points each of which sits on a real point or astray; the discriminator
is free at every point and already optimal. `assignment` (n,) holds the index of the real point on which
each fake sits, or -1.

    separable JS       (1/2n) Σ_i [ln 1/(1+f_i) + f_i ln f_i/(1+f_i)], f_i fakes on real point i
    fixed pairs        (1/n) Σ_i ln σ(D(x_i) - D(y_i)), maximised over D: -(ln 2/n)·(pairs on cycles of x_i
    → y_i) all pairs          (1/n²) Σ_ij ln σ(D(x_i) - D(y_j)): what pairs drawn afresh average to

The generator minimises. All reach -ln 2 when everything is covered. A fake astray contributes 0 (it is
recognised at no cost), and so does an uncovered real point. The separable loss has nⁿ - n! strict local
minima that drop a point.
"""

from collections.abc import Callable, Sequence
from math import factorial

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import expit, log_expit, xlogy

from theory.validation.inputs import Array, array, called, instance, integer, reject
from theory.validation.shapes import Numbers, Vector

NEWTON_STEPS = 100


def separable(assignment: Vector) -> float:
    """The separable JS loss, nats: -ln 2 covered, ¼(2 ln 2 - 3 ln 3) = -0.4774 collapsed at n = 2.

    Raises ValueError unless assignment holds integers from -1 to n-1.
    """
    fakes = _fakes(assignment)
    return float(np.sum(xlogy(fakes, fakes) - (1 + fakes) * np.log1p(fakes))) / (2 * len(fakes))


def fixed_pairs(assignment: Vector) -> float:
    """The relativistic loss, nats, with fake i paired to real point i: only cycles x_i → y_i → ... are undecidable.

    Along a cycle the differences D(x)-D(y) sum to 0 and, ln σ being concave, are best all 0; the rest go to
    ∞.

    Raises ValueError unless assignment holds integers from -1 to n-1.
    """
    y = _assignment(assignment)
    n, on_cycle = len(y), 0
    for start in range(n):
        i = y[start]
        for _ in range(n):
            if i in (-1, start):
                break
            i = y[i]
        on_cycle += i == start
    return -float(np.log(2)) * on_cycle / n


def all_pairs(assignment: Vector) -> float:
    """The relativistic loss, nats, averaged over all n² pairs, by Newton on the concave problem over covered points.

    Among covered points, (1/n²) Σ_{i,k covered} f_k ln σ(D_i - D_k); every other pair is decided at no cost.

    Raises ValueError unless assignment holds integers from -1 to n-1.
    """
    fakes = _fakes(assignment)
    f = fakes[fakes > 0]
    if len(f) == 0:
        return 0.0
    d = np.zeros(len(f))
    for _ in range(NEWTON_STEPS):
        gap = d[:, None] - d
        pull = f * expit(-gap)
        bend = f * expit(gap) * expit(-gap)
        gradient = pull.sum(axis=1) - pull.sum(axis=0)
        curvature = np.diag(bend.sum(axis=1) + bend.sum(axis=0)) - bend - bend.T
        move = np.linalg.lstsq(curvature, gradient, rcond=None)[0]  # a constant added to D changes nothing
        d = d + move
        if np.abs(move).max() < 1e-12:
            break
    return float(np.sum(f * log_expit(d[:, None] - d))) / len(fakes) ** 2


def climb(loss: Callable[[ArrayLike], float], path: Sequence[Numbers]) -> float:
    """How far the loss must rise above its start along a path of assignments: 0 without a barrier.

    Raises ValueError unless loss is a function and path a sequence of assignments, not empty.
    """
    if isinstance(instance("path", path, Sequence, "a sequence of assignments, not empty"), str) or not path:
        reject("path", "a sequence of assignments, not empty", path)
    values = [float(called("loss", loss, np.asarray(_assignment(a, "path")), of=())) for a in path]
    return max(values) - values[0]


def bad_minima(n: int) -> int:
    """nⁿ - n!: the assignments that drop a point, each a non-global strict local minimum of the separable loss.

    Raises ValueError unless n is an integer ≥ 1.
    """
    n = integer("n", n, 1, 1000)
    return n**n - factorial(n)


def _assignment(assignment: ArrayLike, name: str = "assignment") -> list[int]:
    y = array(name, assignment, ndim=1)
    if not (np.isin(y, np.arange(-1, len(y)))).all():
        reject(name, f"integers between -1 and {len(y) - 1}", assignment)
    return y.astype(int).tolist()


def _fakes(assignment: ArrayLike) -> Array:
    """How many fakes sit on each real point, shape (n,)."""
    y = _assignment(assignment)
    return np.array([y.count(i) for i in range(len(y))], dtype=float)
