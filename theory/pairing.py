"""What a one-step model is left with under squared error: what the pairs that it learns from leave open.

    min_f E|X_1 - f(X_0)|² = E tr Var(X_1 | X_0),  at f(x) = E[X_1 | X_0 = x]

Noise and data paired independently leave Var X_1; pairs joined by a flow, X_1 = T(X_0), leave nothing. In between lie
minibatches of B sorted against one another (optimal transport within the batch, Tong et al. 2024): from uniform noise to
uniform data the partner of x is the k-th of B, k = 1 + Bin(B-1, x), that is Beta(k, B+1-k), and

    E[X_1 | x] = (1 + (B-1) x)/(B+1),   E Var(X_1 | X_0) = B/(3 (B+1)²).
"""

import numpy as np
from numpy.typing import ArrayLike

from theory.validation.arrays import above as positive_array
from theory.validation.arrays import at_least, from_to
from theory.validation.elementwise import elementwise
from theory.validation.inputs import Array, array, reject, sum_to_one
from theory.validation.shapes import Numbers, Values


def excess(joint: ArrayLike, outputs: ArrayLike) -> float:
    """E tr Var(X_1 | X_0) of a table P(X_0 = i, X_1 = j) (n, k), X_1 = outputs[j], of shape (k,) or (k, D).

    Raises ValueError unless joint ≥ 0 is a table that sums to one, and outputs are k finite numbers or points.
    """
    table = at_least("joint", array("joint", joint, ndim=2))
    if table.size == 0 or not sum_to_one(joint, table):
        reject("joint", "a table that sums to one", joint)
    y = array("outputs", outputs)
    if y.ndim not in (1, 2) or len(y) != table.shape[1]:
        reject("outputs", f"{table.shape[1]} numbers or points, one a column of joint", outputs)
    return _spread(table, y.reshape(len(y), -1))


def _spread(table: Array, y: Array) -> float:
    """Σ P(i, j) |y_j - mean of row i|²."""
    rows = table.sum(axis=1)
    means = table @ y / np.where(rows > 0, rows, 1.0)[:, None]
    return float(np.sum(table * ((y[None] - means[:, None]) ** 2).sum(axis=-1)))


@elementwise
def gaussian_excess(std: Numbers, correlation: Numbers) -> Values:
    """s²(1 - ρ²) for Gaussian pairs, s = `std` the deviation of X_1.

    Raises ValueError unless std > 0 and -1 ≤ correlation ≤ 1.
    """
    rho = from_to("correlation", correlation, -1, 1)
    return positive_array("std", std) ** 2 * (1 - rho) * (1 + rho)


@elementwise
def sorted_mean(x: Numbers, batch: Numbers) -> Values:
    """(1 + (B-1) x)/(B+1): the mean of the partner of x in a sorted batch of B, uniform noise and data.

    Raises ValueError unless 0 ≤ x ≤ 1 and batch ≥ 1.
    """
    size = at_least("batch", batch, 1)
    return (1 + (size - 1) * from_to("x", x, 0, 1)) / (size + 1)


@elementwise
def sorted_excess(batch: Numbers, width: Numbers = 1.0) -> Values:
    """h² B/(3 (B+1)²): its variance on average over x, for data of width h.

    Raises ValueError unless batch ≥ 1 and width > 0.
    """
    size = at_least("batch", batch, 1)
    return (positive_array("width", width) / (size + 1)) ** 2 * size / 3
