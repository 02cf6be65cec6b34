"""What it costs to draw several tokens at once from conditionals that are exact: the total correlation of each step.

    KL(p‖q) = Σ over steps of E TC(X_S | revealed),  q = Π over steps of Π_{d in S} p(x_d | revealed)

for masked diffusion with exact conditionals, where what is revealed next may depend on what is. D copies of one bit of
bias θ, k of them first: (k-1) h_b(θ), and they contradict one another with probability 1 - θ^k - (1-θ)^k. A chain of fair
bits that flips with probability e, every second one first: (m-1)(ln 2 - h_b(2e(1-e))), the others then for nothing. Nats.
"""

from collections.abc import Sequence

import numpy as np

from theory import binary, total_correlation
from theory.validation.arrays import from_to
from theory.validation.elementwise import elementwise
from theory.validation.inputs import array, integer, reject
from theory.validation.shapes import Numbers, Values


def cost(table: Numbers, groups: Sequence[Sequence[int]]) -> float:
    """Σ over steps of E TC(X_S | revealed) = KL(p‖q), nats; `groups` are the axes that each step reveals.

    Raises ValueError unless table ≥ 0 sums to one and groups has every axis of it once.
    """
    total_correlation.total_correlation(table)
    p, steps = array("table", table), _steps(groups)
    if sorted(axis for step in steps for axis in step) != list(range(p.ndim)):
        reject("groups", f"every axis from 0 to {p.ndim - 1} once", groups)
    known: list[int] = []
    spent = 0.0
    for step in steps:
        hidden = tuple(axis for axis in range(p.ndim) if axis not in known and axis not in step)
        left = [axis for axis in range(p.ndim) if axis not in hidden]
        seen = np.moveaxis(p.sum(axis=hidden), [left.index(axis) for axis in known], range(len(known)))
        joint = seen.reshape(-1, *seen.shape[len(known) :])
        spent += total_correlation.conditional_total_correlation(joint / joint.sum())
        known += step
    return spent


def _steps(groups: Sequence[Sequence[int]]) -> list[list[int]]:
    if isinstance(groups, str) or not isinstance(groups, Sequence) or not groups:
        reject("groups", "sequences of axes", groups)
    if any(isinstance(step, str) or not isinstance(step, Sequence) or not step for step in groups):
        reject("groups", "sequences of axes", groups)
    return [[integer("groups", axis, 0) for axis in step] for step in groups]


@elementwise
def copies_cost(theta: Numbers, k: int) -> Values:
    """(k-1) h_b(θ): of k copies of one bit, drawn at once, nats.

    Raises ValueError unless 0 ≤ theta ≤ 1 and k is an integer ≥ 1.
    """
    return (integer("k", k, 1) - 1) * binary.entropy(from_to("theta", theta, 0, 1))


@elementwise
def contradiction(theta: Numbers, k: int) -> Values:
    """1 - θ^k - (1-θ)^k: that k copies of one bit, drawn at once, are not all the same.

    Raises ValueError unless 0 ≤ theta ≤ 1 and k is an integer ≥ 1.
    """
    t, k = from_to("theta", theta, 0, 1), integer("k", k, 1)
    less = np.minimum(t, 1 - t)
    if k == 1:
        return 0 * less
    with np.errstate(divide="ignore"):
        return -np.expm1(k * np.log1p(-less)) - less**k


@elementwise
def chain_cost(count: int, error: Numbers) -> Values:
    """(m-1)(ln 2 - h_b(2e(1-e))): every second bit of a chain first, m = `count` of them; those between cost nothing more.

    Raises ValueError unless count is an integer ≥ 1 and 0 ≤ error ≤ 1.
    """
    e = from_to("error", error, 0, 1)
    return (integer("count", count, 1) - 1) * _told((1 - 2 * e) ** 2)


@elementwise
def chain_cost_at_once(count: int, error: Numbers) -> Values:
    """(D-1)(ln 2 - h_b(e)): all D = `count` bits of the chain at once.

    Raises ValueError unless count is an integer ≥ 1 and 0 ≤ error ≤ 1.
    """
    return (integer("count", count, 1) - 1) * _told(1 - 2 * from_to("error", error, 0, 1))


def _told(c: Values) -> Values:
    """ln 2 - h_b((1-c)/2) = ½((1+c) ln(1+c) + (1-c) ln(1-c)); by its series where c is small."""
    c = np.abs(np.asarray(c))
    small = np.where(c < 0.05, c, 0.0)
    series = sum(small ** (2 * k) / (2 * k * (2 * k - 1)) for k in range(1, 9))
    from scipy.special import xlog1py

    return np.where(c < 0.05, series, (xlog1py(1 + c, c) + xlog1py(1 - c, -c)) / 2)[()]
