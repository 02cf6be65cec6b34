"""A one-dimensional latent that fills the square: Hilbert's curve of order n, at the price of its Lipschitz constant.

The curve visits the centres of the 4ⁿ cells of a 2ⁿ by 2ⁿ grid on the unit square, each next to the last,
straight in between and at constant speed over t in [0, 1]. So

    every point of the square is within 2⁻ⁿ/√2 of it,
    its Lipschitz constant is (4ⁿ-1) 2⁻ⁿ ≈ 2ⁿ.

Composed with Φ it carries N(0, 1) to within that distance of the uniform law: narrow latents can be sharp
in any dimension, though no locally Lipschitz map of one reaches a density.
"""

import numpy as np
from jaxtyping import Float

from theory.validation.arrays import from_to
from theory.validation.inputs import Array, integer, reject
from theory.validation.shapes import Numbers

MAX_ORDER = 10
LARGEST_ORDER = 500  # 4ⁿ is a float
RIGHT, UP = np.array([1.0, 0.0]), np.array([0.0, 1.0])


def vertices(order: int) -> Float[Array, "{4**order} 2"]:
    """The 4ⁿ cell centres in the order of the curve, shape (4ⁿ, 2); from the lower left to the lower right corner.

    Four copies of the curve of order n-1: the first reflected in the diagonal, the last in the other one.

    Raises ValueError unless order is an integer from 0 to 10.
    """
    n = integer("order", order, 0)
    if n > MAX_ORDER:
        reject("order", f"at most {MAX_ORDER}", order)
    c = np.array([[0.5, 0.5]])
    for _ in range(n):
        c = np.concatenate([c[:, ::-1], c + UP, c + UP + RIGHT, UP + 2 * RIGHT - c[:, ::-1]]) / 2
    return c


def curve(t: Numbers, order: int) -> Float[Array, "... 2"]:
    """The point at t in [0, 1], shape (..., 2).

    Raises ValueError unless 0 ≤ t ≤ 1 and order is an integer from 0 to 10.
    """
    c = vertices(order)
    at = from_to("t", t, 0, 1) * (len(c) - 1)
    knots = np.arange(len(c))
    return np.stack([np.interp(at, knots, c[:, 0]), np.interp(at, knots, c[:, 1])], axis=-1)


def lipschitz(order: int) -> float:
    """(4ⁿ-1) 2⁻ⁿ: the speed of the curve, hence its Lipschitz constant.

    Raises ValueError unless order is an integer from 0 to 500.
    """
    n = integer("order", order, 0, LARGEST_ORDER)
    return (4.0**n - 1) / 2.0**n


def covering_radius(order: int) -> float:
    """2⁻ⁿ/√2: no point of the square is further from the curve's vertices.

    Raises ValueError unless order is an integer from 0 to 500.
    """
    return 2.0 ** -integer("order", order, 0, LARGEST_ORDER) / float(np.sqrt(2))
